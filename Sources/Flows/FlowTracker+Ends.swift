import PacketModel
import ByteParsing
import Dissectors

/// The ends of connections: FIN and RST, as their receiver takes them (RFC 9293, 3.10.7.4).
extension FlowTracker {
    /// How far behind what has been read a FIN or RST may lie and still be in the receiver's window.
    private static var furthestEnd: Int { 1 << 20 }

    /// The FIN and RST among a packet's flags that its receiver heeds: those in its window, and before
    /// the sender's SYN only a RST that acknowledges the receiver's (RFC 9293, 3.10.7.3 and 3.10.7.4).
    mutating func heededEnds(_ index: Int, _ packet: inout PacketContext) -> UInt8 {
        let isSynchronised = table[index, packet.direction].isSynchronised
        let hasAcknowledged = table[index, packet.direction].hasAcknowledged
        let next = table[index, packet.direction].next
        let acknowledged = table[index, packet.direction].acknowledged
        let ends = packet.header.tcpFlags & (TCP.fin | TCP.rst)
        guard isSynchronised || hasAcknowledged else { return endsBeforeSyn(index, &packet) }
        // What the receiver expects lies between what it has acknowledged and what was last sent.
        var expected = isSynchronised ? next : acknowledged
        if hasAcknowledged, acknowledged < expected { expected = acknowledged }
        let ahead = isSynchronised ? next - expected : 0
        let distance = packet.header.sequence - expected
        var heeded: UInt8 = 0
        if distance >= 0, distance <= ahead + Self.furthestEnd { heeded |= ends & TCP.rst }
        // Nothing follows a FIN: one that lies before what has been read is none.
        let fin = distance + packet.header.wirePayloadLength
        if fin >= ahead || !isSynchronised, fin <= ahead + Self.furthestEnd { heeded |= ends & TCP.fin }
        return heeded
    }

    private mutating func endsBeforeSyn(_ index: Int, _ packet: inout PacketContext) -> UInt8 {
        let ends = packet.header.tcpFlags & (TCP.fin | TCP.rst)
        let other = table[index, packet.direction.reversed]
        guard other.sawStart, packet.header.tcpFlags & TCP.syn == 0 else { return ends }
        let answered = other.next - packet.header.acknowledgment
        let isAnswer =
            packet.header.tcpFlags & TCP.ack != 0 && answered >= 0
            && UInt64(answered) <= table[index, packet.direction.reversed].payloadBytes
        return isAnswer ? ends & TCP.rst : 0
    }

    mutating func noteFin(_ index: Int, _ packet: inout PacketContext) {
        let fin = packet.header.sequence + packet.header.wirePayloadLength
        let isRead = !table[index].isUnread
        // Of several the first in the order of sequence numbers ends the direction.
        if !table[index, packet.direction].hasFin
            || fin < table[details: index, packet.direction].finSequence
        {
            table[details: index, packet.direction].finSequence = fin
            table[details: index, packet.direction].finAcknowledgment = packet.header.acknowledgment
        }
        table[index, packet.direction].flags.formUnion(isRead ? .fin : [.fin, .finished])
        finishIfComplete(index, packet.direction)
    }

    /// Ends a direction whose every octet before the FIN has been delivered.
    mutating func finishIfComplete(_ index: Int, _ direction: Direction) {
        // A FIN came, and has not been noted as the end yet.
        if table[index, direction].flags.intersection([.fin, .finished]) == .fin { finishIfRead(index, direction) }
    }

    private mutating func finishIfRead(_ index: Int, _ direction: Direction) {
        guard table[index, direction].next >= table[details: index, direction].finSequence
        else { return }
        table[index, direction].flags.insert(.finished)
        if let stream = table[index].streamIndex { streams[stream].node.end(.closed, direction, context) }
    }

