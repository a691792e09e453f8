import ByteParsing
import CaptureFile
import Dissectors

/// What exchanges are made of, used again: a steady coming and going of them allocates nothing.
struct ExchangePool {
    private var outlines = SharedPool<KerberosExchange.Told>(maximumCount: 1024)
    private var pairs = SharedPool<KerberosMessagePair>(maximumCount: 1024)

    /// An exchange of which only the endpoints are known; what its messages say must be written over.
    mutating func make(_ id: UInt64, _ kind: ExchangeKind, client: Endpoint, kdc: Endpoint, _ envelope: MessageEnvelope)
        -> KerberosExchange
    {
        var shared = outlines.take { KerberosExchange.Told(KerberosExchangeOutline.nothing) }
        shared.own.outline.begin(id, kind, client: client, kdc: kdc, envelope)
        return KerberosExchange(shared, pairs.take { KerberosMessagePair.blank })
    }

    /// Takes back what an exchange is made of, as far as nobody else holds it, to be used for others.
    mutating func give(_ exchange: inout KerberosExchange) {
        if exchange.plain != nil { pairs.give(&exchange.plain!) }
        outlines.give(&exchange.shared) { $0.packed = nil }
    }

    /// The same of its messages alone.
    mutating func give(_ messages: inout Shared<KerberosMessagePair>) { pairs.give(&messages) }

    /// Packs what the messages of an exchange say.
    mutating func pack(_ exchange: inout KerberosExchange) {
        if var messages = exchange.pack() { pairs.give(&messages) }
    }
}

extension KerberosExchange {
    /// Puts the request in. What stands in the reply's place is of another exchange, until there is one or `endUnanswered`.
    mutating func ask(_ message: inout KerberosMessage, _ envelope: MessageEnvelope) {
        Self.ask(&shared.own, &plain!.own, &message, envelope)
    }

    private static func ask(_ told: inout Told, _ messages: inout KerberosMessagePair, _ message: inout KerberosMessage,
                            _ envelope: MessageEnvelope) {
        overwrite(&messages.request, with: &message)
        told.outline.ask(&message, envelope)
        told.isUnderWay = true
    }

    /// Puts the reply in.
    mutating func answer(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID, copies: KerberosPairing.Copies?) {
        Self.answer(&shared.own, &plain!.own, &message, envelope, krbtgt, copies)
    }

    private static func answer(_ told: inout Told, _ messages: inout KerberosMessagePair, _ message: inout KerberosMessage,
                               _ envelope: MessageEnvelope, _ krbtgt: NameID, _ copies: KerberosPairing.Copies?) {
        if let copies { told.outline.note(copies) }
        overwrite(&messages.reply, with: &message)
        told.isUnderWay = false
        told.outline.answer(&message, to: &messages.request, envelope, krbtgt)
    }

    /// Puts a reply in to which there is no request.
    mutating func answerAlone(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID) {
        plain!.own.request = KerberosMessagePair.blank.request
        answer(&message, envelope, krbtgt, copies: nil)
    }

    /// Says that there is no reply.
    mutating func endUnanswered() {
        if plain != nil, outline.replyFrame == nil { plain!.own.reply = KerberosMessagePair.blank.reply }
    }

    /// The same, and why.
    mutating func endUnanswered(copies: KerberosPairing.Copies, _ end: KerberosPairing.Silence?) {
        endUnanswered()
        shared.own.isUnderWay = false
        shared.own.outline.note(copies)
        if let end { shared.own.outline.note(end) }
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

    fileprivate mutating func ask(_ message: inout KerberosMessage, _ envelope: MessageEnvelope) {
        noteRequest(&message)
        requestFirstFrame = envelope.firstFrame
        requestFrame = envelope.frame
        requestTime = envelope.time
        lastRequestTime = envelope.time
        lastRequestFrame = envelope.frame
        isIncomplete = envelope.fault != nil
    }

    fileprivate mutating func answer(_ message: inout KerberosMessage, to request: inout KerberosMessage, _ envelope: MessageEnvelope,
                                     _ krbtgt: NameID) {
        noteReply(&message)
        replyFrame = envelope.frame
        replyTime = envelope.time
        isIncomplete = isIncomplete || envelope.fault != nil
        if message.type == .krbError {
            outcome = .refused(message.errorCode)
        } else if request.type.rawValue == 0 {
            outcome = .replyOnly
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

    fileprivate mutating func note(_ end: KerberosPairing.Silence) {
        outcome = .unanswered(end.reason)
        endFrame = end.frame
        endTime = end.time
    }
}
