import ByteParsing
import CaptureFile
import Dissectors
import Flows

/// Pairs requests to a KDC with their replies: in order on a TCP connection, the oldest first over
/// UDP; and says of those that got none why.
struct KerberosPairing {
    /// A request without its reply, its copies so far, when it was last heard, and the ticket request
    /// that it belongs to.
    private struct Pending {
        /// None where this waits no more.
        var exchange: KerberosExchange?
        var copies: UInt32 = 0
        var lastTime: CaptureTime?
        var lastFrame: FrameReference
        var heard: CaptureTime
        var owner: UInt64 = 0

        /// Waits no more: what it was.
        mutating func take() -> Pending {
            var taken = Pending(exchange: nil, copies: copies, lastTime: lastTime, lastFrame: lastFrame, heard: heard, owner: owner)
            swap(&taken.exchange, &exchange)
            return taken
        }

        /// The exchange as it ended.
        mutating func closed(_ end: (inout KerberosExchangeOutline) -> Void) -> Closed? {
            if exchange == nil { return nil }
            exchange!.shared.own.outline.end(copies, lastTime, lastFrame, end)
            return exchange.map { Closed(exchange: $0, owner: owner) }
        }
    }

    private var pending = FlowQueues<Pending>()
    /// Flows in the order of their requests, for time-outs.
    private var queue = ArrivalQueue<Waiting<FlowID>>()
    /// The flows whose last request was answered after it had been repeated: one more reply is due.
    private var surplusReplies = IDTable<UInt32>(vacant: 0)
    private var nextID: UInt64 = 1
    /// A message of which nothing has been read, for the other half.
    private let blank = KerberosMessage()
    private var pool = SharedPool<KerberosExchange.Told>(maximumCount: 1024)
    private var pairs = SharedPool<KerberosMessagePair>(maximumCount: 1024)
    private(set) var dropped: UInt64 = 0
    /// Datagrams that came before any request which they could answer.
    private var early = EarlyReplies()
    /// Refusals to which no request came; the caller takes them.
    var orphans: [KerberosExchange] = []

    /// What a message did.
    enum Result {
        /// A request went out, and waits here for its reply.
        case opened(KerberosExchange, place: Int)
        /// An exchange is complete.
        case closed(Closed)
        /// A request that had been answered before it was captured: as it opened, and closed.
        case exchanged(KerberosExchange, KerberosExchange)
        case nothing
    }

    /// A complete exchange, and the ticket request to which its request was given; 0 for none.
    struct Closed {
        var exchange: KerberosExchange
        let owner: UInt64
    }

    /// Takes back what an exchange is made of, as far as nobody else holds it, to be used for others.
    mutating func give(_ exchange: inout KerberosExchange) {
        if exchange.plain != nil { pairs.give(&exchange.plain!) }
        pool.give(&exchange.shared) { $0.packed = nil }
    }

    /// The same of its messages alone.
    mutating func give(_ messages: inout Shared<KerberosMessagePair>) { pairs.give(&messages) }

    /// Packs what the messages of an exchange say.
    mutating func pack(_ exchange: inout KerberosExchange) {
        if var messages = exchange.pack() { pairs.give(&messages) }
    }

    /// An exchange of which only the endpoints are known; what its messages say must be written over.
    private mutating func make(_ kind: ExchangeKind, client: Endpoint, kdc: Endpoint, _ envelope: MessageEnvelope)
        -> KerberosExchange
    {
        var shared = pool.take { KerberosExchange.Told(KerberosExchangeOutline.nothing) }
        shared.own.outline.begin(nextID, kind, client: client, kdc: kdc, envelope)
        nextID += 1
        return KerberosExchange(shared, pairs.take { KerberosMessagePair.blank })
    }

    /// Says which ticket request a request that waits belongs to.
    mutating func assign(_ owner: UInt64, to place: Int) { pending[place].owner = owner }

