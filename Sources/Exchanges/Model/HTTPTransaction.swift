import PacketModel
import ByteParsing
import Dissectors

/// One HTTP request and its response, at one time of its life: never altered, so that sign-ons, rules
/// and reports share it without copies of its two messages.
public struct HTTPTransaction: Sendable {
    /// What is known, and what was said as it is read; that is nil where it is packed.
    @usableFromInline
    struct Storage: Sendable {
        @usableFromInline var outline: HTTPTransactionOutline
        @usableFromInline var plain: CopyOnWriteBox<HTTPMessagePair>?
        @usableFromInline var packed: DeltaEncoded<HTTPMessagePair>?

        init(_ outline: HTTPTransactionOutline) { self.outline = outline }
    }
    @usableFromInline var shared: CopyOnWriteBox<Storage>

    /// Fixes what is known.
    public init(_ facts: HTTPTransactionFacts) {
        var told = Storage(facts.outline)
        var messages = HTTPMessagePair()
        if var request = facts.request {
            messages.request = request
            told.outline.noteRequest(&request)
        }
        if var response = facts.response {
            messages.response = response
            told.outline.noteResponse(&response)
        }
        told.plain = CopyOnWriteBox(messages)
        shared = CopyOnWriteBox(told)
    }

    init(_ shared: CopyOnWriteBox<Storage>) { self.shared = shared }

    /// Where there was no token, what stands in its place says nothing: it is left out as far as there is anything.
    private static func pack(_ messages: HTTPMessagePair, _ blank: HTTPMessagePair) -> DeltaEncoded<HTTPMessagePair> {
        var messages = messages
        if messages.request.tokenPlace == .none { messages.request.token = blank.request.token }
        if messages.response.tokenPlace == .none { messages.response.token = blank.response.token }
        return DeltaEncoded(messages, blank: blank)
    }

    /// Puts its messages into less room, where they are slower to read; returns what they were in.
    mutating func pack() -> CopyOnWriteBox<HTTPMessagePair>? {
        guard let plain = shared.value.plain else { return nil }
        shared.mutable.packed = Self.pack(plain.value, HTTPMessagePair.blank)
        shared.mutable.plain = nil
        return plain
    }
}

/// What is known, each by its name.
extension HTTPTransaction {
    @inlinable public var outline: HTTPTransactionOutline {
        @inline(__always) _read { yield shared.value.outline }
    }
    @inlinable public var id: UInt64 { outline.id }
    @inlinable public var client: Endpoint { outline.client }
    @inlinable public var server: Endpoint { outline.server }
    @inlinable public var flow: FlowID { outline.flow }
    @inlinable public var point: UInt16 { outline.point }
    @inlinable public var request: HTTPMessage? { hasRequest ? messages.request : nil }
    @inlinable public var requestFirstFrame: FrameReference? { outline.requestFirstFrame }
    @inlinable public var requestFrame: FrameReference? { outline.requestFrame }
    @inlinable public var requestTime: CaptureTime? { outline.requestTime }
    @inlinable public var response: HTTPMessage? { hasResponse ? messages.response : nil }
    @inlinable public var responseFrame: FrameReference? { outline.responseFrame }
    @inlinable public var responseTime: CaptureTime? { outline.responseTime }
    @inlinable public var silence: SilenceReason? { outline.silence }
    @inlinable public var endedByClient: Bool { outline.endedByClient }
    @inlinable public var endFrame: FrameReference? { outline.endFrame }
    @inlinable public var endTime: CaptureTime? { outline.endTime }
    @inlinable public var isRequestAcknowledged: Bool { outline.isRequestAcknowledged }
    @inlinable public var isIncomplete: Bool { outline.isIncomplete }
    @inlinable public var credential: TokenKind { outline.credential }
    @inlinable public var status: UInt16 { outline.status }
    @inlinable public var hasRequest: Bool { outline.hasRequest }
    @inlinable public var hasResponse: Bool { outline.hasResponse }
    @inlinable public var carriesTicket: Bool { outline.carriesTicket }
    @inlinable public var hasAcceptingToken: Bool { outline.hasAcceptingToken }
    @inlinable public var firstFrame: FrameReference? { outline.firstFrame }
    @inlinable public var time: CaptureTime? { outline.time }

    /// Its two messages, to look at in their place.
    @inlinable public var messages: HTTPMessagePair {
        @inline(__always) _read {
            let pair = shared.value.plain ?? unpacked
            yield pair.value
        }
    }

    @usableFromInline var unpacked: CopyOnWriteBox<HTTPMessagePair> {
        @inline(never) get {
            CopyOnWriteBox(shared.value.packed?.value(blank: HTTPMessagePair.blank) ?? HTTPMessagePair())
        }
    }
}

/// The two messages of a transaction. Of one that there is not nothing must be read.
public struct HTTPMessagePair: Sendable, BitwiseCopyable {
    /// The request; there is none where only the response was captured.
    public var request = HTTPMessage(kind: .request)
    /// The final response; there may be none.
    public var response = HTTPMessage(kind: .response)

    /// Messages of which nothing has been read.
    public init() {}

    static let blank = HTTPMessagePair()
}

