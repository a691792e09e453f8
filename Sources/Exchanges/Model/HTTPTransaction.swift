import CaptureFile
import Dissectors

/// One HTTP request and its response, at one time of its life: never altered, so that sign-ons, rules
/// and reports share it without copies of its two messages.
public final class HTTPTransaction: Sendable {
    public let facts: HTTPTransactionFacts
    /// Whether the request carried a Kerberos ticket.
    public let carriesTicket: Bool
    /// Whether the response carries a token that says the client has been authenticated.
    public let hasAcceptingToken: Bool

    /// Fixes what is known.
    public init(_ facts: HTTPTransactionFacts) {
        self.facts = facts
        carriesTicket = facts.carriesTicket
        hasAcceptingToken = facts.hasAcceptingToken
    }
}

/// What is known, each by its name.
extension HTTPTransaction {
    @inlinable public var id: UInt64 { facts.id }
    @inlinable public var client: Endpoint { facts.client }
    @inlinable public var server: Endpoint { facts.server }
    @inlinable public var flow: FlowID { facts.flow }
    @inlinable public var point: UInt16 { facts.point }
    @inlinable public var request: HTTPMessage? { facts.request }
    @inlinable public var requestFirstFrame: FrameReference? { facts.requestFirstFrame }
    @inlinable public var requestFrame: FrameReference? { facts.requestFrame }
    @inlinable public var requestTime: CaptureTime? { facts.requestTime }
    @inlinable public var response: HTTPMessage? { facts.response }
    @inlinable public var responseFrame: FrameReference? { facts.responseFrame }
    @inlinable public var responseTime: CaptureTime? { facts.responseTime }
    @inlinable public var silence: SilenceReason? { facts.silence }
    @inlinable public var endedByClient: Bool { facts.endedByClient }
    @inlinable public var endFrame: FrameReference? { facts.endFrame }
    @inlinable public var endTime: CaptureTime? { facts.endTime }
    @inlinable public var isRequestAcknowledged: Bool { facts.isRequestAcknowledged }
    @inlinable public var isIncomplete: Bool { facts.isIncomplete }
    @inlinable public var credential: TokenKind { facts.credential }
    @inlinable public var status: UInt16 { facts.status }
    @inlinable public var firstFrame: FrameReference? { facts.firstFrame }
    @inlinable public var time: CaptureTime? { facts.time }
}

/// What is known of an HTTP request and its response.
public struct HTTPTransactionFacts: Sendable, BitwiseCopyable {
    /// Counts from 1 within a run.
    public var id: UInt64
    public var client: Endpoint
    public var server: Endpoint
    public var flow: FlowID
    public var point: UInt16
    /// The request; absent where only the response was captured.
    public var request: HTTPMessage?
    public var requestFirstFrame: FrameReference?
    public var requestFrame: FrameReference?
    public var requestTime: CaptureTime?
    /// The final response; absent where there was none.
    public var response: HTTPMessage?
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

    /// A transaction of which only the endpoints are known.
    public init(id: UInt64, client: Endpoint, server: Endpoint, flow: FlowID, point: UInt16) {
        self.id = id
        self.client = client
        self.server = server
        self.flow = flow
        self.point = point
    }

    /// Begins anew, as one of which only the endpoints are known: in its place, as both messages are large.
    mutating func begin(id: UInt64, client: Endpoint, server: Endpoint, flow: FlowID, point: UInt16) {
        self.id = id
        self.client = client
        self.server = server
        self.flow = flow
        self.point = point
        request = nil
        requestFirstFrame = nil
        requestFrame = nil
        requestTime = nil
        response = nil
        responseFrame = nil
        responseTime = nil
        silence = nil
        endedByClient = false
        endFrame = nil
        endTime = nil
        isRequestAcknowledged = false
        isIncomplete = false
    }

    /// What the request's Authorization carried.
    public var credential: TokenKind { request?.authorization?.tokenKind ?? .none }
    /// The response's status; 0 where there is no response.
    public var status: UInt16 { response?.status ?? 0 }
    /// Whether the request carried a Kerberos ticket.
    public var carriesTicket: Bool {
        // No message is bound here: that would copy it.
        if request?.tokenPlace == .authorization {
            if request?.token.kerberos.type == .apReq || request?.token.kind == .rawKerberos { return true }
            if request?.token.kind == .spnegoInit, request?.token.ntlm.type == 0 {
                return request?.token.innerMechanism?.isKerberos ?? false
            }
        }
        return credential == .rawKerberos
    }
    /// Whether the response carries a token that says the client has been authenticated: a
    /// NegTokenResp with accept-completed, or an AP-REP in whatever wrapping (catalogued by RFC 4178
    /// and 4559).
    public var hasAcceptingToken: Bool {
        guard response?.tokenPlace == .challenge || response?.tokenPlace == .authorization else { return false }
        return response?.token.state == .acceptCompleted || response?.token.kerberos.type == .apRep
    }
    /// The first frame of the transaction.
    public var firstFrame: FrameReference? { requestFrame ?? responseFrame }
    /// When it began.
    public var time: CaptureTime? { requestTime ?? responseTime }
}
