import CaptureFile
import Dissectors
import Flows

/// Pairs requests to a KDC with their replies: in order on a TCP connection, the oldest first over
/// UDP; and says of those that got none why.
struct KerberosPairing {
    private var pending: [FlowID: [KerberosExchange]] = [:]
    private var pendingCount = 0
    /// Flows in the order of their newest request, for time-outs.
    private var queue: [(flow: FlowID, time: CaptureTime)] = []
    private var queueHead = 0
    /// The flows whose last request was answered after it had been repeated: one more reply is due.
    private var surplusReplies: [FlowID: UInt32] = [:]
    private var nextID: UInt64 = 1
    private(set) var dropped: UInt64 = 0

    /// What a message did.
    enum Result {
        /// A request went out.
        case opened(KerberosExchange)
        /// An exchange is complete.
        case closed(KerberosExchange)
        case nothing
    }

    static func kind(_ request: KerberosMessage, names: NameTable, krbtgt: NameID) -> ExchangeKind {
        if request.type == .asReq { return .authenticationService }
        if request.kdcOptions & 0x0002_0000 != 0, !request.additionalTickets.isEmpty { return .s4U2Proxy }
        if request.parts.contains(.forUser) || request.parts.contains(.s4uX509User) { return .s4U2Self }
        if request.kdcOptions & 0x0000_0008 != 0 { return .userToUser }
        return request.sname.first == krbtgt ? .ticketGrantingTicket : .ticketGranting
    }

    mutating func see(_ message: KerberosMessage, _ envelope: MessageEnvelope, names: NameTable, krbtgt: NameID,
                      maximumPending: Int) -> Result {
        switch message.type {
        case .asReq, .tgsReq: request(message, envelope, names, krbtgt, maximumPending)
        case .asRep, .tgsRep, .krbError: reply(message, envelope, krbtgt)
        default: .nothing
        }
    }

    private mutating func request(_ message: KerberosMessage, _ envelope: MessageEnvelope, _ names: NameTable,
                                  _ krbtgt: NameID, _ maximumPending: Int) -> Result {
        if envelope.duplicateOf != nil {
            if !envelope.isPacketCopy, let last = pending[envelope.flow]?.indices.last {
                pending[envelope.flow]?[last].requestCopies += 1
                pending[envelope.flow]?[last].lastRequestTime = envelope.time
                pending[envelope.flow]?[last].lastRequestFrame = envelope.frame
            }
            return .nothing
        }
        var exchange = KerberosExchange(
            id: nextID, kind: Self.kind(message, names: names, krbtgt: krbtgt), client: envelope.source,
            kdc: envelope.destination, transport: envelope.transport, flow: envelope.flow, point: envelope.point)
        nextID += 1
        exchange.request = message
        exchange.requestFirstFrame = envelope.firstFrame
        exchange.requestFrame = envelope.frame
        exchange.requestTime = envelope.time
        exchange.lastRequestTime = envelope.time
        exchange.lastRequestFrame = envelope.frame
        exchange.isIncomplete = envelope.fault != nil
        if pendingCount >= maximumPending {
            dropped += 1
            return .nothing
        }
        pending[envelope.flow, default: []].append(exchange)
        pendingCount += 1
        // A TCP connection tells its own end; a datagram only ever falls silent.
        if envelope.transport == .udp, let time = envelope.time { queue.append((envelope.flow, time)) }
        return .opened(exchange)
    }

    private mutating func reply(_ message: KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID) -> Result {
        if envelope.duplicateOf != nil { return .nothing }
        if var waiting = pending[envelope.flow], let first = waiting.first, first.client == envelope.destination {
            var exchange = waiting.removeFirst()
            pendingCount -= 1
            if waiting.isEmpty { pending[envelope.flow] = nil } else { pending[envelope.flow] = waiting }
            if exchange.requestCopies > 0 { surplusReplies[envelope.flow] = exchange.requestCopies }
            Self.complete(&exchange, message, envelope, krbtgt)
            return .closed(exchange)
        }
        if let surplus = surplusReplies[envelope.flow], surplus > 0 {
            surplusReplies[envelope.flow] = surplus == 1 ? nil : surplus - 1
            return .nothing
        }
        let kind: ExchangeKind = message.type == .asRep ? .authenticationService : .ticketGranting
        var exchange = KerberosExchange(
            id: nextID, kind: kind, client: envelope.destination, kdc: envelope.source, transport: envelope.transport,
            flow: envelope.flow, point: envelope.point)
        nextID += 1
        Self.complete(&exchange, message, envelope, krbtgt)
        return .closed(exchange)
    }

    private static func complete(_ exchange: inout KerberosExchange, _ message: KerberosMessage,
                                 _ envelope: MessageEnvelope, _ krbtgt: NameID) {
        exchange.reply = message
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
    mutating func flowEnded(_ summary: ConnectionSummary, watermark: CaptureTime, meaningfulSilence: Int64)
        -> [KerberosExchange]
    {
        surplusReplies[summary.flow] = nil
        guard let waiting = pending.removeValue(forKey: summary.flow) else { return [] }
        pendingCount -= waiting.count
        return waiting.map { waitingExchange in
            var exchange = waitingExchange
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
                    Self.isMeaningful(exchange, watermark, meaningfulSilence) ? .silence : .captureEnded)
            }
            return exchange
        }
    }

    /// Whether the capture runs on for long enough after the request to call its absence an answer.
    private static func isMeaningful(_ exchange: KerberosExchange, _ watermark: CaptureTime, _ silence: Int64) -> Bool {
        guard let last = exchange.lastRequestTime else { return false }
        return watermark.nanoseconds(since: last) >= silence || exchange.requestCopies >= 2
    }

    /// Takes the requests that have waited for too long.
    mutating func expire(before limit: CaptureTime) -> [KerberosExchange] {
        var out: [KerberosExchange] = []
        while queueHead < queue.count, queue[queueHead].time < limit {
            let flow = queue[queueHead].flow
            queueHead += 1
            guard let waiting = pending[flow] else { continue }
            let late = waiting.filter { ($0.lastRequestTime ?? limit) < limit }
            if late.isEmpty { continue }
            pendingCount -= late.count
            let rest = waiting.filter { ($0.lastRequestTime ?? limit) >= limit }
            pending[flow] = rest.isEmpty ? nil : rest
            out += late
        }
        if queueHead > 1024, queueHead * 2 > queue.count {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        return out
    }
}
