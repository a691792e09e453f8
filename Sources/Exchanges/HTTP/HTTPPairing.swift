import Collections
import PacketModel
import ByteParsing
import Dissectors
import Flows

/// Pairs HTTP requests with their responses, in order on each connection (RFC 9112, 9.3).
struct HTTPPairing: ~Copyable {
    /// A request without its response, when it was heard, and the sign-on to which it belongs.
    // Not private: other modules name it where they let go of a table, and then the compiler must find it.
    struct Pending {
        /// None where this waits no more.
        var transaction: HTTPTransaction?
        var heard: CaptureTime
        var owner: UInt64 = 0

        /// Waits no more: what it was.
        mutating func take() -> Pending {
            var taken = Pending(heard: heard, owner: owner)
            swap(&taken.transaction, &transaction)
            return taken
        }
    }

    private var pending = KeyedQueues<Pending>()
    private var nextID: UInt64 = 1
    private(set) var dropped: UInt64 = 0

    enum Result {
        /// A request that waits here for its response.
        case opened(id: UInt64, SlotHandle)
        case closed(Closed)
        /// A request that had been answered before its body ended.
        case exchanged(HTTPTransaction)
        case nothing
    }

    /// A complete transaction, and the sign-on to which its request was given; 0 for none.
    struct Closed {
        var transaction: HTTPTransaction
        let owner: UInt64
    }

    /// What is known of a request that waits; nil where it does so no more.
    func waiting(_ id: UInt64, at handle: SlotHandle) -> HTTPTransaction? {
        guard pending.contains(handle), let transaction = pending[handle].transaction, transaction.id == id else {
            return nil
        }
        return transaction
    }

    private var pool = BoxPool<HTTPTransaction.Storage>(maximumCount: 512)
    private var pairs = BoxPool<HTTPMessagePair>()

    /// Takes back what a transaction is made of, as far as nobody else holds it, to be used for others.
    mutating func recycle(_ transaction: inout HTTPTransaction) {
        pool.recycle(&transaction.shared) { told in
            if told.plain != nil { pairs.recycle(&told.plain!) }
            told.plain = nil
            told.packed = nil
        }
    }

    /// Packs what the messages of a transaction say.
    mutating func pack(_ transaction: inout HTTPTransaction) {
        if var messages = transaction.pack() { pairs.recycle(&messages) }
    }

    /// A transaction of which only the endpoints are known; what its messages say must be written over.
    private mutating func make(_ id: UInt64, client: Endpoint, server: Endpoint, _ envelope: MessageEnvelope)
        -> HTTPTransaction
    {
        var shared = pool.acquire {
            HTTPTransaction.Storage(
                HTTPTransactionOutline(
                    id: id, client: client, server: server, flow: envelope.flow, point: envelope.point))
        }
        shared.mutable.outline.begin(id, client: client, server: server, envelope)
        shared.mutable.plain = pairs.acquire { HTTPMessagePair.blank }
        return HTTPTransaction(shared)
    }

    /// Says which sign-on a request that waits belongs to.
    mutating func assign(_ owner: UInt64, to request: SlotHandle) { pending[request].owner = owner }

    /// Responses that came before their request was complete, by connection.
    private var early = IDTable<[(message: HTTPMessage, envelope: MessageEnvelope)]>(vacant: [])
    private static let maximumEarly = 4
    /// Transactions of responses to which no request came; the caller takes them.
    var orphans: [HTTPTransaction] = []

    /// Requests that made room for others; the caller takes them.
    var crowdedOut: [Closed] = []
    /// The connections of the requests that wait, each with the number of its transaction, the oldest first; some wait
    /// no more.
    private var order = RingBuffer<Turn>()

    // Not private, for the same reason as `Pending`.
    struct Turn {
        var flow: FlowID
        var transaction: UInt64
    }

