import PacketModel
import Dissectors
import Exchanges

/// What every rule says in the same way of the units it saw: subjects, evidence, flows, occasion.
extension Subjects {
    /// The subjects of a ticket request.
    public init(of request: TicketRequest) {
        self.init()
        user = request.user.name
        userRealm = request.userRealm
        service = request.service.name
        serviceRealm = request.serviceRealm
        account = request.requester.name
        accountRealm = request.requesterRealm
        connector = request.client
        kdc = request.facts.attempts.last?.kdc.address
    }

    /// The subjects of a sign-on.
    public init(of signOn: SignOn) {
        self.init()
        user = signOn.user.name
        userRealm = signOn.userRealm
        service = signOn.service.name
        serviceRealm = signOn.serviceRealm
        account = signOn.connectorAccount.name
        accountRealm = signOn.connectorRealm
        connector = signOn.connector
        backend = signOn.backend
    }
}

extension Evidence {
    /// Request and reply of every attempt of a ticket request.
    public static func of(_ request: TicketRequest) -> [Evidence] {
        var out: [Evidence] = []
        out.reserveCapacity(2 * request.facts.attempts.count)
        for attempt in request.facts.attempts { add(attempt, to: &out) }
        return out
    }

    /// Request and reply of one exchange.
    public static func of(_ exchange: KerberosExchange) -> [Evidence] {
        var out: [Evidence] = []
        out.reserveCapacity(2)
        add(exchange, to: &out)
        return out
    }

    private static func add(_ exchange: KerberosExchange, to out: inout [Evidence]) {
        if let frame = exchange.requestFrame {
            out.append(Evidence(frame, exchange.requestTime, .request(exchange.kind)))
        }
        if let frame = exchange.replyFrame {
            if let code = exchange.errorCode {
                out.append(Evidence(frame, exchange.replyTime, .refusal(code, exchange.ntStatus)))
            } else {
                let words = exchange.outcome == .referred ? "referral to another realm" : "ticket issued"
                out.append(Evidence(frame, exchange.replyTime, words))
            }
        }
        if case .unanswered(let reason) = exchange.outcome {
            if let frame = exchange.lastRequestFrame, frame != exchange.requestFrame {
                out.append(Evidence(frame, exchange.lastRequestTime, "the request again"))
            }
            if let frame = exchange.endFrame { out.append(Evidence(frame, exchange.endTime, reason.name)) }
        }
    }

    /// Request and response of an HTTP transaction.
    public static func of(_ transaction: HTTPTransaction) -> [Evidence] {
        var out: [Evidence] = []
        if let frame = transaction.requestFrame {
            out.append(Evidence(frame, transaction.requestTime, "HTTP request"))
        }
        if let frame = transaction.responseFrame {
            out.append(Evidence(frame, transaction.responseTime, .response(transaction.status)))
        } else if let frame = transaction.endFrame, let silence = transaction.silence {
            out.append(Evidence(frame, transaction.endTime, silence.name))
        }
        return out
    }

    /// Number and name of an NTSTATUS, for people.
    static func statusLabel(_ status: UInt32) -> String {
        let digits = String(status, radix: 16, uppercase: true)
        let number = "0x" + String(repeating: "0", count: 8 - digits.count) + digits
        return NTStatus(rawValue: status).name.map { "\(number) \($0)" } ?? number
    }
}

extension ConnectionKey {
    /// The flow of an exchange.
    public init(of exchange: KerberosExchange) {
        self.init(transport: exchange.transport, client: exchange.client, server: exchange.kdc)
    }

    /// The flow of a transaction.
    public init(of transaction: HTTPTransaction) {
        self.init(transport: .tcp, client: transaction.client, server: transaction.server)
    }
}

extension Observation {
    /// The occasion of a unit that belongs to no sign-on: sign-ons, requests, transactions and flows
    /// all count from 1, so the upper bits say which is meant.
    public static func occasion(ofRequest id: UInt64) -> UInt64 { 1 << 61 | id }
    public static func occasion(ofTransaction id: UInt64) -> UInt64 { 1 << 62 | id }
    public static func occasion(ofFlow id: FlowID) -> UInt64 { 1 << 63 | id.rawValue }

    /// A ticket request that shows something: its subjects, all its attempts, their flows.
    public init(_ severity: Severity, _ confidence: Confidence, of request: TicketRequest) {
        self.init(severity, confidence, subjects: Subjects(of: request), evidence: Evidence.of(request))
        connections = request.facts.attempts.map(ConnectionKey.init(of:))
        occasion = request.signOn ?? Self.occasion(ofRequest: request.id)
    }

    /// A sign-on that shows something by one of its HTTP transactions.
    public init(_ severity: Severity, _ confidence: Confidence, of signOn: SignOn, at transaction: HTTPTransaction) {
        self.init(severity, confidence, subjects: Subjects(of: signOn), evidence: Evidence.of(transaction))
        connections = [ConnectionKey(of: transaction)]
        occasion = signOn.id
    }

    /// Puts further frames and their flow before the others.
    mutating func add(_ exchange: KerberosExchange) {
        evidence += Evidence.of(exchange)
        connections.append(ConnectionKey(of: exchange))
    }
}
