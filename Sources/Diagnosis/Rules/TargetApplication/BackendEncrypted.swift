import PacketModel
import Dissectors
import Exchanges
import Flows

/// The connection to the backend is TLS: what happens in it is not seen.
final class BackendEncrypted: SignOnRule, ConnectionRule {
    static let documentation = RuleDocumentation(
        slug: "backend-encrypted",
        title: "The connection to {backend} is encrypted: the backend's answer is not in this capture",
        stage: .targetApplication,
        severity: .info,
        meaning: """
            The ticket for {spn} was issued, and a TLS connection to {backend} followed. Whether the backend accepted \
            the ticket is inside TLS. That the delegation itself worked is certain.
            """,
        evidence:
            """
            A TLS handshake from the connector, soon after it obtained a ticket in a user's name, and no readable \
            HTTP with that ticket.
            """,
        causes: [
            DocumentedCause(
                "tls", "The internal URL begins with https.",
                fixes: [
                    DocumentedFix(
                        "Give the session keys: in a SSLKEYLOGFILE of the client, or embedded in a pcapng file.",
                        on: .capture),
                    DocumentedFix("Or set the internal URL to http for a test, capture, and set it back.", on: .portal),
                    DocumentedFix(
                        "Or read the backend's log, where 401 has its sub-status.",
                        command: "Select-String -SimpleMatch ' 401 ' C:\\inetpub\\logs\\LogFiles\\W3SVC1\\*.log",
                        on: .backend),
                ])
        ],
        cannotTell: [
            "Status, challenges and tokens of the backend.",
            "Whether Extended Protection demands a channel binding: it matters only over TLS.",
        ],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Target application: Extended Protection")],
        references: ["RFC 8446", "RFC 5929"])

    static let keyedBy: SubjectParts = [.service, .backend]

    private var encrypted = Newest<ConnectionSummary>(maximumCount: 256)

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.transactions.isEmpty, let ticket = context.ticketsWithoutRequest.ticket(of: signOn) else { return }
        for connection in encrypted.all where ticket.mayLead(to: connection, context) {
            report(ticket, connection, context)
        }
    }

    static func concerns(_ connection: ConnectionSummary) -> Bool { connection.isTLS }

    func visit(connection: ConnectionSummary, _ context: RuleContext) {
        guard connection.mayLeadToBackend(context) else { return }
        for ticket in context.ticketsWithoutRequest.tickets.all where ticket.mayLead(to: connection, context) {
            report(ticket, connection, context)
        }
        encrypted.append(connection)
    }

    private func report(_ ticket: TicketsWithoutRequest.Ticket, _ connection: ConnectionSummary, _ context: RuleContext)
    {
        var observation = Observation(.info, .medium, subjects: ticket.subjects, evidence: [])
        if let frame = connection.client.firstDataFrame {
            observation.evidence.append(Evidence(frame, connection.firstTime, "TLS from the connector"))
        }
        if let frame = connection.server.firstDataFrame {
            observation.evidence.append(Evidence(frame, nil, "TLS from the backend"))
        }
        observation.subjects.backend = connection.server.endpoint
        observation.occasion = ticket.signOn
        observation.connections = [
            ConnectionKey(transport: .tcp, client: connection.client.endpoint, server: connection.server.endpoint)
        ]
        context.report(observation)
    }
}
