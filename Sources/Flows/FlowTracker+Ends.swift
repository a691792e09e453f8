import PacketModel
import ByteParsing
import Dissectors

/// The ends of connections: FIN and RST, as their receiver takes them (RFC 9293, 3.10.7.4).
extension FlowTracker {
    /// How far behind what has been read a FIN or RST may lie and still be in the receiver's window.
    private static var furthestEnd: Int { 1 << 20 }

    /// The FIN and RST among a packet's flags that its receiver heeds: those in its window, and before
    /// the sender's SYN only a RST that acknowledges the receiver's (RFC 9293, 3.10.7.3 and 3.10.7.4).
    mutating func heededEnds(_ index: Int, _ arrival: inout Arrival) -> UInt8 {
        // One by one: as a whole a side is large.
        let isSynchronised = table[index, arrival.direction].isSynchronised
        let hasAcknowledged = table[index, arrival.direction].hasAcknowledged
        let next = table[index, arrival.direction].next
        let acknowledged = table[index, arrival.direction].acknowledged
        let ends = arrival.packet.tcpFlags & (TCP.fin | TCP.rst)
        guard isSynchronised || hasAcknowledged else { return endsBeforeSyn(index, &arrival) }
        // What the receiver expects lies between what it has acknowledged and what was last sent.
        var expected = isSynchronised ? next : acknowledged
        if hasAcknowledged, Int32(bitPattern: acknowledged &- expected) < 0 { expected = acknowledged }
        let ahead = isSynchronised ? Int(Int32(bitPattern: next &- expected)) : 0
        let distance = Int(Int32(bitPattern: arrival.packet.sequence &- expected))
        var heeded: UInt8 = 0
        if distance >= 0, distance <= ahead + Self.furthestEnd { heeded |= ends & TCP.rst }
        // Nothing follows a FIN: one that lies before what has been read is none.
        let fin = distance + arrival.packet.wirePayloadLength
        if fin >= ahead || !isSynchronised, fin <= ahead + Self.furthestEnd { heeded |= ends & TCP.fin }
        return heeded
    }

    private mutating func endsBeforeSyn(_ index: Int, _ arrival: inout Arrival) -> UInt8 {
        let ends = arrival.packet.tcpFlags & (TCP.fin | TCP.rst)
        let other = table[index, arrival.direction.reversed]
        guard other.sawStart, arrival.packet.tcpFlags & TCP.syn == 0 else { return ends }
        let answered = Int(Int32(bitPattern: other.next &- arrival.packet.acknowledgment))
        let isAnswer =
            arrival.packet.tcpFlags & TCP.ack != 0 && answered >= 0
            && UInt64(answered) <= table[index, arrival.direction.reversed].payloadBytes
        return isAnswer ? ends & TCP.rst : 0
    }

    mutating func noteFin(_ index: Int, _ arrival: inout Arrival) {
        let fin = arrival.packet.sequence &+ UInt32(truncatingIfNeeded: arrival.packet.wirePayloadLength)
        let isRead = !table[index].isUnread
        // Of several the first in the order of sequence numbers ends the direction.
        if !table[index, arrival.direction].hasFin
            || Int32(bitPattern: fin &- table[details: index, arrival.direction].finSequence) < 0
        {
            table[details: index, arrival.direction].finSequence = fin
            table[details: index, arrival.direction].finAcknowledgment = arrival.packet.acknowledgment
        }
        table[index, arrival.direction].marks.formUnion(isRead ? .fin : [.fin, .finished])
        finishIfComplete(index, arrival.direction)
    }

    /// Ends a direction whose every octet before the FIN has been delivered.
    @inline(__always)
    mutating func finishIfComplete(_ index: Int, _ direction: Direction) {
        // A FIN came, and has not been noted as the end yet.
        if table[index, direction].marks.intersection([.fin, .finished]) == .fin { finishIfRead(index, direction) }
    }

    @inline(never)
    private mutating func finishIfRead(_ index: Int, _ direction: Direction) {
        guard Int32(bitPattern: table[index, direction].next &- table[details: index, direction].finSequence) >= 0
        else { return }
        table[index, direction].marks.insert(.finished)
        if table[index].stream >= 0 {
            streams[Int(table[index].stream)].node.end(.closed, direction, context)
        }
    }