    static func kind(_ request: inout KerberosMessage, names: NameTable, krbtgt: NameID) -> ExchangeKind {
        if request.type == .asReq { return .authenticationService }
        if request.kdcOptions & 0x0002_0000 != 0, !request.additionalTickets.isEmpty { return .s4U2Proxy }
        if !request.parts.isDisjoint(with: [.forUser, .s4uX509User]) { return .s4U2Self }
        if request.kdcOptions & 0x0000_0008 != 0 { return .userToUser }
        return request.sname.first == krbtgt ? .ticketGrantingTicket : .ticketGranting
    }

    /// `requests` hold what waits here, too, and let go of it while it is changed.
    mutating func see(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ requests: inout TicketRequests,
                      names: NameTable, krbtgt: NameID, maximumPending: Int, now: CaptureTime) -> Result {
        if !early.isEmpty { takeOrphans(before: now.advanced(byNanoseconds: -EarlyReplies.window), krbtgt) }
        switch message.type {
        case .asReq, .tgsReq: return request(&message, envelope, names, krbtgt, maximumPending, now)
        case .asRep, .tgsRep, .krbError: return reply(&message, envelope, &requests, krbtgt, now)
        default: return .nothing
        }
    }

    private mutating func request(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ names: NameTable,
                                  _ krbtgt: NameID, _ maximumPending: Int, _ now: CaptureTime) -> Result {
        if envelope.duplicateOf != nil {
            if !envelope.isPacketCopy, let last = pending.last(envelope.flow) {
                pending[last].copies += 1
                pending[last].lastTime = envelope.time
                pending[last].lastFrame = envelope.frame
                pending[last].heard = now
            }
            return .nothing
        }
        if envelope.transport == .udp, let reply = early.take(for: &message, envelope, krbtgt, now: now) {
            return exchanged(&message, envelope, reply, names, krbtgt)
        }
        if pending.count >= maximumPending {
            dropped += 1
            nextID += 1
            return .nothing
        }
        let kind = Self.kind(&message, names: names, krbtgt: krbtgt)
        var opened = make(kind, client: envelope.source, kdc: envelope.destination, envelope)
        opened.ask(&message, envelope, blank)
        let waiting = Pending(exchange: opened, lastTime: envelope.time, lastFrame: envelope.frame, heard: now)
        let place = pending.append(to: envelope.flow) { waiting } fill: { $0 = waiting }
        // A TCP connection tells its own end; a datagram only ever falls silent.
        if envelope.transport == .udp {
            if queue.isCrowded(liveCount: pending.count) {
                queue.compact { entry in pending.first(entry.id).map { pending[$0].heard <= entry.since } ?? false }
            }
            queue.append(Waiting(id: envelope.flow, since: now))
        }
        return .opened(opened, place: place)
    }

    /// A request that had been answered before it was captured.
    private mutating func exchanged(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ reply: EarlyReplies.Reply,
                                    _ names: NameTable, _ krbtgt: NameID) -> Result {
        let kind = Self.kind(&message, names: names, krbtgt: krbtgt)
        var opened = make(kind, client: envelope.source, kdc: envelope.destination, envelope)
        opened.ask(&message, envelope, blank)
        var closed = opened
        var answer = reply.message
        closed.complete(&answer, reply.envelope, krbtgt) { _ in }
        return .exchanged(opened, closed)
    }

