import Collections
import ByteParsing
import PacketModel

/// One direction of a stream that a dissector reads: the octets shown and not yet taken.
struct StreamSide: ~Copyable {
    /// Octets shown and not taken.
    var tail = ByteBuffer(capacity: 0)
    /// The frames that brought the tail.
    private var frames = FrameMap(FrameReference(capture: 0, frame: 0))
    /// How long the tail must be before another call makes sense.
    private var wanted = 0
    /// Octets still to be passed over.
    private var skip = 0
    /// Where the newest messages began.
    private(set) var starts = MessageStarts()

    /// Makes the side as new, keeping its memory.
    mutating func reset() {
        tail.removeAll()
        wanted = 0
        skip = 0
        trim()
        starts = MessageStarts()
    }

    /// Octets of memory held for unfinished messages.
    var memory: Int { tail.isEmpty ? 0 : tail.capacity + frames.memory }

    /// Whether its tail holds octets, or more room than is kept.
    var holdsTail: Bool { !tail.isEmpty || tail.capacity > BufferPool.keptCapacity }

    /// Frees what nothing is held in.
    mutating func trim() {
        if tail.isEmpty, tail.capacity > BufferPool.keptCapacity { tail = ByteBuffer(capacity: 0) }
    }

    /// Passes over so many octets, where more than that are to be passed over; else false.
    mutating func pass(_ count: Int) -> Bool {
        if skip <= count || !tail.isEmpty { return false }
        skip -= count
        return true
    }

    /// Keeps octets that nobody has claimed yet.
    mutating func gather(_ bytes: RawSpan, _ fresh: FrameMap, _ context: DissectionContext) {
        if tail.isEmpty {
            context.bufferPool.value.borrow(into: &tail)
            frames = fresh
        } else {
            frames.append(fresh, from: tail.count)
        }
        tail.append(bytes)
    }

    /// Lets go of the newest octets gathered, down to so many.
    mutating func keepFirst(_ count: Int) { tail.keepFirst(count) }

    /// Shows octets that are next in order to the dissector. `fresh` says which frames brought them, `sequence` is the
    /// number of the first of them. Returns true where the dissector wants nothing more of the stream.
    mutating func deliver(
        _ bytes: RawSpan, _ fresh: FrameMap, sequence: UInt32, direction: Direction, to dissector: any StreamDissector,
        into context: DissectionContext
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
                let rest = bytes.slice(from: position)
                shownCount = rest.byteCount
                context.frames = fresh.dropping(position)
                let first = sequence &+ UInt32(truncatingIfNeeded: position)
                let reported = context.startCount
                context.shownSequence.value = first
                step = dissector.consume(rest, from: direction)
                starts.note(behind: reported, of: context, from: first)
                if step.ignoreRest { return true }
                let taken = min(max(step.taken, 0), shownCount)
                position += taken
                skip = max(step.skip, 0)
                if position == count, skip == 0 { return false }
                if skip == 0, position < count, taken == 0 || step.wanted > 0 {
                    context.bufferPool.value.borrow(into: &tail)
                    tail.append(bytes.slice(from: position))
                    frames = fresh.dropping(position)
                    wanted = step.wanted
                    return false
                }
                continue
            }
            frames.append(fresh.dropping(position), from: tail.count)
            tail.append(bytes.slice(from: position))
            if tail.count > context.maximumMessageBytes {
                context.noteOversized()
                context.frames = frames
                dissector.gap(tail.bytes, length: 0, from: direction)
                tail.removeAll()
                wanted = 0
                return false
            }
            position = count
            if tail.count < wanted { return false }
            shownCount = tail.count
            context.frames = frames
            let first = sequence &+ UInt32(truncatingIfNeeded: count - shownCount)
            let reported = context.startCount
            context.shownSequence.value = first
            step = dissector.consume(tail.bytes, from: direction)
            starts.note(behind: reported, of: context, from: first)
            if step.ignoreRest { return true }
            let taken = min(max(step.taken, 0), shownCount)
            tail.removeFirst(taken)
            frames.removeFirst(taken)
            wanted = step.wanted
            skip = max(step.skip, 0)
            if skip > 0 {
                let passed = min(skip, tail.count)
                tail.removeFirst(passed)
                frames.removeFirst(passed)
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

    /// Tells the dissector that octets were lost, and forgets what was unfinished before them.
    mutating func announceGap(
        _ length: Int, direction: Direction, to dissector: (any StreamDissector)?, into context: DissectionContext
    ) {
        var lost = length
        if skip > 0 {
            // A hole inside octets that are only counted costs nothing.
            let passed = min(skip, lost)
            skip -= passed
            lost -= passed
            if lost == 0 { return }
        }
        showTail(context)
        let noted = context.startCount
        dissector?.gap(tail.bytes, length: lost, from: direction)
        context.removeStarts(behind: noted)
        tail.removeAll()
        wanted = 0
    }

    /// Tells the dissector that the direction has ended.
    mutating func end(
        _ ending: StreamEnding, direction: Direction, to dissector: (any StreamDissector)?,
        into context: DissectionContext
    ) {
        showTail(context)
        let noted = context.startCount
        dissector?.finish(tail.bytes, missing: skip, ending: ending, from: direction)
        context.removeStarts(behind: noted)
        tail.removeAll()
        context.bufferPool.value.return(from: &tail)
        wanted = 0
    }

    /// Says which frames brought the tail, and that anything else came in the newest.
    private func showTail(_ context: DissectionContext) {
        context.frames = tail.isEmpty ? FrameMap(context.current.frame) : frames
    }
}
