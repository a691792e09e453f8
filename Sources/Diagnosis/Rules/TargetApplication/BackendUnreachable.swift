import PacketModel
import Dissectors
import Exchanges
import Flows

/// The ticket was there, and no connection to the backend came about.
final class BackendUnreachable: SignOnRule, ConnectionRule {
    static let documentation = RuleDocumentation(
        slug: "backend-unreachable",
        title: "No connection to the backend {backend}: {failure}",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The connector had a ticket for {spn} and tried to connect to {backend}: {failure}. Kerberos is not at \
            fault; the web server cannot be reached from the connector.
            """,
        evidence: """
            SYNs to the backend that stay without answer, that are refused by RST, or that a router or host answers \
            with ICMP unreachable. A connection that was established and then reset is backend-connection-reset; a \
            request without answer is backend-timeout. A name that does not resolve leads to no connection at all.
            """,
        causes: [
            DocumentedCause(
                "firewall", "A firewall between connector and backend drops the connection.",
                fixes: [
                    DocumentedFix(
                        "Test from the connector.",
                        command: "Test-NetConnection {backend_address} -Port {backend_port}", on: .connector),
                    DocumentedFix("Open the port from every connector of the group to the backend.", on: .network),
                ]),
            DocumentedCause(
                "not-listening",
                "Nothing listens there: the site or its application pool is stopped, or bound to another port.",
                fixes: [
                    DocumentedFix(
                        "Show sites, states and bindings.",
                        command: IISCommands.listSites, on: .backend),
                    DocumentedFix("Show who listens.", command: "netstat -ano | findstr LISTENING", on: .backend),
                ]),
            DocumentedCause(
                "internal-url", "The internal URL names the wrong host, port or scheme.",
                fixes: [
                    DocumentedFix(
                        "Open the internal URL in a browser on the connector, and correct it where it fails.",
                        on: .portal),
                    DocumentedFix(
                        "See which address its name has.", command: Commands.resolveServiceHost, on: .connector),
                ]),
            DocumentedCause(
                "wrong-connector", "The connector stands in a network from which the application cannot be reached.",
                fixes: [
                    DocumentedFix("Assign the application to a connector group whose connectors reach it.", on: .portal)
                ]),
        ],
        cannotTell: [
            "Whether the address is the application's: the connection that failed followed the ticket, nothing more."
        ],
        eventIDs: [],
        seedRows: [
            SeedRow(.debugConnectors, "7: Load the app's internal URL on the connector server"),
            SeedRow(.debugConnectors, "8: Check internal network connectivity"),
        ],
        references: ["RFC 9293 3.5", "RFC 792"],
        consequenceOf: ["dns-failure"])

    static let keyedBy: SubjectParts = [.service, .backend]

    private var failed = Newest<ConnectionSummary>(maximumCount: 256)

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.transactions.isEmpty, let ticket = context.ticketsWithoutRequest.ticket(of: signOn) else { return }
        for connection in failed.all where ticket.mayLead(to: connection, context) {
            report(ticket, connection, context)
        }
    }

    static func concerns(_ connection: ConnectionSummary) -> Bool { connection.attemptFailure != nil }

    func visit(connection: ConnectionSummary, _ context: RuleContext) {
        guard connection.mayLeadToBackend(context) else { return }
        for ticket in context.ticketsWithoutRequest.tickets.all where ticket.mayLead(to: connection, context) {
            report(ticket, connection, context)
        }
        failed.append(connection)
    }

    private func report(_ ticket: TicketsWithoutRequest.Ticket, _ connection: ConnectionSummary, _ context: RuleContext)
    {
        guard let failure = connection.attemptFailure else { return }
        let server = connection.server.endpoint
        let isKnown = context.has(.backend, server.address, point: connection.point)
        var observation = Observation(
            .error, isKnown || server.port != 443 ? .high : .medium, subjects: ticket.subjects,
            evidence: connection.attemptEvidence)
        observation.subjects.backend = server
        observation.occasion = ticket.signOn
        observation.connections = [ConnectionKey(transport: .tcp, client: connection.client.endpoint, server: server)]
        observation.detail("failure", failure.text)
        observation.detail("backend_address", server.address.description)
        observation.detail("backend_port", String(server.port))
        if failure == .refused {
            observation.causes = ["not-listening", "internal-url", "firewall", "wrong-connector"]
        }
        context.report(observation)
    }
}
