import CaptureFile
import Dissectors
import Flows

/// Pairs HTTP requests with their responses, in order on each connection (RFC 9112, 9.3).
struct HTTPPairing {
    /// A request without its response, when it was heard, and the sign-on to which it belongs.
    private struct Pending {
        var transaction: HTTPTransactionFacts
        var heard: CaptureTime
        var owner: UInt64 = 0
    }

    private var pending = FlowQueues<Pending>()
    private var nextID: UInt64 = 1
    private(set) var dropped: UInt64 = 0

    enum Result {
        /// A request that waits here for its response.
        case opened(id: UInt64, place: Int)
        case closed(Closed)
        /// A request that had been answered before its body ended.
        case exchanged(HTTPTransaction)
        case nothing
    }

    /// A complete transaction, and the sign-on to which its request was given; 0 for none.
    struct Closed {
        let transaction: HTTPTransaction
        let owner: UInt64
    }

    /// What is known of a request that waits; nil where it does so no more.
    func waiting(_ id: UInt64, at place: Int) -> HTTPTransaction? {
        pending.holds(place) && pending[place].transaction.id == id ? HTTPTransaction(pending[place].transaction) : nil
    }

    /// Says which sign-on a request that waits belongs to.
    mutating func assign(_ owner: UInt64, to place: Int) { pending[place].owner = owner }

    /// Responses that came before their request was complete, by connection.
    private var early = IDTable<[(message: HTTPMessage, envelope: MessageEnvelope)]>(vacant: [])
    private static let maximumEarly = 4
    /// Transactions of responses to which no request came; the caller takes them.
    var orphans: [HTTPTransaction] = []

    mutating func see(_ message: borrowing HTTPMessage, _ envelope: MessageEnvelope, maximumPending: Int, now: CaptureTime) -> Result {
        if envelope.duplicateOf != nil { return .nothing }
        if message.kind == .request {
            if pending.count >= maximumPending {
                dropped += 1
                return .nothing
            }
            let id = nextID
            nextID += 1
            let answer = early.count == 0 ? nil : takeEarly(envelope.flow, requestedFrom: envelope.firstFrame)
            if let answer {
                var transaction = Self.blank(id, envelope)
                Self.ask(&transaction, message, envelope)
                Self.answer(&transaction, answer.message, answer.envelope)
                return .exchanged(HTTPTransaction(transaction))
            }
            let place = pending.append(to: envelope.flow) {
                Pending(transaction: Self.blank(id, envelope), heard: now)
            } fill: { waiting in
                waiting.transaction.begin(id: id, client: envelope.source, server: envelope.destination, flow: envelope.flow,
                                          point: envelope.point)
                waiting.heard = now
                waiting.owner = 0
            }
            Self.ask(&pending[place].transaction, message, envelope)
            return .opened(id: id, place: place)
        }
        // An interim response (RFC 9110, 15.2) is not the answer yet.
        if message.status >= 100, message.status < 200, message.status != 101 { return .nothing }
        guard let place = pending.first(envelope.flow), pending[place].transaction.client == envelope.destination else {
            // A server may answer before it has read the whole request (RFC 9112, 9.3).
            var list = early.removeValue(for: envelope.flow.rawValue) ?? []
            if list.count >= Self.maximumEarly { orphans.append(orphan(list.removeFirst())) }
            list.append((copy message, envelope))
            early.insert(list, for: envelope.flow.rawValue)
            return .nothing
        }
        Self.answer(&pending[place].transaction, message, envelope)
        let closed = pending.take(envelope.flow) { asked in
            Closed(transaction: HTTPTransaction(asked.transaction), owner: asked.owner)
        }
        return closed.map { .closed($0) } ?? .nothing
    }

    private static func blank(_ id: UInt64, _ envelope: MessageEnvelope) -> HTTPTransactionFacts {
        HTTPTransactionFacts(id: id, client: envelope.source, server: envelope.destination, flow: envelope.flow,
                             point: envelope.point)
    }

