/// Preparation, surroundings and checks of constrained delegation.
enum DelegationTopics {
    static let all: [ExplainTopic] = [
        ExplainTopic(
            "delegation-prerequisites", "What must stand before constrained delegation can work", .row,
            body: [
                """
                Application Proxy itself works for an application without Kerberos; preauthentication is on; \
                users sign in through the browser; connector and web server are members of Active Directory, of \
                one domain or of domains that trust each other.
                """,
                """
                Where connector and application live in different domains, the account that runs the application \
                must admit the connector (PrincipalsAllowedToDelegateToAccount, since Windows Server 2012). \
                Within one domain the connector's delegation list does it.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Within one domain: list the SPN at the connector, with any authentication protocol.",
                    command:
                        """
                        Get-ADComputer <CONNECTOR> | Set-ADAccountControl -TrustedToAuthForDelegation $true; \
                        Set-ADComputer <CONNECTOR> -Add @{'msDS-AllowedToDelegateTo'=@('http/<INTERNAL_HOST>')}
                        """,
                    on: .domainController, effect: .directory),
                DocumentedFix(
                    "Across domains: let the application's account admit the connector.",
                    command:
                        """
                        Set-ADComputer <BACKEND> -PrincipalsAllowedToDelegateToAccount (Get-ADComputer \
                        <CONNECTOR> -Server <KDC>)
                        """,
                    on: .domainController, effect: .directory),
            ],
            slugs: ["delegation-denied", "delegation-not-configured", "delegation-target-not-listed"],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Assumptions of the guide"),
                SeedRow(.kerberosConstrainedDelegation, "Prerequisites: configuration on Windows Server 2012 R2"),
            ],
            keywords: ["kcd", "delegation", "prerequisites", "setup", "cross-domain"]),
        ExplainTopic(
            "all-domain-controllers", "The connector must reach every domain controller", .row,
            body: [
                """
                A member server may change its domain controller at any time, and referrals lead it to \
                controllers of other domains. A firewall that lets it reach only those of its own site, or of its \
                own domain, makes sign-ons fail now and then, or for users of one domain only.
                """,
                """
                Open 88 (TCP and UDP), 389, 464, 445, 53 and 135 with its dynamic ports to all of them, and keep \
                intrusion prevention out of that path: it likes to cut RPC and Kerberos.
                """,
            ],
            steps: [
                DocumentedFix("List the controllers.", command: "nltest /dclist:<REALM>", on: .connector),
                DocumentedFix("Find the one in use.", command: "nltest /dsgetdc:<REALM> /kdc /force", on: .connector),
                DocumentedFix("Test each.", command: "Test-NetConnection <KDC> -Port 88", on: .connector),
            ],
            slugs: ["kdc-unreachable", "realm-referral-dead-end", "kdc-connection-reset", "dc-locator-failed"],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Considerations: not only the domain controllers of one site"),
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Considerations: cross-domain referrals reach other domain controllers"),
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Considerations: no IPS or IDS between connector and domain controller"),
            ],
            keywords: ["firewall", "dc", "ips", "ids", "ports", "88"]),
        ExplainTopic(
            "test-simply", "Test with one connector and as little in between as possible", .row,
            body: [
                """
                Leave one connector in the group until the sign-on works, place it beside the application, and \
                allow all traffic from it to domain controllers and backend for the test: firewalls in between \
                add reasons to fail. Add the other connectors, each with its own delegation rights, afterwards.
                """
            ],
            steps: [
                DocumentedFix(
                    "See that every connector of the group may delegate to the SPN.",
                    command:
                        """
                        Get-ADComputer -Filter "msDS-AllowedToDelegateTo -like '*'" -Properties \
                        msDS-AllowedToDelegateTo | Format-Table Name, msDS-AllowedToDelegateTo
                        """,
                    on: .anywhere)
            ],
            slugs: ["kdc-answers-differ", "backend-farm-inconsistent"],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Considerations: single connector, simple scenario"),
                SeedRow(
                    .kerberosConstrainedDelegation, "Considerations: firewalls, place the connector near its target"),
            ],
            keywords: ["simple", "firewall", "connector", "test"]),
        ExplainTopic(
            "sso-symptoms", "What failing single sign-on looks like to the user", .row,
            body: [
                """
                The browser shows that the configuration of Kerberos constrained delegation is incorrect, or that \
                authorization failed for missing permissions; either way the page is not shown. The same page \
                stands for failures at the domain controller (events 13019, 12027) and at the backend (13022): \
                the event and the capture tell which stage it was.
                """
            ],
            slugs: ["delegation-denied", "backend-rejected-ticket", "authorization-denied"],
            seedRows: [
                SeedRow(
                    .kerberosConstrainedDelegation,
                    """
                    Symptoms: incorrect Kerberos constrained delegation configuration
                    """),
                SeedRow(.kerberosConstrainedDelegation, "Symptoms: authorization failed due to missing permissions"),
            ],
            keywords: ["symptom", "browser", "error", "page"]),
        ExplainTopic(
            "delegation-service-checks", "Stage delegation service: what to check at the directory", .row,
            body: [
                """
                The application's name in DNS is an A record, no CNAME, or the ticket is asked for under another \
                name than the portal's. The connector may delegate to exactly that SPN, with any authentication \
                protocol. The SPN exists once. No policy limits the size of tokens below what the user's groups \
                need.
                """
            ],
            steps: [
                DocumentedFix("A record or alias?", command: "Resolve-DnsName <INTERNAL_HOST>", on: .connector),
                DocumentedFix(
                    "Delegation rights.",
                    command: Commands.showConnectorDelegation,
                    on: .anywhere),
                DocumentedFix("Duplicates.", command: Commands.listDuplicateSPNs, on: .anywhere),
                DocumentedFix(
                    "Token size.",
                    command:
                        "reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters /v MaxTokenSize",
                    on: .connector),
                DocumentedFix(
                    "Record the exchange with the domain controller.", command: Commands.pktmon, on: .capture),
            ],
            slugs: [
                "spn-from-cname", "delegation-denied", "user-ticket-not-forwardable", "spn-duplicate",
                "ticket-oversized", "request-header-too-long",
            ],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Stage: delegation service"),
                SeedRow(.kerberosConstrainedDelegation, "Delegation service: A record, not CNAME"),
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Delegation service: rights to delegate to the target SPN, Use any authentication protocol"),
                SeedRow(.kerberosConstrainedDelegation, "Delegation service: only one instance of the SPN (setspn -x)"),
                SeedRow(.kerberosConstrainedDelegation, "Delegation service: maximum token size"),
                SeedRow(.kerberosConstrainedDelegation, "Delegation service: network trace"),
            ],
            keywords: ["cname", "duplicate", "maxtokensize", "trace", "spn"]),
        ExplainTopic(
            "kerberos-or-ntlm", "Kerberos or NTLM? Reading the token", .row,
            body: [
                """
                NTLM messages begin TlRMTVNTUAAB in base64, which is NTLMSSP and message type 1. Kerberos and \
                SPNEGO tokens begin with 60 in hexadecimal: YII for lengths from 256 to 16383 bytes, YIJ and \
                later letters for longer ones, YIG or YH for shorter. So a missing YII proves nothing, and the \
                oversized tickets are just those that do not begin so; this tool decodes the token instead.
                """,
                """
                To prove that Kerberos works, take NTLM out of the site's providers for a test and open the page \
                on the connector. Fiddler in between needs Extended Protection switched off meanwhile. Then put \
                Negotiate first, NTLM beneath it (plain Negotiate, not Negotiate:Kerberos and not \
                Negotiate:PKU2U).
                """,
            ],
            steps: [
                DocumentedFix(
                    "Show the providers in their order.",
                    command: IISCommands.showWindowsAuthentication,
                    on: .backend),
                DocumentedFix(
                    "Take NTLM out for the test.",
                    command: IISCommands.removeNTLM,
                    on: .backend),
                DocumentedFix(
                    "Put it back beneath Negotiate.",
                    command: IISCommands.offerNTLMLast,
                    on: .backend),
            ],
            slugs: ["ntlm-fallback", "negotiate-not-offered", "ntlm-offered-first"],
            seedRows: [
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Target application: Kerberos or NTLM in the token (YII, TlRMTVNTUAAB)"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: Fiddler needs Extended Protection off"),
                SeedRow(
                    .kerberosConstrainedDelegation, "Target application: remove NTLM from the providers for a test"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: Negotiate topmost, NTLM beneath"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: Negotiate among the offered providers"),
            ],
            keywords: ["yii", "tlrmtvntuaab", "ntlmssp", "fiddler", "f12", "providers", "base64"]),
        ExplainTopic(
            "application-pool-identity", "Who decrypts the ticket: pool account, kernel mode, farms", .row,
            body: [
                """
                The account that holds the SPN must be the one whose key decrypts. With the application pool \
                under a domain account, that account holds the SPN and useAppPoolCredentials is true. With \
                kernel-mode authentication alone the machine account decrypts, which fails when the SPN is on the \
                service account, and on a farm fails for every server but one.
                """,
                """
                After a change purge the tickets on the backend and on the connector: old tickets are for the old \
                account. Extended Protection may be switched off for a test, above all for an application that is \
                a folder of a site with anonymous access; switch it on again.
                """,
            ],
            steps: [
                DocumentedFix("Which account holds the SPN?", command: Commands.findInternalSPN, on: .anywhere),
                DocumentedFix(
                    "Which account runs the pool?",
                    command: IISCommands.showApplicationPools,
                    on: .backend),
                DocumentedFix(
                    "Set useAppPoolCredentials.",
                    command: IISCommands.useApplicationPoolKey,
                    on: .backend),
                DocumentedFix("Purge the backend's tickets.", command: Commands.purgeAllSessions, on: .backend),
                DocumentedFix("Purge the connector's tickets.", command: Commands.purgeConnector, on: .connector),
            ],
            slugs: ["backend-rejected-ticket", "backend-key-mismatch", "backend-farm-inconsistent"],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Stage: target application"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: application pool account and SPN"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: setspn -q for the SPN"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: portal SPN equals the account's SPN"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: UseAppPoolCredentials"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: purge tickets after the change"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: kernel mode and farms"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: Extended Protection"),
            ],
            keywords: [
                "apppool", "useapppoolcredentials", "kernel", "farm", "identity", "extended", "protection", "purge",
            ]),
        ExplainTopic(
            "anonymous-first", "Applications that expect an anonymous request first", .row,
            body: [
                """
                The connector sends the ticket with the first request, unasked. Some applications (Tableau Server \
                is the known one) expect to be asked first: an anonymous request, their 401 with challenges, then \
                the token. They ignore or refuse the early one.
                """,
                """
                SPNEGO framing helps where the raw Kerberos token is what they cannot read; otherwise it is the \
                application's own configuration.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Let the connectors of the group send SPNEGO.",
                    command: Commands.wrapTokens,
                    on: .connector)
            ],
            slugs: ["anonymous-first-backend", "raw-krb5-token-refused", "request-refused"],
            seedRows: [
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Other scenarios: applications that expect an anonymous request first")
            ],
            keywords: ["tableau", "anonymous", "preemptive", "spnego"]),
        ExplainTopic(
            "double-hop", "Double hop: the application needs the user's identity for a third server", .row,
            body: [
                """
                A front end that fetches data from another server in the user's name, such as a report server \
                from a database, needs delegation of its own: the pool's account must be allowed to delegate to \
                the third service. The connector's rights do not extend there, and a capture on the connector \
                does not show it; capture on the front end.
                """
            ],
            steps: [
                DocumentedFix(
                    "Allow the pool's account to delegate to the third service.",
                    command: "Set-ADUser <POOL_ACCOUNT> -Add @{'msDS-AllowedToDelegateTo'=@('<THIRD_SPN>')}",
                    on: .domainController, effect: .directory),
                DocumentedFix("Capture on the front end.", command: Commands.pktmon, on: .capture),
            ],
            slugs: ["double-hop-failure", "application-error"],
            seedRows: [SeedRow(.kerberosConstrainedDelegation, "Other scenarios: double hop")],
            keywords: ["ssrs", "sql", "reporting", "tier", "second"]),
        ExplainTopic(
            "login-identity", "Users whose names differ on premises and in the cloud", .row,
            body: [
                """
                The connector impersonates the name that the application's delegated login identity says: the \
                UPN, an alternate UPN, the user part of one, or the SAM account name. Where the cloud's UPN is \
                none of Active Directory, the domain controller answers 6 KDC_ERR_C_PRINCIPAL_UNKNOWN. Guests and \
                Microsoft accounts have no account there at all.
                """
            ],
            steps: [
                DocumentedFix(
                    "Find the user by the name that the capture shows.",
                    command: "Get-ADUser -Filter \"UserPrincipalName -eq '<USER>' -or SamAccountName -eq '<USER>'\"",
                    on: .domainController),
                DocumentedFix("Choose the delegated login identity that matches.", on: .portal),
            ],
            slugs: ["user-unknown", "user-ambiguous"],
            seedRows: [SeedRow(.kerberosConstrainedDelegation, "Different identities on premises and in the cloud")],
            keywords: ["upn", "samaccountname", "identity", "alternate", "suffix"]),
        ExplainTopic(
            "silence", "Nothing on the wire: caches", .practice,
            body: [
                """
                Windows remembers for 15 minutes each what a domain controller refused, tickets in users' names, \
                and SPNs that do not exist. Within that time the same sign-on sends nothing, or only HTTP. An \
                empty capture proves nothing.
                """,
                """
                Purge the sessions of Network Service (0x3e4) and of the machine (0x3e7), restart the connector's \
                service, then capture and sign on.
                """,
            ],
            steps: [DocumentedFix("Purge and restart.", command: Commands.purgeConnector, on: .connector)],
            slugs: ["user-ticket-never-requested", "proxy-request-never-sent", "ticket-from-cache"],
            keywords: ["cache", "purge", "klist", "empty", "nothing", "15"]),
        ExplainTopic(
            "limits-of-a-capture", "What no capture can show", .practice,
            body: [
                """
                The flags, groups and authorization data of tickets are encrypted; Active Directory's settings \
                show only as a domain controller's verdict. The identity of an application pool, kernel mode and \
                the sub-status of a 401 are the web server's own. Inside TLS nothing is seen: neither the \
                portal's settings nor errors of the cloud, assignment or licence.
                """,
                """
                What fails locally, on the connector, sends nothing. Event ids are never on the wire: that a \
                finding explains an event is an inference.
                """,
            ],
            slugs: ["backend-encrypted", "capture-without-kerberos", "capture-without-backend"],
            keywords: ["limits", "encrypted", "tls", "pac", "flags"]),
    ]
}
