/// Commands that several remedies share.
enum Commands {
    /// Purges the tickets of every session of a Windows host.
    static let purgeAllSessions: StaticString = """
        Get-CimInstance Win32_LogonSession | Where-Object {$_.AuthenticationPackage -ne 'NTLM'} | \
        ForEach-Object {klist.exe purge -li ([Convert]::ToString([int64]$_.LogonId, 16))}
        """
    /// Purges the tickets of the two service sessions of a connector and restarts its service.
    static let purgeConnector: StaticString =
        "klist purge -li 0x3e4; klist purge -li 0x3e7; Restart-Service WAPCSvc"
}