    private mutating func reply(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ requests: inout TicketRequests,
                                _ krbtgt: NameID, _ now: CaptureTime) -> Result {
        if envelope.duplicateOf != nil { return .nothing }
        if var asked = pending.take(envelope.flow, where: { $0.exchange?.client == envelope.destination }, { $0.take() }), asked.exchange != nil {
            requests.lend(asked.exchange!.id, of: asked.owner)
            let (copies, time, frame) = (asked.copies, asked.lastTime, asked.lastFrame)
            asked.exchange!.complete(&message, envelope, krbtgt) { $0.noteCopies(copies, time, frame) }
            let closed = Closed(exchange: asked.exchange!, owner: asked.owner)
            // Segments that were sent again are answered once; datagrams each for themselves.
            if asked.copies > 0, closed.exchange.transport == .udp {
                surplusReplies.insert(asked.copies, for: envelope.flow.rawValue)
            }
            return .closed(closed)
        }
        if let surplus = surplusReplies[envelope.flow.rawValue], surplus > 0 {
            if surplus == 1 {
                surplusReplies.removeValue(for: envelope.flow.rawValue)
            } else {
                surplusReplies.insert(surplus - 1, for: envelope.flow.rawValue)
            }
            return .nothing
        }
        if envelope.transport == .udp, var crowded = early.keep(copy message, envelope, now: now), crowded.message.type == .krbError {
            orphans.append(orphan(&crowded.message, crowded.envelope, krbtgt))
        }
        // A ticket may be used at once; a refusal can wait for the request that it answers.
        if envelope.transport == .udp, message.type == .krbError { return .nothing }
        return .closed(Closed(exchange: orphan(&message, envelope, krbtgt), owner: 0))
    }

    /// A reply without its request.
    private mutating func orphan(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID) -> KerberosExchange {
        let kind: ExchangeKind = message.type == .asRep ? .authenticationService : .ticketGranting
        var exchange = make(kind, client: envelope.destination, kdc: envelope.source, envelope)
        exchange.plain!.own.request = blank
        exchange.complete(&message, envelope, krbtgt) { _ in }
        return exchange
    }

    /// Gives up waiting for the requests of replies that came before this instant.
    mutating func takeOrphans(before limit: CaptureTime, _ krbtgt: NameID) {
        while var late = early.expire(before: limit) {
            if late.message.type == .krbError { orphans.append(orphan(&late.message, late.envelope, krbtgt)) }
        }
    }

    /// Takes the unanswered requests of a flow that has ended.
    mutating func flowEnded(_ summary: inout ConnectionSummary, krbtgt: NameID, watermark: CaptureTime, meaningfulSilence: Int64)
        -> [Closed]
    {
        surplusReplies.removeValue(for: summary.flow.rawValue)
        if !early.isEmpty, var reply = early.remove(summary.flow), reply.message.type == .krbError {
            orphans.append(orphan(&reply.message, reply.envelope, krbtgt))
        }
        var out: [Closed] = []
        while var next = pending.take(summary.flow, { $0.take() }) {
            let (since, copies, isDated) = (next.heard, next.copies, next.lastTime != nil)
            let closed = next.closed { exchange in
                let server = exchange.kdc == summary.server.endpoint ? summary.server : summary.client
                let client = exchange.kdc == summary.server.endpoint ? summary.client : summary.server
                if summary.icmpFrame != nil {
                    exchange.outcome = .unanswered(.icmp)
                    exchange.endFrame = summary.icmpFrame
                    exchange.endTime = summary.icmpTime
                } else if server.resetFrame != nil || client.resetFrame != nil {
                    exchange.outcome = .unanswered(.reset)
                    exchange.endFrame = server.resetFrame ?? client.resetFrame
                    exchange.endTime = server.resetTime ?? client.resetTime
                } else if summary.transport == .tcp, server.packets == 0 {
                    exchange.outcome = .unanswered(.oneSided)
                } else if server.missingBytes > 0 {
                    exchange.outcome = .unanswered(.gap)
                } else if server.finFrame != nil {
                    exchange.outcome = .unanswered(.closed)
                    exchange.endFrame = server.finFrame
                } else {
                    // Whether the capture runs on for long enough after the request to call its absence an answer.
                    exchange.outcome = .unanswered(
                        isDated && (watermark.nanoseconds(since: since) >= meaningfulSilence || copies >= 2) ? .silence : .captureEnded)
                }
            }
            if let closed { out.append(closed) }
        }
        return out
    }

