import ByteParsing
import Collections
import PacketModel

/// What dissectors share: the names met, the messages on their way up, and where the octets that are shown come from.
///
/// The caller of a dissector sets beforehand where the octets come from (`current`, `frames`, `repetition`). The
/// dissector only says at which offset in them a message begins.
public final class DissectionContext {
    /// The names met in this run.
    public let names: NameTable
    /// The secrets known so far.
    public let secrets = Secrets()
    /// Messages decoded and not yet taken by the layer above, in order.
    public let messages = MessageList()
    /// The envelope of a message that the newest octets shown complete: their frame, time and endpoints.
    public var current: MessageEnvelope {
        @inlinable get { currentCell.value }
        @inlinable set { currentCell.value = newValue }
    }
    @usableFromInline let currentCell: Cell<MessageEnvelope>
    /// Which frames brought the octets shown.
    public var frames: FrameMap {
        get { framesCell.value }
        set { framesCell.value = newValue }
    }
    private let framesCell = RefCell(FrameMap(FrameReference(capture: 0, frame: 0)))

    /// That octets are shown for the second time.
    public struct Repetition: Sendable, BitwiseCopyable {
        /// The frame that completed them the first time; nil where they are new.
        public var of: FrameReference?
        /// Whether the same packet was captured twice (a mirrored port, a capture at several layers), as opposed to
        /// octets that were sent again.
        public var isPacketCopy: Bool

        /// Octets that are new, unless a frame is named.
        public init(of frame: FrameReference? = nil, isPacketCopy: Bool = false) {
            of = frame
            self.isPacketCopy = isPacketCopy
        }
    }
    /// Whether the octets shown were shown before.
    public var repetition: Repetition {
        get { repetitionCell.value }
        set { repetitionCell.value = newValue }
    }
    private let repetitionCell = Cell(Repetition())

    /// The protocols that are read.
    public let protocols: ProtocolRegistry
    /// Who may read the streams of this run.
    let streamTypes: [any StreamDissector.Type]
    /// A message of a stream that is longer is given up.
    public var maximumMessageBytes = 1 << 20
    /// Messages that were given up for that.
    public private(set) var oversizedMessages: UInt64 = 0
    /// How often octets were left out that lie in too many streams within streams.
    public private(set) var streamsTooDeep: UInt64 = 0
    /// Protocols that have claimed a stream since `takeClaims` was last called.
    private let claimedCell = Cell(ProtocolSet())
    /// The number, in its stream, of the first octet shown.
    let shownSequence = Cell<UInt32>(0)
    /// How many streams lie around the one that is read.
    let depth = Cell(0)

    private let starts = RefCell(RecordArray<MessageStart>(maximumCount: .max))
    private let messageTotal = Cell(0)
    private var shared: [ObjectIdentifier: AnyObject] = [:]

    /// Room for octets that wait for more, which the sides of streams lend each other: few wait at a time.
    public let bufferPool = RefCell(BufferPool())

    /// A context over a name table, for streams that may be of these protocols.
    public init(names: NameTable, protocols: ProtocolRegistry = .standard) {
        self.names = names
        self.protocols = protocols
        streamTypes = protocols.streams
        let nowhere = Endpoint(address: IPAddress(high: 0, low: 0), port: 0)
        let nothing = FrameReference(capture: 0, frame: 0)
        currentCell = Cell(
            MessageEnvelope(
                firstFrame: nothing, frame: nothing, time: nil, flow: FlowID(rawValue: 0), point: 0, transport: .tcp,
                direction: .forward, source: nowhere, destination: nowhere))
    }

    // MARK: What dissectors do

    /// The store of a protocol's messages: a dissector asks once, when it is made.
    public func store<Content: MessageContent>(of type: Content.Type) -> MessageStore<Content> {
        messages.store(of: type)
    }

    /// What the dissectors of a protocol share in this run, made when first asked for.
    public func shared<Value: AnyObject>(_ make: @autoclosure () -> Value) -> Value {
        if let found = shared[ObjectIdentifier(Value.self)] as? Value { return found }
        let value = make()
        shared[ObjectIdentifier(Value.self)] = value
        return value
    }

    /// The frame that brought the octet at an offset of those shown in this call.
    public func frame(at offset: Int) -> FrameReference { framesCell.value.frame(at: offset) }

    /// Reports a message, whose first octet is at `offset` of the octets shown, as `read` reads it; what that returns
    /// is what is wrong with it.
    @inline(__always)
    public func emit<Content: MessageContent>(
        to store: MessageStore<Content>, at offset: Int, _ read: (inout Content) -> LayerFault?
    ) {
        messages.append(to: store, envelope(at: offset, nil), read)
        note(offset)
    }

    /// Reports a message that was put together elsewhere. Its first octet is at `offset` of the octets shown; before
    /// them, where that is negative, and then `firstFrame` says which frame brought it.
    public func emit<Content: MessageContent>(
        to store: MessageStore<Content>, at offset: Int, firstFrame: FrameReference? = nil, fault: LayerFault?,
        copying message: inout Content
    ) {
        messages.append(to: store, envelope(at: offset, firstFrame), fault, copying: &message)
        note(offset)
    }

    private func envelope(at offset: Int, _ firstFrame: FrameReference?) -> MessageEnvelope {
        var envelope = currentCell.value
        envelope.firstFrame = firstFrame ?? frame(at: offset)
        envelope.duplicateOf = repetitionCell.value.of
        envelope.isPacketCopy = repetitionCell.value.isPacketCopy
        return envelope
    }

    @inline(__always)
    private func note(_ offset: Int) {
        _ = starts.value.append(MessageStart(message: messageTotal.value, offset: offset))
        messageTotal.value &+= 1
    }

    // MARK: What the layer above does

    /// Whether there are messages: asked after every packet.
    public var hasMessages: Bool { messageTotal.value > 0 }

    /// Forgets the messages, which have been taken.
    public func removeMessages() {
        messages.removeAll()
        messageTotal.value = 0
    }

    /// Forgets those of the messages from `start` on of whose envelope this is true.
    public func removeMessages(from start: Int, where isUnwanted: (MessageEnvelope) -> Bool) {
        messages.remove(from: start, where: isUnwanted)
        messageTotal.value = messages.count
    }

    /// Where a message began that was reported in a call that is not over.
    struct MessageStart: Sendable, BitwiseCopyable {
        /// The message's index in `messages`.
        var message: Int
        /// The offset of its first octet in what was shown.
        var offset: Int
    }

    /// How many of these there are.
    var startCount: Int { starts.value.count }

    /// One of these.
    func start(_ index: Int) -> MessageStart { starts.value[index] }

    /// Forgets all behind the first `count`: the call that reported them is over.
    public func removeStarts(behind count: Int = 0) { starts.value.keepFirst(count) }

    /// A protocol has claimed a stream.
    func noteClaim(_ id: ProtocolID) { claimedCell.value.insert(ProtocolSet(id)) }

    /// Which protocols have claimed a stream since this was last asked.
    public func takeClaims() -> ProtocolSet {
        let claimed = claimedCell.value
        claimedCell.value = []
        return claimed
    }

    /// A message was given up for its length.
    func noteOversized() { oversizedMessages &+= 1 }

    /// Octets were left out because their stream lies too deep within others.
    func noteTooDeep() { streamsTooDeep &+= 1 }
}
