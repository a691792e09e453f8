import CaptureFile
import Dissectors

/// What a request to the KDC is for.
public enum ExchangeKind: UInt8, Sendable, Hashable, BitwiseCopyable, CaseIterable {
    /// AS exchange (RFC 4120, 3.1).
    case authenticationService
    /// TGS exchange for a krbtgt of another realm, or a renewal of the own one (3.3).
    case ticketGrantingTicket
    /// TGS exchange for a service, for the requester itself.
    case ticketGranting
    /// S4U2Self (MS-SFU 3.1.5.1.1).
    case s4U2Self
    /// S4U2Proxy (MS-SFU 3.1.5.2.1).
    case s4U2Proxy
    /// User-to-user (RFC 4120, 3.7).
    case userToUser

    /// The words used in output.
    public var name: String {
        switch self {
        case .authenticationService: "AS"
        case .ticketGrantingTicket: "TGS (krbtgt)"
        case .ticketGranting: "TGS"
        case .s4U2Self: "S4U2Self"
        case .s4U2Proxy: "S4U2Proxy"
        case .userToUser: "TGS (user-to-user)"
        }
    }
}

/// Why a request has no answer.
public enum SilenceReason: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// Nothing came for as long as was waited.
    case silence
    /// The connection was reset.
    case reset
    /// The connection was closed in order, without an answer.
    case closed
    /// A router or host refused by ICMP.
    case icmp
    /// The capture ended too soon after the request to say.
    case captureEnded
    /// Octets of that direction are missing from the capture: an answer may have been among them.
    case gap
    /// The capture holds only one direction of this flow.
    case oneSided

    /// The words used in output.
    public var name: String {
        switch self {
        case .silence: "no answer"
        case .reset: "connection reset"
        case .closed: "connection closed"
        case .icmp: "ICMP unreachable"
        case .captureEnded: "capture ended"
        case .gap: "gap in the capture"
        case .oneSided: "one direction only"
        }
    }
}

/// How one exchange came out.
public enum ExchangeOutcome: Sendable, Hashable, BitwiseCopyable {
    /// The ticket asked for was issued.
    case granted
    /// A krbtgt for another realm was issued instead (RFC 6806, 8).
    case referred
    /// KRB-ERROR with this code.
    case refused(Int32)
    /// No reply.
    case unanswered(SilenceReason)
    /// A reply whose request is not in the capture.
    case replyOnly
}

/// One request to a KDC and its reply, at one time of its life: never altered, so that ticket
/// requests, sign-ons, rules and reports share it without copies of its two messages.
public final class KerberosExchange: Sendable {
    public let facts: KerberosExchangeFacts

    /// Fixes what is known.
    public init(_ facts: KerberosExchangeFacts) { self.facts = facts }
}

/// What is known, each by its name.
extension KerberosExchange {
    @inlinable public var id: UInt64 { facts.id }
    @inlinable public var kind: ExchangeKind { facts.kind }
    @inlinable public var client: Endpoint { facts.client }
    @inlinable public var kdc: Endpoint { facts.kdc }
    @inlinable public var transport: Transport { facts.transport }
    @inlinable public var flow: FlowID { facts.flow }
    @inlinable public var point: UInt16 { facts.point }
    @inlinable public var request: KerberosMessage { facts.request }
    @inlinable public var requestFirstFrame: FrameReference? { facts.requestFirstFrame }
    @inlinable public var requestFrame: FrameReference? { facts.requestFrame }
    @inlinable public var requestTime: CaptureTime? { facts.requestTime }
    @inlinable public var requestCopies: UInt32 { facts.requestCopies }
    @inlinable public var lastRequestTime: CaptureTime? { facts.lastRequestTime }
    @inlinable public var lastRequestFrame: FrameReference? { facts.lastRequestFrame }
    @inlinable public var reply: KerberosMessage { facts.reply }
    @inlinable public var replyFrame: FrameReference? { facts.replyFrame }
    @inlinable public var replyTime: CaptureTime? { facts.replyTime }
    @inlinable public var isIncomplete: Bool { facts.isIncomplete }
    @inlinable public var outcome: ExchangeOutcome { facts.outcome }
    @inlinable public var endFrame: FrameReference? { facts.endFrame }
    @inlinable public var endTime: CaptureTime? { facts.endTime }
    @inlinable public var errorCode: Int32? { facts.errorCode }
    @inlinable public var asksForResourceBasedDelegation: Bool { facts.asksForResourceBasedDelegation }
    @inlinable public var firstFrame: FrameReference? { facts.firstFrame }
    @inlinable public var lastFrame: FrameReference? { facts.lastFrame }
    @inlinable public var time: CaptureTime? { facts.time }
}

/// What is known of a request to a KDC and its reply.
public struct KerberosExchangeFacts: Sendable, BitwiseCopyable {
    /// Counts from 1 within a run, in the order in which requests were completed.
    public var id: UInt64
    /// What it was for.
    public var kind: ExchangeKind
    /// Who asked, and whom.
    public var client: Endpoint
    public var kdc: Endpoint
    public var transport: Transport
    public var flow: FlowID
    public var point: UInt16
    /// The request; its `type` is 0 where only the reply was captured.
    public var request: KerberosMessage
    public var requestFirstFrame: FrameReference?
    public var requestFrame: FrameReference?
    public var requestTime: CaptureTime?
    /// Copies of the request after the first (UDP retransmissions, repeated segments).
    public var requestCopies: UInt32 = 0
    public var lastRequestTime: CaptureTime?
    public var lastRequestFrame: FrameReference?
    /// The reply; its `type` is 0 where there was none.
    public var reply: KerberosMessage
    public var replyFrame: FrameReference?
    public var replyTime: CaptureTime?
    /// Whether request or reply were only partly captured.
    public var isIncomplete = false
    /// How it came out.
    public var outcome = ExchangeOutcome.unanswered(.silence)
    /// The frame of the RST, FIN or ICMP error that ended an unanswered request.
    public var endFrame: FrameReference?
    public var endTime: CaptureTime?

    /// An exchange of which nothing but its endpoints is known.
    public init(id: UInt64, kind: ExchangeKind, client: Endpoint, kdc: Endpoint, transport: Transport, flow: FlowID,
                point: UInt16, request: KerberosMessage = KerberosMessage(), reply: KerberosMessage = KerberosMessage()) {
        self.id = id
        self.kind = kind
        self.client = client
        self.kdc = kdc
        self.transport = transport
        self.flow = flow
        self.point = point
        self.request = request
        self.reply = reply
    }

    /// The KRB-ERROR's code, where the reply is one.
    public var errorCode: Int32? {
        if case .refused(let code) = outcome { return code }
        return nil
    }
    /// Whether the request set the resource-based constrained delegation bit of PA-PAC-OPTIONS
    /// (MS-KILE 2.2.10, bit 3).
    public var asksForResourceBasedDelegation: Bool { request.pacOptions & 0x1000_0000 != 0 }
    /// The first frame that belongs to the exchange.
    public var firstFrame: FrameReference? { requestFrame ?? replyFrame }
    /// The last frame that belongs to the exchange.
    public var lastFrame: FrameReference? { replyFrame ?? endFrame ?? lastRequestFrame ?? requestFrame }
    /// When it began.
    public var time: CaptureTime? { requestTime ?? replyTime }
}
