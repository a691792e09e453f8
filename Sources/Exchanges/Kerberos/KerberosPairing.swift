import Collections
import PacketModel
import Dissectors
import Flows

/// Pairs requests to a KDC with their replies: in order on a TCP connection, the oldest first over
/// UDP; and says of those that got none why.
///
/// The exchanges themselves are with the ticket requests that they belong to; here waits what finds them.
struct KerberosPairing: ~Copyable {
    /// A request that waits for its reply, or did.
    struct PendingRequest: Sendable, BitwiseCopyable {
        let exchange: UInt64
        let kind: ExchangeKind
        let client: Endpoint
        let kdc: Endpoint
        let transport: Transport
        let point: UInt16
        let requestTime: CaptureTime?
        let nonce: UInt32
        /// The ticket request that it belongs to; 0 for none.
        var owner: UInt64 = 0
        var copies: Copies
        /// When it was last heard.
        var heard: CaptureTime

        /// None.
        static let none = PendingRequest(
            exchange: 0, kind: .authenticationService, client: Endpoint(address: IPAddress(v4: 0), port: 0),
            kdc: Endpoint(address: IPAddress(v4: 0), port: 0), transport: .tcp, point: 0, requestTime: nil, nonce: 0,
            copies: Copies(count: 0, time: nil, frame: FrameReference(capture: 0, frame: 0)),
            heard: CaptureTime(nanoseconds: .min))
    }

    /// How often a request was sent again, and the last of it.
    struct Copies: Sendable, BitwiseCopyable {
        var count: UInt32
        var time: CaptureTime?
        var frame: FrameReference
    }

    /// Why a request has no reply.
    struct NoReply: Sendable, BitwiseCopyable {
        var reason: SilenceReason
        var frame: FrameReference?
        var time: CaptureTime?
    }

    /// The request that was seen last, or that the last reply answers.
    private(set) var asked = PendingRequest.none
    private var pending = KeyedQueues<PendingRequest>()
    /// Flows in the order of their requests, for time-outs.
    private var queue = RingBuffer<Waiting<FlowID>>()
    /// The flows whose last request was answered after it had been repeated: one more reply is due.
    private var surplusReplies = IDTable<UInt32>(vacant: 0)
    private var nextID: UInt64 = 1
    private(set) var dropped: UInt64 = 0
    /// Datagrams that came before any request which they could answer.
    private var early = EarlyReplies()
    /// Refusals to which no request came; the caller takes them.
    var orphans: [EarlyReplies.Reply] = []

    /// What a message did.
    enum Result {
        /// A request went out, and waits here for its reply.
        case opened(SlotHandle)
        /// The message is the reply to the request in `asked`.
        case answered
        /// A request that had been answered before it was captured.
        indirect case answeredBefore(EarlyReplies.Reply)
        /// A reply without its request.
        case alone
        case nothing
    }

    /// Says which ticket request a request that waits belongs to.
    mutating func assign(_ owner: UInt64, to request: SlotHandle) { pending[request].owner = owner }

    static func kind(_ request: inout KerberosMessage, krbtgt: NameID) -> ExchangeKind {
        if request.type == .asReq { return .authenticationService }
        let options = KDCOptions(rawValue: request.kdcOptions)
        if options.contains(.cnameInAdditionalTicket), !request.additionalTickets.isEmpty { return .s4U2Proxy }
        if !request.parts.isDisjoint(with: [.forUser, .s4uX509User]) { return .s4U2Self }
        if options.contains(.encTicketInSessionKey) { return .userToUser }
        return request.sname.first == krbtgt ? .ticketGrantingTicket : .ticketGranting
    }

    mutating func see(
        _ message: inout KerberosMessage, _ envelope: MessageEnvelope, krbtgt: NameID, maximumPending: Int,
        now: CaptureTime
    ) -> Result {
        if !early.isEmpty { takeOrphans(before: now.advanced(byNanoseconds: -EarlyReplies.window)) }
        switch message.type {
        case .asReq, .tgsReq: return request(&message, envelope, krbtgt, maximumPending, now)
        case .asRep, .tgsRep, .krbError: return reply(&message, envelope, now)
        default: return .nothing
        }
    }

    private mutating func request(
        _ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID, _ maximumPending: Int,
        _ now: CaptureTime
    ) -> Result {
        // What contradicts the standard, or names no realm, is no request: domain controllers pass over it in silence.
        // One that the
        // capture cut is.
        if envelope.fault == nil ? !message.realm.isPresent : envelope.fault?.kind != .truncated { return .nothing }
        if envelope.duplicateOf != nil {
            if !envelope.isPacketCopy, let last = pending.last(envelope.flow.rawValue) {
                let count = pending[last].copies.count + 1
                pending[last].copies = Copies(count: count, time: envelope.time, frame: envelope.frame)
                pending[last].heard = now
            }
            return .nothing
        }
        if envelope.transport == .udp, let reply = early.take(for: &message, envelope, krbtgt, now: now) {
            open(&message, envelope, krbtgt, now)
            return .answeredBefore(reply)
        }
        // Nothing that waits could make room: `dropOldest`.
        if pending.count > maximumPending {
            dropped += 1
            nextID += 1
            return .nothing
        }
        open(&message, envelope, krbtgt, now)
        let request = pending.append(to: envelope.flow.rawValue, asked)
        // A TCP connection tells its own end; a datagram only ever falls silent.
        if envelope.transport == .udp {
            if queue.isMostlyStale(liveCount: pending.count) {
                queue.removeAll { entry in
                    pending.first(entry.id.rawValue).map { pending[$0].heard > entry.since } ?? true
                }
            }
            queue.append(Waiting(id: envelope.flow, since: now))
        }
        return .opened(request)
    }