    /// Takes out the request that has waited longest, to make room: anybody can send any number of them, and an answer
    /// that is
    /// still to come mostly comes soon. Only where nothing waits behind it, or the next answer would be taken for
    /// another's.
    private mutating func dropOldest() -> Closed? {
        while let turn = order.popFirst() {
            guard let first = pending.first(turn.flow.rawValue), pending.last(turn.flow.rawValue) == first,
                pending[first].transaction?.id == turn.transaction,
                var oldest = pending.removeFirst(of: turn.flow.rawValue, { $0.take() })
            else { continue }
            // Whether an answer came, nobody looked.
            oldest.transaction?.shared.mutable.outline.silence = .captureEnded
            if let transaction = oldest.transaction { return Closed(transaction: transaction, owner: oldest.owner) }
        }
        return nil
    }

    mutating func see(_ message: inout HTTPMessage, _ envelope: MessageEnvelope, maximumPending: Int, now: CaptureTime)
        -> Result
    {
        if envelope.duplicateOf != nil { return .nothing }
        if message.kind == .request {
            if pending.count >= maximumPending {
                dropped += 1
                guard let oldest = dropOldest() else { return .nothing }
                crowdedOut.append(oldest)
            }
            let id = nextID
            nextID += 1
            if early.count > 0, let answered = takeAnswered(id, &message, envelope) { return .exchanged(answered) }
            var asked = make(id, client: envelope.source, server: envelope.destination, envelope)
            asked.ask(&message, envelope)
            let waiting = Pending(transaction: asked, heard: now)
            let handle = pending.append(to: envelope.flow.rawValue, waiting)
            if order.isMostlyStale(liveCount: pending.count) {
                order.removeAll { turn in
                    guard let first = pending.first(turn.flow.rawValue), let oldest = pending[first].transaction?.id
                    else {
                        return true
                    }
                    return oldest > turn.transaction
                }
            }
            order.append(Turn(flow: envelope.flow, transaction: id))
            return .opened(id: id, handle)
        }
        // An interim response (RFC 9110, 15.2) is not the answer yet.
        if message.status >= 100, message.status < 200, message.status != 101 { return .nothing }
        guard
            var asked = pending.removeFirst(
                of: envelope.flow.rawValue, where: { $0.transaction?.client == envelope.destination }, { $0.take() }),
            asked.transaction != nil
        else {
            // A server may answer before it has read the whole request (RFC 9112, 9.3).
            var list = early.removeValue(for: envelope.flow.rawValue) ?? []
            if list.count >= Self.maximumEarly { orphans.append(orphan(list.removeFirst())) }
            list.append((message, envelope))
            early.set(envelope.flow.rawValue, list)
            return .nothing
        }
        asked.transaction!.answer(&message, envelope)
        return .closed(Closed(transaction: asked.transaction!, owner: asked.owner))
    }

    /// A request that had been answered before its body ended; nil where this one had not.
    private mutating func takeAnswered(_ id: UInt64, _ message: inout HTTPMessage, _ envelope: MessageEnvelope)
        -> HTTPTransaction?
    {
        guard var answer = takeEarly(envelope.flow, requestedFrom: envelope.firstFrame) else { return nil }
        var asked = make(id, client: envelope.source, server: envelope.destination, envelope)
        asked.ask(&message, envelope)
        asked.answer(&answer.message, answer.envelope)
        return asked
    }

    /// The early response to a request that began in this frame; responses from before it have none.
    private mutating func takeEarly(_ flow: FlowID, requestedFrom frame: FrameReference)
        -> (message: HTTPMessage, envelope: MessageEnvelope)?
    {
        guard var list = early.removeValue(for: flow.rawValue) else { return nil }
        while let first = list.first, first.envelope.firstFrame < frame { orphans.append(orphan(list.removeFirst())) }
        let found = list.isEmpty ? nil : list.removeFirst()
        if !list.isEmpty { early.set(flow.rawValue, list) }
        return found
    }

    /// A response without its request.
    private mutating func orphan(_ response: (message: HTTPMessage, envelope: MessageEnvelope)) -> HTTPTransaction {
        var response = response
        let envelope = response.envelope
        let id = nextID
        nextID += 1
        var transaction = make(id, client: envelope.destination, server: envelope.source, envelope)
        transaction.answer(&response.message, envelope)
        return transaction
    }

