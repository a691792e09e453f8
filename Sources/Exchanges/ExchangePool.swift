import PacketModel
import ByteParsing
import Dissectors

/// What exchanges are made of, used again: a steady coming and going of them allocates nothing.
struct ExchangePool {
    private var outlines = BoxPool<KerberosExchange.Storage>(maximumCount: 1024)
    private var pairs = BoxPool<KerberosMessagePair>(maximumCount: 1024)

    /// An exchange whose reply is waited for. What stands in the reply's place is of another one, until there is a
    /// reply or
    /// `endUnanswered`.
    mutating func make(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope
    )
        -> KerberosExchange
    {
        var told = outlines.acquire { KerberosExchange.Storage(KerberosExchangeOutline.nothing) }
        var messages = pairs.acquire { KerberosMessagePair.blank }
        Self.begin(&told.mutable, &messages.mutable, asked, &message, envelope)
        return KerberosExchange(consume told, consume messages)
    }

    private static func begin(
        _ told: inout KerberosExchange.Storage, _ messages: inout KerberosMessagePair,
        _ asked: KerberosPairing.PendingRequest,
        _ message: inout KerberosMessage, _ envelope: MessageEnvelope
    ) {
        overwrite(&messages.request, with: &message)
        told.outline.begin(asked, &message, envelope)
        told.isUnderWay = true
    }

    /// Takes back what an exchange is made of, as far as nobody else holds it, to be used for others.
    mutating func recycle(_ exchange: inout KerberosExchange) {
        if exchange.plain != nil { pairs.recycle(&exchange.plain!) }
        outlines.recycle(&exchange.shared) { $0.packed = nil }
    }

    /// The same of its messages alone.
    mutating func recycle(_ messages: inout CopyOnWriteBox<KerberosMessagePair>) { pairs.recycle(&messages) }

    /// Packs what the messages of an exchange say.
    mutating func pack(_ exchange: inout KerberosExchange) {
        if var messages = exchange.pack() { pairs.recycle(&messages) }
    }
}

extension KerberosExchange {
    /// Puts the reply in.
    mutating func answer(
        _ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID, copies: KerberosPairing.Copies?
    ) {
        Self.answer(&shared.mutable, &plain!.mutable, &message, envelope, krbtgt, copies)
    }

    private static func answer(
        _ told: inout Storage, _ messages: inout KerberosMessagePair, _ message: inout KerberosMessage,
        _ envelope: MessageEnvelope, _ krbtgt: NameID, _ copies: KerberosPairing.Copies?
    ) {
        if let copies { told.outline.note(copies) }
        overwrite(&messages.reply, with: &message)
        told.isUnderWay = false
        told.outline.answer(&message, to: &messages.request, envelope, krbtgt)
    }

    /// Says that there is no reply.
    mutating func endUnanswered() {
        if plain != nil, outline.replyFrame == nil { plain!.mutable.reply = KerberosMessagePair.blank.reply }
    }

    /// The same, and why.
    mutating func endUnanswered(copies: KerberosPairing.Copies, _ end: KerberosPairing.NoReply?) {
        endUnanswered()
        shared.mutable.isUnderWay = false
        shared.mutable.outline.note(copies)
        if let end { shared.mutable.outline.note(end) }
    }
}

extension KerberosExchangeOutline {
    fileprivate static let nothing = KerberosExchangeOutline(
        id: 0, kind: .authenticationService, client: Endpoint(address: IPAddress(v4: 0), port: 0),
        kdc: Endpoint(address: IPAddress(v4: 0), port: 0), transport: .tcp, flow: FlowID(rawValue: 0), point: 0)

    /// Begins anew, with the request.
    fileprivate mutating func begin(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope
    ) {
        self = KerberosExchangeOutline(
            id: asked.exchange, kind: asked.kind, client: asked.client, kdc: asked.kdc, transport: asked.transport,
            flow: envelope.flow, point: asked.point)
        noteRequest(&message)
        requestFirstFrame = envelope.firstFrame
        requestFrame = envelope.frame
        requestTime = envelope.time
        lastRequestTime = envelope.time
        lastRequestFrame = envelope.frame
        isIncomplete = envelope.fault != nil
    }

    fileprivate mutating func answer(
        _ message: inout KerberosMessage, to request: inout KerberosMessage, _ envelope: MessageEnvelope,
        _ krbtgt: NameID
    ) {
        noteReply(&message)
        replyFrame = envelope.frame
        replyTime = envelope.time
        isIncomplete = isIncomplete || envelope.fault != nil
        if message.type == .krbError {
            outcome = .refused(message.errorCode)
        } else if message.type == .tgsRep, message.sname.first == krbtgt, request.sname.first != krbtgt {
            outcome = .referred
        } else if message.type == .tgsRep, message.sname.first == krbtgt, message.sname.name != request.sname.name {
            outcome = .referred
        } else {
            outcome = .granted
        }
    }

    /// What the copies of the request add to what is known.
    fileprivate mutating func note(_ copies: KerberosPairing.Copies) {
        requestCopies = copies.count
        lastRequestTime = copies.time
        lastRequestFrame = copies.frame
    }

    fileprivate mutating func note(_ end: KerberosPairing.NoReply) {
        outcome = .unanswered(end.reason)
        endFrame = end.frame
        endTime = end.time
    }
}
