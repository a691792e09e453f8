import CaptureFile
import Dissectors
import Exchanges

/// What every rule says in the same way of the units it saw: subjects, evidence, flows.
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
        kdc = request.last?.kdc.address
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
        request.attempts.flatMap { of($0) }
    }

    /// Request and reply of one exchange.
    public static func of(_ exchange: KerberosExchange) -> [Evidence] {
        var out: [Evidence] = []
        if let frame = exchange.requestFrame {
            out.append(Evidence(frame, exchange.requestTime, "\(exchange.kind.name) request"))
        }
        if let frame = exchange.replyFrame {
            let note: String
            if let code = exchange.errorCode {
                note = "KRB-ERROR \(KerberosErrorCode(rawValue: code).label)"
            } else {
                note = exchange.outcome == .referred ? "referral to another realm" : "ticket issued"
            }
            out.append(Evidence(frame, exchange.replyTime, note))
        }
        if case .unanswered(let reason) = exchange.outcome {
            if let frame = exchange.lastRequestFrame, frame != exchange.requestFrame {
                out.append(Evidence(frame, exchange.lastRequestTime, "the request again"))
            }
            if let frame = exchange.endFrame { out.append(Evidence(frame, exchange.endTime, reason.name)) }
        }
        return out
    }

    /// Request and response of an HTTP transaction.
    public static func of(_ transaction: HTTPTransaction) -> [Evidence] {
        var out: [Evidence] = []
        if let frame = transaction.requestFrame {
            out.append(Evidence(frame, transaction.requestTime, "HTTP request"))
        }
        if let frame = transaction.responseFrame {
            out.append(Evidence(frame, transaction.responseTime, "HTTP \(transaction.status)"))
        } else if let frame = transaction.endFrame, let silence = transaction.silence {
            out.append(Evidence(frame, transaction.endTime, silence.name))
        }
        return out
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