    private mutating func open(
        _ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID, _ now: CaptureTime
    ) {
        asked = PendingRequest(
            exchange: nextID, kind: Self.kind(&message, krbtgt: krbtgt), client: envelope.source,
            kdc: envelope.destination,
            transport: envelope.transport, point: envelope.point, requestTime: envelope.time, nonce: message.nonce,
            copies: Copies(count: 0, time: envelope.time, frame: envelope.frame), heard: now)
        nextID += 1
    }

    private mutating func reply(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ now: CaptureTime)
        -> Result
    {
        if envelope.duplicateOf != nil { return .nothing }
        if pending.removeFirst(of: envelope.flow.rawValue, where: { $0.client == envelope.destination }, { asked = $0 })
            != nil
        {
            // Segments that were sent again are answered once; datagrams each for themselves.
            if asked.copies.count > 0, asked.transport == .udp {
                surplusReplies.set(envelope.flow.rawValue, asked.copies.count)
            }
            return .answered
        }
        if let surplus = surplusReplies[envelope.flow.rawValue], surplus > 0 {
            if surplus == 1 {
                surplusReplies.removeValue(for: envelope.flow.rawValue)
            } else {
                surplusReplies.set(envelope.flow.rawValue, surplus - 1)
            }
            return .nothing
        }
        if envelope.transport == .udp, let crowded = early.keep(copy message, envelope, now: now) {
            noteOrphan(crowded)
        }
        // A ticket may be used at once; a refusal can wait for the request that it answers.
        if envelope.transport == .udp, message.type == .krbError { return .nothing }
        nextID += 1
        return .alone
    }

    /// No request came to a reply; a ticket was used at once.
    private mutating func noteOrphan(_ reply: EarlyReplies.Reply) {
        if reply.message.type != .krbError { return }
        nextID += 1
        orphans.append(reply)
    }

    /// Gives up waiting for the requests of replies that came before this instant.
    mutating func takeOrphans(before limit: CaptureTime) {
        while let late = early.expire(before: limit) { noteOrphan(late) }
    }

    /// Takes the unanswered requests of a flow that has ended, each with the reason.
    mutating func flowEnded(
        _ summary: inout ConnectionSummary, watermark: CaptureTime,
        meaningfulSilenceNanoseconds: Int64
    ) -> [(asked: PendingRequest, noReply: NoReply)] {
        surplusReplies.removeValue(for: summary.flow.rawValue)
        if !early.isEmpty, let reply = early.remove(summary.flow) { noteOrphan(reply) }
        var out: [(asked: PendingRequest, noReply: NoReply)] = []
        while let asked = pending.removeFirst(of: summary.flow.rawValue, { $0 }) {
            out.append((asked, Self.silence(of: asked, &summary, watermark, meaningfulSilenceNanoseconds)))
        }
        return out
    }

    /// Why a request got no reply on a flow that has ended.
    private static func silence(
        of asked: PendingRequest, _ summary: inout ConnectionSummary, _ watermark: CaptureTime, _ meaningful: Int64
    ) -> NoReply {
        let server = asked.kdc == summary.server.endpoint ? summary.server : summary.client
        let client = asked.kdc == summary.server.endpoint ? summary.client : summary.server
        if summary.icmpFrame != nil { return NoReply(reason: .icmp, frame: summary.icmpFrame, time: summary.icmpTime) }
        if server.resetFrame != nil || client.resetFrame != nil {
            return NoReply(
                reason: .reset, frame: server.resetFrame ?? client.resetFrame,
                time: server.resetTime ?? client.resetTime)
        }
        if summary.transport == .tcp, server.packets == 0 { return NoReply(reason: .oneSided) }
        if server.missingBytes > 0 { return NoReply(reason: .gap) }
        if server.finFrame != nil { return NoReply(reason: .closed, frame: server.finFrame) }
        // Whether the capture runs on for long enough after the request to call its absence an answer.
        let isMeant =
            asked.copies.time != nil
            && (watermark.nanoseconds(since: asked.heard) >= meaningful || asked.copies.count >= 2)
        return NoReply(reason: isMeant ? .silence : .captureEnded)
    }

    /// Requests that wait for their reply.
    var count: Int { pending.count }

    /// Takes out the datagram request that has waited longest, to make room: anybody can send any number of them, and a
    /// reply
    /// that is still to come mostly comes at once. A TCP connection takes more to begin, and tells its own end.
    mutating func dropOldest() -> PendingRequest? {
        while let entry = queue.popFirst() {
            guard let first = pending.first(entry.id.rawValue) else { continue }
            if pending[first].heard > entry.since {
                // It was sent again, or is another one: its turn has not come.
                queue.append(Waiting(id: entry.id, since: pending[first].heard))
            } else if let oldest = pending.removeFirst(of: entry.id.rawValue, { $0 }) {
                dropped += 1
                return oldest
            }
        }
        return nil
    }

    /// Takes the requests that have waited for too long.
    mutating func expire(before limit: CaptureTime) -> [PendingRequest] {
        var out: [PendingRequest] = []
        while let entry = queue.first, entry.since < limit {
            _ = queue.popFirst()
            while let first = pending.first(entry.id.rawValue), pending[first].heard < limit,
                let late = pending.removeFirst(of: entry.id.rawValue, { $0 })
            {
                out.append(late)
            }
        }
        return out
    }
}