    private static func ask(_ transaction: inout HTTPTransactionFacts, _ message: borrowing HTTPMessage,
                            _ envelope: MessageEnvelope) {
        transaction.request = copy message
        transaction.requestFirstFrame = envelope.firstFrame
        transaction.requestFrame = envelope.frame
        transaction.requestTime = envelope.time
        transaction.isIncomplete = envelope.fault != nil
    }

    private static func answer(_ transaction: inout HTTPTransactionFacts, _ message: borrowing HTTPMessage, _ envelope: MessageEnvelope) {
        transaction.response = copy message
        transaction.responseFrame = envelope.frame
        transaction.responseTime = envelope.time
        transaction.isIncomplete = transaction.isIncomplete || envelope.fault != nil
    }

    /// The early response to a request that began in this frame; responses from before it have none.
    private mutating func takeEarly(_ flow: FlowID, requestedFrom frame: FrameReference)
        -> (message: HTTPMessage, envelope: MessageEnvelope)?
    {
        guard var list = early.removeValue(for: flow.rawValue) else { return nil }
        while let first = list.first, first.envelope.firstFrame < frame { orphans.append(orphan(list.removeFirst())) }
        let found = list.isEmpty ? nil : list.removeFirst()
        if !list.isEmpty { early.insert(list, for: flow.rawValue) }
        return found
    }

    /// A response without its request.
    private mutating func orphan(_ response: (message: HTTPMessage, envelope: MessageEnvelope)) -> HTTPTransaction {
        let envelope = response.envelope
        var transaction = HTTPTransactionFacts(id: nextID, client: envelope.destination, server: envelope.source,
                                          flow: envelope.flow, point: envelope.point)
        nextID += 1
        Self.answer(&transaction, response.message, envelope)
        return HTTPTransaction(transaction)
    }

    /// Whether the server closed first: the client's FIN answers its own, or came later.
    private static func isFirst(_ server: ConnectionSide, _ client: ConnectionSide, _ frame: FrameReference) -> Bool {
        guard let other = client.finFrame else { return true }
        return client.isFinAnswer || !server.isFinAnswer && frame < other
    }

    /// Takes the unanswered requests of a flow that has ended.
    mutating func flowEnded(_ summary: ConnectionSummary, watermark: CaptureTime, meaningfulSilence: Int64)
        -> [Closed]
    {
        for response in early.removeValue(for: summary.flow.rawValue) ?? [] { orphans.append(orphan(response)) }
        // Most flows end with nothing open, and even no request is a large one.
        if pending.first(summary.flow) == nil { return [] }
        var out: [Closed] = []
        while let next = pending.take(summary.flow, { $0 }) {
            var transaction = next.transaction
            let server = transaction.server == summary.server.endpoint ? summary.server : summary.client
            let client = transaction.server == summary.server.endpoint ? summary.client : summary.server
            transaction.isRequestAcknowledged = client.isAllAcknowledged
            func ended(_ frame: FrameReference?, _ time: CaptureTime?, byClient: Bool, _ reason: SilenceReason) {
                transaction.silence = reason
                transaction.endFrame = frame
                transaction.endTime = time
                transaction.endedByClient = byClient
            }
            if server.packets == 0 {
                ended(nil, nil, byClient: false, .oneSided)
            } else if server.missingBytes > 0 {
                ended(nil, nil, byClient: false, .gap)
            } else if let frame = server.resetFrame {
                ended(frame, server.resetTime, byClient: false, .reset)
            } else if let frame = server.finFrame, Self.isFirst(server, client, frame) {
                ended(frame, summary.lastTime, byClient: false, .closed)
            } else if let frame = client.resetFrame {
                ended(frame, client.resetTime, byClient: true, .reset)
            } else if let frame = client.finFrame {
                ended(frame, summary.lastTime, byClient: true, .closed)
            } else if summary.icmpFrame != nil {
                ended(summary.icmpFrame, summary.icmpTime, byClient: false, .icmp)
            } else {
                let waited = transaction.requestTime == nil ? 0 : watermark.nanoseconds(since: next.heard)
                ended(nil, nil, byClient: false, waited >= meaningfulSilence ? .silence : .captureEnded)
            }
            out.append(Closed(transaction: HTTPTransaction(transaction), owner: next.owner))
        }
        return out
    }
}
