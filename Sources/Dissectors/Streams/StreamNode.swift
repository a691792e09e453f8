import ByteParsing
import PacketModel

/// The ports of a stream: hints for those who are asked whether it is theirs.
public struct StreamPorts: Sendable, BitwiseCopyable {
    /// The server's port.
    public var server: UInt16
    /// The client's port.
    public var client: UInt16

    /// Makes a pair of ports.
    public init(server: UInt16, client: UInt16) {
        self.server = server
        self.client = client
    }
}

/// A stream of octets in both directions and the dissector that reads it, once one has claimed it: the octets of a TCP
/// connection, or those that a dissector forwards.
public struct StreamNode: ~Copyable {
    private var reader = StreamReader()
    private var forward = StreamSide()
    private var backward = StreamSide()
    /// Nothing more of it is wanted.
    public private(set) var isDone = false
    /// Nobody claimed it, and its first octets are those of TLS.
    public private(set) var isTLS = false
    /// The dissector forwards octets.
    public private(set) var hasChild = false

    /// A stream of which nothing has come.
    public init() {}

    /// Makes it as new.
    public mutating func reset() {
        reader.release()
        forward.reset()
        backward.reset()
        isDone = false
        isTLS = false
        hasChild = false
    }

    /// The dissector that has claimed it; nil while more octets are needed to know.
    public var dissector: (any StreamDissector)? { reader.dissector }
    /// Whether a dissector has claimed it.
    public var isClaimed: Bool { mutating get { reader.isClaimed } }

    /// Octets shown and not taken.
    public var heldBytes: Int { forward.tail.count + backward.tail.count + (reader.dissector?.child?.heldBytes ?? 0) }
    /// Octets of memory held for that.
    public var memory: Int {
        mutating get {
            forward.memory + backward.memory + (hasChild ? reader.dissector?.child?.memory ?? 0 : 0)
        }
    }
    /// Whether memory is held, or may be.
    public var holdsMemory: Bool { mutating get { forward.holdsTail || backward.holdsTail || hasChild } }
    /// Gives back memory that nothing is held in.
    public mutating func trim() {
        forward.trim()
        backward.trim()
    }

    /// Passes over octets that are next in order, where the dissector wants none of them; else false.
    public mutating func pass(_ count: Int, _ direction: Direction) -> Bool {
        direction == .forward ? forward.pass(count) : backward.pass(count)
    }

    /// The dissector at this place in the context's list has claimed it, before anything was gathered.
    public mutating func claim(_ type: Int, _ context: DissectionContext) { reader.claim(type, context) }

    /// Reads octets that are next in order, for the dissector that has claimed it. `frames` says which brought them,
    /// `sequence` is the number of the first of them.
    public mutating func read(
        _ bytes: RawSpan, _ frames: FrameMap, sequence: UInt32, _ direction: Direction, _ context: DissectionContext
    ) {
        guard let dissector = reader.lend() else { return }
        if direction == .forward {
            isDone = forward.deliver(
                bytes, frames, sequence: sequence, direction: direction, to: dissector, into: context)
        } else {
            isDone = backward.deliver(
                bytes, frames, sequence: sequence, direction: direction, to: dissector, into: context)
        }
        if dissector.child != nil { hasChild = true }
        reader.takeBack(dissector)
    }

    /// Reads octets that are next in order, or keeps them until a dissector claims the stream.
    public mutating func deliver(
        _ bytes: RawSpan, _ frames: FrameMap, sequence: UInt32, _ direction: Direction, _ ports: StreamPorts,
        _ context: DissectionContext
    ) {
        if isDone || bytes.byteCount == 0 { return }
        if !reader.isClaimed {
            let verdict =
                direction == .forward
                ? Self.gather(bytes, frames, in: &forward, ports, context)
                : Self.gather(bytes, frames, in: &backward, ports, context)
            switch verdict {
            case .unsure: return
            case .notMine:
                isDone = true
                isTLS = direction == .forward ? Probe.isTLS(forward.tail.bytes) : Probe.isTLS(backward.tail.bytes)
                return
            // What was gathered before stays held, so that it keeps its frame; these octets follow it. What the other
            // side has sent was too little to tell, and is read with what follows there.
            case .claimed(let index): reader.claim(index, context)
            }
        }
        read(bytes, frames, sequence: sequence, direction, context)
    }

