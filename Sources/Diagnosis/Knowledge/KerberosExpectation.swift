import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// Where Kerberos was expected: which hosts impersonate users, and which hosts asked for a ticket to
/// which service. Bounded; what has not been seen for long is forgotten.
public final class KerberosExpectation: TicketRequestKnowledge, SignOnKnowledge {
    /// How Kerberos was expected of a client at a host.
    public enum Reason {
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
    private let connectors = RefCell(BoundedTable<Client, Bool>(maximumCount: maximumCount))
    private let attempts = RefCell(BoundedTable<Attempt, Bool>(maximumCount: maximumCount))

    /// Expects Kerberos of nobody.
    public init() {}

    public func learn(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let client = Client(point: signOn.point, address: signOn.connector)
        if signOn.kind == .delegated { connectors.value.addOnce(client, true) }
        learn(client, signOn.service, context)
    }

    public func learn(ticketRequest request: TicketRequest, _ context: RuleContext) {
        let client = Client(point: request.point, address: request.client)
        switch request.kind {
        case .s4U2Self, .s4U2Proxy:
            connectors.value.addOnce(client, true)
            learn(client, request.service, context)
        case .ticketGranting: learn(client, request.service, context)
        case .authenticationService, .ticketGrantingTicket, .userToUser: break
        }
    }

    private func learn(_ client: Client, _ service: Principal, _ context: RuleContext) {
        guard let host = context.host(ofService: service.name) else { return }
        attempts.value.addOnce(Attempt(client: client, host: host.host), true)
    }

    public var forgottenCount: UInt64 { connectors.value.forgottenCount &+ attempts.value.forgottenCount }

    /// Whether this client asked for a ticket to this host.
    public func hasAttempted(client: IPAddress, point: UInt16, host: HostName) -> Bool {
        attempts.value.holds(Attempt(client: Client(point: point, address: client), host: host.host))
    }

    /// Why Kerberos was expected of this client at this host; nil where nothing says so.
    public func reason(client: IPAddress, point: UInt16, host: HostName?, _ context: RuleContext) -> Reason? {
        let client = Client(point: point, address: client)
        if connectors.value.holds(client) || context.has(.connector, client.address, point: point) { return .connector }
        if let host, attempts.value.holds(Attempt(client: client, host: host.host)) { return .attempted }
        return nil
    }
}

extension RuleContext {
    /// Where Kerberos was expected.
    public var expectation: KerberosExpectation { knowledge(KerberosExpectation.self) }
}

extension HTTPTransaction {
    /// The host that the request is for.
    public func host(_ context: RuleContext) -> HostName? {
        hasRequest ? context.host(outline.host) : nil
    }
}
