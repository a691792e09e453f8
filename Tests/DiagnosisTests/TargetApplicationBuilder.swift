import PacketModel
import Diagnosis
import Digests
import Dissectors
import Exchanges
import Flows

/// What a request carries.
enum Sent: Sendable {
    case nothing
    /// SPNEGO with an AP-REQ whose authenticator has this digest.
    case ticket(UInt64)
    /// The Kerberos mechanism's own token.
    case raw(UInt64)
    case ntlm(UInt32)
    case basic
}

/// What comes back.
enum Got: Sendable {
    /// A status and challenges without tokens.
    case status(UInt16, [String] = [])
    case accepting(UInt16)
    case rejecting
    case error(Int32)
    case incomplete
    /// 401 with an NTLM challenge.
    case ntlmChallenge(String = "Negotiate")
    case redirect(String, accepting: Bool = false)
    case silence(SilenceReason, byClient: Bool, seconds: Double)
}

/// One HTTP exchange of a story.
struct Round: Sendable {
    var sent: Sent
    var got: Got
    var target = "/"
    var host = "web.corp.example"
    var flow: UInt64 = 70
    var server = "test-server"
    var backend = "192.0.2.30"
    var headerBytes: Int32 = 2200
    var fieldBytes: Int32 = 2000
    var phrases: HTTPErrorPhrases = []
    var method = "GET"

    init(_ sent: Sent, _ got: Got) {
        self.sent = sent
        self.got = got
    }

    func at(_ target: String) -> Round { with { $0.target = target } }
    func with(_ change: (inout Round) -> Void) -> Round {
        var copy = self
        change(&copy)
        return copy
    }
}

extension UnitBuilder {
    /// One transaction of a story.
    func transaction(_ round: Round, service: String = "http/web.corp.example", kvno: UInt32 = 2) -> HTTPTransaction {
        let (requestFrame, requestTime) = nextFrame()
        var out = HTTPTransactionFacts(
            id: requestFrame.frame, client: Endpoint(address: Self.connector, port: UInt16(50000 + round.flow)),
            server: Endpoint(address: IPAddress(round.backend)!, port: 80), flow: FlowID(rawValue: round.flow), point: 0
        )
        (out.requestFrame, out.requestTime) = (requestFrame, requestTime)
        var request = HTTPMessage(kind: .request)
        request.method = names.intern(round.method)
        request.target = names.intern(round.target)
        request.host = names.intern(round.host)
        request.headerBytes = round.headerBytes
        request.longestFieldBytes = round.fieldBytes
        func credential(_ scheme: String, _ kind: TokenKind) {
            request.authorization = HTTPAuthentication(scheme: names.intern(scheme), tokenKind: kind, tokenLength: 1500)
            request.tokenPlace = .authorization
            request.token.kind = kind
        }
        func apReq(_ authenticator: UInt64) {
            request.token.kerberos.type = .apReq
            request.token.kerberos.parts = [.ticket]
            request.token.kerberos.authenticatorDigest = Digest128(high: authenticator, low: 1)
            var ticket = TicketReference.unknown
            ticket.sname = principal(service)
            ticket.realm = names.intern("CORP.EXAMPLE")
            ticket.kvno = kvno
            request.token.kerberos.ticket = ticket
        }
        switch round.sent {
        case .nothing: break
        case .ticket(let authenticator):
            credential("Negotiate", .spnegoInit)
            apReq(authenticator)
        case .raw(let authenticator):
            credential("Negotiate", .rawKerberos)
            apReq(authenticator)
        case .ntlm(let type):
            credential("NTLM", .ntlm)
            request.token.ntlm.type = type
            if type == 3 {
                request.token.ntlm.user = names.intern("alice")
                request.token.ntlm.domain = names.intern("CORP")
                request.token.ntlm.workstation = names.intern("CLIENT")
            }
        case .basic: credential("Basic", .basic)
        }
        out.request = request
        var response = HTTPMessage(kind: .response)
        response.server = names.intern(round.server)
        response.phrases = round.phrases
        func challenge(_ scheme: String, _ kind: TokenKind) {
            response.challenges.append(HTTPAuthentication(scheme: names.intern(scheme), tokenKind: kind))
            if kind != .none {
                response.tokenPlace = .challenge
                response.token.kind = kind
            }
        }
        switch round.got {
        case .status(let status, let schemes):
            response.status = status
            for scheme in schemes { challenge(scheme, .none) }
        case .accepting(let status):
            response.status = status
            challenge("Negotiate", .spnegoResponse)
            response.token.state = .acceptCompleted
        case .rejecting:
            response.status = 401
            challenge("Negotiate", .spnegoResponse)
            response.token.state = .reject
        case .error(let code):
            response.status = 401
            challenge("Negotiate", .spnegoResponse)
            response.token.state = .reject
            response.token.kerberos.type = .krbError
            response.token.kerberos.errorCode = code
        case .incomplete:
            response.status = 401
            challenge("Negotiate", .spnegoResponse)
            response.token.state = .acceptIncomplete
        case .ntlmChallenge(let scheme):
            response.status = 401
            challenge(scheme, .ntlm)
            response.token.ntlm.type = 2
            response.token.ntlm.computer = names.intern("WEB")
        case .redirect(let location, let accepting):
            response.status = 302
            response.location = names.intern(location)
            if accepting {
                challenge("Negotiate", .spnegoResponse)
                response.token.state = .acceptCompleted
            }
        case .silence(let reason, let byClient, let seconds):
            out.silence = reason
            out.endedByClient = byClient
            out.endFrame = nextFrame().0
            out.endTime = requestTime.advanced(byNanoseconds: Int64(seconds * 1_000_000_000))
            out.isRequestAcknowledged = true
            return HTTPTransaction(out)
        }
        out.response = response
        (out.responseFrame, out.responseTime) = { ($0.0, $0.1) }(nextFrame())
        return HTTPTransaction(out)
    }

