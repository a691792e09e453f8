import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges
import Flows

/// A reply was too large for UDP and the client did not come back over TCP.
final class ResponseTooBigNoTCP: RefusalRule, ConnectionRule {
    static let documentation = RuleDocumentation(
        slug: "response-too-big-no-tcp",
        title: "{connector} did not get through to {kdc} over TCP after a reply too big for UDP",
        stage: .delegationService,
        severity: .error,
        meaning: """
            {kdc} answered KRB_ERR_RESPONSE_TOO_BIG (52): its reply does not fit a datagram, and the client must ask \
            again over TCP. No request over TCP followed, so the ticket was never issued.
            """,
        evidence: """
            KRB-ERROR 52 as the last word on a request, while the capture goes on. With a retry over TCP this is \
            normal; a retry that is cut off after the request is kdc-connection-reset.
            """,
        causes: [
            DocumentedCause(
                "tcp-blocked", "A firewall lets UDP 88 through but not TCP 88.",
                fixes: [Remedies.testPort, Remedies.openPorts]),
            DocumentedCause(
                "client", "The client cannot use TCP for Kerberos: an old library, or a setting.",
                fixes: [
                    DocumentedFix(
                        "In a krb5.conf allow TCP: remove udp_preference_limit, or set it to 1.", on: .connector)
                ]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Prerequisites: allow all traffic from the connector to the DCs while testing")
        ],
        references: ["RFC 4120 7.2.1", "RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.connector, .kdc]
    static let codes: Set<KerberosErrorCode> = [.responseTooBig]

    private struct Pair: QuicklyHashed {
        var client: IPAddress
        var kdc: IPAddress

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, kdc.hashWord) }
    }
    /// Requests whose last word was that the reply needs TCP, and connections that never came about.
    private var waiting = BoundedTable<UInt64, TicketRequest>(maximumCount: 256)
    private var refused = BoundedTable<Pair, ConnectionSummary>(maximumCount: 256)

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        waiting.set(request.id, request)
    }

    static func concerns(_ connection: ConnectionSummary) -> Bool { connection.isRefusedByController }

    func visit(connection: ConnectionSummary, _ context: RuleContext) {
        let pair = Pair(client: connection.client.endpoint.address, kdc: connection.server.endpoint.address)
        refused.set(pair, connection)
    }

    // The connection that failed may still come, or one that did not.
    func finish(_ context: RuleContext) {
        for (_, request) in waiting.entries {
            let connection = request.last.flatMap { refused[Pair(client: request.client, kdc: $0.kdc.address)] }
            let isCertain = connection != nil || request.captureContinues
            let severity = isCertain ? max(request.failureSeverity, .warning) : .info
            var observation = Observation(severity, isCertain ? .high : .low, of: request)
            if let connection {
                observation.evidence += connection.refusalEvidence
                observation.connections.append(
                    ConnectionKey(
                        transport: .tcp, client: connection.client.endpoint, server: connection.server.endpoint))
            }
            context.report(observation)
        }
    }
}
