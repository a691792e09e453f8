import PacketModel
import Dissectors
import Exchanges
import Flows

/// The ticket was there, and no connection to the backend came about.
struct BackendUnreachable: Rule {
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
                        command: "& $env:windir\\system32\\inetsrv\\appcmd.exe list site", on: .backend),
                    DocumentedFix("Show who listens.", command: "netstat -ano | findstr LISTENING", on: .backend),
                ]),
            DocumentedCause(
                "internal-url", "The internal URL names the wrong host, port or scheme.",
                fixes: [
                    DocumentedFix(
                        "Open the internal URL in a browser on the connector, and correct it where it fails.",
                        on: .portal),
                    DocumentedFix(
                        "See which address its name has.", command: "Resolve-DnsName {spn_host}", on: .connector),
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
    static let interests: UnitInterests = [.withoutRequest, .failedConnection]

    private var waiting = TicketsWithoutRequest()
    private var failed = Newest<ConnectionSummary>(maximumCount: 256)

    init() {}

    mutating func see(_ unit: Unit, _ context: RuleContext) {
        switch unit {
        case .signOn(let signOn):
            guard let ticket = waiting.add(signOn, context) else { return }
            for connection in failed.all where ticket.mayLead(to: connection, context) {
                report(ticket, connection, context)
            }
        case .connection(let connection):
            guard connection.attemptFailure != nil, connection.mayLeadToBackend(context) else { return }
            for ticket in waiting.tickets.all where ticket.mayLead(to: connection, context) {
                report(ticket, connection, context)
            }
            failed.append(connection)
        case .ticketRequest, .transaction, .clocks, .capture: return
        }
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

/// Why a connection did not come about.
enum AttemptFailure {
    case refused, unreachable, silent

    /// The words used in output.
    var text: String {
        switch self {
        case .refused: "refused (RST in answer to SYN)"
        case .unreachable: "ICMP unreachable"
        case .silent: "SYN without answer"
        }
    }
}

extension ConnectionSummary {
    /// Why this connection was never established; nil where it was, or where one cannot say.
    var attemptFailure: AttemptFailure? {
        guard transport == .tcp, client.synCount > 0, server.synCount == 0, server.payloadBytes == 0,
            client.payloadBytes == 0
        else { return nil }
        if server.resetFrame != nil { return .refused }
        if icmpFrame != nil { return .unreachable }
        return client.synCount > 1 && server.packets == 0 ? .silent : nil
    }

    /// SYNs, and what came back.
    var attemptEvidence: [Evidence] {
        var out: [Evidence] = []
        if let frame = client.synFrame { out.append(Evidence(frame, firstTime, "SYN")) }
        if let frame = client.lastSynFrame, frame != client.synFrame {
            out.append(Evidence(frame, nil, "SYN again, \(client.synCount) in all"))
        }
        if let frame = server.resetFrame { out.append(Evidence(frame, server.resetTime, "RST")) }
        if let frame = icmpFrame { out.append(Evidence(frame, icmpTime, "ICMP unreachable")) }
        return out
    }

    /// Ports of domain controllers and name servers.
    private static let directoryPorts: Set<UInt16> = [
        53, 88, 123, 135, 137, 139, 389, 445, 464, 636, 3268, 3269, 5355, 9389,
    ]

    /// Whether a web server may be at the other end, as far as port and roles say.
    func mayLeadToBackend(_ context: RuleContext) -> Bool {
        transport == .tcp && !Self.directoryPorts.contains(server.endpoint.port) && !protocols.contains(.kerberos)
            && (!context.has(.kdc, server.endpoint.address, point: point)
                || context.has(.backend, server.endpoint.address, point: point)
                || server.endpoint.port == 80 || server.endpoint.port == 443)
    }
}
