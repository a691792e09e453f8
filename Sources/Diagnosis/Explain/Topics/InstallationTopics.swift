/// Registration and trust of a connector: nothing of it is on the wire between connector, domain
/// controller and backend.
enum InstallationTopics {
    static let all: [ExplainTopic] = [
        ExplainTopic(
            "registration-failed", "Connector registration failed: one or more errors occurred", .row,
            body: [
                """
                Two situations give this message. Either the sign-in window was closed before anybody signed in, \
                or it closed by itself at once, which means that the machine could not reach the sign-in page.
                """,
                """
                In the second case test the way to the internet with a browser on the connector and open the \
                ports and names that the connector needs.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Show the newest error of the connector.", command: Commands.newestError, on: .connector
                ),
                DocumentedFix(
                    "Test both ports.",
                    command:
                        """
                        Test-NetConnection login.microsoftonline.com -Port 443; Test-NetConnection \
                        login.microsoftonline.com -Port 80
                        """,
                    on: .connector),
                DocumentedFix(
                    "Run the wizard again and sign in.",
                    command: Commands.registerConnector, on: .connector),
            ],
            slugs: ["cloud-port-blocked", "outbound-proxy-refused"],
            seedRows: [
                SeedRow(.troubleshoot, "Registration failed: one or more errors occurred"),
                SeedRow(.troubleshoot, "Connector errors: where the reason of a failed registration stands"),
            ],
            keywords: ["wizard", "installation", "setup"]),
        ExplainTopic(
            "registration-window-error", "A clear error in the registration window, then it closes", .row,
            body: [
                """
                The user name or the password typed there was wrong. Try again, and sign in at \
                https://login.microsoftonline.com with the same credentials to be sure of them.
                """
            ],
            seedRows: [SeedRow(.troubleshoot, "Clear error in the registration window, cannot proceed")],
            keywords: ["password", "username", "wizard"]),
        ExplainTopic(
            "aadsts50059", "AADSTS50059: no tenant-identifying information", .row,
            body: [
                """
                The wizard was given a Microsoft account, or an account of a domain that does not belong to the \
                tenant, so no directory could be derived from it. Sign in with a work account of the tenant \
                itself: for a tenant contoso.com, one like admin@contoso.com.
                """
            ],
            seedRows: [SeedRow(.troubleshoot, "Registration failed: AADSTS50059")],
            keywords: ["tenant", "microsoft", "account", "registration"]),
        ExplainTopic(
            "execution-policy", "Failed to retrieve the current execution policy for PowerShell scripts", .row,
            body: [
                """
                The installer runs PowerShell scripts, and a group policy forbids them. Turn on Script Execution \
                (Computer Configuration, Administrative Templates, Windows Components, Windows PowerShell) must \
                be Not Configured, or Enabled with one of the two options Allow local scripts and remote signed \
                scripts or Allow all scripts.
                """
            ],
            steps: [
                DocumentedFix("Show the policy of every scope.", command: "Get-ExecutionPolicy -List", on: .connector),
                DocumentedFix(
                    "Show which group policy sets it.", command: "gpresult /h gp.html; Invoke-Item gp.html",
                    on: .connector),
                DocumentedFix("Edit it.", command: "gpedit.msc", on: .connector),
            ],
            seedRows: [
                SeedRow(.troubleshoot, "Connector errors: execution policy"),
                SeedRow(.troubleshoot, "Kerberos errors: execution policy"),
            ],
            keywords: ["powershell", "policy", "script", "group"]),
        ExplainTopic(
            "configuration-download-failed", "The connector failed to download its configuration", .row,
            body: [
                """
                Either its client certificate has expired, or a proxy stands between it and the internet and does \
                not let it through. The connector runs as Network Service and its updater as Local System: both \
                accounts need the way out, by permission on the proxy or by bypassing it.
                """,
                "A connector without configuration serves no application.",
            ],
            steps: [
                DocumentedFix(
                    "Renew the trust by hand.", command: Commands.registerConnector,
                    on: .connector),
                DocumentedFix("Show the proxy that services use.", command: Commands.showProxy, on: .connector),
                DocumentedFix(
                    """
                    Bypass the proxy altogether: <defaultProxy enabled="false"></defaultProxy> inside \
                    <system.net> of ApplicationProxyConnectorService.exe.config and of \
                    ApplicationProxyConnectorUpdaterService.exe.config, then restart both services.
                    """,
                    command: "Restart-Service WAPCSvc, WAPCUpdaterSvc", on: .connector),
            ],
            slugs: ["connector-certificate-expired", "outbound-proxy-refused", "wpad-proxy-in-use"],
            seedRows: [SeedRow(.troubleshoot, "Connector failed to download the configuration")],
            keywords: ["proxy", "certificate", "bypass", "config"]),
        ExplainTopic(
            "registration-denied", "The registration request was denied: the administrator's role", .row,
            body: [
                """
                The account that signed in to the wizard is no Application Administrator of the tenant. A \
                connector is always registered in the directory that owns the domain of that account, so an \
                administrator of another tenant does not help either.
                """,
                """
                To check: sign in at https://login.microsoftonline.com, open the directory's users, choose the \
                account, and read Directory role (Assigned roles). Who cannot open these pages does not have the \
                role.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Assign the role Application Administrator, or sign in with an account that has it.", on: .portal)
            ],
            seedRows: [
                SeedRow(.troubleshoot, "Registration failed: the registration request was denied"),
                SeedRow(.installConnector, "Verify admin is used to install the connector"),
                SeedRow(.installConnector, "Authentication of the admin"),
                SeedRow(.installConnector2017, "Verify admin is used to install the connector"),
            ],
            keywords: ["role", "administrator", "admin", "global", "application"]),
        ExplainTopic(
            "service-unreachable", "The connector was unable to connect to the service due to networking issues", .row,
            body: [
                """
                Outbound ports 443 and 80 of the connector must be open to *.msappproxy.net, \
                *.servicebus.windows.net, login.microsoftonline.com, login.windows.net and the revocation hosts \
                of the certificate authorities. A firewall, a proxy, or inspection of TLS in between is the usual \
                reason.
                """,
                """
                Inspection by a man in the middle breaks the connector even where ports are open, because it \
                authenticates with a client certificate.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Test the ports.",
                    command: Commands.testBootstrap,
                    on: .connector),
                DocumentedFix(
                    """
                    Capture on the connector while its service starts.
                    """, command: Commands.pktmon, on: .capture),
            ],
            slugs: [
                "cloud-port-blocked", "cloud-dns-failure", "outbound-proxy-refused", "tls-inspection",
                "revocation-check-blocked",
            ],
            seedRows: [
                SeedRow(.troubleshoot, "Connector unable to connect to the service due to networking issues"),
                SeedRow(.debugConnectors, "3: Run a port test on the connector server"),
                SeedRow(.debugConnectors, "4: Configure the domains and ports"),
                SeedRow(.installConnector, "Connectivity: port test 443 and 80"),
                SeedRow(.installConnector, "Connectivity: firewall and proxy, required domains"),
                SeedRow(.installConnector, "Connectivity: sign in at login.microsoftonline.com"),
                SeedRow(.installConnector2017, "Connectivity: port check page"),
                SeedRow(.installConnector2017, "Connectivity: firewall and proxy, *.msappproxy.net"),
                SeedRow(.installConnector2017, "Connectivity: sign in at login.microsoftonline.com"),
            ],
            keywords: ["firewall", "port", "443", "80", "telnet", "network", "url"]),
        ExplainTopic(
            "trust-certificate-support", "TLS 1.2 and SHA-512 for the trust certificate", .row,
            body: [
                """
                At installation the connector makes a certificate signed with SHA-512 and uses it over TLS 1.2. \
                The machine, and every proxy and firewall that takes part in the connection, must support both, \
                or the installation fails.
                """,
                """
                Windows Server 2012 R2 and older need the update of KB 2973337, which lets TLS 1.2 use SHA-512 \
                certificates. Ask whoever runs the outbound proxy and firewall whether SHA-512 passes.
                """,
            ],
            steps: [
                DocumentedFix(
                    "See whether the update is installed.", command: "Get-HotFix -Id KB2973337", on: .connector),
                DocumentedFix(
                    "Switch on TLS 1.2 for the system and for .NET, then restart the machine.",
                    command:
                        """
                        reg add HKLM\\SOFTWARE\\Microsoft\\.NETFramework\\v4.0.30319 /v SchUseStrongCrypto /t \
                        REG_DWORD /d 1 /f;\
                         reg add "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\
                        \\TLS 1.2\\Client" /v Enabled /t REG_DWORD /d 1 /f; reg add \
                        "HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS \
                        1.2\\Client" /v DisabledByDefault /t REG_DWORD /d 0 /f
                        """,
                    on: .connector),
            ],
            slugs: ["tls-version-too-old", "tls-without-sha512"],
            seedRows: [
                SeedRow(.installConnector, "Trust Establishment"),
                SeedRow(.installConnector, "Trust certificate: TLS 1.2 and KB 2973337"),
                SeedRow(.installConnector, "Trust certificate: proxy and firewall pass SHA-512"),
                SeedRow(.installConnector2017, "Trust certificate: TLS 1.2 and KB 2973337"),
                SeedRow(.installConnector2017, "Trust certificate: proxy and firewall pass SHA-512"),
            ],
            keywords: ["tls", "sha512", "sha-512", "kb2973337", "certificate"]),
        ExplainTopic(
            "connector-certificate", "The connector's client certificate: thumbprint and store", .row,
            body: [
                """
                The thumbprint of the certificate in use stands in TrustSettings.xml, and IsInUserStore beside it \
                says where the certificate is. false: made at installation or by Register-AppProxyConnector, in \
                the personal store of the local machine. true: renewed automatically, in the personal store of \
                Network Service.
                """,
                """
                It is issued by connectorregistrationca.msappproxy.net. Compare thumbprint and dates; an expired \
                one means event 1000.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Read thumbprint and store.",
                    command:
                        """
                        Get-Content "$env:ProgramData\\Microsoft\\Microsoft AAD Application Proxy \
                        Connector\\Config\\TrustSettings.xml"
                        """,
                    on: .connector),
                DocumentedFix(
                    """
                    IsInUserStore false: list the machine's certificates (or open certlm.msc, Personal, \
                    Certificates).
                    """,
                    command:
                        """
                        Get-ChildItem Cert:\\LocalMachine\\My | Where-Object Issuer -like \
                        '*connectorregistrationca.msappproxy.net*' | Format-List Thumbprint, NotAfter
                        """,
                    on: .connector),
                DocumentedFix(
                    """
                    IsInUserStore true: open a prompt as Network Service with PsExec (PsTools), run certmgr.msc \
                    in it, Personal, Certificates.
                    """,
                    command: "psexec -i -u \"nt authority\\network service\" cmd.exe", on: .connector),
            ],
            slugs: ["connector-certificate-expired"],
            seedRows: [
                SeedRow(.installConnector, "Client certificate: thumbprint in TrustSettings.xml"),
                SeedRow(.installConnector, "Client certificate: IsInUserStore true (Network Service)"),
                SeedRow(.installConnector, "Client certificate: IsInUserStore false (local machine)"),
            ],
            keywords: ["thumbprint", "trustsettings", "trustsettings.xml", "isinuserstore", "psexec", "certificate"]),
        ExplainTopic(
            "installation-log", "Where an installation leaves its log", .row,
            body: [
                """
                The installer writes into %TEMP% of the user who ran it; the first error there is usually the \
                cause. An installation needs three things: the way to the cloud service, a certificate that both \
                sides accept, and an administrator who may register.
                """
            ],
            steps: [
                DocumentedFix(
                    "List the newest logs.",
                    command: "Get-ChildItem $env:TEMP\\*.log | Sort-Object LastWriteTime -Descending", on: .connector)
            ],
            seedRows: [
                SeedRow(.installConnector, "Installation logs in %TEMP%"),
                SeedRow(.installConnector, "General problem areas: connectivity, trust, administrator"),
                SeedRow(.installConnector2017, "General problem areas: connectivity, trust, administrator"),
            ],
            keywords: ["temp", "install", "log", "setup"]),
        ExplainTopic(
            "connector-service", "Is the connector's service running?", .row,
            body: [
                """
                Microsoft AAD Application Proxy Connector must be running and start automatically; newer releases \
                call it Microsoft Entra private network connector. Its service name is WAPCSvc, that of the \
                updater WAPCUpdaterSvc. A stopped service sends nothing, so a silent capture may mean only this.
                """
            ],
            steps: [
                DocumentedFix(
                    "Show both services.",
                    command: "Get-Service WAPCSvc, WAPCUpdaterSvc | Format-Table Name, Status, StartType",
                    on: .connector),
                DocumentedFix("Start it.", command: "Start-Service WAPCSvc", on: .connector),
            ],
            slugs: ["capture-without-kerberos"],
            seedRows: [SeedRow(.troubleshoot, "Connector service enabled and running")],
            keywords: ["service", "stopped", "running", "services"]),
        ExplainTopic(
            "connector-logs", "Where the connector writes its events, and how to get more", .row,
            body: [
                """
                Event Viewer, Applications and Services Logs, Microsoft, AadApplicationProxy, Connector, Admin. \
                Note activity id and time of the user's error page: they lead to the event, and the event's time \
                to the frames of a capture.
                """,
                """
                For more, show analytic and debug logs in Event Viewer and enable the Session log beside Admin; \
                switch it off again afterwards.
                """,
            ],
            steps: [
                DocumentedFix("Read the newest events.", command: Commands.connectorLog, on: .connector),
                DocumentedFix(
                    "Read the newest error of the application log.", command: Commands.newestError,
                    on: .connector),
            ],
            seedRows: [
                SeedRow(.troubleshoot, "Event Viewer: Admin log"),
                SeedRow(.troubleshoot, "Session logs"),
                SeedRow(.kerberosConstrainedDelegation, "Delegation service: where the event log is"),
                SeedRow(.kerberosConstrainedDelegation, "Delegation service: activity id and time of the error page"),
            ],
            keywords: ["event", "viewer", "log", "admin", "session", "activity"]),
    ]
}
