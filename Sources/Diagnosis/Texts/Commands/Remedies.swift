/// Steps that several rules prescribe.
enum Remedies {
    static let showDelegation = DocumentedFix(
        "Show what the connector's account may delegate to, and whether it may use any protocol.",
        command:
            """
            Get-ADComputer {account_host} -Properties msDS-AllowedToDelegateTo, TrustedToAuthForDelegation | \
            Format-List Name, msDS-AllowedToDelegateTo, TrustedToAuthForDelegation
            """,
        on: .anywhere)
    static let listSPN = DocumentedFix(
        """
        If {account} is your connector, add the SPN to its delegation list (in Active Directory Users and \
        Computers: the account's Delegation tab).
        """,
        command: "Set-ADComputer {account_host} -Add @{'msDS-AllowedToDelegateTo'=@('{spn}')}", on: .domainController,
        effect: .directory)
    static let anyProtocol = DocumentedFix(
        """
        If {account} is your connector, choose "Use any authentication protocol" on its Delegation tab: the \
        user's ticket is then forwardable.
        """,
        command: "Get-ADComputer {account_host} | Set-ADAccountControl -TrustedToAuthForDelegation $true",
        on: .domainController, effect: .directory)
    static let resourceBased = DocumentedFix(
        """
        Or let the account that owns the SPN admit {account}, if that is your connector; across domains this is \
        the only way.
        """,
        command: "Set-ADComputer {spn_account} -PrincipalsAllowedToDelegateToAccount (Get-ADComputer {account_host})",
        on: .domainController, effect: .directory)
    static let purgeNetworkService = DocumentedFix(
        "Purge the tickets of Network Service, under which the connector runs: refusals are remembered for 15 minutes.",
        command: "klist purge -li 0x3e4", on: .connector)
    static let purgeMachine = DocumentedFix(
        "Purge the tickets of the machine itself.", command: "klist purge -li 0x3e7", on: .connector)
    static let restartConnector = DocumentedFix(
        "Restart the Microsoft AAD Application Proxy Connector service.", command: "Restart-Service WAPCSvc",
        on: .connector)
    static let querySPN = DocumentedFix(
        "Find the account that holds the SPN.", command: Commands.findSPN, on: .anywhere)
    static let setSPN = DocumentedFix(
        "Register the SPN on the account under which the application runs (-S refuses duplicates).",
        command: "setspn -S {spn} {spn_account}", on: .domainController, effect: .directory)
    static let duplicateSPNs = DocumentedFix(
        "List SPNs that stand on more than one account.", command: Commands.listDuplicateSPNs, on: .anywhere)
    static let portalSPN = DocumentedFix(
        "Compare with \"Internal application SPN\" under Single sign-on of the application in the portal.", on: .portal)
    static let portalIdentity = DocumentedFix(
        """
        Check "Delegated login identity" under Single sign-on of the application: user principal name, alternate, \
        or the on-premises SAM account name must be the name that this domain knows.
        """,
        on: .portal)
    static let showUser = DocumentedFix(
        "Look the user up by every name.",
        command:
            """
            Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" -Properties \
            Enabled, LockedOut, AccountExpirationDate, PasswordExpired, PasswordLastSet, AccountNotDelegated, \
            LogonWorkstations
            """,
        on: .anywhere)
    static let testChannel = DocumentedFix(
        "Test the machine's trust with its domain.", command: Commands.testChannel, on: .connector)
    static let repairChannel = DocumentedFix(
        "Repair it; a restart follows best.",
        command: "Test-ComputerSecureChannel -Repair -Credential (Get-Credential)", on: .connector, effect: .directory)
    static let verifyChannel = DocumentedFix(
        "Ask which domain controller holds the secure channel, and whether it is sound.",
        command: "nltest /sc_verify:{account_realm}", on: .connector)
    static let replication = DocumentedFix(
        "Look for replication faults between the domain controllers.", command: "repadmin /replsummary",
        on: .domainController)
    static let openPorts = DocumentedFix(
        """
        Let the connector reach every domain controller of every realm involved: TCP and UDP 88, and 389, 464, \
        53, 445, 135.
        """,
        on: .network)
    static let testPort = DocumentedFix(
        "Try the port from the connector.", command: "Test-NetConnection {kdc} -Port 88", on: .connector)
    static let capture = DocumentedFix(
        "Purge the tickets, restart the connector service and capture again from before the first sign-on.",
        on: .capture)
}
