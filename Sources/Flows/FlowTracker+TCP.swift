import PacketModel
import ByteParsing
import Dissectors

/// TCP: handshake, sequence numbers, streams (RFC 9293).
extension FlowTracker {
    /// Takes a TCP packet in; false where that can have brought no messages or events.
    mutating func tcp(_ arrival: inout Arrival, _ bytes: RawSpan) -> Bool {
        let known = table.find(arrival.key, arrival.hash)
        guard let index = known >= 0 ? known : newFlow(&arrival) else { return true }
        if arrival.packet.tcpFlags & (TCP.syn | TCP.fin | TCP.rst) != 0 {
            control(index, &arrival, bytes)
            return true
        }
        // A new flow may have taken the place of another.
        return segment(index, &arrival, bytes) || known < 0
    }

    /// Takes in a segment without SYN, FIN and RST; false where that can have brought no messages or events.
    @inline(never)
    private mutating func segment(_ index: Int, _ arrival: inout Arrival, _ bytes: RawSpan) -> Bool {
        if arrival.record.isCut { table[details: index, arrival.direction].cutPackets &+= 1 }
        let segment = SegmentNumbers(&arrival)
        let isMore = follow(
            index, segment, arrival.digest, arrival.record.frame, arrival.record.time, arrival.time, arrival.direction)
        if isMore { finishSegment(&arrival, bytes) }
        return isMore
    }

    /// Takes in a segment with SYN, FIN or RST.
    private mutating func control(_ known: Int, _ arrival: inout Arrival, _ bytes: RawSpan) {
        var index = known
        let direction = arrival.direction
        let isSyn = arrival.packet.tcpFlags & TCP.syn != 0
        if isSyn, isReused(index, &arrival) {
            close(index, .abandoned, evict: true)
            guard let renewed = flow(&arrival) else { return }
            index = renewed
            if arrival.packet.tcpFlags & TCP.ack != 0 { noteAsked(index, &arrival) }
        }
        let isCopy = touch(index, &arrival)
        if isCopy { countDuplicate(index, arrival.record) }
        let ends = arrival.packet.tcpFlags & (TCP.fin | TCP.rst) == 0 ? 0 : heededEnds(index, &arrival)
        receive(index, &arrival, isCopy, ends)
        if arrival.packet.tcpFlags & TCP.ack != 0 {
            Self.acknowledge(&table[index, direction.reversed], arrival.packet.acknowledgment)
        }
        if isSyn { noteSyn(index, &arrival) }
        if arrival.packet.wirePayloadLength > 0, !isSyn || arrival.packet.payloadLength > 0 {
            // A SYN counts as one octet (RFC 7413: data may follow it).
            payload(
                index, &arrival, sequence: isSyn ? arrival.packet.sequence &+ 1 : arrival.packet.sequence, bytes,
                isCopy: isCopy)
        }
        if arrival.packet.tcpFlags & (TCP.fin | TCP.rst) != 0 {
            // What these bring to an end ends in their frame.
            if table[index].stream >= 0 { setCurrent(index, &arrival) }
            if ends & TCP.fin != 0 {
                noteFin(index, &arrival)
                readOn(index, direction.reversed)
            }
            if ends & TCP.rst != 0 {
                reset(index, &arrival)
            } else if arrival.packet.tcpFlags & TCP.rst != 0, !isCopy {
                ignoreReset(index, direction, arrival.record.frame)
            }
        }
        if isSyn, arrival.packet.tcpFlags & TCP.ack == 0, isRefusedAlready(index, &arrival) {
            close(index, .reset, evict: false)
        } else {
            closeIfFinished(index)
        }
    }

    @inline(__always)
    mutating func closeIfFinished(_ index: Int) {
        if table[index, .forward].isFinished, table[index, .backward].isFinished, !table[index].isReported {
            close(index, .closed, evict: false)
        }
    }

    @inline(__always)
    private mutating func receive(_ index: Int, _ arrival: inout Arrival, _ isCopy: Bool, _ ends: UInt8) {
        let direction = arrival.direction
        let flags = arrival.packet.tcpFlags
        if flags & TCP.syn != 0, !isCopy {
            table[details: index, direction].synCount += 1
            let count = table[details: index, direction].synCount
            if count == 1 {
                table[details: index, direction].synFrame = arrival.record.frame
            } else {
                if count == 2 { table[oddities: index, direction].secondSynFrame = arrival.record.frame }
                table[oddities: index, direction].lastSynFrame = arrival.record.frame
            }
            if !table[index, direction].isSynchronised {
                table[index, direction].marks.formUnion([.synchronised, .sawStart])
                table[index, direction].next = arrival.packet.sequence &+ 1
            }
        }
        if ends & TCP.fin != 0, table[details: index, direction].finFrame == nil {
            table[details: index, direction].finFrame = arrival.record.frame
        }
        if !table[index, direction].isSynchronised, flags & (TCP.rst | TCP.syn) == 0, flags & TCP.fin == ends & TCP.fin
        {
            table[index, direction].marks.insert(.synchronised)
            table[index, direction].next = arrival.packet.sequence
        }
    }

    /// Whether a SYN opens a new connection on the endpoints of an older one.
    private mutating func isReused(_ index: Int, _ arrival: inout Arrival) -> Bool {
        if arrival.packet.tcpFlags & TCP.ack != 0 {
            // The handshake goes on: the RST that came amid it was not heeded.
            return table[index].isReported && table[details: index].ending == .reset
                && table[details: index, arrival.direction].synFrame == nil
                && arrival.packet.acknowledgment == table[index, arrival.direction.reversed].next
        }
        if table[index].isReported { return true }
        if table.resetFrame(index) != nil {
            return !isRefusedAlready(index, &arrival)
        }
        let next = table[index, arrival.direction].next
        return table[details: index, arrival.direction].synFrame != nil
            && table[index, arrival.direction].payloadBytes > 0 && arrival.packet.sequence &+ 1 != next
            && abs(Int64(Int32(bitPattern: arrival.packet.sequence &- next))) > 65_536
    }

    /// The SYN that a SYN/ACK answers belongs to the flow that it renews.
    private mutating func noteAsked(_ index: Int, _ arrival: inout Arrival) {
        let answered = arrival.direction.reversed
        table[index, answered].marks.insert(.synchronised)
        table[index, answered].marks.insert(.sawStart)
        table[index, answered].next = arrival.packet.acknowledgment
    }

    private mutating func noteSyn(_ index: Int, _ arrival: inout Arrival) {
        table[index].marks.insert(.clientIsCertain)
        table[index].clientDirection =
            arrival.packet.tcpFlags & TCP.ack == 0 ? arrival.direction : arrival.direction.reversed
    }
}
