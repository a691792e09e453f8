import Collections
import ByteParsing
import PacketModel
import Dissectors
import Exchanges

/// The connector holds a ticket in the user's name and never asks to delegate it.
final class ProxyRequestNeverSent: TicketRequestRule, SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "proxy-request-never-sent",
        title: "{account} got a ticket of {user} and never asked to delegate it",
        stage: .delegationService,
        severity: .warning,
        meaning: """
            {account} got a ticket of {user} to itself (S4U2Self), and then sent no request for a ticket to any \
            backend, though the capture goes on. A Windows client does so when the ticket is not forwardable: it knows \
            that the domain controller would refuse, and fails without a packet.
            """,
        evidence: """
            S4U2Self granted, no S4U2Proxy after it, no error. Within 15 minutes of a refusal a Windows client repeats \
            the refusal from its cache. Programs that only want to know a user's groups also stop here: then nothing \
            is wrong, and this stays information.
            """,
        causes: [
            DocumentedCause(
                "kerberos-only", "{account} is set to \"Use Kerberos only\", so the user's ticket is not forwardable.",
                fixes: [
                    Remedies.showDelegation, Remedies.anyProtocol, Remedies.purgeNetworkService,
                    Remedies.purgeMachine, Remedies.restartConnector,
                ]),
            DocumentedCause(
                "user-protected",
                "{user} is marked \"sensitive and cannot be delegated\" or is a member of Protected Users.",
                fixes: [
                    Remedies.showUser, UserTicketNotForwardable.clearSensitive, UserTicketNotForwardable.leaveProtected,
                ]),
            DocumentedCause(
                "negative-cache", "The connector was refused before and repeats that from its cache for 15 minutes.",
                fixes: [
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector, Remedies.capture,
                ]),
            DocumentedCause(
                "spn-empty",
                "The portal has no SPN for the application: the connector logs event 13020 and asks for nothing.",
                fixes: [Remedies.portalSPN]),
        ],
        cannotTell: ["Why a client sends nothing: its decision and its caches are not on the wire."],
        eventIDs: [13019, 13020, 12027],
        seedRows: [
            SeedRow(.troubleshoot, "13020: the backend server SPN is not defined"),
            SeedRow(
                .kerberosConstrainedDelegation,
                "Delegation service: rights to delegate to the target SPN, Use any authentication protocol"),
        ],
        references: ["MS-SFU 3.1.5.2.1", "KB 837361"],
        consequenceOf: [
            "user-ticket-not-forwardable", "delegation-denied", "delegation-not-configured",
            "delegation-target-not-listed", "spn-unknown", "kdc-unreachable",
        ])

    static let keyedBy: SubjectParts = [.account, .user]

    private let delegating = RefCell(BoundedTable<NameID, Bool>(maximumCount: 256))
    private var stopped = BoundedTable<UInt64, SignOn>(maximumCount: 256)

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.kind == .delegated, signOn.captureContinues, signOn.last(.s4U2Proxy) == nil,
            let request = signOn.last(.s4U2Self)?.ticketRequest, request.outcome.isGranted,
            !request.userIsRequester(context), !signOn.transactions.contains(where: { $0.credential != .none })
        else { return }
        stopped.set(signOn.id, signOn)
    }

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard request.kind == .s4U2Proxy else { return }
        let account = context.fold(request.requester.name)
        if !delegating.value.holds(account), !request.isSelfProbe(context) { delegating.value.set(account, true) }
    }

    // The account may still delegate somebody, and the user may be tried again.
    func finish(_ context: RuleContext) {
        var tries: [Subjects: Int] = [:]
        for (id, signOn) in stopped.entries {
            guard let request = signOn.last(.s4U2Self)?.ticketRequest else { continue }
            let key = Subjects(of: request).folded(context).masked(to: Self.keyedBy)
            tries[key, default: 0] += 1
            // A program may only want to know the user's groups. Not so where the request to the backend
            // then failed, or where an account that delegates others tries this user in vain again.
            let failed = signOn.outcome == .failed && !signOn.transactions.isEmpty
            let again = delegating.value.holds(context.fold(request.requester.name)) && tries[key, default: 0] > 1
            var observation = Observation(
                failed ? .error : again ? .warning : .info, failed || again ? .medium : .low, of: request)
            observation.subjects.service = .none
            observation.occasion = id
            if let transaction = signOn.transactions.last {
                observation.evidence += Evidence.of(transaction)
                observation.connections.append(ConnectionKey(of: transaction))
                observation.subjects.backend = transaction.server
            }
            context.report(observation)
        }
    }
}
