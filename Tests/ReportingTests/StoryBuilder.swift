import PacketModel
import CaptureFile
import Diagnosis
import Digests
import Dissectors
import Exchanges
import Flows
import Pipeline

/// Builds results by hand: one connector's sign-on with chosen names and endings.
final class StoryBuilder {
    let names = NameTable()
    /// The frames of each capture so far, and which capture the next one is in.
    private var frames: [UInt64] = [0, 0]
    private var capture = 0
    private var ticks: Int64 = 0
    private var nextID: UInt64 = 0

    static let connector = IPAddress("192.0.2.20")!
    static let kdc = IPAddress("192.0.2.10")!
    static let backend = Endpoint(address: IPAddress("192.0.2.30")!, port: 80)
    static let start = CaptureTime(nanoseconds: 1_700_000_000_123_456_789)

    func principal(_ text: String) -> Principal {
        Principal(
            nameType: 1, name: names.intern(text), first: names.intern(String(text.split(separator: "/").first ?? "")),
            componentCount: 1)
    }

    private func stamp() -> (FrameReference, CaptureTime) {
        frames[capture] += 1
        ticks += 1
        return (
            FrameReference(capture: UInt16(capture), frame: frames[capture]),
            Self.start.advanced(byNanoseconds: ticks * 10_000_000)
        )
    }

    private func id() -> UInt64 {
        nextID += 1
        return nextID
    }

    /// A ticket request of one attempt.
    func request(
        _ kind: ExchangeKind, user: String, service: String, code: Int32? = nil, status: UInt32? = nil,
        isAnswered: Bool = true, copies: UInt32 = 0
    ) -> TicketRequest {
        let client = Endpoint(address: Self.connector, port: 50_000)
        var exchange = KerberosExchangeFacts(
            id: id(), kind: kind, client: client, kdc: Endpoint(address: Self.kdc, port: 88), transport: .tcp,
            flow: FlowID(rawValue: 1), point: 0)
        (exchange.requestFrame, exchange.requestTime) = { ($0.0, $0.1) }(stamp())
        exchange.requestCopies = copies
        exchange.request.type = kind == .authenticationService ? .asReq : .tgsReq
        exchange.request.parts = [.kdcOptions, .pacOptions, .nonce]
        exchange.request.kdcOptions = 0x4083_0000
        exchange.request.pacOptions = 0x1000_0000
        exchange.request.sname = principal(service)
        exchange.request.realm = names.intern("CORP.EXAMPLE")
        for etype in [18, 17, 23] as [Int32] { exchange.request.etypes.append(etype) }
        for padata in [1, 167] as [Int32] { exchange.request.padata.append(padata) }
        exchange.request.additionalTickets.append(
            TicketReference(
                realm: names.intern("CORP.EXAMPLE"), sname: principal("conn$"), etype: 18, kvno: 2,
                digest: Digest128(high: 1, low: 2), cipherLength: 900))
        if isAnswered { (exchange.replyFrame, exchange.replyTime) = { ($0.0, $0.1) }(stamp()) }
        if !isAnswered {
            exchange.outcome = .unanswered(.silence)
        } else if let code {
            exchange.outcome = .refused(code)
            exchange.reply.type = .krbError
            exchange.reply.parts = [.errorCode]
            exchange.reply.errorCode = code
            exchange.reply.ntStatus = status
            exchange.reply.serverTime = exchange.replyTime
        } else {
            exchange.outcome = .granted
            exchange.reply.type = kind == .authenticationService ? .asRep : .tgsRep
        }
        var request = TicketRequestFacts(id: id(), kind: kind, point: 0, client: Self.connector)
        request.requester = principal("conn$")
        request.requesterRealm = names.intern("CORP.EXAMPLE")
        request.user = principal(user)
        request.userRealm = names.intern("CORP.EXAMPLE")
        request.service = principal(service)
        request.serviceRealm = names.intern("CORP.EXAMPLE")
        request.attempts = [KerberosExchange(exchange)]
        request.outcome = isAnswered ? code.map { .refused($0) } ?? .granted : .unanswered(.silence)
        request.captureContinues = true
        return TicketRequest(request)
    }

    /// An HTTP request with a Kerberos token, and its answer.
    func transaction(host: String, target: String, status: UInt16, accepts: Bool) -> HTTPTransaction {
        var out = HTTPTransactionFacts(
            id: id(), client: Endpoint(address: Self.connector, port: 50_001), server: Self.backend,
            flow: FlowID(rawValue: 2),
            point: 0)
        var request = HTTPMessage(kind: .request)
        request.method = names.intern("GET")
        request.target = names.intern(target)
        request.host = names.intern(host)
        request.headerBytes = 3000
        request.authorization = HTTPAuthentication(
            scheme: names.intern("Negotiate"), tokenKind: .rawKerberos, tokenLength: 2000)
        request.tokenPlace = .authorization
        request.token.kind = .rawKerberos
        request.token.kerberos.type = .apReq
        request.cookieNames.append(names.intern("session"))
        out.request = request
        (out.requestFrame, out.requestTime) = { ($0.0, $0.1) }(stamp())
        var response = HTTPMessage(kind: .response)
        response.status = status
        response.server = names.intern("Microsoft-IIS/10.0")
        response.date = Self.start
        response.challenges.append(HTTPAuthentication(scheme: names.intern("NTLM")))
        response.challenges.append(
            HTTPAuthentication(scheme: names.intern("Negotiate"), tokenKind: .spnegoResponse, tokenLength: 40))
        if accepts {
            response.tokenPlace = .challenge
            response.tokenIndex = 1
            response.token.kind = .spnegoResponse
            response.token.state = .acceptCompleted
        }
        out.response = response
        (out.responseFrame, out.responseTime) = { ($0.0, $0.1) }(stamp())
        return HTTPTransaction(out)
    }

