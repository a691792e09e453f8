import PacketModel

/// A segment that came before its time.
struct HeldSegment {
    var sequence: SequenceNumber
    /// The sequence number up to which its sender had read the other side.
    var acknowledgment: SequenceNumber
    var bytes: [UInt8]
    /// Octets that the capture cut from its end.
    var cut: Int
    var envelope: MessageEnvelope

    /// Octets of memory that a segment takes besides its own.
    static let overhead = 256
}

/// The segments of one direction that wait for a hole to be filled, or for what they answer.
struct HeldSegments {
    /// By sequence number, the next one first.
    private(set) var all: [HeldSegment] = []
    /// Octets in them.
    private(set) var bytes = 0
    /// Since when something is held.
    var since: CaptureTime?

    /// The one that is next in order.
    var first: HeldSegment? { all.first }
    /// Whether there is none.
    var isEmpty: Bool { all.isEmpty }
    /// How many there are.
    var count: Int { all.count }
    /// Octets of memory that they take.
    var memory: Int { bytes + all.count * HeldSegment.overhead }

    /// Forgets them, keeping the memory.
    mutating func reset() {
        if !all.isEmpty { all.removeAll(keepingCapacity: true) }
        trim()
        bytes = 0
        since = nil
    }

    /// Frees what nothing is held in.
    mutating func trim() {
        if all.isEmpty, all.capacity > 8 { all = [] }
    }

    /// Holds a segment that came before its time, in order of sequence numbers seen from `next`.
    mutating func hold(_ segment: consuming HeldSegment, next: SequenceNumber) {
        let distance = segment.sequence - next
        var slot = all.count
        while slot > 0, all[slot - 1].sequence - next > distance { slot -= 1 }
        bytes += segment.bytes.count
        all.insert(segment, at: slot)
    }

    /// Takes out the one that is next in order.
    mutating func removeFirst() -> HeldSegment {
        let segment = all.removeFirst()
        bytes -= segment.bytes.count
        return segment
    }
}
