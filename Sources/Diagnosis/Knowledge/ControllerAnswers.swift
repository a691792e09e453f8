import Collections
import ByteParsing
import Exchanges
import PacketModel

/// Which domain controllers answered whom, and over which transport: silence means something only beside it.
public final class ControllerAnswers: TicketRequestKnowledge {
    private struct Pair: QuicklyHashed {
        var client: IPAddress
        var kdc: IPAddress

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, kdc.hashWord) }
    }
    /// Over which transports a domain controller answered a client.
    public struct Transports: OptionSet, Sendable, Hashable {
        public var rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        public static let tcp = Transports(rawValue: 1)
        public static let udp = Transports(rawValue: 2)
    }
    private let transports = RefCell(BoundedTable<Pair, Transports>(maximumCount: 1024))
    private var clients = BoundedTable<IPAddress, Bool>(maximumCount: 1024)
    private var answeredClients = BoundedTable<IPAddress, Bool>(maximumCount: 1024)
    /// Whose last word was that the reply needs TCP.
    private var tooBig = BoundedTable<Pair, Bool>(maximumCount: 1024)
    private var controllers = BoundedTable<IPAddress, Bool>(maximumCount: 1024)

    /// Has seen no answer.
    public init() {}

    public func learn(ticketRequest request: TicketRequest, _ context: RuleContext) {
        let client = request.client
        var isNews = request.attemptCount == 0
        for index in 0..<request.attemptCount {
            let attempt = request.attempt(index)
            if case .unanswered = attempt.outcome {
                isNews = true
                continue
            }
            let transport: Transports = attempt.transport == .tcp ? .tcp : .udp
            var isNew = false
            transports.value.update(Pair(client: client, kdc: attempt.kdc.address), initial: []) {
                isNew = $0.insert(transport).inserted
            }
            // There are no fewer pairs than clients or controllers: of those none is forgotten before its pairs.
            guard isNew else { continue }
            controllers.addOnce(attempt.kdc.address, true)
            answeredClients.addOnce(client, true)
            isNews = true
        }
        if isNews { clients.addOnce(client, true) }
        if request.refusal == .responseTooBig, request.failureSeverity == .error, request.attemptCount > 0 {
            let last = request.attempt(request.attemptCount - 1)
            tooBig.set(Pair(client: client, kdc: last.kdc.address), true)
        }
    }

    public var forgottenCount: UInt64 {
        transports.value.forgottenCount &+ clients.forgottenCount &+ answeredClients.forgottenCount
            &+ controllers.forgottenCount &+ tooBig.forgottenCount
    }

    /// Over which transports this domain controller answered this client.
    public func transports(from kdc: IPAddress, to client: IPAddress) -> Transports {
        transports.value[Pair(client: client, kdc: kdc)] ?? []
    }

    /// Whether a log-on or sign-on of this client failed as the domain controller's reply needed TCP.
    public func needsTCP(from kdc: IPAddress, to client: IPAddress) -> Bool {
        tooBig.holds(Pair(client: client, kdc: kdc))
    }

    /// Whether this host sent a request to a domain controller that could be read.
    public func hasAsked(_ client: IPAddress) -> Bool { clients.holds(client) }

    /// Whether any domain controller answered this host.
    public func wasAnswered(_ client: IPAddress) -> Bool { answeredClients.holds(client) }

    /// Whether this domain controller answered any host.
    public func hasAnswered(_ kdc: IPAddress) -> Bool { controllers.holds(kdc) }
}

extension RuleContext {
    /// Which domain controllers answered whom.
    public var controllerAnswers: ControllerAnswers { knowledge(ControllerAnswers.self) }
}