    /// Takes a RST in: at once, or, where it follows octets or answers octets that are still to come,
    /// once they are there.
    mutating func reset(_ index: Int, _ packet: inout PacketContext) {
        let isAcknowledging = packet.header.tcpFlags & TCP.ack != 0
        let unread = table[index, packet.direction.reversed].next
        let pending = PendingReset(
            sequence: packet.header.sequence, acknowledgment: isAcknowledging ? packet.header.acknowledgment : unread,
            isAcknowledging: isAcknowledging, direction: packet.direction, frame: packet.record.frame,
            time: packet.record.time, ttl: packet.header.ttl,
            since: packet.time)
        if table[index].isReported { return note(pending, index) }
        if table.packets(index) == 1 {
            // What it ends may still be to come: `isRefusedAlready`.
            note(pending, index)
        } else if table[index].stream != .ignored, isEarly(pending, index) {
            if table[index].stream == .unclaimed { makeStream(index) }
            if let stream = table[index].streamIndex, streams[stream].pendingReset == nil {
                streams[stream].pendingReset = pending
            }
            noteHole(index, until: packet.time.advanced(byNanoseconds: settings.reorderPatienceNanoseconds))
        } else {
            apply(pending, index)
        }
    }

    /// Whether a SYN was refused by a RST that was captured before it.
    mutating func isRefusedAlready(_ index: Int, _ packet: inout PacketContext) -> Bool {
        let other = packet.direction.reversed
        return !table[index].isReported && table[anomalies: index, other].resetFrame != nil
            && table[index, other].packets == 1
            && table[details: index, other].synFrame == nil
            && packet.header.sequence + 1 == table[index, packet.direction].acknowledged
    }

    private mutating func isEarly(_ reset: PendingReset, _ index: Int) -> Bool {
        let side = table[index, reset.direction]
        let answered = reset.direction.reversed
        let missing = reset.sequence - side.next - (side.hasFin ? 1 : 0)
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

    /// Records a RST that took effect.
    mutating func note(_ reset: PendingReset, _ index: Int) {
        guard table[anomalies: index, reset.direction].resetFrame == nil else { return }
        table[anomalies: index, reset.direction].resetFrame = reset.frame
        table[anomalies: index, reset.direction].resetTime = reset.time
        table[anomalies: index, reset.direction].resetTTL = reset.ttl
    }

    /// Looks again at a RST that waits: it takes effect, is found to have been ignored, or waits on.
    mutating func reconsiderReset(_ index: Int) {
        guard let stream = table[index].streamIndex, let reset = streams[stream].pendingReset else { return }
        let side = table[index, reset.direction]
        if side.next > reset.sequence {
            // The sender went on talking: nobody heeded it.
            streams[stream].pendingReset = nil
            ignoreReset(index, reset.direction, reset.frame)
        } else if !isEarly(reset, index) {
            streams[stream].pendingReset = nil
            apply(reset, index)
        }
    }

    /// Records a RST that its receiver does not heed.
    mutating func ignoreReset(_ index: Int, _ direction: Direction, _ frame: FrameReference) {
        table[anomalies: index, direction].ignoredResets &+= 1
        if table[anomalies: index, direction].firstIgnoredReset == nil {
            table[anomalies: index, direction].firstIgnoredReset = frame
        }
    }

    /// Shows a stream its end, holes or not.
    mutating func finishStream(_ index: Int, _ ending: StreamEnding) {
        readPastHoles(index)
        guard let stream = table[index].streamIndex else { return }
        let current = context.current
        for direction in Direction.allCases {
            guard !table[index, direction].isFinished else { continue }
            let side = table[index, direction]
            let last = side.lastDataFrame ?? table.lastFrame(index)
            context.current = MessageEnvelope(
                firstFrame: last, frame: last, time: side.lastDataTime, flow: table[details: index].id,
                point: table[index].key.point,
                transport: .tcp, direction: direction, source: table[index].endpoint(direction),
                destination: table[index].endpoint(direction.reversed), ttl: side.ttl)
            streams[stream].node.end(ending, direction, context)
        }
        context.current = current
        releaseStream(index)
    }
}
