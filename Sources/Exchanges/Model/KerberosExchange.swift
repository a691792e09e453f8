import PacketModel
import ByteParsing
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
public struct KerberosExchange: Sendable {
    /// What is known, and in great numbers what was said, packed.
    @usableFromInline
    struct Storage: Sendable {
        @usableFromInline var outline: KerberosExchangeOutline
        @usableFromInline var packed: DeltaEncoded<KerberosMessagePair>?
        /// Whether a reply is still waited for.
        var isUnderWay = false

        init(_ outline: KerberosExchangeOutline) { self.outline = outline }
    }
    @usableFromInline var shared: CopyOnWriteBox<Storage>
    /// What was said, as it is read; nil where it is packed or left out.
    @usableFromInline var plain: CopyOnWriteBox<KerberosMessagePair>?

    /// Fixes what is known.
    public init(_ facts: KerberosExchangeFacts) {
        var facts = facts
        facts.outline.note(&facts.messages)
        shared = CopyOnWriteBox(Storage(facts.outline))
        plain = CopyOnWriteBox(facts.messages)
    }

    init(_ shared: consuming CopyOnWriteBox<Storage>, _ plain: consuming CopyOnWriteBox<KerberosMessagePair>?) {
        self.shared = shared
        self.plain = plain
    }

    /// Whether a reply is still waited for.
    var isUnderWay: Bool { shared.value.isUnderWay }

    /// Puts its messages into less room, where they are slower to read; returns what they were in.
    mutating func pack() -> CopyOnWriteBox<KerberosMessagePair>? {
        guard let plain else { return nil }
        shared.mutable.packed = DeltaEncoded(plain.value, blank: KerberosMessagePair.blank)
        self.plain = nil
        return plain
    }
}

/// What is known, each by its name.
extension KerberosExchange {
    @inlinable public var outline: KerberosExchangeOutline {
        @inline(__always) _read { yield shared.value.outline }
    }
    @inlinable public var id: UInt64 { outline.id }
    @inlinable public var kind: ExchangeKind { outline.kind }
    @inlinable public var client: Endpoint { outline.client }
    @inlinable public var kdc: Endpoint { outline.kdc }
    @inlinable public var transport: Transport { outline.transport }
    @inlinable public var flow: FlowID { outline.flow }
    @inlinable public var point: UInt16 { outline.point }
    /// The request. Of an exchange whose messages were left out, one of which nothing was read.
    @inlinable public var request: KerberosMessage { messages.request }
    @inlinable public var requestFirstFrame: FrameReference? { outline.requestFirstFrame }
    @inlinable public var requestFrame: FrameReference? { outline.requestFrame }
    @inlinable public var requestTime: CaptureTime? { outline.requestTime }
    @inlinable public var requestCopies: UInt32 { outline.requestCopies }
    @inlinable public var lastRequestTime: CaptureTime? { outline.lastRequestTime }
    @inlinable public var lastRequestFrame: FrameReference? { outline.lastRequestFrame }
    /// The reply, under the same condition.
    @inlinable public var reply: KerberosMessage { messages.reply }
    @inlinable public var replyFrame: FrameReference? { outline.replyFrame }
    @inlinable public var replyTime: CaptureTime? { outline.replyTime }
    @inlinable public var isIncomplete: Bool { outline.isIncomplete }
    @inlinable public var outcome: ExchangeOutcome { outline.outcome }
    @inlinable public var endFrame: FrameReference? { outline.endFrame }
    @inlinable public var endTime: CaptureTime? { outline.endTime }
    @inlinable public var errorCode: Int32? { outline.errorCode }
    @inlinable public var ntStatus: UInt32? { outline.ntStatus }
    @inlinable public var ticketBytes: Int32 { outline.ticketBytes }
    @inlinable public var firstFrame: FrameReference? { outline.firstFrame }
    @inlinable public var lastFrame: FrameReference? { outline.lastFrame }
    @inlinable public var time: CaptureTime? { outline.time }

    /// Whether the request set the resource-based constrained delegation bit of PA-PAC-OPTIONS
    /// (MS-KILE 2.2.10, bit 3).
    public var asksForResourceBasedDelegation: Bool {
        PACOptions(rawValue: request.pacOptions).contains(.resourceBasedConstrainedDelegation)
    }

    /// Its two messages, to look at in their place.
    @inlinable public var messages: KerberosMessagePair {
        @inline(__always) _read {
            let pair = plain ?? unpacked
            yield pair.value
        }
    }

    @usableFromInline var unpacked: CopyOnWriteBox<KerberosMessagePair> {
        @inline(never) get {
            shared.value.packed.map { CopyOnWriteBox($0.value(blank: KerberosMessagePair.blank)) }
                ?? KerberosMessagePair.nothing
        }
    }
}

