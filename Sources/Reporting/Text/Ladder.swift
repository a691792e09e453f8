import PacketModel
import Dissectors
import Exchanges

/// The steps of a sign-on as rows: when, which frames, who to whom, what, and how it came out.
struct Ladder {
    /// One row.
    struct Row {
        var time: String
        var frames: String
        var parties: String
        var what: String
        var outcome: String
        /// Whether this is where it failed.
        var isFailure: Bool
    }

    let rows: [Row]

    /// The row at which it failed.
    var failure: Row? { rows.last(where: \.isFailure) }

    /// The ladder of a sign-on.
    init(_ signOn: SignOn, names: NameTable) {
        let asker = signOn.kind == .delegated ? "connector" : "client"
        var kdcs: [IPAddress] = []
        var rows: [Row] = []
        for (index, step) in signOn.steps.enumerated() {
            let isFailure = signOn.outcome == .failed && index == signOn.failedStep
            switch step.body {
            case .kerberos(let request):
                let kdc = request.last?.kdc.address
                if let kdc, !kdcs.contains(kdc) { kdcs.append(kdc) }
                let number = kdc.flatMap { kdcs.firstIndex(of: $0) } ?? 0
                var row = Row(request, role: step.role, names: names)
                row.parties = "\(asker) -> KDC" + (number > 0 ? " \(number + 1)" : "")
                row.isFailure = isFailure
                if step.proof == .inferred, step.role != .connectorLogon, step.role != .realmDiscovery {
                    row.outcome += ", join inferred"
                }
                rows.append(row)
            case .http(let transaction):
                var row = Row(transaction, names: names)
                row.parties = "\(asker) -> backend"
                row.isFailure = isFailure
                rows.append(row)
            case nil: break
            }
            if signOn.omittedSteps > 0, index == signOn.steps.count / 2 - 1 {
                rows.append(
                    Row(
                        time: "", frames: "", parties: "", what: "...",
                        outcome: Wording.count(UInt64(signOn.omittedSteps), "further step"), isFailure: false))
            }
        }
        self.rows = rows
    }

    /// The ladder of ticket requests that belong to no sign-on.
    init(_ requests: [TicketRequest], names: NameTable) {
        rows = requests.map { request in
            var row = Row(request, role: nil, names: names)
            row.parties = "\(request.client) -> KDC"
            row.isFailure = !request.outcome.isGranted
            return row
        }
    }
}

extension Ladder.Row {
    fileprivate init(_ request: TicketRequest, role: StepRole?, names: NameTable) {
        let last = request.last
        time = Self.clock(last?.time ?? request.firstTime)
        frames = Self.frames(last?.requestFrame ?? last?.firstFrame, last?.replyFrame ?? last?.endFrame)
        parties = ""
        what = Self.what(request, role: role, names: names)
        outcome = Self.outcome(of: request)
        isFailure = false
    }

    fileprivate init(_ transaction: HTTPTransaction, names: NameTable) {
        time = Self.clock(transaction.time)
        frames = Self.frames(transaction.requestFrame, transaction.responseFrame ?? transaction.endFrame)
        parties = ""
        let request = transaction.request
        what =
            request.map { "\(names.string($0.method) ?? "?") \(names.string($0.target) ?? "")" } ?? "(request not seen)"
        outcome = Self.outcome(of: transaction, names: names)
        isFailure = false
    }

    private static func clock(_ time: CaptureTime?) -> String { time.map { CivilTime($0).clockText } ?? "" }

    private static func frames(_ first: FrameReference?, _ last: FrameReference?) -> String {
        guard let first = first ?? last else { return "" }
        guard let last, last != first else { return "\(first.frame)" }
        return "\(first.frame)-\(last.frame)"
    }

    private static func what(_ request: TicketRequest, role: StepRole?, names: NameTable) -> String {
        let user = names.string(request.user.name) ?? names.string(request.requester.name)
        switch role {
        case .connectorLogon: return "logon"
        case .realmDiscovery: return "find realm"
        case .s4U2Self: return "S4U2Self"
        case .s4U2Proxy: return "S4U2Proxy"
        case .referral: return names.string(request.service.name) ?? "referral"
        case .serviceTicket: return "service ticket"
        case .http: return "HTTP"
        case nil:
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
            if request.isRealmDiscovery, code == 25 || code == 68 { return "as usual (\(code))" }
            words = Wording.error(code)
            if let status = request.last?.ntStatus {
                words += " " + (NTStatus(rawValue: status).name ?? "0x" + String(status, radix: 16))
            }
        case .unanswered(let reason): words = reason.name
        case .superseded: words = "refused at first, granted later"
        }
        let copies = request.last?.requestCopies ?? 0
        if copies > 0, !request.outcome.isGranted { words += ", sent \(copies + 1) times" }
        return words
    }

    private static func outcome(of transaction: HTTPTransaction, names: NameTable) -> String {
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
            words += offers(response, names: names)
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
    private static func offers(_ response: HTTPMessage, names: NameTable) -> String {
        var schemes: [String] = []
        for challenge in response.challenges.array {
            if let scheme = names.string(challenge.scheme), !schemes.contains(scheme) { schemes.append(scheme) }
        }
        return schemes.isEmpty ? ", offers nothing" : ", offers " + schemes.joined(separator: ", ")
    }
}
