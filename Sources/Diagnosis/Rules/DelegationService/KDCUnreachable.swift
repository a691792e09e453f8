import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges
import Flows

/// A domain controller does not answer on port 88.
final class KDCUnreachable: NoReplyRule, ConnectionRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-unreachable",
        title: "The domain controller {kdc} does not answer {connector} on port 88",
        stage: .delegationService,
        severity: .error,
        meaning: """
            {connector} tried to reach the Kerberos service of {kdc} and got no answer: {how}. Connectors must reach \
            every domain controller of every realm involved, not only those of their own site.
            """,
        evidence: """
            A SYN or datagram to port 88 sent again without an answer, refused by RST, or answered by an ICMP error. A \
            connection that is cut after the request is kdc-connection-reset; UDP that is silent while TCP works is \
            kdc-udp-unanswered. If another domain controller answered in its place this is a warning: it costs time. \
            One request that nobody repeats, from a host that no domain controller ever answered, to one that answers \
            others, is a probe and only a remark; what cannot be decoded is no request, and a host that looks for open \
            ports on whole networks is no client.
            """,
        causes: [
            DocumentedCause(
                "firewall", "A firewall between {connector} and {kdc} drops or refuses port 88.",
                fixes: [Remedies.testPort, Remedies.openPorts]),
            DocumentedCause(
                "server-down", "{kdc} is down, or its Kerberos service is stopped.",
                fixes: [
                    DocumentedFix("Look at the service.", command: "Get-Service kdc", on: .domainController),
                    DocumentedFix(
                        "Find another domain controller for the realm.", command: Commands.locateController,
                        on: .connector),
                ]),
            DocumentedCause(
                "stale-dns", "DNS still names a domain controller that no longer exists.",
                fixes: [
                    DocumentedFix(
                        "Compare the records with the domain controllers that exist.",
                        command: Commands.listControllers, on: .connector)
                ]),
        ],
        cannotTell: ["What dropped the packets: silence has no sender."],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Prerequisites: connectors must not be restricted to the DCs of their site"),
            SeedRow(
                .kerberosConstrainedDelegation,
                "Prerequisites: referrals lead to DCs of other domains, allow that traffic too"),
            SeedRow(
                .kerberosConstrainedDelegation,
                "Prerequisites: allow all traffic from the connector to the DCs while testing"),
        ],
        references: ["RFC 4120 7.2"])

    static let keyedBy: SubjectParts = [.connector, .kdc]

    /// Who asked whom.
    private struct Pair: QuicklyHashed {
        var client: IPAddress
        var kdc: IPAddress

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, kdc.hashWord) }
    }
    private var refusals = BoundedTable<UInt64, ConnectionSummary>(maximumCount: 512)
    /// Who asked whom again when there was no answer, as clients do that mean it.
    private var insistent = BoundedTable<Pair, Bool>(maximumCount: 1024)
    /// Who knocked at so many doors as no client of a domain does.
    private var scanners: Set<IPAddress> = []
    private static let mostServers = 32

    static func concerns(_ connection: ConnectionSummary) -> Bool { connection.isRefusedByController }

    func visit(connection: ConnectionSummary, _ context: RuleContext) {
        refusals.set(connection.flow.rawValue, connection)
    }

    func visit(noReplyTo request: TicketRequest, _ context: RuleContext) {
        var isSilent = false
        for index in 0..<request.attemptCount {
            guard case .unanswered = request.attempt(index).outcome else { continue }
            if Self.isSilent(request.facts.attempts[index]) { isSilent = true }
        }
        if isSilent { visit(silent: request, context) }
    }

    /// A request with an attempt without an answer.
    private func visit(silent request: TicketRequest, _ context: RuleContext) {
        let silent = request.facts.attempts.filter { Self.isSilent($0) }
        let answered = request.facts.attempts.filter { attempt in
            if case .unanswered = attempt.outcome { return false }
            return true
        }
        for attempt in silent where !answered.contains(where: { $0.kdc.address == attempt.kdc.address }) {
            let isLast = request.facts.attempts.last.map { $0.kdc.address == attempt.kdc.address } ?? false
            var failed = false
            if case .unanswered = request.outcome, isLast { failed = true }
            var observation = Observation(
                failed ? max(request.failureSeverity, .warning) : .warning, .high, of: request)
            observation.evidence = Evidence.of(attempt)
            observation.connections = [ConnectionKey(of: attempt)]
            observation.subjects.kdc = attempt.kdc.address
            observation.subjects.realm = request.realms.last ?? request.serviceRealm
            observation.details = [Detail("how", Self.words(attempt))]
            if attempt.requestCopies > 0 || request.attemptCount > 1 || request.signOn != nil {
                insistent.addOnce(Pair(client: request.client, kdc: attempt.kdc.address), true)
            }
            context.report(observation)
        }
    }

    /// Whether nothing came back although it should have: for long enough, or for so long that the
    /// client asked again.
    private static func isSilent(_ attempt: KerberosExchange) -> Bool {
        switch attempt.outcome {
        case .unanswered(.silence), .unanswered(.icmp): return true
        case .unanswered(.captureEnded):
            guard attempt.requestCopies > 0, let first = attempt.requestTime, let last = attempt.lastRequestTime else {
                return false
            }
            return last.nanoseconds(since: first) >= 900_000_000
        default: return false
        }
    }

    private static func words(_ attempt: KerberosExchange) -> String {
        if case .unanswered(.icmp) = attempt.outcome { return "an ICMP error says that it cannot be reached" }
        return attempt.requestCopies > 0
            ? "the request was sent \(UInt64(attempt.requestCopies) + 1) times without a reply"
            : "the request had no reply"
    }

    /// Whether a host only probed: it never got an answer of a domain controller, it did not insist, and this one
    /// answers others.
    private func isProbe(_ client: IPAddress, _ kdc: IPAddress, _ context: RuleContext) -> Bool {
        !context.controllerAnswers.wasAnswered(client) && context.controllerAnswers.hasAnswered(kdc)
            && !insistent.holds(Pair(client: client, kdc: kdc))
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        // Who sends one datagram and goes is no connector that fails, and what it names no controller that does.
        guard finding.count == 1, let client = finding.subjects.connector, let kdc = finding.subjects.kdc,
            isProbe(client, kdc, context)
        else { return }
        finding.severity = .info
    }

    /// Learns from all refused connections who tried again, and who tried too many.
    private func readRefusals() {
        var doors: [IPAddress: Set<IPAddress>] = [:]
        for (_, connection) in refusals.entries {
            let (client, kdc) = (connection.client.endpoint.address, connection.server.endpoint.address)
            let isFirst = doors[client, default: []].insert(kdc).inserted
            if !isFirst || connection.client.synCount > 1 { insistent.addOnce(Pair(client: client, kdc: kdc), true) }
        }
        for (client, servers) in doors where servers.count > Self.mostServers { scanners.insert(client) }
    }

    // Only the end shows that a controller never answered, and who looked for open ports.
    func finish(_ context: RuleContext) {
        readRefusals()
        for (_, connection) in refusals.entries {
            let client = connection.client.endpoint.address
            let kdc = connection.server.endpoint.address
            // Who never spoke Kerberos, and tried whole networks, or once a controller that others reach, looks for
            // open ports.
            if !context.controllerAnswers.hasAsked(client), scanners.contains(client) || isProbe(client, kdc, context) {
                continue
            }
            let transports = context.controllerAnswers.transports(from: kdc, to: client)
            // It answers on TCP at other times: one lost connection is no verdict. Where it answered
            // over UDP that the reply needs TCP, that is the finding.
            if transports.contains(.tcp) || context.controllerAnswers.needsTCP(from: kdc, to: client) { continue }
            var subjects = Subjects()
            subjects.connector = client
            subjects.kdc = kdc
            subjects.realm = context.hosts.realm(of: kdc)
            var how = "a connection was refused (RST)"
            if connection.icmpFrame != nil {
                how = "an ICMP error says that it cannot be reached"
            } else if connection.server.resetFrame == nil {
                how = "the connection was tried \(connection.client.synCount) times without an answer"
            }
            // Without any answer a log-on or sign-on failed by it.
            let isAlone = !context.controllerAnswers.wasAnswered(client)
            var observation = Observation(
                isAlone ? .error : .warning, .high, subjects: subjects,
                evidence: connection.refusalEvidence)
            observation.connections = [
                ConnectionKey(
                    transport: .tcp, client: connection.client.endpoint, server: connection.server.endpoint)
            ]
            observation.occasion = Observation.occasion(ofFlow: connection.flow)
            observation.standing = Standing(of: .connection(connection))
            observation.details = [Detail("how", how)]
            context.report(observation)
        }
    }
}
