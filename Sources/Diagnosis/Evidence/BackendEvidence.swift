import PacketModel
import Dissectors
import Exchanges

extension Evidence {
    /// The request of a transaction, with a note of its own.
    public static func request(_ transaction: HTTPTransaction, _ note: String) -> [Evidence] {
        guard let frame = transaction.requestFrame else { return [] }
        return [Evidence(frame, transaction.requestTime, note)]
    }

    /// The response of a transaction: its status, and what its token says.
    public static func response(_ transaction: HTTPTransaction, _ note: String? = nil) -> [Evidence] {
        guard let frame = transaction.responseFrame else { return [] }
        return [Evidence(frame, transaction.responseTime, note ?? transaction.answerNote)]
    }

    /// Request and response of a transaction that carried credentials.
    public static func round(_ transaction: HTTPTransaction) -> [Evidence] {
        request(transaction, transaction.requestNote) + response(transaction)
    }

    /// Requests and responses of many, in order.
    public static func rounds(_ transactions: [HTTPTransaction]) -> [Evidence] { transactions.flatMap { round($0) } }
}

extension HTTPTransaction {
    /// What the request carried, in a few words.
    var requestNote: String {
        if carriesTicket {
            return carriesRawToken ? "HTTP request with a raw krb5 token" : "HTTP request with a Kerberos ticket"
        }
        switch sentNTLMType {
        case 1: return "HTTP request with NTLM type 1 (negotiate)"
        case 3: return "HTTP request with NTLM type 3 (authenticate)"
        default: return credential == .none ? "HTTP request without Authorization" : "HTTP request with credentials"
        }
    }

    /// What the response said, in a few words.
    var answerNote: String {
        switch answer {
        case .accepted: "HTTP \(status) with an accepting token"
        case .rejected(let code?): "HTTP \(status), KRB-ERROR \(code.label) in the token"
        case .rejected(nil): "HTTP \(status), the token says reject"
        case .incomplete: "HTTP \(status), the token asks for another leg"
        case .refused:
            receivedNTLMType == 2 ? "HTTP 401 with NTLM type 2 (challenge)" : "HTTP 401, nothing about the token"
        case .served, .failed: "HTTP \(status)"
        case .silent: silence?.name ?? "no response"
        }
    }
}

extension Observation {
    /// An observation about transactions of one sign-on.
    public init(
        _ severity: Severity, _ confidence: Confidence, _ signOn: SignOn, _ transactions: [HTTPTransaction],
        evidence: [Evidence]
    ) {
        var subjects = Subjects(of: signOn)
        if let first = transactions.first { subjects.backend = first.server }
        self.init(severity, confidence, subjects: subjects, evidence: evidence)
        occasion = signOn.id
        for transaction in transactions {
            let key = ConnectionKey(of: transaction)
            if !connections.contains(key) { connections.append(key) }
        }
    }

    /// An observation about a transaction that belongs to no sign-on.
    public init(_ severity: Severity, _ confidence: Confidence, _ transaction: HTTPTransaction, evidence: [Evidence]) {
        var subjects = Subjects()
        subjects.connector = transaction.client.address
        subjects.backend = transaction.server
        self.init(severity, confidence, subjects: subjects, evidence: evidence)
        connections = [ConnectionKey(of: transaction)]
        occasion = Self.occasion(ofTransaction: transaction.id)
    }

    /// Adds a value for the texts, where there is one.
    public mutating func detail(_ key: String, _ value: String?) {
        if let value { details.append(Detail(key, value)) }
    }
}
