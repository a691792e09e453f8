import PacketModel
import Dissectors
import Exchanges

/// What a row of a ladder says of a ticket request or of an HTTP transaction.
struct RowDraft {
    var time: CaptureTime?
    var answerTime: CaptureTime?
    /// The first and the last frame; one where they are the same, or only one is known.
    var frames: [FrameReference]
    var arrow: Ladder.Arrow
    var what: String
    var outcome: String
    var attempts = 1
    var retransmissions = 0

    /// Of a ticket request its last attempt, which decided how it came out.
    init(_ request: TicketRequest, role: StepRole?, _ words: Wording) {
        let last = request.last
        time = last?.time ?? request.firstTime
        answerTime = last.flatMap { $0.replyTime ?? $0.endTime }
        frames = Self.frames(last?.requestFrame ?? last?.firstFrame, last?.replyFrame ?? last?.endFrame)
        arrow = last?.replyFrame == nil ? .request : last?.requestFrame == nil ? .reply : .exchange
        what = Self.what(request, role: role, words.names)
        outcome = Self.outcome(of: request)
        attempts = request.facts.attempts.count + Int(request.omittedAttempts)
        retransmissions = Int(last?.requestCopies ?? 0)
    }

    /// An HTTP request and its response.
    init(_ transaction: HTTPTransaction, _ words: Wording) {
        let names = words.names
        time = transaction.time
        answerTime = transaction.responseTime ?? transaction.endTime
        frames = Self.frames(transaction.requestFrame, transaction.responseFrame ?? transaction.endFrame)
        arrow =
            transaction.responseFrame == nil ? .request : transaction.requestFrame == nil ? .reply : .exchange
        what =
            transaction.request.map { "\(names.string($0.method) ?? "?") \(names.string($0.target) ?? "")" }
            ?? "(request not seen)"
        outcome = Self.outcome(of: transaction, names)
    }

    private static func frames(_ first: FrameReference?, _ last: FrameReference?) -> [FrameReference] {
        guard let first = first ?? last else { return [] }
        guard let last, last != first else { return [first] }
        return [first, last]
    }

    private static func what(_ request: TicketRequest, role: StepRole?, _ names: NameTable) -> String {
        switch role {
        case .connectorLogon: return "logon"
        case .realmDiscovery: return "find realm"
        case .s4U2Self: return "S4U2Self"
        case .s4U2Proxy: return "S4U2Proxy"
        case .referral: return names.string(request.service.name) ?? "referral"
        case .serviceTicket: return "service ticket"
        case .http: return "HTTP"
        case nil:
            let user = names.string(request.user.name) ?? names.string(request.requester.name)
            let asked = request.kind == .authenticationService ? user : names.string(request.service.name)
            return request.kind.name + (asked.map { " \($0)" } ?? "")
        }
    }

    private static func outcome(of request: TicketRequest) -> String {
        var words: String
        switch request.outcome {
        case .granted: words = "ticket issued"
        case .referralNotFollowed: words = "referral, not followed"
        case .refused(let code):
            // The answer that only tells where the user's realm is (MS-SFU 3.1.5.1.1.2).
            if request.isRealmDiscovery, request.success == .succeeded { return "as usual (\(code))" }
            words = Wording.error(code)
            if let status = request.last?.ntStatus { words += " " + Wording.status(status) }
        case .unanswered(let reason): words = reason.name
        case .superseded: words = "refused at first, granted later"
        }
        let copies = request.last?.requestCopies ?? 0
        if copies > 0, !request.outcome.isGranted { words += ", sent \(copies + 1) times" }
        return words
    }

    private static func outcome(of transaction: HTTPTransaction, _ names: NameTable) -> String {
        guard let response = transaction.response else {
            return transaction.silence?.name ?? "no answer"
        }
        var words = "\(response.status)"
        if transaction.hasAcceptingToken {
            words += ", token accepted"
        } else if response.token.kerberos.type == .krbError {
            words += ", " + Wording.error(response.token.kerberos.errorCode)
        } else if response.token.state == .reject {
            words += ", token rejected"
        } else if response.status == 401 {
            words += offers(response, names)
        }
        switch transaction.credential {
        case .none where response.status == 401: words += ", no token sent"
        case .ntlm: words += ", NTLM sent"
        case .basic: words += ", Basic sent"
        default: break
        }
        return words
    }

    /// The schemes that a 401 offers, each once.
    private static func offers(_ response: HTTPMessage, _ names: NameTable) -> String {
        var schemes: [String] = []
        for challenge in response.challenges.array {
            if let scheme = names.string(challenge.scheme), !schemes.contains(scheme) { schemes.append(scheme) }
        }
        return schemes.isEmpty ? ", offers nothing" : ", offers " + schemes.joined(separator: ", ")
    }
}