    /// Takes the requests that have waited for too long.
    mutating func expire(before limit: CaptureTime) -> [Closed] {
        var out: [Closed] = []
        while let entry = queue.first, entry.since < limit {
            _ = queue.popFirst()
            while let first = pending.first(entry.id), pending[first].heard < limit, var late = pending.take(entry.id, { $0.take() }) {
                if let closed = late.closed({ _ in }) { out.append(closed) }
            }
        }
        return out
    }
}

extension KerberosExchange {
    /// Puts the request in.
    fileprivate mutating func ask(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ blank: borrowing KerberosMessage) {
        Self.ask(&shared.own.outline, &plain!.own, &message, envelope, blank)
    }

    /// Puts the reply in.
    fileprivate mutating func complete(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID,
                                       _ change: (inout KerberosExchangeOutline) -> Void) {
        Self.complete(&shared.own.outline, &plain!.own, &message, envelope, krbtgt, change)
    }

    private static func ask(_ exchange: inout KerberosExchangeOutline, _ messages: inout KerberosMessagePair,
                            _ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ blank: borrowing KerberosMessage) {
        messages.request = message
        messages.reply = copy blank
        exchange.note(&messages)
        exchange.requestFirstFrame = envelope.firstFrame
        exchange.requestFrame = envelope.frame
        exchange.requestTime = envelope.time
        exchange.lastRequestTime = envelope.time
        exchange.lastRequestFrame = envelope.frame
        exchange.isIncomplete = envelope.fault != nil
    }

    private static func complete(_ exchange: inout KerberosExchangeOutline, _ messages: inout KerberosMessagePair,
                                 _ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID,
                                 _ change: (inout KerberosExchangeOutline) -> Void) {
        change(&exchange)
        messages.reply = message
        exchange.note(&messages)
        exchange.replyFrame = envelope.frame
        exchange.replyTime = envelope.time
        exchange.isIncomplete = exchange.isIncomplete || envelope.fault != nil
        if message.type == .krbError {
            exchange.outcome = .refused(message.errorCode)
        } else if messages.request.type.rawValue == 0 {
            exchange.outcome = .replyOnly
        } else if message.type == .tgsRep, message.sname.first == krbtgt, messages.request.sname.first != krbtgt {
            exchange.outcome = .referred
        } else if message.type == .tgsRep, message.sname.first == krbtgt, message.sname.name != messages.request.sname.name {
            exchange.outcome = .referred
        } else {
            exchange.outcome = .granted
        }
    }
}

extension KerberosExchangeOutline {
    fileprivate static let nothing = KerberosExchangeOutline(
        id: 0, kind: .authenticationService, client: Endpoint(address: IPAddress(v4: 0), port: 0),
        kdc: Endpoint(address: IPAddress(v4: 0), port: 0), transport: .tcp, flow: FlowID(rawValue: 0), point: 0)

    /// Begins anew, as one of which only the endpoints are known.
    fileprivate mutating func begin(_ id: UInt64, _ kind: ExchangeKind, client: Endpoint, kdc: Endpoint, _ envelope: MessageEnvelope) {
        self = KerberosExchangeOutline(id: id, kind: kind, client: client, kdc: kdc, transport: envelope.transport,
                                       flow: envelope.flow, point: envelope.point)
    }

    /// What the copies of the request add to what is known.
    fileprivate mutating func noteCopies(_ copies: UInt32, _ time: CaptureTime?, _ frame: FrameReference) {
        requestCopies = copies
        lastRequestTime = time
        lastRequestFrame = frame
    }

    /// Says how it ended without a reply.
    fileprivate mutating func end(_ copies: UInt32, _ time: CaptureTime?, _ frame: FrameReference,
                                  _ change: (inout KerberosExchangeOutline) -> Void) {
        noteCopies(copies, time, frame)
        change(&self)
    }
}
