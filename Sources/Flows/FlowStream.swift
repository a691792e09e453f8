import PacketModel
import ByteParsing
import Dissectors

/// What the engine lends every stream.
final class StreamTerms {
    let context: DissectionContext
    let types: [any StreamDissector.Type]
    /// A message that is longer is given up.
    let maximumMessageBytes: Int

    init(context: DissectionContext, types: [any StreamDissector.Type], maximumMessageBytes: Int) {
        self.context = context
        self.types = types
        self.maximumMessageBytes = maximumMessageBytes
    }
}

/// What the engine lends a stream for one packet.
struct StreamEnvironment {
    var terms: StreamTerms
    var serverPort: UInt16
    var clientPort: UInt16

    var context: DissectionContext { terms.context }
    var types: [any StreamDissector.Type] { terms.types }
}

/// A RST that waits for the octets that it follows or answers.
struct PendingReset {
    var sequence: UInt32
    /// What it acknowledges; where it acknowledges nothing, how far the other side had been read.
    var acknowledgment: UInt32
    var isAcknowledging: Bool
    var direction: Direction
    var frame: FrameReference
    var time: CaptureTime?
    var ttl: UInt8
    /// When it came, on the clock that all waiting runs on.
    var since: CaptureTime
}

/// A flow whose octets are read: its dissector, and both directions. Pooled: `reset` makes it new.
struct FlowStream: ~Copyable {
    /// nil while the flow is unclaimed and more octets are needed to know.
    var dissector: (any StreamDissector)? { reader.dissector }
    private var reader = StreamReader()
    var forward = StreamSide()
    var backward = StreamSide()
    /// The dissector wants nothing more.
    var isDone = false
    /// A RST that came before what it follows or answers.
    var pendingReset: PendingReset?
    /// The engine knows of a hole in this stream.
    var isListedWithHole = false
    /// Its first octets are those of TLS.
    var isTLS = false
    /// The engine has noted which protocol it reads.
    var isNoted = false
    /// The index of the flow that it reads; -1 in the pool.
    var flow = -1
    /// What the engine has counted of `memory`.
    var heldMemory = 0

    mutating func reset() {
        pendingReset = nil
        isListedWithHole = false
        isTLS = false
        isNoted = false
        flow = -1
        heldMemory = 0
        reader.release()
        isDone = false
        forward.reset()
        backward.reset()
    }

    /// Octets held, out of order or unfinished.
    var heldBytes: Int {
        mutating get { forward.heldBytes + backward.heldBytes + forward.tail.count + backward.tail.count }
    }
    /// Octets of memory held for that, with what it takes to hold them.
    var memory: Int { mutating get { forward.memory + backward.memory } }
    /// Gives back memory that nothing is held in.
    mutating func trim() {
        forward.trim()
        backward.trim()
    }
    /// Whether something waits for octets that have not come.
    var isWaiting: Bool {
        mutating get { forward.holeSince != nil || backward.holeSince != nil || pendingReset != nil }
    }

    /// Passes over octets that are next in order, where the dissector wants none of them; else false. Nothing waits.
    mutating func pass(_ count: Int, _ direction: Direction) -> Bool {
        direction == .forward ? forward.pass(count) : backward.pass(count)
    }

    /// Whether a dissector reads it.
    var hasDissector: Bool { mutating get { reader.isClaimed } }
    /// The same, and whether it wants more.
    var isClaimed: Bool { mutating get { !isDone && reader.isClaimed } }
    /// Whether the engine has to take note of something.
    var isNews: Bool { mutating get { !isNoted || isDone } }
    /// Whether more memory is held than the engine has counted, or less.
    var needsCount: Bool { mutating get { heldMemory != 0 || forward.holdsTail || backward.holdsTail } }

    /// A dissector has claimed it, before anything was gathered.
    mutating func claim(_ type: Int, _ types: [any StreamDissector.Type]) { reader.claim(type, types) }

    /// Reads octets that are next in order, for the dissector that has claimed the flow.
    mutating func read(
        _ bytes: RawSpan, sequence: UInt32, _ direction: Direction, _ terms: StreamTerms, _ counters: inout FlowCounters
    ) {
        guard let dissector = reader.lend() else { return }
        if direction == .forward {
            isDone = forward.deliver(
                bytes, sequence: sequence, direction: direction, to: dissector, into: terms.context,
                maximumMessageBytes: terms.maximumMessageBytes, counters: &counters)
        } else {
            isDone = backward.deliver(
                bytes, sequence: sequence, direction: direction, to: dissector, into: terms.context,
                maximumMessageBytes: terms.maximumMessageBytes, counters: &counters)
        }
        reader.takeBack(dissector)
    }

    /// Reads octets that are next in order.
    mutating func deliver(
        _ bytes: RawSpan, sequence: UInt32, _ direction: Direction, _ environment: StreamEnvironment,
        _ counters: inout FlowCounters
    ) {
        if isDone || bytes.byteCount == 0 { return }
        if !reader.isClaimed {
            collect(bytes, sequence: sequence, direction, environment, &counters)
        } else {
            read(bytes, sequence: sequence, direction, environment.terms, &counters)
        }
    }

