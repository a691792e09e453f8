import Collections
import PacketModel
import ByteParsing
import Dissectors

/// A segment that came before its time.
struct HeldSegment {
    var sequence: UInt32
    /// The sequence number up to which its sender had read the other side.
    var acknowledgment: UInt32
    var bytes: [UInt8]
    /// Octets that the capture cut from its end.
    var cut: Int
    var envelope: MessageEnvelope

    /// Octets of memory that a segment takes besides its own.
    static let overhead = 256
}

/// Where a message stood in the sequence space, to recognise it when it is sent again.
struct MessageStart: BitwiseCopyable {
    var sequence: UInt32 = 0
    var frame = FrameReference(capture: 0, frame: 0)
}

/// One direction of a stream that a dissector reads: the octets shown and not yet taken, and the
/// segments that wait for a hole to be filled.
struct StreamSide: ~Copyable {
    /// Octets shown and not taken.
    var tail = ByteBuffer(capacity: 0)
    /// The frame that brought the tail's first octet.
    var tailFrame = FrameReference(capture: 0, frame: 0)
    /// How long the tail must be before another call makes sense.
    var wanted = 0
    /// Octets still to be passed over.
    var skip = 0
    /// Segments out of order, by sequence number.
    var held: [HeldSegment] = []
    var heldBytes = 0
    /// Since when something is held.
    var holeSince: CaptureTime?
    /// Where the newest messages began: a ring.
    var starts: (MessageStart, MessageStart, MessageStart, MessageStart) = (.init(), .init(), .init(), .init())
    var startsNext = 0
    var startsCount = 0

    /// Makes the side as new, keeping its memory.
    mutating func reset() {
        tail.removeAll()
        wanted = 0
        skip = 0
        if !held.isEmpty { held.removeAll(keepingCapacity: true) }
        trim()
        heldBytes = 0
        holeSince = nil
        startsNext = 0
        startsCount = 0
    }

    /// Octets of memory held for segments and unfinished messages.
    var memory: Int { heldBytes + held.count * HeldSegment.overhead + (tail.isEmpty ? 0 : tail.capacity) }

    /// Whether its tail holds octets, or more room than is kept.
    var holdsTail: Bool { !tail.isEmpty || tail.capacity > BufferPool.keptCapacity }

    /// Frees what nothing is held in.
    mutating func trim() {
        if tail.isEmpty, tail.capacity > BufferPool.keptCapacity { tail = ByteBuffer(capacity: 0) }
        if held.isEmpty, held.capacity > 8 { held = [] }
    }

    /// Passes over so many octets, where more than that are to be passed over; else false.
    mutating func pass(_ count: Int) -> Bool {
        if skip <= count || !tail.isEmpty { return false }
        skip -= count
        return true
    }

    /// Shows in-order octets to the dissector. `sequence` is the number of the first of them.
    /// Returns true where the dissector wants nothing more of the flow.
    mutating func deliver(
        _ bytes: RawSpan, sequence: UInt32, direction: Direction, to dissector: any StreamDissector,
        into context: DissectionContext, maximumMessageBytes: Int,
        counters: inout FlowCounters
    ) -> Bool {
        var position = 0
        let count = bytes.byteCount
        var isSkipEnd = false
        while true {
            if skip > 0 {
                let passed = min(skip, count - position)
                skip -= passed
                position += passed
                // What was passed over has ended with these octets: that is news, even without more.
                if skip == 0, position == count { isSkipEnd = true }
            }
            if position == count, !isSkipEnd { return false }
            isSkipEnd = false
            let step: StreamStep
            let shownCount: Int
            if tail.isEmpty {
                let fresh = bytes.slice(from: position)
                shownCount = fresh.byteCount
                context.heldCount = 0
                let before = context.messageCount
                step = dissector.consume(fresh, from: direction, into: context)
                remember(context, from: before, firstSequence: sequence &+ UInt32(truncatingIfNeeded: position))
                if step.ignoreRest { return true }
                let taken = min(max(step.taken, 0), shownCount)
                position += taken
                skip = max(step.skip, 0)
                if position == count, skip == 0 { return false }
                if skip == 0, position < count, taken == 0 || step.wanted > 0 {
                    context.bufferPool.value.borrow(into: &tail)
                    tail.append(bytes.slice(from: position))
                    tailFrame = context.freshFrame
                    wanted = step.wanted
                    return false
                }
                continue
            }
            let heldCount = tail.count
            tail.append(bytes.slice(from: position))
            if tail.count > maximumMessageBytes {
                counters.oversizedMessages += 1
                context.heldCount = heldCount
                context.heldFrame = tailFrame
                dissector.gap(tail.bytes, length: 0, from: direction, into: context)
                tail.removeAll()
                wanted = 0
                return false
            }
            position = count
            if tail.count < wanted { return false }
            shownCount = tail.count
            context.heldCount = heldCount
            context.heldFrame = tailFrame
            let before = context.messageCount
            step = dissector.consume(tail.bytes, from: direction, into: context)
            remember(context, from: before, firstSequence: sequence &+ UInt32(truncatingIfNeeded: count - shownCount))
            context.heldCount = 0
            if step.ignoreRest { return true }
            let taken = min(max(step.taken, 0), shownCount)
            if taken >= heldCount { tailFrame = context.freshFrame }
            tail.removeFirst(taken)
            wanted = step.wanted
            skip = max(step.skip, 0)
            if skip > 0 {
                let passed = min(skip, tail.count)
                tail.removeFirst(passed)
                skip -= passed
            }
            if tail.isEmpty {
                context.bufferPool.value.return(from: &tail)
                return false
            }
            if taken == 0 && step.skip == 0 || wanted > tail.count { return false }
            // Something was taken and something is left: show the rest from the input, uncopied.
            position = count - min(tail.count, count)
            if tail.count > count { return false }
            tail.removeAll()
            context.bufferPool.value.return(from: &tail)
        }
    }

