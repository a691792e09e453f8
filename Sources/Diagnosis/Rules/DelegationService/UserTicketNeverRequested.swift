import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// A connector reaches the backend without having asked for a ticket of any user.
final class UserTicketNeverRequested: TicketRequestRule, SignOnRule, TransactionRule {
    static let documentation = RuleDocumentation(
        slug: "user-ticket-never-requested",
        title: "{connector} asked for no user's ticket and sent its requests without credentials",
        stage: .delegationService,
        severity: .warning,
        meaning: """
            {connector} works as {account}, but asked for no ticket in any user's name, and the backend refused its \
            requests, which carry no credentials (401). The connector had no user to sign on, or was not told to.
            """,
        evidence: """
            Kerberos of a computer account, no S4U2Self and no S4U2Proxy of the same host, and HTTP requests of that \
            host without Authorization that end in 401 with a Negotiate challenge. Switched-off single sign-on and a \
            remembered refusal look the same.
            """,
        causes: [
            DocumentedCause(
                "no-upn",
                "The edge token carries no user principal name (event 13016): the STS does not send the claim.",
                fixes: [
                    DocumentedFix(
                        "Correct the UPN claim in the configuration of the security token service.", on: .portal)
                ]),
            DocumentedCause(
                "sso-off",
                """
                Single sign-on of the application is not set to integrated Windows authentication, or \
                pre-authentication is passthrough.
                """,
                fixes: [
                    DocumentedFix(
                        "Check the single sign-on mode and the pre-authentication method of the application.",
                        on: .portal)
                ]),
            DocumentedCause(
                "negative-cache", "The connector was refused before and repeats that from its cache for 15 minutes.",
                fixes: [
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector, Remedies.capture,
                ]),
        ],
        cannotTell: ["What the edge token held: it travels inside TLS."],
        eventIDs: [13016],
        seedRows: [SeedRow(.troubleshoot, "13016: no UPN in the edge token or in the access cookie")],
        references: ["RFC 4559 4"],
        consequenceOf: ["connector-account-unusable", "connector-password-mismatch", "clock-skew", "kdc-unreachable"])

    static let keyedBy: SubjectParts = [.connector, .backend]

    private struct Host {
        var logon: TicketRequest?
        var asksForUsers = false
        var sendsCredentials = false
        var refused: [HTTPTransaction] = []

        /// A host that does either is not one that never asks.
        var isCleared: Bool { asksForUsers || sendsCredentials }
    }
    /// Refused requests remembered for each host.
    private static let maximumRefused = 8
    private let hosts = RefCell(BoundedTable<IPAddress, Host>(maximumCount: 256))

    func visit(signOn: SignOn, _ context: RuleContext) {
        for transaction in signOn.transactions { note(transaction) }
    }

    func visit(transaction: HTTPTransaction, _ context: RuleContext) {
        note(transaction)
    }

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        let isComputer = context.isComputer(request.requester)
        hosts.value.update(request.client, initial: Host()) { host in
            if request.isForUser || !isComputer { host.asksForUsers = true }
            if host.isCleared, !host.refused.isEmpty { host.refused = [] }
            if isComputer, host.logon == nil, request.outcome.isGranted { host.logon = request }
        }
    }

    private func note(_ transaction: HTTPTransaction) {
        // Nothing else shows anything of the host.
        guard transaction.credential != .none || transaction.status == 401 else { return }
        hosts.value.update(transaction.client.address, initial: Host()) { host in
            if transaction.credential != .none { host.sendsCredentials = true }
            if host.isCleared {
                host.refused = []
            } else if transaction.status == 401, transaction.hasRequest,
                transaction.response?.challenges.isEmpty == false,
                host.refused.count < Self.maximumRefused
            {
                host.refused.append(transaction)
            }
        }
    }

    // The host may still ask for a user's ticket.
    func finish(_ context: RuleContext) {
        for (address, host) in hosts.value.entries {
            guard let logon = host.logon, !host.isCleared else { continue }
            for transaction in host.refused {
                guard let response = transaction.response,
                    response.challenges.contains(where: { context.names.equals($0.scheme, "negotiate") })
                else { continue }
                var subjects = Subjects()
                subjects.connector = address
                subjects.account = logon.requester.name
                subjects.accountRealm = logon.requesterRealm
                subjects.backend = transaction.server
                var observation = Observation(
                    .warning, .low, subjects: subjects,
                    evidence: Evidence.of(logon) + Evidence.of(transaction))
                observation.connections =
                    logon.facts.attempts.map(ConnectionKey.init(of:)) + [ConnectionKey(of: transaction)]
                observation.occasion = Observation.occasion(ofTransaction: transaction.id)
                context.report(observation)
            }
        }
    }
}