    /// Gathers the first octets of an unclaimed flow until a dissector knows them.
    private mutating func collect(
        _ bytes: RawSpan, sequence: UInt32, _ direction: Direction, _ environment: StreamEnvironment,
        _ counters: inout FlowCounters
    ) {
        let verdict: Probe.Result
        if direction == .forward {
            verdict = forward.collect(bytes, environment)
        } else {
            verdict = backward.collect(bytes, environment)
        }
        switch verdict {
        case .unsure: return
        case .notMine:
            isDone = true
            isTLS = direction == .forward ? Probe.isTLS(forward.tail.bytes) : Probe.isTLS(backward.tail.bytes)
        case .claimed(let index):
            reader.claim(index, environment.types)
            // What was gathered before stays held, so that it keeps its frame; these octets follow it.
            // What the other side has sent was too little to tell, and is read with what follows there.
            deliver(bytes, sequence: sequence, direction, environment, &counters)
        }
    }

    /// Announces a hole of `length` octets.
    mutating func gap(_ length: Int, _ direction: Direction, _ environment: StreamEnvironment) {
        if isDone { return }
        if direction == .forward {
            forward.announceGap(length, direction: direction, to: dissector, into: environment.context)
        } else {
            backward.announceGap(length, direction: direction, to: dissector, into: environment.context)
        }
    }

    /// Announces the end of a direction.
    mutating func end(_ ending: StreamEnding, _ direction: Direction, _ context: DissectionContext) {
        if isDone { return }
        let dissector = reader.lend()
        if direction == .forward {
            forward.end(ending, direction: direction, to: dissector, into: context)
        } else {
            backward.end(ending, direction: direction, to: dissector, into: context)
        }
        if let dissector { reader.takeBack(dissector) }
    }

    /// Shows a repeated segment's messages again, marked as copies. Decoding starts afresh, so that
    /// the flow's own state is not disturbed.
    mutating func replayCopies(_ bytes: RawSpan, sequence: UInt32, _ direction: Direction, _ context: DissectionContext)
    {
        guard let dissector else { return }
        let start =
            direction == .forward
            ? forward.messageStart(in: sequence, length: bytes.byteCount)
            : backward.messageStart(in: sequence, length: bytes.byteCount)
        guard let start else { return }
        context.duplicateOf = start.frame
        context.heldCount = 0
        let before = context.messageCount
        let repeated = type(of: dissector).init()
        _ = repeated.consume(bytes.slice(from: start.offset), from: direction, into: context)
        // What ends only with the connection is whole here; what goes on in other segments is no copy.
        repeated.finish(
            bytes.slice(bytes.byteCount, bytes.byteCount), missing: 0, ending: .closed, from: direction, into: context)
        context.removeMessages(from: before) { $0.fault?.kind == .truncated }
        context.removeOffsets()
        context.duplicateOf = nil
    }
}

/// The dissector of a stream, and those of the flows that it read before: they are made as new and used again.
private struct StreamReader: ~Copyable {
    private(set) var dissector: (any StreamDissector)?
    /// Whether there is one, here or lent.
    private(set) var isClaimed = false
    private var type = 0
    private var spare: [(any StreamDissector)?] = []

    /// Takes a dissector of the type at this place in the list.
    mutating func claim(_ index: Int, _ types: [any StreamDissector.Type]) {
        release()
        while spare.count < types.count { spare.append(nil) }
        swap(&dissector, &spare[index])
        if dissector == nil { dissector = types[index].init() }
        type = index
        isClaimed = true
    }

    /// Lets go of the dissector.
    mutating func release() {
        if !isClaimed { return }
        dissector?.reset()
        swap(&dissector, &spare[type])
        isClaimed = false
    }

    /// Lends the dissector for a call: whoever takes it and gives it back counts no owners.
    mutating func lend() -> (any StreamDissector)? {
        var lent: (any StreamDissector)?
        swap(&lent, &dissector)
        return lent
    }

    mutating func takeBack(_ lent: consuming any StreamDissector) { dissector = lent }
}

/// Offering unclaimed octets to every stream dissector.
enum Probe {
    enum Result { case claimed(Int), unsure, notMine }

    /// Octets gathered of an unclaimed flow before giving up.
    static let maximumOctets = 64

    private static let tlsHandshake: UInt8 = 0x16

    /// Whether the octets begin like a TLS handshake record (RFC 8446, 5.1).
    static func isTLS(_ bytes: RawSpan) -> Bool {
        bytes.byteCount >= 3 && bytes.u8(0) == tlsHandshake && bytes.u8(1) == 3
    }

    static func offer(_ bytes: RawSpan, _ environment: StreamEnvironment) -> Result {
        // Two octets more tell whether it is TLS, which is nobody's and yet worth knowing.
        var isUnsure = bytes.byteCount < 3 && bytes.byteCount > 0 && bytes.u8(0) == tlsHandshake
        var index = 0
        while index < environment.types.count {
            switch environment.types[index].probe(
                bytes, serverPort: environment.serverPort, clientPort: environment.clientPort)
            {
            case .certain: return .claimed(index)
            case .unsure: isUnsure = true
            case .notMine: break
            }
            index += 1
        }
        return isUnsure && bytes.byteCount < maximumOctets ? .unsure : .notMine
    }
}

extension StreamSide {
    /// Offers what has been gathered with these octets behind it, and keeps them too while that tells
    /// nothing.
    fileprivate mutating func collect(_ bytes: RawSpan, _ environment: StreamEnvironment) -> Probe.Result {
        let gathered = tail.count
        if gathered == 0, case .claimed(let index) = Probe.offer(bytes, environment) { return .claimed(index) }
        if gathered == 0 {
            tailFrame = environment.context.freshFrame
            environment.context.bufferPool.value.borrow(into: &tail)
        }
        tail.append(bytes)
        let verdict = Probe.offer(tail.bytes, environment)
        if case .claimed = verdict { tail.keepFirst(gathered) }
        return verdict
    }
}