    private mutating func remember(_ context: DissectionContext, from before: Int, firstSequence: UInt32) {
        if context.offsetCount == 0 { return }
        var index = before
        while index < context.messageCount {
            let start = MessageStart(
                sequence: firstSequence &+ UInt32(truncatingIfNeeded: context.offset(index - before)),
                frame: context.envelope(ofMessage: index).frame)
            switch startsNext {
            case 0: starts.0 = start
            case 1: starts.1 = start
            case 2: starts.2 = start
            default: starts.3 = start
            }
            startsNext = (startsNext + 1) & 3
            startsCount = min(startsCount + 1, 4)
            index += 1
        }
        context.removeOffsets()
    }

    /// The first remembered message that begins inside a repeated segment: its offset there, and the
    /// frame that completed it.
    func messageStart(in sequence: UInt32, length: Int) -> (offset: Int, frame: FrameReference)? {
        var best: (offset: Int, frame: FrameReference)?
        for place in 0..<startsCount {
            let start = place == 0 ? starts.0 : place == 1 ? starts.1 : place == 2 ? starts.2 : starts.3
            let offset = Int(Int32(bitPattern: start.sequence &- sequence))
            if offset >= 0, offset < length, best.map({ offset < $0.offset }) ?? true { best = (offset, start.frame) }
        }
        return best
    }

    /// Tells the dissector that octets were lost, and forgets what was unfinished before them.
    mutating func announceGap(
        _ length: Int, direction: Direction, to dissector: (any StreamDissector)?,
        into context: DissectionContext
    ) {
        var lost = length
        if skip > 0 {
            // A hole inside octets that are only counted costs nothing.
            let passed = min(skip, lost)
            skip -= passed
            lost -= passed
            if lost == 0 { return }
        }
        context.heldCount = tail.count
        context.heldFrame = tailFrame
        dissector?.gap(tail.bytes, length: lost, from: direction, into: context)
        context.heldCount = 0
        context.removeOffsets()
        tail.removeAll()
        wanted = 0
    }

    /// Tells the dissector that the direction has ended.
    mutating func end(
        _ ending: StreamEnding, direction: Direction, to dissector: (any StreamDissector)?,
        into context: DissectionContext
    ) {
        context.heldCount = tail.count
        context.heldFrame = tailFrame
        dissector?.finish(tail.bytes, missing: skip, ending: ending, from: direction, into: context)
        context.heldCount = 0
        context.removeOffsets()
        tail.removeAll()
        context.bufferPool.value.return(from: &tail)
        wanted = 0
    }

    /// Holds a segment that came before its time, in order of sequence numbers seen from `next`.
    mutating func hold(_ segment: consuming HeldSegment, next: UInt32) {
        let distance = segment.sequence &- next
        var place = held.count
        while place > 0, held[place - 1].sequence &- next > distance { place -= 1 }
        heldBytes += segment.bytes.count
        held.insert(segment, at: place)
    }
}
