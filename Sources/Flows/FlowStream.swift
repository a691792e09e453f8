import ByteParsing
import Dissectors
import PacketModel

/// A RST that waits for the octets that it follows or answers.
struct PendingReset {
    var sequence: SequenceNumber
    /// What it acknowledges; where it acknowledges nothing, how far the other side had been read.
    var acknowledgment: SequenceNumber
    var isAcknowledging: Bool
    var direction: Direction
    var frame: FrameReference
    var time: CaptureTime?
    var ttl: UInt8
    /// When it came, on the clock that all waiting runs on.
    var since: CaptureTime
}

/// A flow whose octets are read: who reads them, and what waits. Pooled, and used again after `reset`.
struct FlowStream: ~Copyable {
    /// What reads its octets in their order.
    var node = StreamNode()
    /// Segments that came before their time.
    private var forward = HeldSegments()
    private var backward = HeldSegments()
    /// A RST that came before what it follows or answers.
    var pendingReset: PendingReset?
    /// The engine knows of a hole in this stream.
    var isListedWithHole = false
    /// The engine has noted which protocol it reads.
    var isNoted = false
    /// The index of the flow that it reads; -1 in the pool.
    var flow = -1
    /// What the engine has counted of `memory`.
    var heldMemory = 0

    /// The segments of a direction that wait.
    subscript(held direction: Direction) -> HeldSegments {
        _read { if direction == .forward { yield forward } else { yield backward } }
        _modify { if direction == .forward { yield &forward } else { yield &backward } }
    }

    /// Makes it as new.
    mutating func reset() {
        node.reset()
        forward.reset()
        backward.reset()
        pendingReset = nil
        isListedWithHole = false
        isNoted = false
        flow = -1
        heldMemory = 0
    }

    /// The dissector wants nothing more.
    var isDone: Bool { mutating get { node.isDone } }
    /// Octets held, out of order or unfinished.
    var heldBytes: Int { mutating get { forward.bytes + backward.bytes + node.heldBytes } }
    /// Octets of memory held for that, with what it takes to hold them.
    var memory: Int { mutating get { forward.memory + backward.memory + node.memory } }
    /// Gives back memory that nothing is held in.
    mutating func trim() {
        forward.trim()
        backward.trim()
        node.trim()
    }
    /// Whether something waits for octets that have not come.
    var isWaiting: Bool {
        mutating get { forward.since != nil || backward.since != nil || pendingReset != nil }
    }

    /// Whether a dissector reads it, and wants more.
    var isClaimed: Bool { mutating get { !node.isDone && node.isClaimed } }
    /// Whether the engine has to take note of something.
    var isNews: Bool { mutating get { !isNoted || node.isDone || node.hasChild } }
    /// Whether more memory is held than the engine has counted, or less.
    var needsCount: Bool { mutating get { heldMemory != 0 || node.holdsMemory } }
}
