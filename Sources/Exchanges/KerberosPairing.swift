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
            let taken = self
            exchange = nil
            return taken
        }

        /// What the copies of the request add to what is known.
        func addCopies(to facts: inout KerberosExchangeFacts) {
            facts.requestCopies = copies
            facts.lastRequestTime = lastTime
            facts.lastRequestFrame = lastFrame
        }

        /// The exchange as it ended.
        func closed(_ end: (inout KerberosExchangeFacts) -> Void) -> Closed? {
            guard let exchange else { return nil }
            var facts = exchange.facts
            addCopies(to: &facts)
            end(&facts)
            return Closed(exchange: KerberosExchange(facts), owner: owner)
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
        let exchange: KerberosExchange
        let owner: UInt64
    }

    /// Says which ticket request a request that waits belongs to.
    mutating func assign(_ owner: UInt64, to place: Int) { pending[place].owner = owner }

    static func kind(_ request: borrowing KerberosMessage, names: NameTable, krbtgt: NameID) -> ExchangeKind {
        if request.type == .asReq { return .authenticationService }
        if request.kdcOptions & 0x0002_0000 != 0, !request.additionalTickets.isEmpty { return .s4U2Proxy }
        if !request.parts.isDisjoint(with: [.forUser, .s4uX509User]) { return .s4U2Self }
        if request.kdcOptions & 0x0000_0008 != 0 { return .userToUser }
        return request.sname.first == krbtgt ? .ticketGrantingTicket : .ticketGranting
    }

    mutating func see(_ message: borrowing KerberosMessage, _ envelope: MessageEnvelope, names: NameTable, krbtgt: NameID,
                      maximumPending: Int, now: CaptureTime) -> Result {
        if !early.isEmpty { takeOrphans(before: now.advanced(byNanoseconds: -EarlyReplies.window), krbtgt) }
        switch message.type {
        case .asReq, .tgsReq: return request(message, envelope, names, krbtgt, maximumPending, now)
        case .asRep, .tgsRep, .krbError: return reply(message, envelope, krbtgt, now)
        default: return .nothing
        }
    }

    private mutating func request(_ message: borrowing KerberosMessage, _ envelope: MessageEnvelope, _ names: NameTable,
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
        var exchange = KerberosExchangeFacts(
            id: nextID, kind: Self.kind(message, names: names, krbtgt: krbtgt), client: envelope.source,
            kdc: envelope.destination, transport: envelope.transport, flow: envelope.flow, point: envelope.point,
            request: copy message, reply: blank)
        nextID += 1
        exchange.requestFirstFrame = envelope.firstFrame
        exchange.requestFrame = envelope.frame
        exchange.requestTime = envelope.time
        exchange.lastRequestTime = envelope.time
        exchange.lastRequestFrame = envelope.frame
        exchange.isIncomplete = envelope.fault != nil
        if envelope.transport == .udp, let reply = early.take(for: message, envelope, krbtgt, now: now) {
            let opened = KerberosExchange(exchange)
            Self.complete(&exchange, reply.message, reply.envelope, krbtgt)
            return .exchanged(opened, KerberosExchange(exchange))
        }
        if pending.count >= maximumPending {
            dropped += 1
            return .nothing
        }
        let opened = KerberosExchange(exchange)
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

    private mutating func reply(_ message: borrowing KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID,
                                _ now: CaptureTime) -> Result {
        if envelope.duplicateOf != nil { return .nothing }
        if let place = pending.first(envelope.flow), pending[place].exchange?.client == envelope.destination,
            let asked = pending.take(envelope.flow, { $0.take() }), let exchange = asked.exchange
        {
            var facts = exchange.facts
            asked.addCopies(to: &facts)
            Self.complete(&facts, message, envelope, krbtgt)
            let closed = Closed(exchange: KerberosExchange(facts), owner: asked.owner)
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
        if envelope.transport == .udp, let crowded = early.keep(copy message, envelope, now: now), crowded.message.type == .krbError {
            orphans.append(orphan(crowded.message, crowded.envelope, krbtgt))
        }
        // A ticket may be used at once; a refusal can wait for the request that it answers.
        if envelope.transport == .udp, message.type == .krbError { return .nothing }
        return .closed(Closed(exchange: orphan(message, envelope, krbtgt), owner: 0))
    }

    /// A reply without its request.
    private mutating func orphan(_ message: borrowing KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID) -> KerberosExchange {
        let kind: ExchangeKind = message.type == .asRep ? .authenticationService : .ticketGranting
        var exchange = KerberosExchangeFacts(
            id: nextID, kind: kind, client: envelope.destination, kdc: envelope.source, transport: envelope.transport,
            flow: envelope.flow, point: envelope.point, request: blank, reply: blank)
        nextID += 1
        Self.complete(&exchange, message, envelope, krbtgt)
        return KerberosExchange(exchange)
    }

    /// Gives up waiting for the requests of replies that came before this instant.
    mutating func takeOrphans(before limit: CaptureTime, _ krbtgt: NameID) {
        while let late = early.expire(before: limit) {
            if late.message.type == .krbError { orphans.append(orphan(late.message, late.envelope, krbtgt)) }
        }
    }

    private static func complete(_ exchange: inout KerberosExchangeFacts, _ message: borrowing KerberosMessage,
                                 _ envelope: MessageEnvelope, _ krbtgt: NameID) {
        exchange.reply = copy message
        exchange.replyFrame = envelope.frame
        exchange.replyTime = envelope.time
        exchange.isIncomplete = exchange.isIncomplete || envelope.fault != nil
        if message.type == .krbError {
            exchange.outcome = .refused(message.errorCode)
        } else if exchange.request.type.rawValue == 0 {
            exchange.outcome = .replyOnly
        } else if message.type == .tgsRep, message.sname.first == krbtgt, exchange.request.sname.first != krbtgt {
            exchange.outcome = .referred
        } else if message.type == .tgsRep, message.sname.first == krbtgt, message.sname.name != exchange.request.sname.name {
            exchange.outcome = .referred
        } else {
            exchange.outcome = .granted
        }
    }

    /// Takes the unanswered requests of a flow that has ended.
    mutating func flowEnded(_ summary: ConnectionSummary, krbtgt: NameID, watermark: CaptureTime, meaningfulSilence: Int64)
        -> [Closed]
    {
        surplusReplies.removeValue(for: summary.flow.rawValue)
        if !early.isEmpty, let reply = early.remove(summary.flow), reply.message.type == .krbError {
            orphans.append(orphan(reply.message, reply.envelope, krbtgt))
        }
        var out: [Closed] = []
        while let next = pending.take(summary.flow, { $0.take() }) {
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
                    exchange.outcome = .unanswered(
                        Self.isMeaningful(next, watermark, meaningfulSilence) ? .silence : .captureEnded)
                }
            }
            if let closed { out.append(closed) }
        }
        return out
    }

    /// Whether the capture runs on for long enough after the request to call its absence an answer.
    private static func isMeaningful(_ waiting: Pending, _ watermark: CaptureTime, _ silence: Int64) -> Bool {
        guard waiting.lastTime != nil else { return false }
        return watermark.nanoseconds(since: waiting.heard) >= silence || waiting.copies >= 2
    }

    /// Takes the requests that have waited for too long.
    mutating func expire(before limit: CaptureTime) -> [Closed] {
        var out: [Closed] = []
        while let entry = queue.first, entry.since < limit {
            _ = queue.popFirst()
            while let first = pending.first(entry.id), pending[first].heard < limit, let late = pending.take(entry.id, { $0.take() }) {
                if let closed = late.closed({ _ in }) { out.append(closed) }
            }
        }
        return out
    }
}
