/// The events of the connector's Admin log.
enum EventTopics {
    static let all: [ExplainTopic] = [
        ExplainTopic(
            "event-12008", "Event 12008: too many Kerberos attempts at the backend", .event(12008),
            body: [
                """
                The connector sent Kerberos credentials to the backend until its limit of attempts was reached, \
                and every answer was a refusal. The domain controller is not the problem: it issued the ticket.
                """,
                """
                On the wire this is a row of requests with tokens, each answered by 401. The usual reasons are a \
                ticket that the web server cannot decrypt (the SPN belongs to another account than the \
                application pool's) and clocks that differ by more than five minutes.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Find the account that holds the SPN, and compare with the application pool's identity.",
                    command: Commands.findInternalSPN, on: .anywhere),
                DocumentedFix(
                    "Compare the clocks of connector and backend.",
                    command: Commands.compareBackendClock, on: .connector),
                DocumentedFix(
                    "Capture both halves on the connector: port 88 and the backend's port.",
                    command: Commands.pktmon, on: .capture),
            ],
            slugs: ["backend-401-loop", "backend-rejected-ticket", "clock-skew"],
            seedRows: [SeedRow(.troubleshoot, "12008: maximum number of Kerberos attempts exceeded")],
            keywords: ["loop", "attempts", "401", "maximum"]),
        ExplainTopic(
            "event-12027", "Event 12027: the companion of 13019", .event(12027),
            body: [
                """
                The guide on constrained delegation shows 12027 beside 13019 and never defines it. Read it as a \
                sign of the same failure: the connector could not obtain a ticket in the user's name from a \
                domain controller.
                """,
                "Take the cause from the 13019 of the same moment, and from the exchange on port 88.",
            ],
            steps: [DocumentedFix("List both events together.", command: Commands.connectorLog, on: .connector)],
            slugs: ["delegation-denied", "user-ticket-not-forwardable", "spn-unknown"],
            seedRows: [SeedRow(.kerberosConstrainedDelegation, "Events 13019 and 12027")],
            keywords: ["delegation"]),
        ExplainTopic(
            "event-13016", "Event 13016: no UPN in the edge token", .event(13016),
            body: [
                """
                The connector was asked to sign a user on and found no user principal name in the token or cookie \
                that came with the request. Without a name there is nobody to impersonate, so nothing at all is \
                sent to a domain controller.
                """,
                """
                The cause lies before the connector: the security token service (AD FS, or another identity \
                provider in front of the tenant) does not issue the UPN claim. In a capture this looks like a \
                connector that is busy with its service and never speaks Kerberos for a user.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Show the claim rules of the relying party; the UPN must be among the issued claims.",
                    command: "Get-AdfsRelyingPartyTrust | Format-List Name, IssuanceTransformRules", on: .anywhere),
                DocumentedFix(
                    "See whether the user has a UPN at all.",
                    command: "Get-ADUser <USER> -Properties UserPrincipalName | Select-Object UserPrincipalName",
                    on: .domainController),
                DocumentedFix(
                    "Check the delegated login identity of the application's single sign-on page.", on: .portal),
            ],
            slugs: ["user-ticket-never-requested"],
            seedRows: [SeedRow(.troubleshoot, "13016: no UPN in the edge token")],
            keywords: ["upn", "sts", "claim", "edge", "token", "cookie"]),
        ExplainTopic(
            "event-13019", "Event 13019: no Kerberos ticket because of a general API error", .event(13019),
            body: [
                """
                Windows told the connector that the ticket in the user's name could not be had. The event is the \
                same for a dozen causes; the code that the domain controller sent tells them apart, and it is on \
                the wire, on port 88.
                """,
                """
                The common ones: the connector's account may not delegate to this SPN (13 KDC_ERR_BADOPTION), the \
                SPN does not exist (7), the user is unknown in Active Directory or cannot be used (6, 18), the \
                user is protected against delegation, the clocks differ (37), or no domain controller of a realm \
                can be reached. The connector must be member of the domain, or of one that trusts it in both \
                directions.
                """,
            ],
            steps: [
                DocumentedFix(
                    """
                    Capture while a user signs on, after purging the connector's tickets: failures are remembered \
                    for 15 minutes.
                    """,
                    command: Commands.purgeConnector, on: .connector),
                DocumentedFix("Record the traffic.", command: Commands.pktmon, on: .capture),
                DocumentedFix(
                    "Show what the connector may delegate to.",
                    command: Commands.showConnectorDelegation,
                    on: .anywhere),
                DocumentedFix(
                    "Check the connector's membership and its secure channel.",
                    command: Commands.testChannel, on: .connector),
                DocumentedFix(
                    "Compare its clock with the domain controller's.",
                    command: "w32tm /stripchart /computer:<KDC> /samples:3 /dataonly", on: .connector),
            ],
            slugs: [
                "delegation-denied", "delegation-target-not-listed", "delegation-not-configured",
                "user-ticket-not-forwardable", "spn-unknown", "user-unknown", "user-account-unusable", "clock-skew",
            ],
            seedRows: [
                SeedRow(.troubleshoot, "13019: general API error"),
                SeedRow(.kerberosConstrainedDelegation, "Events 13019 and 12027"),
            ],
            keywords: ["api", "ticket", "general"]),
        ExplainTopic(
            "event-13020", "Event 13020: the backend's SPN is not defined", .event(13020),
            body: [
                """
                The connector has no usable service principal name for the application: the field in the portal \
                is empty or wrong, or the domain controller knows no account with that name.
                """,
                """
                On the wire the second case is 7 KDC_ERR_S_PRINCIPAL_UNKNOWN in answer to the SPN. In the first \
                case the ticket of the user to the connector is asked for and nothing follows.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Compare the Internal Application SPN of the single sign-on page with the directory.",
                    command: Commands.findInternalSPN, on: .anywhere),
                DocumentedFix(
                    "Register it where it is missing; -S refuses duplicates.",
                    command: "setspn -S http/<INTERNAL_HOST> <POOL_ACCOUNT>", on: .anywhere, effect: .directory),
                DocumentedFix(
                    "Check the connector's membership in the domain and the clocks, as for 13019.",
                    command: Commands.testChannel, on: .connector),
            ],
            slugs: ["spn-unknown", "proxy-request-never-sent", "connector-account-unusable"],
            seedRows: [SeedRow(.troubleshoot, "13020: backend SPN not defined")],
            keywords: ["spn", "undefined"]),
        ExplainTopic(
            "event-13022", "Event 13022: the backend answers Kerberos with 401", .event(13022),
            body: [
                """
                The ticket was issued and sent, and the web server refused it. Everything between connector and \
                domain controller works; look at the web server.
                """,
                """
                A rejecting token or an error code in the answer names the reason: 41 or 31 the wrong key, 37 the \
                clock, 34 a replay. A bare 401 leaves the account of the SPN, kernel-mode authentication, the \
                list of providers and Extended Protection as candidates, in this order.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Find the account that holds the SPN.", command: Commands.findInternalSPN, on: .anywhere),
                DocumentedFix(
                    "Show providers, useAppPoolCredentials, kernel mode and Extended Protection of the site.",
                    command: IISCommands.showWindowsAuthenticationAll,
                    on: .backend),
                DocumentedFix(
                    "Compare the clocks.", command: Commands.compareBackendClock,
                    on: .connector),
                DocumentedFix(
                    "Capture connector and backend; over http for the test, as TLS hides the token.",
                    command: Commands.pktmon, on: .capture),
            ],
            slugs: [
                "backend-rejected-ticket", "backend-key-mismatch", "clock-skew", "negotiate-not-offered",
                "backend-401-loop",
            ],
            seedRows: [
                SeedRow(.troubleshoot, "13022: backend responds to Kerberos with 401"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: event 13022"),
            ],
            keywords: ["401", "backend", "forbidden"]),
        ExplainTopic(
            "event-1000", "Event 1000: the connector's trust certificate has expired", .event(1000),
            body: [
                """
                The connector authenticates to its cloud service with a client certificate that it renews by \
                itself. A connector that was off, or cut off, for months missed the renewal; the certificate ran \
                out, and the service refuses it.
                """,
                """
                No user can be served through this connector until it is registered again. Over TLS 1.3 the wire \
                does not show it.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Register the connector again (an Application Administrator signs in).",
                    command: Commands.registerConnector, on: .connector),
                DocumentedFix("Or uninstall and install it again: the installation registers it.", on: .connector),
                DocumentedFix(
                    "Look at the present certificate first, if in doubt: see the topic connector-certificate.",
                    on: .connector),
            ],
            slugs: ["connector-certificate-expired"],
            seedRows: [SeedRow(.installConnector, "Renew the client certificate: event 1000")],
            keywords: ["certificate", "expired", "trust", "register", "registration"]),
    ]
}
