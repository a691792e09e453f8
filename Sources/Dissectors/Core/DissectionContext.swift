import ByteParsing
import CaptureFile

/// What dissectors share: the name table, and the place where their messages go. The flow layer
/// sets the position before each call; a dissector only says which octets a message spans.
public final class DissectionContext {
    /// The names met in this run.
    public let names: NameTable
    /// Messages decoded and not yet taken by the layer above, in order, as values of their own.
    public var messages: [Message] { messageCell.value.all }
    private let messageCell = ExclusiveCell(MessageList())
    /// The envelope of a message that has not been taken.
    public func envelope(ofMessage index: Int) -> MessageEnvelope { messageCell.value.envelope(index) }
    /// Whether there are any: asked after every packet.
    @inlinable
    public var hasMessages: Bool { messageTotal.value > 0 }
    /// How many there are.
    @inlinable
    public var messageCount: Int { messageTotal.value }
    @usableFromInline let messageTotal = PlainCell(0)

    /// The offset of the first octet, in what was shown, of a message emitted in the current call.
    @inlinable
    public func offset(_ index: Int) -> Int { offsets.value[index] }
    @usableFromInline let offsets = ExclusiveCell<[Int]>([])
    /// How many messages were emitted in the current call.
    @inlinable
    public var offsetCount: Int { offsetTotal.value }
    @usableFromInline let offsetTotal = PlainCell(0)

    /// What HTTP connections share.
    let http = HTTPWorkshop()

    /// What the flow layer says of the octets that it shows.
    private struct Position: BitwiseCopyable {
        var current: MessageEnvelope
        var heldCount = 0
        var heldFrame = FrameReference(capture: 0, frame: 0)
        var broughtBy: FrameReference?
        var duplicateOf: FrameReference?
        var isPacketCopy = false
    }
    private let position: PlainCell<Position>

    /// Envelope of the current call: the frame, time and endpoints of the newest octets shown.
    public var current: MessageEnvelope {
        get { position.value.current }
        set { position.value.current = newValue }
    }
    /// Of the octets shown, how many were held over from earlier frames.
    public var heldCount: Int {
        get { position.value.heldCount }
        set { position.value.heldCount = newValue }
    }
    /// The frame that brought the first held octet.
    public var heldFrame: FrameReference {
        get { position.value.heldFrame }
        set { position.value.heldFrame = newValue }
    }
    /// The frame that brought the octets shown which were not held over, where that is not the frame of `current`: they came
    /// before their time, and are read only now.
    public var broughtBy: FrameReference? {
        get { position.value.broughtBy }
        set { position.value.broughtBy = newValue }
    }
    /// The frame that brought the newest octets shown.
    public var freshFrame: FrameReference { broughtBy ?? current.frame }
    /// Whether the octets shown are a repetition, and of which frame.
    public var duplicateOf: FrameReference? {
        get { position.value.duplicateOf }
        set { position.value.duplicateOf = newValue }
    }
    /// Whether the octets shown come from a second copy of the same packet (a mirrored port, a capture
    /// at several layers), as opposed to being sent again.
    public var isPacketCopy: Bool {
        get { position.value.isPacketCopy }
        set { position.value.isPacketCopy = newValue }
    }

    /// A context over a name table.
    public init(names: NameTable) {
        self.names = names
        let nowhere = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
        position = PlainCell(Position(current: MessageEnvelope(
            firstFrame: FrameReference(capture: 0, frame: 0), frame: FrameReference(capture: 0, frame: 0), time: nil,
            flow: FlowID(rawValue: 0), point: 0, transport: .tcp, direction: .forward, source: nowhere,
            destination: nowhere)))
    }

    /// Takes the messages out; `emptied` lends its storage for the next ones.
    public func takeMessages(into emptied: inout MessageList) {
        emptied.removeAll()
        swap(&messageCell.value, &emptied)
        messageTotal.value = 0
    }

    /// Forgets the offsets: the call is over.
    @inlinable
    public func removeOffsets() { offsetTotal.value = 0 }

    /// Forgets those of the messages from `start` on of whose envelope this is true.
    public func removeMessages(from start: Int, where isUnwanted: (MessageEnvelope) -> Bool) {
        messageCell.value.remove(from: start, where: isUnwanted)
        messageTotal.value = messageCell.value.count
    }

    /// The frame that brought the octet at `offset` of those shown in this call.
    public func frame(at offset: Int) -> FrameReference { offset < heldCount ? heldFrame : freshFrame }

    /// Reports a message whose first octet is at `offset` of the octets shown in this call; before
    /// them, where it is negative, and then `firstFrame` says which frame brought it.
    func emit(_ message: inout HTTPMessage, at offset: Int, firstFrame: FrameReference? = nil, fault: LayerFault? = nil) {
        let envelope = envelope(at: offset, firstFrame, fault)
        messageCell.value.append(envelope, http: &message)
        note(offset)
    }

    /// Reports a Kerberos message, whose first octet is at `offset` of the octets shown, as `read` reads it; what that
    /// returns is what is wrong with it.
    @inline(__always)
    func emitKerberos(at offset: Int, _ read: (inout KerberosMessage) -> ParseFault?) {
        let fault = messageCell.value.readKerberos(read)
        appendKerberos(at: offset, fault)
    }

    private func appendKerberos(at offset: Int, _ fault: ParseFault?) {
        messageCell.value.appendKerberos(envelope(at: offset, nil, fault.map { LayerFault($0, layer: .kerberos) }))
        note(offset)
    }

    private func envelope(at offset: Int, _ firstFrame: FrameReference?, _ fault: LayerFault?) -> MessageEnvelope {
        let position = position.value
        var envelope = position.current
        envelope.firstFrame = firstFrame
            ?? (offset < position.heldCount ? position.heldFrame : position.broughtBy ?? position.current.frame)
        envelope.fault = fault
        envelope.duplicateOf = position.duplicateOf
        envelope.isPacketCopy = position.isPacketCopy
        return envelope
    }

    private func note(_ offset: Int) {
        messageTotal.value += 1
        let place = offsetTotal.value
        if place < offsets.value.count { offsets.value[place] = offset } else { offsets.value.append(offset) }
        offsetTotal.value = place + 1
    }

    /// Room for octets that wait for more, which the sides of streams lend each other: few wait at a time.
    public let spareRoom = ExclusiveCell(ByteBuffer(capacity: 0))
}