    private func describe(_ name: String, at index: Int) -> CaptureDescription {
        var description = CaptureDescription(name: name, format: "pcapng")
        description.interfaces = [
            InterfaceDescription(
                capture: UInt16(index), index: 0, linkType: .ethernet, snapLength: 0, name: "eth0",
                timestampResolution: "10^-9")
        ]
        description.packets = frames[index]
        description.capturedBytes = 12_345
        description.firstTime = Self.start
        description.lastTime = Self.start.advanced(byNanoseconds: ticks * 10_000_000)
        description.ended = true
        return description
    }

    /// A whole result: logon, S4U2Self, S4U2Proxy and, where that is granted, the backend's answer, which may be in a
    /// capture of its own.
    func result(
        user: String = "alice", service: String = "http/app.corp.example", capture: String = "connector.pcapng",
        target: String = "/", proxyCode: Int32? = nil, status: UInt32? = nil, httpStatus: UInt16 = 200,
        backendCapture: String? = nil
    ) -> AnalysisResult {
        var made = [
            request(.authenticationService, user: "conn$", service: "krbtgt/CORP.EXAMPLE"),
            request(.s4U2Self, user: user, service: "conn$"),
            request(.s4U2Proxy, user: user, service: service, code: proxyCode, status: status),
        ]
        var signOn = SignOnFacts(id: id(), kind: .delegated, point: 0, connector: Self.connector)
        signOn.user = principal(user)
        signOn.userRealm = names.intern("CORP.EXAMPLE")
        signOn.service = principal(service)
        signOn.connectorAccount = principal("conn$")
        signOn.connectorRealm = names.intern("CORP.EXAMPLE")
        signOn.captureContinues = true
        for index in made.indices {
            var facts = made[index].facts
            facts.signOn = signOn.id
            made[index] = TicketRequest(facts)
        }
        let requests = made
        let steps = [
            SignOnStep(role: .connectorLogon, body: .kerberos(requests[0]), isShared: true, proof: .digest),
            SignOnStep(role: .s4U2Self, body: .kerberos(requests[1]), isShared: false, proof: .digest),
            SignOnStep(role: .s4U2Proxy, body: .kerberos(requests[2]), isShared: false, proof: .digest),
        ]
        for step in steps { signOn.append(step) }
        var transactions: [HTTPTransaction] = []
        if proxyCode == nil {
            if backendCapture != nil { self.capture = 1 }
            let answer = transaction(
                host: "app.corp.example", target: target, status: httpStatus, accepts: httpStatus < 400)
            transactions = [answer]
            signOn.backend = Self.backend
            signOn.append(SignOnStep(role: .http, body: .http(answer), isShared: false, proof: .digest))
        }
        let hasFailed = proxyCode != nil || httpStatus >= 400
        signOn.outcome = hasFailed ? .failed : .succeeded
        signOn.failedStep = hasFailed ? signOn.steps.count - 1 : nil

        var diagnostician = Diagnostician(names: names)
        for request in requests { diagnostician.visit(.ticketRequest(request)) }
        diagnostician.visit(.signOn(SignOn(signOn)))

        var result = AnalysisResult(names: names)
        result.captures = [capture, backendCapture].compactMap(\.self).enumerated().map { describe($1, at: $0) }
        var facts = CaptureFacts(point: 0)
        facts.messages[.kerberos] = 6
        facts.messages[.http] = UInt64(transactions.count * 2)
        result.points = [facts]
        result.hosts = [
            HostFacts(point: 0, address: Self.kdc, roles: [.kdc], realm: names.intern("CORP.EXAMPLE")),
            HostFacts(point: 0, address: Self.connector, roles: [.connector, .client], name: names.intern("conn$")),
        ]
        result.clocks = [
            HostClock(
                point: 0, host: Self.kdc, lowestOffset: 363_000_000_000, highestOffset: 363_002_000_000, samples: 1,
                source: .krbError, frame: FrameReference(capture: 0, frame: 6), time: Self.start)
        ]
        result.ticketRequests = requests
        result.transactions = transactions
        result.signOns = [SignOn(signOn)]
        if hasFailed { result.signOnCounts.failed = 1 } else { result.signOnCounts.succeeded = 1 }
        result.ticketRequestCounts.succeeded = proxyCode == nil ? 3 : 2
        result.ticketsIssued = proxyCode == nil ? 3 : 2
        result.ticketRequestCounts.failed = proxyCode == nil ? 0 : 1
        result.limits = [ReachedLimit(name: "flows", dropped: 7)]
        result.findings = diagnostician.finish()
        return result
    }
}

/// Names that try to do something to whoever prints them.
enum HostileNames {
    static let all = [
        "\u{1B}[31mred\u{1B}[0m", "line\nbreak\r\u{0}", "\u{202E}gpj.exe", "\u{9B}31m", "a\u{200B}b\u{FEFF}",
        "\"},{\"x\":1",
        "\\\"quote", "`rm -rf`", "| cell | <b>html</b>", "\u{2028}para", "\u{E0041}tag", "e\u{301}\u{4E2D}\u{6587}",
        "-rf", "$(id)",
    ]
}