    /// Takes a RST in: at once, or, where it follows octets or answers octets that are still to come,
    /// once they are there.
    mutating func reset(_ index: Int, _ arrival: inout Arrival) {
        let isAcknowledging = arrival.packet.tcpFlags & TCP.ack != 0
        let unread = table[index, arrival.direction.reversed].next
        let pending = PendingReset(
            sequence: arrival.packet.sequence, acknowledgment: isAcknowledging ? arrival.packet.acknowledgment : unread,
            isAcknowledging: isAcknowledging, direction: arrival.direction, frame: arrival.record.frame,
            time: arrival.record.time, ttl: arrival.packet.ttl,
            since: arrival.time)
        if table[index].isReported { return note(pending, index) }
        if table.packets(index) == 1 {
            // What it ends may still be to come: `isRefusedAlready`.
            note(pending, index)
        } else if table[index].stream != -2, isEarly(pending, index) {
            if table[index].stream < 0 { makeStream(index) }
            let place = Int(table[index].stream)
            if streams[place].pendingReset == nil { streams[place].pendingReset = pending }
            noteHole(index, until: arrival.time.advanced(byNanoseconds: settings.reorderPatienceNanoseconds))
        } else {
            apply(pending, index)
        }
    }

    /// Whether a SYN was refused by a RST that was captured before it.
    mutating func isRefusedAlready(_ index: Int, _ arrival: inout Arrival) -> Bool {
        let other = arrival.direction.reversed
        return !table[index].isReported && table[oddities: index, other].resetFrame != nil
            && table[index, other].packets == 1
            && table[details: index, other].synFrame == nil
            && arrival.packet.sequence &+ 1 == table[index, arrival.direction].acknowledged
    }

    private mutating func isEarly(_ reset: PendingReset, _ index: Int) -> Bool {
        let side = table[index, reset.direction]
        let answered = reset.direction.reversed
        let missing = Int32(bitPattern: reset.sequence &- side.next) &- (side.hasFin ? 1 : 0)
        if side.isSynchronised, missing > 0 { return true }
        // One without an acknowledgement does not say what it answers: it may be what comes next.
        return reset.isAcknowledging
            ? isAhead(reset.acknowledgment, of: answered, index) : reset.acknowledgment == table[index, answered].next
    }

    /// Ends a flow that was reset.
    mutating func apply(_ reset: PendingReset, _ index: Int) {
        note(reset, index)
        close(index, .reset, evict: false)
    }

    /// Keeps account of a RST that took effect.
    mutating func note(_ reset: PendingReset, _ index: Int) {
        guard table[oddities: index, reset.direction].resetFrame == nil else { return }
        table[oddities: index, reset.direction].resetFrame = reset.frame
        table[oddities: index, reset.direction].resetTime = reset.time
        table[oddities: index, reset.direction].resetTTL = reset.ttl
    }

    /// Looks again at a RST that waits: it takes effect, is found to have been ignored, or waits on.
    mutating func reconsiderReset(_ index: Int) {
        guard table[index].stream >= 0 else { return }
        let place = Int(table[index].stream)
        guard let reset = streams[place].pendingReset else { return }
        let side = table[index, reset.direction]
        if Int32(bitPattern: side.next &- reset.sequence) > 0 {
            // The sender went on talking: nobody heeded it.
            streams[place].pendingReset = nil
            ignoreReset(index, reset.direction, reset.frame)
        } else if !isEarly(reset, index) {
            streams[place].pendingReset = nil
            apply(reset, index)
        }
    }

    /// Keeps account of a RST that its receiver does not heed.
    mutating func ignoreReset(_ index: Int, _ direction: Direction, _ frame: FrameReference) {
        table[oddities: index, direction].ignoredResets &+= 1
        if table[oddities: index, direction].firstIgnoredReset == nil {
            table[oddities: index, direction].firstIgnoredReset = frame
        }
    }

    /// Shows a stream its end, holes or not.
    mutating func finishStream(_ index: Int, _ ending: StreamEnding) {
        readPastHoles(index)
        guard table[index].stream >= 0 else { return }
        let place = Int(table[index].stream)
        let current = context.current
        for direction in [Direction.forward, .backward] {
            guard !table[index, direction].isFinished else { continue }
            let side = table[index, direction]
            let last = side.lastDataFrame ?? table.lastFrame(index)
            context.current = MessageEnvelope(
                firstFrame: last, frame: last, time: side.lastDataTime, flow: table[details: index].id,
                point: table[index].key.point,
                transport: .tcp, direction: direction, source: table[index].endpoint(direction),
                destination: table[index].endpoint(direction.reversed), ttl: side.ttl)
            streams[place].node.end(ending, direction, context)
        }
        context.current = current
        releaseStream(index)
    }
}
