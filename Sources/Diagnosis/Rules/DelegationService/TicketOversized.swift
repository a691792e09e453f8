import Dissectors
import Exchanges

/// The ticket to the backend is very large.
final class TicketOversized: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "ticket-oversized",
        title: "The ticket of {user} to {spn} is very large: {size} octets",
        stage: .delegationService,
        severity: .warning,
        meaning: """
            The ticket that {user} got for {spn} has {size} octets, about {header} in the HTTP header that carries it. \
            Tickets grow with the groups of the user. Clients refuse tickets above their MaxTokenSize without a word \
            on the wire; web servers refuse headers above their own limits.
            """,
        evidence: """
            A TGS-REP whose ticket passes 12000 octets (the old default of MaxTokenSize; 48000 is the present one, \
            65535 the most). If no request to the backend follows, the client gave up; if the backend refuses the \
            header this is request-header-too-long.
            """,
        causes: [
            DocumentedCause(
                "groups", "The user is a member of very many groups, or carries a long SID history.",
                fixes: [
                    DocumentedFix(
                        "Count the user's groups, nested ones included.",
                        command: Commands.countGroups,
                        on: .anywhere),
                    DocumentedFix("Take the user out of groups that are not needed.", on: .domainController),
                ]),
            DocumentedCause(
                "limit", "A policy or an old default limits the size of tokens on {connector}.",
                fixes: [
                    DocumentedFix(
                        "Show the limit; nothing means the default of 48000.",
                        command:
                            """
                            Get-\
                            ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters' \
                            -Name MaxTokenSize
                            """,
                        on: .connector),
                    DocumentedFix(
                        "Raise it, on the connector and the backend, and restart both.",
                        command:
                            """
                            Set-\
                            ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters' \
                            -Name MaxTokenSize -Value 48000 -Type DWord
                            """,
                        on: .connector),
                ]),
        ],
        eventIDs: [13019, 13022],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation, "Delegation service: a policy that limits the size of Kerberos tokens")
        ],
        references: ["KB 327825", "RFC 4559 4.2"])

    /// The default of MaxTokenSize before Windows Server 2012.
    static let threshold: Int32 = 12_000

    static let keyedBy: SubjectParts = [.user, .service]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard let request = signOn.last(.s4U2Proxy)?.ticketRequest,
            request.outcome.isGranted, let last = request.last, last.ticketBytes > Self.threshold
        else { return }
        // With a request to the backend the size did no harm here, or its refusal says so itself.
        let gaveUp = signOn.transactions.isEmpty && signOn.captureContinues && last.ticketBytes > 48_000
        var observation = Observation(gaveUp ? .warning : .info, .medium, of: request)
        observation.occasion = signOn.id
        observation.details = [
            Detail("size", "\(last.ticketBytes)"), Detail("header", "\(Int64(last.ticketBytes) * 4 / 3)"),
        ]
        context.report(observation)
    }
}
