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
    /// A capture of the connector's Kerberos, DNS and web traffic, as one file that can be read here.
    static let pktmon: StaticString =
        """
        pktmon start --capture --pkt-size 0 --file-name kcd.etl; Read-Host 'Sign on once, then press Enter'; \
        pktmon stop; pktmon etl2pcap kcd.etl --out kcd.pcapng
        """
    /// The newest events of the connector.
    static let connectorLog: StaticString =
        """
        Get-WinEvent -LogName 'Microsoft-AadApplicationProxy-Connector/Admin' -MaxEvents 50 | Format-List \
        TimeCreated, Id, Message
        """
    /// The newest error of the connector's installation.
    static let newestError: StaticString =
        "Get-EventLog application -source \"Microsoft AAD Application Proxy Connector\" -EntryType \"Error\" -Newest 1"
    /// Finds the account that holds the SPN.
    static let findSPN: StaticString = "setspn -Q {spn}"
    /// The same for a topic, which has no capture to take the SPN from.
    static let findInternalSPN: StaticString = "setspn -Q http/<INTERNAL_HOST>"
    /// Lists SPNs that stand on more than one account.
    static let listDuplicateSPNs: StaticString = "setspn -X"
    /// Makes the connector wrap its tokens in SPNEGO.
    static let wrapTokens: StaticString =
        """
        reg add "HKLM\\SOFTWARE\\Microsoft\\Microsoft AAD App Proxy Connector" /v UseSpnegoAuthentication /t \
        REG_DWORD /d 1 /f; Restart-Service WAPCSvc
        """
    /// Sets a Windows clock by the domain.
    static let synchroniseClock: StaticString = "w32tm /resync /rediscover"
    /// Compares a clock with the backend's.
    static let compareBackendClock: StaticString = "w32tm /stripchart /computer:<BACKEND> /samples:3 /dataonly"
    /// Shows the proxy of Windows services.
    static let showProxy: StaticString = "netsh winhttp show proxy"
    /// Lists the domain controllers that DNS names.
    static let listControllers: StaticString = "Resolve-DnsName -Type SRV _kerberos._tcp.{realm}"
    /// Looks for a domain controller anew.
    static let locateController: StaticString = "nltest /dsgetdc:{realm} /force /kdc"
    /// Lists read-only domain controllers.
    static let listReadOnlyControllers: StaticString =
        "Get-ADDomainController -Filter 'IsReadOnly -eq $true' | Select-Object HostName, Site"
    /// Resolves the host of the SPN.
    static let resolveServiceHost: StaticString = "Resolve-DnsName {spn_host}"
    /// Tests the machine's trust with its domain.
    static let testChannel: StaticString = "Test-ComputerSecureChannel -Verbose"
    /// Registers the connector anew.
    static let registerConnector: StaticString = "Import-Module AppProxyPSModule; Register-AppProxyConnector"
    /// Captures whole packets of Windows.
    static let capturePackets: StaticString = "pktmon start --capture --pkt-size 0 --file-name connector.etl"
    /// Counts the user's groups.
    static let countGroups: StaticString =
        """
        (Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" | Get-ADUser \
        -Properties tokenGroups).tokenGroups.Count
        """
    /// Lists the keys of a keytab.
    static let listKeytab: StaticString = "klist -kte /etc/krb5.keytab"
    /// Shows the encryption types and the age of the password of the SPN's account.
    static let showServiceKeys: StaticString =
        """
        Get-ADObject -LDAPFilter '(servicePrincipalName={spn})' -Properties msDS-SupportedEncryptionTypes, \
        pwdLastSet, sAMAccountName
        """
    /// Lets an account have AES tickets.
    static let allowAES: StaticString = "Set-ADUser {spn_account} -KerberosEncryptionType AES128, AES256"
    /// Shows the authentication policy of the connector's account.
    static let showAuthenticationPolicy: StaticString =
        "Get-ADComputer {account_host} -Properties msDS-AssignedAuthNPolicy, msDS-AssignedAuthNPolicySilo"
    /// Shows what the connector may delegate to.
    static let showConnectorDelegation: StaticString =
        "Get-ADComputer <CONNECTOR> -Properties msDS-AllowedToDelegateTo, TrustedToAuthForDelegation"
    /// Tries the ports to the service in the cloud.
    static let testBootstrap: StaticString =
        """
        Test-NetConnection bootstrap.msappproxy.net -Port 443; Test-NetConnection bootstrap.msappproxy.net \
        -Port 80
        """
}
