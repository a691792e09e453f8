import Collections
import PacketModel
import Dissectors
import Exchanges
import Flows

/// The connection to the KDC was cut after the request.
final class KDCConnectionReset: NoReplyRule, ConnectionRule, TickingRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-connection-reset",
        title: "The connection of {connector} to the domain controller {kdc} was cut after the request",
        stage: .delegationService,
        severity: .error,
        meaning: """
            {connector} reached {kdc} on port 88 and sent its request; instead of a reply the connection ended \
            ({how}). {ttl_text}
            """,
        evidence: """
            An AS-REQ or TGS-REQ followed by RST or FIN without a reply. A time-to-live of the RST unlike that of the \
            server's other packets hints at a device in between; an equal one proves nothing. A refused or unanswered \
            connection is kdc-unreachable.
            """,
        causes: [
            DocumentedCause(
                "inspection",
                """
                An intrusion prevention or inspection device between connector and domain controller cuts what it \
                dislikes.
                """,
                fixes: [
                    DocumentedFix(
                        "Take the device out of the path, or exempt port 88 between these hosts, and compare.",
                        on: .network),
                    DocumentedFix(
                        "Capture on the domain controller as well: a reset that it did not send came from in between.",
                        on: .capture),
                ]),
            DocumentedCause(
                "server",
                """
                The domain controller itself dropped the connection: overloaded, restarting, or it takes the \
                request for malformed.
                """,
                fixes: [
                    DocumentedFix(
                        "Read its log at that time.",
                        command: "Get-WinEvent -LogName System -MaxEvents 50", on: .domainController)
                ]),
        ],
        cannotTell: ["Who sent the reset: its address is that of the server either way."],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Prerequisites: no IPS or IDS between connectors and DCs")],
        references: ["RFC 4120 7.2.2", "RFC 9293 3.5.2"])

    static let keyedBy: SubjectParts = [.connector, .kdc]

    /// Time-to-live of a server's packets and of its RST, by flow.
    private var lifetimes = BoundedTable<UInt64, (usual: UInt8, reset: UInt8)>(maximumCount: 1024)
    private struct Cut {
        var request: TicketRequest
        var attempt: KerberosExchange
        var isReported = false
    }
    private var cut = BoundedTable<UInt64, Cut>(maximumCount: 512)

    static func concerns(_ connection: ConnectionSummary) -> Bool {
        connection.transport == .tcp && connection.server.endpoint.port == 88 && connection.server.resetFrame != nil
    }

    func visit(connection: ConnectionSummary, _ context: RuleContext) {
        lifetimes.set(connection.flow.rawValue, (connection.server.ttl, connection.server.resetTTL))
    }

    func visit(noReplyTo request: TicketRequest, _ context: RuleContext) {
        for index in 0..<request.attemptCount {
            let (outcome, transport, _) = request.attempt(index)
            guard transport == .tcp, outcome == .unanswered(.reset) || outcome == .unanswered(.closed) else { continue }
            let attempt = request.facts.attempts[index]
            cut.set(attempt.id, Cut(request: request, attempt: attempt))
        }
    }

    // A request comes before its flow has ended: the words depend on how it did.
    func tick(_ context: RuleContext) {
        if !cut.isEmpty { report(context) { lifetimes.holds($0.flow.rawValue) } }
    }

    func finish(_ context: RuleContext) { report(context) { _ in true } }

    private func report(_ context: RuleContext, where isRipe: (KerberosExchange) -> Bool) {
        for (id, known) in cut.entries where !known.isReported && isRipe(known.attempt) {
            cut.update(id, initial: known) { $0.isReported = true }
            let (request, attempt) = (known.request, known.attempt)
            var failed = false
            if case .unanswered = request.outcome { failed = true }
            var observation = Observation(failed ? max(request.failureSeverity, .warning) : .info, .medium, of: request)
            observation.subjects.kdc = attempt.kdc.address
            observation.evidence = Evidence.of(attempt)
            observation.connections = [ConnectionKey(of: attempt)]
            observation.details = [
                Detail("how", attempt.outcome == .unanswered(.reset) ? "it was reset" : "it was closed"),
                Detail("ttl_text", Self.hint(lifetimes[attempt.flow.rawValue])),
            ]
            context.report(observation)
        }
    }

    private static func hint(_ lifetime: (usual: UInt8, reset: UInt8)?) -> String {
        guard let lifetime, lifetime.usual > 0, lifetime.reset > 0 else {
            return "The packets do not tell who ended it."
        }
        if lifetime.usual == lifetime.reset {
            return
                """
                Its last packet has the same time-to-live (\(lifetime.usual)) as the server's others, which \
                proves nothing.
                """
        }
        return
            """
            Its last packet has another time-to-live (\(lifetime.reset)) than the server's others \
            (\(lifetime.usual)): a device in between may have sent it.
            """
    }
}
