/// Points on which the guides say different things, and what holds.
enum ContradictionTopics {
    static let all: [ExplainTopic] = [
        ExplainTopic(
            "contradiction-role", "Global Administrator or Application Administrator?", .contradiction,
            body: [
                """
                The installation guide of 2017 wants a Global Administrator for registering a connector; that of \
                2018, and the troubleshooting guide of 2019, are content with an Application Administrator.
                """,
                "The newer ones hold: Application Administrator suffices. A Global Administrator works as well.",
            ],
            seedRows: [
                SeedRow(.installConnector2017, "Verify admin is used to install the connector"),
                SeedRow(.installConnector, "Verify admin is used to install the connector"),
            ],
            keywords: ["role", "global", "administrator"]),
        ExplainTopic(
            "contradiction-ports", "Ports 9090 and 9091, or 443 and 80?", .contradiction,
            body: [
                """
                The guide of 2017 tests outbound ports 9090 and 9091 with a port-check page; the one of 2018 \
                tests 443 and 80.
                """,
                """
                The newer one holds: 443 for the service, 80 for revocation lists. 9090 and 9091 belonged to \
                older connectors, and rules for them can go.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Test what counts.",
                    command: Commands.testBootstrap,
                    on: .connector)
            ],
            slugs: ["cloud-port-blocked"],
            seedRows: [
                SeedRow(.installConnector2017, "Connectivity: port check page"),
                SeedRow(.installConnector, "Connectivity: port test 443 and 80"),
            ],
            keywords: ["9090", "9091", "443", "80", "port"]),
        ExplainTopic(
            "contradiction-kernel-mode", "\"Having this set to true breaks KCD\": what is \"this\"?", .contradiction,
            body: [
                """
                The guide on constrained delegation first wants UseAppPoolCredentials to be True, and then says \
                that having this set to true breaks delegation on a farm. The second sentence is about \
                kernel-mode authentication, which lets the machine account decrypt.
                """,
                """
                What holds: UseAppPoolCredentials true. Then kernel mode may stay on, because it decrypts with \
                the pool's account. Kernel mode on with UseAppPoolCredentials false is what breaks.
                """,
            ],
            steps: [
                DocumentedFix(
                    "Show both values.",
                    command: IISCommands.showWindowsAuthenticationAll,
                    on: .backend)
            ],
            slugs: ["backend-rejected-ticket", "backend-farm-inconsistent"],
            seedRows: [
                SeedRow(.kerberosConstrainedDelegation, "Target application: UseAppPoolCredentials"),
                SeedRow(.kerberosConstrainedDelegation, "Target application: kernel mode and farms"),
            ],
            keywords: ["kernel", "useapppoolcredentials", "useKernelMode", "farm"]),
        ExplainTopic(
            "contradiction-purge", "Purge tickets on the backend or on the connector?", .contradiction,
            body: [
                """
                The guide purges the tickets of all sessions on the backend after UseAppPoolCredentials was \
                changed. But tickets in users' names, and refusals, are cached on the connector, where they were \
                obtained.
                """,
                """
                Do both: the backend because the guide says so and it does no harm, the connector because the \
                next sign-on would use the old ticket for up to 15 minutes.
                """,
            ],
            steps: [
                DocumentedFix("On the backend.", command: Commands.purgeAllSessions, on: .backend),
                DocumentedFix("On the connector.", command: Commands.purgeConnector, on: .connector),
            ],
            slugs: ["backend-rejected-ticket"],
            seedRows: [SeedRow(.kerberosConstrainedDelegation, "Target application: purge tickets after the change")],
            keywords: ["purge", "klist", "cache"]),
        ExplainTopic(
            "contradiction-timed-out", "\"The connector timed out\": permissions or time?", .contradiction,
            body: [
                """
                The troubleshooting guide explains the connector's time-out by missing permissions of the user; \
                the flowchart for connectors lengthens the backend's time-out. Both occur: an application may \
                hang for a user it does not know, and it may simply be slow.
                """,
                """
                Let the capture decide. No answer within 85 seconds (180 with Long) is backend-timeout; a quick \
                401 or 403 is a matter of rights.
                """,
            ],
            slugs: ["backend-timeout", "authorization-denied"],
            seedRows: [
                SeedRow(
                    .troubleshoot,
                    "This corporate app can't be accessed right now: the connector timed out (permissions)"),
                SeedRow(.debugConnectors, "9: Lengthen the time-out value on the back end"),
            ],
            keywords: ["timeout", "permissions", "85", "180"]),
        ExplainTopic(
            "contradiction-caption", "TIRM or TlRM?", .contradiction,
            body: [
                """
                A caption of the guide on constrained delegation writes TIRMTVNTUAAB with a capital I. The prefix \
                of NTLM messages in base64 is TlRMTVNTUAAB, with a small L. Search for the latter.
                """,
                """
                The same guide says that Kerberos blobs start with YII: that holds for tokens of 256 to 16383 \
                bytes only.
                """,
            ],
            slugs: ["ntlm-fallback"],
            seedRows: [
                SeedRow(
                    .kerberosConstrainedDelegation,
                    "Target application: Kerberos or NTLM in the token (YII, TlRMTVNTUAAB)")
            ],
            keywords: ["tirm", "tlrm", "ntlmssp", "base64", "yii"]),
        ExplainTopic(
            "contradiction-12027", "Event 12027 without a definition", .contradiction,
            body: [
                """
                The guide on constrained delegation names 12027 in one breath with 13019, and no table of the \
                guides defines it.
                """,
                """
                Treat it as a companion of 13019: the ticket in the user's name could not be had. The cause \
                stands in 13019 and on the wire.
                """,
            ],
            slugs: ["delegation-denied"],
            seedRows: [SeedRow(.kerberosConstrainedDelegation, "Events 13019 and 12027")],
            keywords: ["12027", "13019"]),
    ]
}
