import PacketModel
import ByteParsing
import Dissectors

/// Segments that came before their time: held, and read once what they follow and what they answer has
/// been read, or is given up.
///
/// A capture may show an answer before its question: two directions come by way of two ports or two
/// queues. The acknowledgement number tells that the sender had read octets which are still to come.
extension FlowTracker {
    /// Holes are looked at so seldom that each is looked at a bounded number of times.
    private static var holeCheckInterval: Int64 { 50_000_000 }
    /// Who acknowledges more octets ahead than this means something else.
    private static var furthestAcknowledgment: Int32 { 1 << 20 }

    /// Whether a segment acknowledges octets of the other side that have not been read yet.
    @inline(__always)
    mutating func isEarly(_ index: Int, _ isForward: Bool, _ acknowledgment: UInt32) -> Bool {
        let answered = isForward ? Direction.backward : .forward
        if Int32(bitPattern: acknowledgment &- table[index, answered].next) <= 0 { return false }
        return isAhead(acknowledgment, of: answered, index)
    }

    /// Whether an acknowledgement runs ahead of what has been read of a side.
    mutating func isAhead(_ acknowledgment: UInt32, of direction: Direction, _ index: Int) -> Bool {
        let side = table[index, direction]
        guard side.isSynchronised else { return false }
        let ahead = Int32(bitPattern: acknowledgment &- side.next)
        if ahead <= 0 || ahead > Self.furthestAcknowledgment { return false }
        // A FIN counts as one octet.
        if ahead == 1, side.hasFin, table[details: index, direction].finSequence == side.next { return false }
        return !side.hasForgiven || Int32(bitPattern: acknowledgment &- table[oddities: index, direction].forgiven) > 0
    }

    /// Keeps a segment that came before its time; false where there is no room.
    mutating func hold(_ index: Int, _ payload: RawSpan, _ arrival: inout Arrival, from sequence: UInt32) -> Bool {
        let isForward = arrival.direction == .forward
        let place = Int(table[index].stream)
        let next = table[index, arrival.direction].next
        let held = isForward ? streams[place].forward.bytes : streams[place].backward.bytes
        let segments = isForward ? streams[place].forward.count : streams[place].backward.count
        if held + payload.byteCount > settings.maximumHeldBytesPerSide
            || segments >= settings.maximumHeldSegmentsPerSide
            || heldBytes + payload.byteCount + HeldSegment.overhead > settings.maximumHeldBytes
        {
            // No room to wait any longer: read on without what is missing.
            if let first = streams[place].firstHeld(isForward), Int32(bitPattern: first.sequence &- next) <= 0 {
                readUnanswering(index, isForward)
            } else if segments > 0 {
                readPastHoles(index)
            }
            return false
        }
        let segment = HeldSegment(
            sequence: sequence, acknowledgment: arrival.packet.acknowledgment, bytes: payload.copyBytes(),
            cut: arrival.packet.wirePayloadLength - arrival.packet.payloadLength, envelope: context.current)
        if isForward {
            streams[place].forward.hold(segment, next: next)
        } else {
            streams[place].backward.hold(segment, next: next)
        }
        if streams[place].holeSince(isForward) == nil {
            streams[place].setHole(isForward, arrival.time)
            let patience = sequence == next ? settings.reorderPatienceNanoseconds : settings.holePatienceNanoseconds
            noteHole(index, until: max(arrival.time, watermark).advanced(byNanoseconds: patience))
        }
        return true
    }

    /// Lists a flow among those that wait.
    mutating func noteHole(_ index: Int, until due: CaptureTime) {
        nextHoleCheck = min(nextHoleCheck, due)
        nextWaking = min(nextWaking, nextHoleCheck)
        let place = Int(table[index].stream)
        if streams[place].isListedWithHole { return }
        streams[place].isListedWithHole = true
        if holes.count > 2 * streams.count + 64 { dropClosedHoles() }
        holes.append(Int32(index))
    }

    /// Forgets flows whose holes have been filled or given up.
    mutating func dropClosedHoles() {
        var kept = 0
        for index in holes.indices {
            let place = Int(table[Int(holes[index])].stream)
            if place < 0 { continue }
            if streams[place].isWaiting {
                holes[kept] = holes[index]
                kept += 1
            } else {
                streams[place].isListedWithHole = false
            }
        }
        holes.removeLast(holes.count - kept)
    }

    /// Gives up waiting where that has gone on for too long.
    mutating func checkHoles() {
        var soonest: CaptureTime?
        for place in holes {
            let index = Int(place)
            giveUpWaiting(index)
            if let due = due(index) { soonest = min(soonest ?? due, due) }
        }
        dropClosedHoles()
        nextHoleCheck = max(
            soonest ?? watermark.advanced(byNanoseconds: settings.holePatienceNanoseconds),
            watermark.advanced(byNanoseconds: Self.holeCheckInterval))
    }

    /// How long a direction waits for what is missing: octets of its own, or those that it answers.
    private mutating func patience(_ index: Int, _ isForward: Bool, _ first: HeldSegment) -> Int64 {
        let next = isForward ? table[index, .forward].next : table[index, .backward].next
        return Int32(bitPattern: first.sequence &- next) > 0
            ? settings.holePatienceNanoseconds : settings.reorderPatienceNanoseconds
    }

    /// When a flow has waited for long enough; nil where it does not wait.
    private mutating func due(_ index: Int) -> CaptureTime? {
        guard table[index].stream >= 0 else { return nil }
        let place = Int(table[index].stream)
        var soonest = streams[place].pendingReset?.since.advanced(byNanoseconds: settings.reorderPatienceNanoseconds)
        for isForward in [true, false] {
            guard let since = streams[place].holeSince(isForward), let first = streams[place].firstHeld(isForward)
            else { continue }
            let due = since.advanced(byNanoseconds: patience(index, isForward, first))
            soonest = min(soonest ?? due, due)
        }
        return soonest
    }