    /// Offers what a side has gathered with these octets behind it, and keeps them too while that tells nothing.
    private static func gather(
        _ bytes: RawSpan, _ frames: FrameMap, in side: inout StreamSide, _ ports: StreamPorts,
        _ context: DissectionContext
    ) -> Probe.Result {
        let gathered = side.tail.count
        if gathered == 0, case .claimed(let index) = Probe.offer(bytes, ports, context) { return .claimed(index) }
        side.gather(bytes, frames, context)
        let verdict = Probe.offer(side.tail.bytes, ports, context)
        if case .claimed = verdict { side.keepFirst(gathered) }
        return verdict
    }

    /// Announces a hole of `length` octets.
    public mutating func gap(_ length: Int, _ direction: Direction, _ context: DissectionContext) {
        if isDone { return }
        let dissector = reader.lend()
        if direction == .forward {
            forward.announceGap(length, direction: direction, to: dissector, into: context)
        } else {
            backward.announceGap(length, direction: direction, to: dissector, into: context)
        }
        if let dissector { reader.takeBack(dissector) }
    }

    /// Announces the end of a direction.
    public mutating func end(_ ending: StreamEnding, _ direction: Direction, _ context: DissectionContext) {
        if isDone { return }
        let dissector = reader.lend()
        if direction == .forward {
            forward.end(ending, direction: direction, to: dissector, into: context)
        } else {
            backward.end(ending, direction: direction, to: dissector, into: context)
        }
        if let dissector { reader.takeBack(dissector) }
    }

    /// Shows a repeated segment's messages again, marked as copies. Decoding starts afresh, so that the stream's own
    /// state is not disturbed.
    public func replayCopies(
        _ bytes: RawSpan, sequence: UInt32, _ direction: Direction, isPacketCopy: Bool, _ context: DissectionContext
    ) {
        guard let dissector = reader.dissector else { return }
        let start =
            direction == .forward
            ? forward.starts.first(in: sequence, length: bytes.byteCount)
            : backward.starts.first(in: sequence, length: bytes.byteCount)
        guard let start else {
            dissector.child?.replayCopies(bytes, sequence: sequence, direction, isPacketCopy: isPacketCopy)
            return
        }
        context.repetition = DissectionContext.Repetition(of: start.frame, isPacketCopy: isPacketCopy)
        context.frames = FrameMap(context.current.frame)
        let before = context.messages.count
        let repeated = type(of: dissector).init(context)
        _ = repeated.consume(bytes.slice(from: start.offset), from: direction)
        // What ends only with the connection is whole here; what goes on in other segments is no copy.
        repeated.finish(bytes.slice(bytes.byteCount, bytes.byteCount), missing: 0, ending: .closed, from: direction)
        context.removeMessages(from: before) { $0.fault?.kind == .truncated }
        context.removeStarts()
        context.repetition = DissectionContext.Repetition()
    }
}

/// The dissector of a stream, and those of the streams that it read before: they are made as new and used again.
private struct StreamReader: ~Copyable {
    private(set) var dissector: (any StreamDissector)?
    /// Whether there is one, here or lent.
    private(set) var isClaimed = false
    private var type = 0
    private var spare: [(any StreamDissector)?] = []

    /// Takes a dissector of the type at this place in the context's list.
    mutating func claim(_ index: Int, _ context: DissectionContext) {
        release()
        while spare.count < context.streamTypes.count { spare.append(nil) }
        swap(&dissector, &spare[index])
        if dissector == nil { dissector = context.streamTypes[index].init(context) }
        type = index
        isClaimed = true
        context.noteClaim(context.streamTypes[index].protocolID)
    }

    /// Lets go of the dissector.
    mutating func release() {
        if !isClaimed { return }
        dissector?.reset()
        swap(&dissector, &spare[type])
        isClaimed = false
    }

    /// Lends the dissector for a call. Moving it out and back changes no reference count.
    mutating func lend() -> (any StreamDissector)? {
        var lent: (any StreamDissector)?
        swap(&lent, &dissector)
        return lent
    }

    mutating func takeBack(_ lent: consuming any StreamDissector) { dissector = lent }
}
