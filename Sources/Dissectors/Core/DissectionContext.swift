import Collections
import PacketModel
import ByteParsing

/// What dissectors share: the name table, and the place where their messages go. The flow layer
/// sets the position before each call; a dissector only says which octets a message spans.
public final class DissectionContext {
    /// The names met in this run.
    public let names: NameTable
    /// Messages decoded and not yet taken by the layer above, in order, as values of their own.
    public var messages: [Message] { messageCell.value.all }
    @usableFromInline let messageCell = RefCell(MessageList())
    /// The envelope of a message that has not been taken.
    @inlinable
    public func envelope(ofMessage index: Int) -> MessageEnvelope { messageCell.value.envelope(index) }
    /// Whether there are any: asked after every packet.
    @inlinable
    public var hasMessages: Bool { messageTotal.value > 0 }
    /// How many there are.
    @inlinable
    public var messageCount: Int { messageTotal.value }
    @usableFromInline let messageTotal = Cell(0)

    /// The offset of the first octet, in what was shown, of a message emitted in the current call.
    @inlinable
    public func offset(_ index: Int) -> Int { offsets.value[index] }
    @usableFromInline let offsets = RefCell(RecordArray<Int>(maximumCount: .max))
    /// How many messages were emitted in the current call.
    @inlinable
    public var offsetCount: Int { offsets.value.count }

    /// What HTTP connections share.
    let http = RefCell(HTTPWorkshop())
    /// The same for connections that are read within others, one for each depth.
    private let innerHTTP = RefCell([RefCell<HTTPWorkshop>]())

    /// A workshop of this context in which nobody is at work: the one that was used before, if it is.
    func workshop(after last: RefCell<HTTPWorkshop>?) -> RefCell<HTTPWorkshop> {
        let inner = innerHTTP.value
        if let last, last.isFree, inner.contains(where: { $0 === last }) { return last }
        if http.isFree { return http }
        if let free = inner.first(where: \.isFree) { return free }
        let another = RefCell(HTTPWorkshop())
        innerHTTP.value.append(another)
        return another
    }

    /// What the flow layer says of the octets that it shows.
    @usableFromInline
    struct Position: BitwiseCopyable {
        @usableFromInline var current: MessageEnvelope
        @usableFromInline var heldCount = 0
        @usableFromInline var heldFrame = FrameReference(capture: 0, frame: 0)
        @usableFromInline var broughtBy: FrameReference?
        @usableFromInline var duplicateOf: FrameReference?
        @usableFromInline var isPacketCopy = false
    }
    @usableFromInline let position: Cell<Position>

    /// Envelope of the current call: the frame, time and endpoints of the newest octets shown.
    public var current: MessageEnvelope {
        @inlinable get { position.value.current }
        @inlinable set { position.value.current = newValue }
    }
    /// Of the octets shown, how many were held over from earlier frames.
    public var heldCount: Int {
        @inlinable get { position.value.heldCount }
        @inlinable set { position.value.heldCount = newValue }
    }
    /// The frame that brought the first held octet.
    public var heldFrame: FrameReference {
        @inlinable get { position.value.heldFrame }
        @inlinable set { position.value.heldFrame = newValue }
    }
    /// The frame that brought the octets shown which were not held over, where that is not the frame of `current`: they
    /// came
    /// before their time, and are read only now.
    public var broughtBy: FrameReference? {
        @inlinable get { position.value.broughtBy }
        @inlinable set { position.value.broughtBy = newValue }
    }
    /// The frame that brought the newest octets shown.
    @inlinable
    public var freshFrame: FrameReference { position.value.broughtBy ?? position.value.current.frame }
    /// Whether the octets shown are a repetition, and of which frame.
    public var duplicateOf: FrameReference? {
        @inlinable get { position.value.duplicateOf }
        @inlinable set { position.value.duplicateOf = newValue }
    }
    /// Whether the octets shown come from a second copy of the same packet (a mirrored port, a capture
    /// at several layers), as opposed to being sent again.
    public var isPacketCopy: Bool {
        @inlinable get { position.value.isPacketCopy }
        @inlinable set { position.value.isPacketCopy = newValue }
    }

    /// A context over a name table.
    public init(names: NameTable) {
        self.names = names
        let nowhere = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
        position = Cell(
            Position(
                current: MessageEnvelope(
                    firstFrame: FrameReference(capture: 0, frame: 0), frame: FrameReference(capture: 0, frame: 0),
                    time: nil,
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
    public func removeOffsets() { offsets.value.removeAll() }

    /// Forgets those of the messages from `start` on of whose envelope this is true.
    public func removeMessages(from start: Int, where isUnwanted: (MessageEnvelope) -> Bool) {
        messageCell.value.remove(from: start, where: isUnwanted)
        messageTotal.value = messageCell.value.count
    }

    /// The frame that brought the octet at `offset` of those shown in this call.
    public func frame(at offset: Int) -> FrameReference { offset < heldCount ? heldFrame : freshFrame }

    /// Reports a message whose first octet is at `offset` of the octets shown in this call; before
    /// them, where it is negative, and then `firstFrame` says which frame brought it.
    func emit(_ message: inout HTTPMessage, at offset: Int, firstFrame: FrameReference? = nil, fault: LayerFault? = nil)
    {
        let envelope = envelope(at: offset, firstFrame, fault)
        messageCell.value.append(envelope, http: &message)
        note(offset)
    }

    /// Reports an HTTP message whose body ends at `offset` of the octets shown, before which `passed` octets of its
    /// side were.
    func emit(_ draft: inout HTTPDraft, passed: Int, at offset: Int, cutBy: FaultKind?) {
        let fault = draft.fault ?? cutBy.map { LayerFault($0, layer: .http, at: passed &+ offset &- draft.start) }
        emit(&draft.header.message, at: draft.start &- passed, firstFrame: draft.firstFrame, fault: fault)
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
        envelope.firstFrame =
            firstFrame
            ?? (offset < position.heldCount ? position.heldFrame : position.broughtBy ?? position.current.frame)
        envelope.fault = fault
        envelope.duplicateOf = position.duplicateOf
        envelope.isPacketCopy = position.isPacketCopy
        return envelope
    }

    @inline(__always)
    private func note(_ offset: Int) {
        messageTotal.value &+= 1
        _ = offsets.value.append(offset)
    }

    /// Room for octets that wait for more, which the sides of streams lend each other: few wait at a time.
    public let bufferPool = RefCell(BufferPool())
}
