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
    private static var furthestAcknowledgment: Int { 1 << 20 }

    /// Whether a segment acknowledges octets of the other side that have not been read yet.
    mutating func isEarly(_ index: Int, _ direction: Direction, _ acknowledgment: SequenceNumber) -> Bool {
        let answered = direction.reversed
        if acknowledgment <= table[index, answered].next { return false }
        return isAhead(acknowledgment, of: answered, index)
    }

    /// Whether an acknowledgement runs ahead of what has been read of a side.
    mutating func isAhead(_ acknowledgment: SequenceNumber, of direction: Direction, _ index: Int) -> Bool {
        let side = table[index, direction]
        guard side.isSynchronised else { return false }
        let ahead = acknowledgment - side.next
        if ahead <= 0 || ahead > Self.furthestAcknowledgment { return false }
        // A FIN counts as one octet.
        if ahead == 1, side.hasFin, table[details: index, direction].finSequence == side.next { return false }
        return !side.hasForgiven || acknowledgment > table[anomalies: index, direction].forgiven
    }

    /// Keeps a segment that came before its time; false where there is no room.
    mutating func hold(_ index: Int, _ payload: RawSpan, _ packet: inout PacketContext, from sequence: SequenceNumber)
        -> Bool
    {
        guard let stream = table[index].streamIndex else { return false }
        let direction = packet.direction
        let next = table[index, direction].next
        let held = streams[stream][held: direction].bytes
        let segments = streams[stream][held: direction].count
        if held + payload.byteCount > settings.maximumHeldBytesPerSide
            || segments >= settings.maximumHeldSegmentsPerSide
            || heldBytes + payload.byteCount + HeldSegment.overhead > settings.maximumHeldBytes
        {
            // No room to wait any longer: read on without what is missing.
            if let first = streams[stream][held: direction].first, first.sequence <= next {
                readUnanswering(index, direction)
            } else if segments > 0 {
                readPastHoles(index)
            }
            return false
        }
        let segment = HeldSegment(
            sequence: sequence, acknowledgment: packet.header.acknowledgment, bytes: payload.copyBytes(),
            cut: packet.header.wirePayloadLength - packet.header.payloadLength, envelope: context.current)
        streams[stream][held: direction].hold(segment, next: next)
        if streams[stream][held: direction].since == nil {
            streams[stream][held: direction].since = packet.time
            let patience = sequence == next ? settings.reorderPatienceNanoseconds : settings.holePatienceNanoseconds
            noteHole(index, until: max(packet.time, watermark).advanced(byNanoseconds: patience))
        }
        return true
    }

    /// Lists a flow among those that wait.
    mutating func noteHole(_ index: Int, until due: CaptureTime) {
        nextHoleCheck = min(nextHoleCheck, due)
        nextWaking = min(nextWaking, nextHoleCheck)
        guard let stream = table[index].streamIndex else { return }
        if streams[stream].isListedWithHole { return }
        streams[stream].isListedWithHole = true
        if holes.count > 2 * streams.count + 64 { dropClosedHoles() }
        holes.append(Int32(index))
    }

    /// Forgets flows whose holes have been filled or given up.
    mutating func dropClosedHoles() {
        var kept = 0
        for index in holes.indices {
            guard let stream = table[Int(holes[index])].streamIndex else { continue }
            if streams[stream].isWaiting {
                holes[kept] = holes[index]
                kept += 1
            } else {
                streams[stream].isListedWithHole = false
            }
        }
        holes.removeLast(holes.count - kept)
    }

    /// Gives up waiting where that has gone on for too long.
    mutating func checkHoles() {
        var soonest: CaptureTime?
        for hole in holes {
            let index = Int(hole)
            giveUpWaiting(index)
            if let due = due(index) { soonest = min(soonest ?? due, due) }
        }
        dropClosedHoles()
        nextHoleCheck = max(
            soonest ?? watermark.advanced(byNanoseconds: settings.holePatienceNanoseconds),
            watermark.advanced(byNanoseconds: Self.holeCheckInterval))
    }

    /// How long a direction waits for what is missing: octets of its own, or those that it answers.
    private mutating func patience(_ index: Int, _ direction: Direction, _ first: HeldSegment) -> Int64 {
        let next = table[index, direction].next
        return first.sequence > next
            ? settings.holePatienceNanoseconds : settings.reorderPatienceNanoseconds
    }

    /// When a flow has waited for long enough; nil where it does not wait.
    private mutating func due(_ index: Int) -> CaptureTime? {
        guard let stream = table[index].streamIndex else { return nil }
        var soonest = streams[stream].pendingReset?.since.advanced(byNanoseconds: settings.reorderPatienceNanoseconds)
        for direction in Direction.allCases {
            guard let since = streams[stream][held: direction].since, let first = streams[stream][held: direction].first
            else { continue }
            let due = since.advanced(byNanoseconds: patience(index, direction, first))
            soonest = min(soonest ?? due, due)
        }
        return soonest
    }

    private mutating func giveUpWaiting(_ index: Int) {
        for direction in Direction.allCases {
            guard let stream = table[index].streamIndex else { return }
            guard let since = streams[stream][held: direction].since, let first = streams[stream][held: direction].first
            else { continue }
            let patience = patience(index, direction, first)
            guard watermark.nanoseconds(since: since) >= patience else { continue }
            if patience == settings.holePatienceNanoseconds {
                readPastHoles(index)
            } else {
                readUnanswering(index, direction)
            }
            updateHeldBytes(index)
        }
        guard let stream = table[index].streamIndex, let reset = streams[stream].pendingReset,
            watermark.nanoseconds(since: reset.since) >= settings.reorderPatienceNanoseconds
        else { return }
        streams[stream].pendingReset = nil
        apply(reset, index)
    }

    /// Reads what is held of a direction up to its first hole, although what it answers is missing.
    private mutating func readUnanswering(_ index: Int, _ direction: Direction) {
        while let stream = table[index].streamIndex, let first = streams[stream][held: direction].first {
            forgive(index, direction, first.acknowledgment)
            if !readHeld(index, direction) { break }
        }
        readOn(index, direction.reversed)
    }

    /// Waits no more for octets of the other side that this acknowledgement spoke of.
    private mutating func forgive(_ index: Int, _ direction: Direction, _ acknowledgment: SequenceNumber) {
        guard isEarly(index, direction, acknowledgment) else { return }
        let answered = direction.reversed
        table[anomalies: index, answered].forgiven = acknowledgment
        table[index, answered].flags.insert(.forgiven)
    }

    /// Reads held segments of a direction that follow what has been read; false where there are none.
    private mutating func readHeld(_ index: Int, _ direction: Direction) -> Bool {
        guard let stream = table[index].streamIndex, let first = streams[stream][held: direction].first else {
            return false
        }
        let next = table[index, direction].next
        guard first.sequence <= next, !isEarly(index, direction, first.acknowledgment) else {
            return false
        }
        context.current = first.envelope
        advance(index, first.bytes.rawBytes.slice(0, 0), cut: 0, direction, first.envelope.frame)
        return true
    }

    /// Reads what was held for the want of octets that have just been read: first of this direction,
    /// then of the other, and so on.
    mutating func readOn(_ index: Int, _ direction: Direction) {
        guard let stream = table[index].streamIndex, streams[stream].isWaiting else { return }
        var turn = direction
        while readHeld(index, turn) { turn = turn.reversed }
        reconsiderReset(index)
    }

    /// Reads what is held although octets before it are missing; an answer behind what it answers.
    mutating func readPastHoles(_ index: Int) {
        while let stream = table[index].streamIndex, let direction = nextHeldDirection(stream, index) {
            let segment = streams[stream][held: direction].removeFirst()
            let next = table[index, direction].next
            let missing = segment.sequence - next
            forgive(index, direction, segment.acknowledgment)
            context.current = segment.envelope
            if missing > 0 {
                streams[stream].node.gap(missing, direction, context)
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

    /// The direction whose first held segment is read before the other's; nil where nothing is held.
    private mutating func nextHeldDirection(_ stream: Int, _ index: Int) -> Direction? {
        guard let forward = streams[stream][held: .forward].first else {
            return streams[stream][held: .backward].isEmpty ? nil : .backward
        }
        guard let backward = streams[stream][held: .backward].first else { return .forward }
        // What answers no more than has been read, and than will be missing, goes first.
        let isForwardReady =
            !isEarly(index, .forward, forward.acknowledgment) || forward.acknowledgment <= backward.sequence
        let isBackwardReady =
            !isEarly(index, .backward, backward.acknowledgment) || backward.acknowledgment <= forward.sequence
        return isForwardReady || !isBackwardReady ? .forward : .backward
    }
}