    /// A sign-on with these HTTP rounds behind the ticket for the backend.
    func signOn(
        _ id: UInt64 = 1, kind: SignOnKind = .delegated, user: String = "alice",
        service: String = "http/web.corp.example",
        ticket: ExchangeOutcome? = .granted, kvno: UInt32 = 2, continues: Bool = true, _ rounds: [Round]
    ) -> SignOn {
        var out = SignOnFacts(id: id, kind: kind, point: 0, connector: Self.connector)
        out.user = principal(user)
        out.userRealm = names.intern("CORP.EXAMPLE")
        out.service = principal(service)
        out.serviceRealm = out.userRealm
        out.captureContinues = continues
        if kind == .delegated, let ticket {
            out.connectorAccount = principal("conn$")
            let request = request(.s4U2Proxy, user: user, service: service, [exchange(.s4U2Proxy, ticket)])
            out.append(SignOnStep(role: .s4U2Proxy, body: .kerberos(request), isShared: false, proof: .digest))
        }
        for round in rounds {
            let transaction = transaction(round, service: service, kvno: kvno)
            if out.backend == nil { out.backend = transaction.server }
            out.append(SignOnStep(role: .http, body: .http(transaction), isShared: false, proof: .digest))
        }
        return SignOn(out)
    }

    /// A TCP connection of the connector, as its end shows it.
    func connection(to server: String = "192.0.2.30", port: UInt16 = 80, change: (inout ConnectionSummary) -> Void)
        -> ConnectionSummary
    {
        let (frame, time) = nextFrame()
        var client = ConnectionSide(endpoint: Endpoint(address: Self.connector, port: 51000))
        client.synCount = 1
        client.packets = 1
        client.synFrame = frame
        client.lastSynFrame = nextFrame().0
        var out = ConnectionSummary(
            flow: FlowID(rawValue: frame.frame), point: 0, transport: .tcp, client: client,
            server: ConnectionSide(endpoint: Endpoint(address: IPAddress(server)!, port: port)), firstTime: time,
            lastTime: time,
            firstFrame: frame, lastFrame: frame)
        change(&out)
        return out
    }
}
