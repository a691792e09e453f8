import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// Where Kerberos was expected: which hosts impersonate users, and which hosts asked for a ticket to
/// which service. Bounded; what has not been seen for long is forgotten.
struct KerberosExpectation {
    /// How Kerberos was expected of a client at a host.
    enum Reason {
        /// The client impersonates users: a connector.
        case connector
        /// The client asked for a ticket to this host, or sent one.
        case attempted
    }
    private struct Client: QuicklyHashed {
        var point: UInt16
        var address: IPAddress

        var hashWord: UInt64 { address.hashWord ^ UInt64(point) << 40 }
    }
    private struct Attempt: Hashable, Sendable {
        var client: Client
        var host: String
    }
    private static let maximumCount = 4096
    /// The marks of units that may say something new.
    static let interests: UnitInterests = [.novelRequest, .troubledRequest, .novelSignOn]
    private var connectors = BoundedTable<Client, Bool>(maximumCount: maximumCount)
    private var attempts = BoundedTable<Attempt, Bool>(maximumCount: maximumCount)
    /// The latest clients and services that were learnt from, by a hash of both: most come again.
    private var latest: [(client: Client, service: NameID)?] = Array(repeating: nil, count: 256)

    /// Learns from a unit.
    mutating func learn(_ unit: Unit, _ context: RuleContext) {
        switch unit {
        case .ticketRequest(let request): learn(request, context)
        case .signOn(let signOn) where signOn.isKerberos:
            let client = Client(point: signOn.point, address: signOn.connector)
            if signOn.kind == .delegated { connectors.addOnce(client, true) }
            learn(client, signOn.service, context)
        default: break
        }
    }

    /// The same from a ticket request.
    mutating func learn(_ request: TicketRequest, _ context: RuleContext) {
        let client = Client(point: request.point, address: request.client)
        switch request.kind {
        case .s4U2Self, .s4U2Proxy:
            connectors.addOnce(client, true)
            learn(client, request.service, context)
        case .ticketGranting: learn(client, request.service, context)
        case .authenticationService, .ticketGrantingTicket, .userToUser: break
        }
    }

    private mutating func learn(_ client: Client, _ service: Principal, _ context: RuleContext) {
        // Without the seed of a run: who is looked up anew must not decide what is forgotten.
        let word = client.address.low ^ client.address.high << 1 ^ UInt64(client.point) << 40
        let product = (word ^ UInt64(service.name.rawValue) << 17) &* 0x9E37_79B9_7F4A_7C15
        let place = Int(truncatingIfNeeded: product >> 56)
        if let known = latest[place], known.client == client, known.service == service.name { return }
        guard let host = context.host(ofService: service.name) else { return }
        let forgotten = attempts.forgottenCount
        attempts.addOnce(Attempt(client: client, host: host.host), true)
        // What has been forgotten must be learnt anew when it is met again.
        if attempts.forgottenCount != forgotten { latest = Array(repeating: nil, count: latest.count) }
        latest[place] = (client, service.name)
    }

    /// Whether this client asked for a ticket to this host.
    func hasAttempted(client: IPAddress, point: UInt16, host: HostName) -> Bool {
        attempts.holds(Attempt(client: Client(point: point, address: client), host: host.host))
    }

    /// Why Kerberos was expected of this client at this host; nil where nothing says so.
    func reason(client: IPAddress, point: UInt16, host: HostName?, _ context: RuleContext) -> Reason? {
        let client = Client(point: point, address: client)
        if connectors.holds(client) || context.has(.connector, client.address, point: point) { return .connector }
        if let host, attempts.holds(Attempt(client: client, host: host.host)) { return .attempted }
        return nil
    }
}

extension HTTPTransaction {
    /// The host that the request is for.
    func host(_ context: RuleContext) -> HostName? {
        hasRequest ? context.host(outline.host) : nil
    }
}
