import PacketModel
import Dissectors
import Exchanges
import Flows

/// Delegated sign-ons that got their ticket and of which no HTTP request was seen: the connection that
/// follows soon after is probably the one to the backend. Bounded, the oldest gives way.
public final class TicketsWithoutRequest: SignOnKnowledge {
    /// A ticket that was issued and not seen to be used.
    struct Ticket {
        var signOn: UInt64
        var point: UInt16
        var connector: IPAddress
        var issued: CaptureTime?
        var subjects: Subjects
        var controllers: [IPAddress]

        /// Whether the connection came from the same connector, soon after the ticket, to another host
        /// than the one that issued it.
        func mayLead(to connection: ConnectionSummary, _ context: RuleContext) -> Bool {
            guard connection.point == point, connection.client.endpoint.address == connector else { return false }
            let server = connection.server.endpoint.address
            if controllers.contains(server), !context.has(.backend, server, point: point),
                connection.server.endpoint.port != 80
            {
                return false
            }
            guard let issued, let started = connection.firstTime else { return true }
            let delay = started.nanoseconds(since: issued)
            return delay >= -TicketsWithoutRequest.earliest && delay <= TicketsWithoutRequest.latest
        }
    }
    /// A connection may have been opened shortly before the ticket came, and is opened soon after it.
    static let earliest: Int64 = 1_000_000_000
    static let latest: Int64 = 30_000_000_000
    private static let maximumCount = 256
    private(set) var tickets = Newest<Ticket>(maximumCount: maximumCount)
    public private(set) var forgottenCount: UInt64 = 0

    /// Knows no ticket.
    public init() {}

    public func learn(signOn: SignOn, _ context: RuleContext) {
        guard let ticket = Ticket(of: signOn) else { return }
        if tickets.all.count >= Self.maximumCount { forgottenCount &+= 1 }
        tickets.append(ticket)
    }

    /// The ticket of the sign-on that was learnt last; nil where it has none, or there was a request.
    func ticket(of signOn: SignOn) -> Ticket? { tickets.all.last.flatMap { $0.signOn == signOn.id ? $0 : nil } }
}

extension RuleContext {
    /// Tickets that were issued and not seen to be used.
    public var ticketsWithoutRequest: TicketsWithoutRequest { knowledge(TicketsWithoutRequest.self) }
}

extension TicketsWithoutRequest.Ticket {
    fileprivate init?(of signOn: SignOn) {
        guard signOn.kind == .delegated || signOn.kind == .direct, signOn.transactions.isEmpty,
            let step = signOn.last(.s4U2Proxy) ?? signOn.last(.serviceTicket), let request = step.ticketRequest,
            request.outcome.isGranted
        else { return nil }
        var controllers: [IPAddress] = []
        for step in signOn.steps {
            guard let request = step.ticketRequest else { continue }
            for attempt in request.facts.attempts where !controllers.contains(attempt.kdc.address) {
                controllers.append(attempt.kdc.address)
            }
        }
        self.init(
            signOn: signOn.id, point: signOn.point, connector: signOn.connector, issued: request.lastTime,
            subjects: Subjects(of: signOn), controllers: controllers)
    }
}