/// The two messages of an exchange.
public struct KerberosMessagePair: Sendable, BitwiseCopyable {
    /// The request; its `type` is 0 where only the reply was captured.
    public var request = KerberosMessage()
    /// The reply; its `type` is 0 where there was none.
    public var reply = KerberosMessage()

    /// Messages of which nothing has been read.
    public init() {}

    static let blank = KerberosMessagePair()
    static let nothing = CopyOnWriteBox(blank)
}

/// What is known of a request to a KDC and its reply, to make an exchange of it.
@dynamicMemberLookup
public struct KerberosExchangeFacts: Sendable, BitwiseCopyable {
    var outline: KerberosExchangeOutline
    var messages = KerberosMessagePair()

    /// An exchange of which nothing but its endpoints is known.
    public init(
        id: UInt64, kind: ExchangeKind, client: Endpoint, kdc: Endpoint, transport: Transport, flow: FlowID,
        point: UInt16
    ) {
        outline = KerberosExchangeOutline(
            id: id, kind: kind, client: client, kdc: kdc, transport: transport, flow: flow, point: point)
    }

    /// What its messages say.
    public var request: KerberosMessage {
        get { messages.request }
        set { messages.request = newValue }
    }
    public var reply: KerberosMessage {
        get { messages.reply }
        set { messages.reply = newValue }
    }
    /// All else.
    public subscript<Member>(dynamicMember member: WritableKeyPath<KerberosExchangeOutline, Member>) -> Member {
        get { outline[keyPath: member] }
        set { outline[keyPath: member] = newValue }
    }
}

/// Everything about an exchange but what its messages say, and of that what is asked for again and again.
public struct KerberosExchangeOutline: Sendable, BitwiseCopyable {
    /// Counts from 1 within a run, in the order in which requests were completed.
    public var id: UInt64
    /// What it was for.
    public var kind: ExchangeKind
    public var transport: Transport
    public var point: UInt16
    /// Copies of the request after the first (UDP retransmissions, repeated segments).
    public var requestCopies: UInt32 = 0
    /// Who asked, and whom.
    public var client: Endpoint
    public var kdc: Endpoint
    public var flow: FlowID
    public var requestFirstFrame: FrameReference?
    public var requestFrame: FrameReference?
    public var requestTime: CaptureTime?
    public var lastRequestTime: CaptureTime?
    public var lastRequestFrame: FrameReference?
    public var replyFrame: FrameReference?
    public var replyTime: CaptureTime?
    /// Whether request or reply were only partly captured.
    public var isIncomplete = false
    /// How it came out.
    public var outcome = ExchangeOutcome.unanswered(.silence)
    /// The frame of the RST, FIN or ICMP error that ended an unanswered request.
    public var endFrame: FrameReference?
    public var endTime: CaptureTime?
    /// The status beside the reply's error code; the reply's ticket: octets of its cipher, its encryption and key
    /// version; and the key version of the ticket that paid.
    public private(set) var ntStatus: UInt32?
    public private(set) var ticketBytes: Int32 = 0
    public private(set) var ticketEtype: Int32 = 0
    public private(set) var ticketKvno: UInt32?
    public private(set) var headerTicketKvno: UInt32?
    /// The client whom the reply names, and the service of the first additional ticket of the request.
    public private(set) var replyClient = NameID.none
    public private(set) var evidenceService = NameID.none

    init(
        id: UInt64, kind: ExchangeKind, client: Endpoint, kdc: Endpoint, transport: Transport, flow: FlowID,
        point: UInt16
    ) {
        self.id = id
        self.kind = kind
        self.client = client
        self.kdc = kdc
        self.transport = transport
        self.flow = flow
        self.point = point
    }

    /// Reads what is asked for again and again.
    mutating func note(_ messages: inout KerberosMessagePair) {
        noteRequest(&messages.request)
        noteReply(&messages.reply)
    }

    mutating func noteRequest(_ message: inout KerberosMessage) {
        if message.additionalTickets.count > 0 { evidenceService = message.additionalTickets[0].sname.name }
        headerTicketKvno = message.headerTicket.kvno
    }

    mutating func noteReply(_ message: inout KerberosMessage) {
        replyClient = message.cname.name
        ntStatus = message.ntStatus
        ticketBytes = message.ticket.cipherLength
        ticketEtype = message.ticket.etype
        ticketKvno = message.ticket.kvno
    }

    /// The KRB-ERROR's code, where the reply is one.
    public var errorCode: Int32? {
        if case .refused(let code) = outcome { return code }
        return nil
    }
    /// The first frame that belongs to the exchange.
    public var firstFrame: FrameReference? { requestFrame ?? replyFrame }
    /// The last frame that belongs to the exchange.
    public var lastFrame: FrameReference? { replyFrame ?? endFrame ?? lastRequestFrame ?? requestFrame }
    /// When it began.
    public var time: CaptureTime? { requestTime ?? replyTime }
}