    private mutating func giveUpWaiting(_ index: Int) {
        for isForward in [true, false] {
            guard table[index].stream >= 0 else { return }
            let place = Int(table[index].stream)
            guard let since = streams[place].holeSince(isForward), let first = streams[place].firstHeld(isForward)
            else { continue }
            let patience = patience(index, isForward, first)
            guard watermark.nanoseconds(since: since) >= patience else { continue }
            if patience == settings.holePatienceNanoseconds {
                readPastHoles(index)
            } else {
                readUnanswering(index, isForward)
            }
            recount(index)
        }
        guard table[index].stream >= 0, let reset = streams[Int(table[index].stream)].pendingReset,
            watermark.nanoseconds(since: reset.since) >= settings.reorderPatienceNanoseconds
        else { return }
        streams[Int(table[index].stream)].pendingReset = nil
        apply(reset, index)
    }

    /// Reads what is held of a direction up to its first hole, although what it answers is missing.
    private mutating func readUnanswering(_ index: Int, _ isForward: Bool) {
        let direction = isForward ? Direction.forward : .backward
        while table[index].stream >= 0, let first = streams[Int(table[index].stream)].firstHeld(isForward) {
            forgive(index, isForward, first.acknowledgment)
            if !readHeld(index, direction) { break }
        }
        readOn(index, direction.reversed)
    }

    /// Waits no more for octets of the other side that this acknowledgement spoke of.
    private mutating func forgive(_ index: Int, _ isForward: Bool, _ acknowledgment: UInt32) {
        guard isEarly(index, isForward, acknowledgment) else { return }
        let answered = isForward ? Direction.backward : .forward
        table[oddities: index, answered].forgiven = acknowledgment
        table[index, answered].marks.insert(.forgiven)
    }

    /// Reads held segments of a direction that follow what has been read; false where there are none.
    private mutating func readHeld(_ index: Int, _ direction: Direction) -> Bool {
        let isForward = direction == .forward
        guard table[index].stream >= 0, let first = streams[Int(table[index].stream)].firstHeld(isForward) else {
            return false
        }
        let next = isForward ? table[index, .forward].next : table[index, .backward].next
        guard Int32(bitPattern: first.sequence &- next) <= 0, !isEarly(index, isForward, first.acknowledgment) else {
            return false
        }
        context.current = first.envelope
        advance(index, first.bytes.rawBytes.slice(0, 0), cut: 0, direction, first.envelope.frame)
        return true
    }

    /// Reads what was held for the want of octets that have just been read: first of this direction,
    /// then of the other, and so on.
    mutating func readOn(_ index: Int, _ direction: Direction) {
        guard table[index].stream >= 0, streams[Int(table[index].stream)].isWaiting else { return }
        var turn = direction
        while readHeld(index, turn) { turn = turn.reversed }
        reconsiderReset(index)
    }

    /// Reads what is held although octets before it are missing; an answer behind what it answers.
    mutating func readPastHoles(_ index: Int) {
        while table[index].stream >= 0 {
            let place = Int(table[index].stream)
            guard streams[place].hasHeld(true) || streams[place].hasHeld(false) else { return }
            let isForward = isReadFirst(index)
            let direction = isForward ? Direction.forward : .backward
            let segment = streams[place].removeFirstHeld(isForward)
            let next = isForward ? table[index, .forward].next : table[index, .backward].next
            let missing = Int(Int32(bitPattern: segment.sequence &- next))
            forgive(index, isForward, segment.acknowledgment)
            context.current = segment.envelope
            if missing > 0 {
                streams[place].node.gap(missing, direction, context)
                countGap(index, direction, missing, segment.envelope.frame)
                table[index, direction].next = segment.sequence
                table[index, direction].payloadBytes &+= UInt64(segment.bytes.count)
            }
            let skip = max(0, -missing)
            if skip < segment.bytes.count + segment.cut {
                let view = segment.bytes.rawBytes
                advance(
                    index, view.slice(from: min(skip, view.byteCount)), cut: segment.cut, direction,
                    segment.envelope.frame)
            } else {
                settle(index, direction)
            }
        }
    }

    /// Whether the forward direction's first held segment is read before the other's.
    private mutating func isReadFirst(_ index: Int) -> Bool {
        let place = Int(table[index].stream)
        guard let forward = streams[place].firstHeld(true) else { return false }
        guard let backward = streams[place].firstHeld(false) else { return true }
        // What answers no more than has been read, and than will be missing, goes first.
        func isReady(_ acknowledgment: UInt32, _ isForward: Bool, before held: HeldSegment) -> Bool {
            !isEarly(index, isForward, acknowledgment) || Int32(bitPattern: acknowledgment &- held.sequence) <= 0
        }
        return isReady(forward.acknowledgment, true, before: backward)
            || !isReady(backward.acknowledgment, false, before: forward)
    }
}

extension FlowStream {
    func firstHeld(_ isForward: Bool) -> HeldSegment? { isForward ? forward.first : backward.first }
    func hasHeld(_ isForward: Bool) -> Bool { !(isForward ? forward.isEmpty : backward.isEmpty) }
    mutating func setHole(_ isForward: Bool, _ time: CaptureTime?) {
        if isForward { forward.since = time } else { backward.since = time }
    }
    func holeSince(_ isForward: Bool) -> CaptureTime? { isForward ? forward.since : backward.since }
    mutating func removeFirstHeld(_ isForward: Bool) -> HeldSegment {
        isForward ? forward.removeFirst() : backward.removeFirst()
    }
}
