import PacketModel
import ByteParsing
import Dissectors

/// TCP: handshake, sequence numbers, streams (RFC 9293).
extension FlowTracker {
    /// Takes a TCP packet in; false where that can have brought no messages or events.
    mutating func tcp(_ packet: inout PacketContext, _ bytes: RawSpan) -> Bool {
        let known = table.find(packet.key, packet.hash)
        guard let index = known >= 0 ? known : newFlow(&packet) else { return true }
        if packet.header.tcpFlags & (TCP.syn | TCP.fin | TCP.rst) != 0 {
            control(index, &packet, bytes)
            return true
        }
        // To make room for a new flow another may have been evicted.
        return segment(index, &packet, bytes) || known < 0
    }

    /// Takes in a segment without SYN, FIN and RST; false where that can have brought no messages or events.
    private mutating func segment(_ index: Int, _ packet: inout PacketContext, _ bytes: RawSpan) -> Bool {
        if packet.record.isCut { table[details: index, packet.direction].cutPackets &+= 1 }
        var header = FastHeader(packet.header)
        let result = recordSegment(
            index, &header, packet.digest, packet.record.frame, packet.record.time, packet.time, packet.direction)
        guard case .needsPayload(let work) = result else { return false }
        finishSegment(work, &packet, bytes)
        return true
    }

    /// Takes in a segment with SYN, FIN or RST.
    private mutating func control(_ known: Int, _ packet: inout PacketContext, _ bytes: RawSpan) {
        var index = known
        let direction = packet.direction
        let isSyn = packet.header.tcpFlags & TCP.syn != 0
        if isSyn, isReused(index, &packet) {
            close(index, .abandoned, evict: true)
            guard let renewed = flow(&packet) else { return }
            index = renewed
            if packet.header.tcpFlags & TCP.ack != 0 { noteAnsweredSyn(index, &packet) }
        }
        let isCopy = recordPacket(index, &packet)
        if isCopy { countDuplicate(index, packet.record) }
        let ends = packet.header.tcpFlags & (TCP.fin | TCP.rst) == 0 ? 0 : heededEnds(index, &packet)
        receive(index, &packet, isCopy, ends)
        if packet.header.tcpFlags & TCP.ack != 0 {
            Self.acknowledge(&table[index, direction.reversed], packet.header.acknowledgment)
        }
        if isSyn { noteSyn(index, &packet) }
        if packet.header.wirePayloadLength > 0, !isSyn || packet.header.payloadLength > 0 {
            // A SYN counts as one octet (RFC 7413: data may follow it).
            payload(
                index, &packet, sequence: isSyn ? packet.header.sequence + 1 : packet.header.sequence, bytes,
                isCopy: isCopy)
        }
        if packet.header.tcpFlags & (TCP.fin | TCP.rst) != 0 {
            // What these bring to an end ends in their frame.
            if table[index].streamIndex != nil { setCurrent(index, &packet) }
            if ends & TCP.fin != 0 {
                noteFin(index, &packet)
                readOn(index, direction.reversed)
            }
            if ends & TCP.rst != 0 {
                reset(index, &packet)
            } else if packet.header.tcpFlags & TCP.rst != 0, !isCopy {
                ignoreReset(index, direction, packet.record.frame)
            }
        }
        if isSyn, packet.header.tcpFlags & TCP.ack == 0, isRefusedAlready(index, &packet) {
            close(index, .reset, evict: false)
        } else {
            closeIfFinished(index)
        }
    }

    mutating func closeIfFinished(_ index: Int) {
        if table[index, .forward].isFinished, table[index, .backward].isFinished, !table[index].isReported {
            close(index, .closed, evict: false)
        }
    }

    private mutating func receive(_ index: Int, _ packet: inout PacketContext, _ isCopy: Bool, _ ends: UInt8) {
        let direction = packet.direction
        let flags = packet.header.tcpFlags
        if flags & TCP.syn != 0, !isCopy {
            table[details: index, direction].synCount += 1
            let count = table[details: index, direction].synCount
            if count == 1 {
                table[details: index, direction].synFrame = packet.record.frame
            } else {
                if count == 2 { table[anomalies: index, direction].secondSynFrame = packet.record.frame }
                table[anomalies: index, direction].lastSynFrame = packet.record.frame
            }
            if !table[index, direction].isSynchronised {
                table[index, direction].flags.formUnion([.synchronised, .sawStart])
                table[index, direction].next = packet.header.sequence + 1
            }
        }
        if ends & TCP.fin != 0, table[details: index, direction].finFrame == nil {
            table[details: index, direction].finFrame = packet.record.frame
        }
        if !table[index, direction].isSynchronised, flags & (TCP.rst | TCP.syn) == 0, flags & TCP.fin == ends & TCP.fin
        {
            table[index, direction].flags.insert(.synchronised)
            table[index, direction].next = packet.header.sequence
        }
    }

    /// Whether a SYN opens a new connection on the endpoints of an older one.
    private mutating func isReused(_ index: Int, _ packet: inout PacketContext) -> Bool {
        if packet.header.tcpFlags & TCP.ack != 0 {
            // The handshake goes on: the RST that came in between was not heeded.
            return table[index].isReported && table[details: index].ending == .reset
                && table[details: index, packet.direction].synFrame == nil
                && packet.header.acknowledgment == table[index, packet.direction.reversed].next
        }
        if table[index].isReported { return true }
        if table.resetFrame(index) != nil {
            return !isRefusedAlready(index, &packet)
        }
        let next = table[index, packet.direction].next
        return table[details: index, packet.direction].synFrame != nil
            && table[index, packet.direction].payloadBytes > 0 && packet.header.sequence + 1 != next
            && abs(packet.header.sequence - next) > 65_536
    }

    /// The SYN that a SYN/ACK answers belongs to the flow that it renews.
    private mutating func noteAnsweredSyn(_ index: Int, _ packet: inout PacketContext) {
        let answered = packet.direction.reversed
        table[index, answered].flags.insert(.synchronised)
        table[index, answered].flags.insert(.sawStart)
        table[index, answered].next = packet.header.acknowledgment
    }

    private mutating func noteSyn(_ index: Int, _ packet: inout PacketContext) {
        table[index].flags.insert(.clientIsCertain)
        table[index].clientDirection =
            packet.header.tcpFlags & TCP.ack == 0 ? packet.direction : packet.direction.reversed
    }
}