    /// Whether the server closed first: the client's FIN answers its own, or came later.
    private static func isFirst(_ server: ConnectionSide, _ client: ConnectionSide, _ frame: FrameReference) -> Bool {
        guard let other = client.finFrame else { return true }
        return client.isFinAnswer || !server.isFinAnswer && frame < other
    }

    /// Takes the unanswered requests of a flow that has ended.
    mutating func flowEnded(
        _ summary: inout ConnectionSummary, watermark: CaptureTime, meaningfulSilenceNanoseconds: Int64
    )
        -> [Closed]
    {
        for response in early.removeValue(for: summary.flow.rawValue) ?? [] { orphans.append(orphan(response)) }
        // Most flows end with nothing open, and even no request is a large one.
        if pending.first(summary.flow.rawValue) == nil { return [] }
        var out: [Closed] = []
        while var next = pending.removeFirst(of: summary.flow.rawValue, { $0.take() }) {
            if next.transaction == nil { continue }
            let waited = next.transaction?.requestTime == nil ? 0 : watermark.nanoseconds(since: next.heard)
            Self.end(
                &next.transaction!.shared.mutable.outline, &summary, waited: waited,
                meaningfulSilenceNanoseconds: meaningfulSilenceNanoseconds)
            if let transaction = next.transaction { out.append(Closed(transaction: transaction, owner: next.owner)) }
        }
        return out
    }

    /// Says why a request got no response on a flow that has ended.
    private static func end(
        _ transaction: inout HTTPTransactionOutline, _ summary: inout ConnectionSummary, waited: Int64,
        meaningfulSilenceNanoseconds: Int64
    ) {
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
            ended(nil, nil, byClient: false, waited >= meaningfulSilenceNanoseconds ? .silence : .captureEnded)
        }
    }
}

extension HTTPTransaction {
    /// Puts the request in.
    fileprivate mutating func ask(_ message: inout HTTPMessage, _ envelope: MessageEnvelope) {
        shared.mutable.ask(&message, envelope)
    }

    /// Puts the response in.
    fileprivate mutating func answer(_ message: inout HTTPMessage, _ envelope: MessageEnvelope) {
        shared.mutable.answer(&message, envelope)
    }
}

extension HTTPTransaction.Storage {
    fileprivate mutating func ask(_ message: inout HTTPMessage, _ envelope: MessageEnvelope) {
        Self.ask(&outline, &plain!.mutable, &message, envelope)
    }

    private static func ask(
        _ outline: inout HTTPTransactionOutline, _ messages: inout HTTPMessagePair,
        _ message: inout HTTPMessage, _ envelope: MessageEnvelope
    ) {
        overwrite(&messages.request, with: &message)
        outline.noteRequest(&message)
        outline.requestFirstFrame = envelope.firstFrame
        outline.requestFrame = envelope.frame
        outline.requestTime = envelope.time
        outline.isIncomplete = envelope.fault != nil
    }

    fileprivate mutating func answer(_ message: inout HTTPMessage, _ envelope: MessageEnvelope) {
        Self.answer(&outline, &plain!.mutable, &message, envelope)
    }

    private static func answer(
        _ outline: inout HTTPTransactionOutline, _ messages: inout HTTPMessagePair,
        _ message: inout HTTPMessage, _ envelope: MessageEnvelope
    ) {
        overwrite(&messages.response, with: &message)
        outline.noteResponse(&message)
        outline.responseFrame = envelope.frame
        outline.responseTime = envelope.time
        outline.isIncomplete = outline.isIncomplete || envelope.fault != nil
    }
}

extension HTTPTransactionOutline {
    /// Begins anew, as one of which only the endpoints are known.
    fileprivate mutating func begin(_ id: UInt64, client: Endpoint, server: Endpoint, _ envelope: MessageEnvelope) {
        self = HTTPTransactionOutline(
            id: id, client: client, server: server, flow: envelope.flow, point: envelope.point)
    }
}