/// What is known of an HTTP request and its response, to make a transaction of it.
@dynamicMemberLookup
public struct HTTPTransactionFacts: Sendable, BitwiseCopyable {
    var outline: HTTPTransactionOutline
    /// What its messages say.
    public var request: HTTPMessage?
    public var response: HTTPMessage?

    /// A transaction of which only the endpoints are known.
    public init(id: UInt64, client: Endpoint, server: Endpoint, flow: FlowID, point: UInt16) {
        outline = HTTPTransactionOutline(id: id, client: client, server: server, flow: flow, point: point)
    }

    /// All else.
    public subscript<Member>(dynamicMember member: WritableKeyPath<HTTPTransactionOutline, Member>) -> Member {
        get { outline[keyPath: member] }
        set { outline[keyPath: member] = newValue }
    }
}

/// Everything about a transaction but what its messages say, and of that what is asked for again and again.
public struct HTTPTransactionOutline: Sendable, BitwiseCopyable {
    /// Counts from 1 within a run.
    public var id: UInt64
    public var client: Endpoint
    public var server: Endpoint
    public var flow: FlowID
    public var point: UInt16
    public var requestFirstFrame: FrameReference?
    public var requestFrame: FrameReference?
    public var requestTime: CaptureTime?
    public var responseFrame: FrameReference?
    public var responseTime: CaptureTime?
    /// Why there is no response.
    public var silence: SilenceReason?
    /// Which side ended the connection without a response, in which frame and when.
    public var endedByClient = false
    public var endFrame: FrameReference?
    public var endTime: CaptureTime?
    /// Whether the server acknowledged the whole request.
    public var isRequestAcknowledged = false
    /// Whether request or response were only partly captured.
    public var isIncomplete = false
    /// Which messages there are.
    public private(set) var hasRequest = false
    public private(set) var hasResponse = false
    /// What the request's Authorization carried.
    public private(set) var credential = TokenKind.none
    /// The response's status; 0 where there is no response.
    public private(set) var status: UInt16 = 0
    /// Whether the request carried a Kerberos ticket.
    public private(set) var carriesTicket = false
    /// Whether the response carries a token that says the client has been authenticated: a
    /// NegTokenResp with accept-completed, or an AP-REP in whatever wrapping (catalogued by RFC 4178
    /// and 4559).
    public private(set) var hasAcceptingToken = false
    /// What the request line and Host say.
    public private(set) var method = NameID.none
    public private(set) var target = NameID.none
    public private(set) var host = NameID.none
    /// Where the tokens were that were decoded.
    public private(set) var requestTokenPlace = HTTPTokenPlace.none
    public private(set) var responseTokenPlace = HTTPTokenPlace.none
    /// Of the request's token: the ticket and the type of the NTLM message.
    public private(set) var ticket: TicketReference?
    public private(set) var requestNTLMType: UInt32 = 0
    /// Of the response's token: its negotiation state, the code of its KRB-ERROR, the type of the NTLM message.
    public private(set) var responseState: NegotiationState?
    public private(set) var responseErrorCode: Int32?
    public private(set) var responseNTLMType: UInt32 = 0
    public private(set) var responseTimestamp: CaptureTime?
    /// The response's Date.
    public private(set) var responseDate: CaptureTime?
    /// Whether the response holds a log-in form.
    public private(set) var hasLogInForm = false

    init(id: UInt64, client: Endpoint, server: Endpoint, flow: FlowID, point: UInt16) {
        self.id = id
        self.client = client
        self.server = server
        self.flow = flow
        self.point = point
    }

    /// Reads what is asked for again and again.
    mutating func noteRequest(_ message: inout HTTPMessage) {
        hasRequest = true
        method = message.method
        target = message.target
        host = message.host
        credential = message.authorization?.tokenKind ?? .none
        requestTokenPlace = message.tokenPlace
        requestNTLMType = message.token.ntlm.type
        if message.token.kerberos.parts.contains(.ticket) { ticket = message.token.kerberos.ticket }
        carriesTicket = credential == .rawKerberos
        if requestTokenPlace == .authorization {
            if message.token.kerberos.type == .apReq {
                carriesTicket = true
            } else if message.token.kind == .rawKerberos {
                carriesTicket = true
            } else if message.token.kind == .spnegoInit, requestNTLMType == 0 {
                carriesTicket = message.token.innerMechanism?.isKerberos ?? false
            }
        }
    }

    mutating func noteResponse(_ message: inout HTTPMessage) {
        hasResponse = true
        status = message.status
        responseDate = message.date
        hasLogInForm = message.phrases.contains(.logInForm)
        responseTokenPlace = message.tokenPlace
        if responseTokenPlace == .none { return }
        responseState = message.token.state
        responseNTLMType = message.token.ntlm.type
        responseTimestamp = message.token.ntlm.timestamp
        if message.token.kerberos.type == .krbError { responseErrorCode = message.token.kerberos.errorCode }
        if responseTokenPlace == .challenge || responseTokenPlace == .authorization {
            let type = message.token.kerberos.type
            hasAcceptingToken = responseState == .acceptCompleted || type == .apRep
        }
    }

    /// The first frame of the transaction.
    public var firstFrame: FrameReference? { requestFrame ?? responseFrame }
    /// When it began.
    public var time: CaptureTime? { requestTime ?? responseTime }
}
