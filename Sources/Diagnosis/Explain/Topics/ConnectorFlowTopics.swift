/// The steps of the flowchart for connectors.
enum ConnectorFlowTopics {
    static let all: [ExplainTopic] = [
        ExplainTopic(
            "connector-group", "Which connector serves the application? Connector groups", .row,
            body: [
                """
                An application is served by the connectors of its group, any of them at any time. Find the group \
                of the application, then its connectors, and capture on the one that is used; for a test, leave \
                one connector in the group.
                """,
                """
                A new connector joins the default group. Without a connector in its group, or without a group, an \
                application is not served.
                """,
            ],
            steps: [
                DocumentedFix(
                    """
                    Open the application's Application Proxy page and read Connector Group; assign one if there \
                    is none.
                    """,
                    on: .portal),
                DocumentedFix(
                    "Open Application Proxy, Connectors: each must be Active and in the right group.", on: .portal),
                DocumentedFix(
                    "Install a connector where there is none (its service must then run).",
                    command: "Get-Service WAPCSvc", on: .connector),
            ],
            seedRows: [
                SeedRow(.debugConnectors, "1: Find the connector group assigned to the app"),
                SeedRow(.debugConnectors, "2: Install the connector and assign a group"),
            ],
            keywords: ["group", "assign", "install", "flowchart"]),
        ExplainTopic(
            "backend-proxy", "Does a proxy stand in the connector's way?", .row,
            body: [
                """
                The connector uses the outbound proxy of the system unless told otherwise, and its updater does \
                as well; both must agree. Requests to the backend go direct by default: a proxy there breaks \
                Kerberos or wants credentials of its own.
                """,
                """
                Look at the services' configuration files, at WinHTTP's proxy and at WPAD, and decide for one \
                way: all through the proxy with permission for Network Service and Local System, or all past it.
                """,
            ],
            steps: [
                DocumentedFix("Show WinHTTP's proxy.", command: Commands.showProxy, on: .connector),
                DocumentedFix(
                    "Show whether requests to the backend use a proxy (1) or not.",
                    command:
                        """
                        reg query "HKLM\\SOFTWARE\\Microsoft\\Microsoft AAD App Proxy Connector" /v \
                        UseDefaultProxyForBackendRequests
                        """,
                    on: .connector),
                DocumentedFix(
                    """
                    Set the same proxy, or none, in both configuration files: <system.net><defaultProxy> of \
                    ApplicationProxyConnectorService.exe.config and \
                    ApplicationProxyConnectorUpdaterService.exe.config.
                    """,
                    command:
                        """
                        notepad "$env:ProgramFiles\\Microsoft AAD App Proxy \
                        Connector\\ApplicationProxyConnectorService.exe.config"
                        """,
                    on: .connector),
            ],
            slugs: ["outbound-proxy-refused", "wpad-proxy-in-use", "backend-via-proxy"],
            seedRows: [
                SeedRow(.debugConnectors, "5: Check if a back-end proxy is in use"),
                SeedRow(.debugConnectors, "6: Update the connector and updater to use the back-end proxy"),
            ],
            keywords: ["proxy", "updater", "wpad", "defaultproxy", "bypass"]),
        ExplainTopic(
            "internal-url", "Does the application work on the connector itself?", .row,
            body: [
                """
                Open the internal URL in a browser on the connector. If it fails there, it cannot work through \
                Application Proxy: look at name resolution, routes, firewalls and the web server first. If it \
                works and signs you on without a prompt, look at delegation.
                """,
                """
                In the browser's tools (F12) the request's Authorization field shows what was used: Negotiate YI… \
                is Kerberos, TlRMTVNTUAAB is NTLM.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Resolve and reach it.",
                    command:
                        """
                        Resolve-DnsName <INTERNAL_HOST>; Test-NetConnection <INTERNAL_HOST> -Port 80; \
                        Test-NetConnection <INTERNAL_HOST> -Port 443
                        """,
                    on: .connector),
                DocumentedFix(
                    "Open it with the signed-on account.",
                    command:
                        """
                        Invoke-WebRequest -UseBasicParsing -UseDefaultCredentials http://<INTERNAL_HOST>/ | \
                        Select-Object StatusCode
                        """,
                    on: .connector),
                DocumentedFix("See whether a ticket was used.", command: "klist", on: .connector),
            ],
            slugs: ["backend-unreachable", "dns-failure", "backend-tls-failed", "ntlm-fallback"],
            seedRows: [
                SeedRow(.debugConnectors, "7: Load the app's internal URL on the connector server"),
                SeedRow(.debugConnectors, "8: Check internal network connectivity"),
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Target application: internal URL works in a browser on the connector"),
            ],
            keywords: ["browser", "url", "internal", "network", "reachable"]),
        ExplainTopic(
            "application-flow", "The connector is sound: go on with the application and its single sign-on", .row,
            body: [
                """
                When the connector is active, has its way to the cloud and reaches the application, what remains \
                is the application's own set-up and the sign-on: mode of single sign-on, SPN, delegated login \
                identity, delegation in the directory. That part is what a capture shows best.
                """
            ],
            steps: [
                DocumentedFix(
                    "Capture on the connector during one failing sign-on and analyse the file.",
                    command: Commands.pktmon, on: .capture)
            ],
            slugs: ["delegation-denied", "spn-unknown", "backend-rejected-ticket"],
            seedRows: [SeedRow(.debugConnectors, "10: If issues persist, application and single sign-on flows")],
            keywords: ["flowchart", "sso", "application"]),
    ]
}
