import ByteParsing
import CaptureFile
import Dissectors

/// TCP: handshake, sequence numbers, streams (RFC 9293).
extension FlowTracker {
    /// Updates what every packet updates, and says whether it is a copy of a packet just seen.
    static func touch(_ flow: inout FlowRecord, _ packet: DecodedPacket, _ direction: Direction, _ record: PacketRecord,
                      _ time: CaptureTime) -> Bool {
        flow.lastFrame = record.frame
        if time > flow.lastTime { flow.lastTime = time }
        if let seen = record.time { flow.lastSeen = seen }
        if record.capturedLength < record.originalLength { flow.cutPackets += 1 }
        let signature = PacketSignature(
            sequence: packet.sequence, acknowledgment: packet.acknowledgment, identification: packet.identification,
            checksum: packet.checksum, length: UInt16(truncatingIfNeeded: packet.wirePayloadLength),
            flags: packet.tcpFlags, direction: direction)
        // A retransmission is a new packet with a new identification, or comes after a round trip at
        // the very least; a copy of the same packet follows at once.
        let window: Int64 = packet.identification != 0 ? 50_000_000 : 3_000_000
        let now = time.nanoseconds
        func matches(_ other: PacketSignature, _ then: Int64) -> Bool {
            then != .min && other == signature && now.subtractingReportingOverflow(then).partialValue.magnitude <= UInt64(window)
        }
        if matches(flow.recent.0, flow.recentTimes.0) || matches(flow.recent.1, flow.recentTimes.1)
            || matches(flow.recent.2, flow.recentTimes.2) || matches(flow.recent.3, flow.recentTimes.3)
        {
            return true
        }
        switch flow.recentNext {
        case 0: (flow.recent.0, flow.recentTimes.0) = (signature, now)
        case 1: (flow.recent.1, flow.recentTimes.1) = (signature, now)
        case 2: (flow.recent.2, flow.recentTimes.2) = (signature, now)
        default: (flow.recent.3, flow.recentTimes.3) = (signature, now)
        }
        flow.recentNext = (flow.recentNext + 1) & 3
        if direction == .forward {
            count(&flow.forward, packet, record, time)
        } else {
            count(&flow.backward, packet, record, time)
        }
        return false
    }

    private static func count(_ side: inout SideState, _ packet: DecodedPacket, _ record: PacketRecord, _ time: CaptureTime) {
        if side.summary.packets == 0 { side.summary.ttl = packet.ttl }
        side.summary.packets += 1
        side.summary.lastFrame = record.frame
        guard packet.wirePayloadLength > 0 else { return }
        if side.summary.firstDataFrame == nil { side.summary.firstDataFrame = record.frame }
        side.summary.lastDataFrame = record.frame
        side.summary.lastDataTime = record.time
        side.summary.largestPayload = max(side.summary.largestPayload, UInt32(clamping: packet.wirePayloadLength))
        if packet.ipProtocol == 17 { side.summary.payloadBytes += UInt64(packet.wirePayloadLength) }
    }

    /// Takes a TCP packet in.
    mutating func tcp(_ packet: DecodedPacket, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime) {
        var direction = Direction.forward
        guard var index = flow(packet, record, time, .tcp, &direction) else { return }
        let isSyn = packet.tcpFlags & TCP.syn != 0
        if isSyn, isReused(index, packet, direction) {
            close(index, .abandoned, evict: true)
            guard let renewed = flow(packet, record, time, .tcp, &direction) else { return }
            index = renewed
            if packet.tcpFlags & TCP.ack != 0 { noteAsked(index, packet, direction) }
        }
        let isCopy = Self.touch(&table[index], packet, direction, record, time)
        if isCopy { countDuplicate(index, record) }
        let ends = packet.tcpFlags & (TCP.fin | TCP.rst) == 0 ? 0 : heededEnds(index, packet, direction)
        if direction == .forward {
            Self.receive(&table[index].forward, packet, record, isCopy, ends)
            Self.acknowledge(&table[index].backward, packet)
        } else {
            Self.receive(&table[index].backward, packet, record, isCopy, ends)
            Self.acknowledge(&table[index].forward, packet)
        }
        if isSyn { noteSyn(index, packet, direction) }
        if packet.wirePayloadLength > 0, !isSyn || packet.payloadLength > 0 {
            var segment = packet
            // A SYN counts as one octet (RFC 7413: data may follow it).
            if isSyn { segment.sequence &+= 1 }
            payload(index, segment, bytes, record, direction, time, isCopy)
            recount(index)
        }
        if packet.tcpFlags & (TCP.fin | TCP.rst) != 0 {
            // What these bring to an end ends in their frame.
            setCurrent(index, direction, record, packet.ttl)
            if ends & TCP.fin != 0 {
                noteFin(index, packet, direction)
                readOn(index, direction.reversed)
            }
            if ends & TCP.rst != 0 {
                reset(index, packet, record, direction, time)
            } else if packet.tcpFlags & TCP.rst != 0, !isCopy {
                ignoreReset(index, direction, record.frame)
            }
        }
        if isSyn, packet.tcpFlags & TCP.ack == 0, isRefusedAlready(index, packet, direction) {
            close(index, .reset, evict: false)
        } else if !table[index].isReported, table[index].forward.isFinished, table[index].backward.isFinished {
            close(index, .closed, evict: false)
        }
    }

    private static func receive(_ side: inout SideState, _ packet: DecodedPacket, _ record: PacketRecord, _ isCopy: Bool,
                                _ ends: UInt8) {
        let flags = packet.tcpFlags
        if flags & TCP.syn != 0, !isCopy {
            side.summary.synCount += 1
            if side.summary.synCount == 1 { side.summary.synFrame = record.frame }
            if side.summary.synCount == 2 { side.summary.secondSynFrame = record.frame }
            side.summary.lastSynFrame = record.frame
            if !side.isSynchronised {
                side.isSynchronised = true
                side.sawStart = true
                side.next = packet.sequence &+ 1
            }
        }
        if ends & TCP.fin != 0, side.summary.finFrame == nil { side.summary.finFrame = record.frame }
        if !side.isSynchronised, flags & (TCP.rst | TCP.syn) == 0, flags & TCP.fin == ends & TCP.fin {
            side.isSynchronised = true
            side.next = packet.sequence
        }
    }

    private static func acknowledge(_ side: inout SideState, _ packet: DecodedPacket) {
        guard packet.tcpFlags & TCP.ack != 0 else { return }
        if !side.hasAcknowledged || Int32(bitPattern: packet.acknowledgment &- side.acknowledged) > 0 {
            side.acknowledged = packet.acknowledgment
            side.hasAcknowledged = true
        }
        side.summary.isAllAcknowledged = side.isSynchronised && Int32(bitPattern: side.acknowledged &- side.next) >= 0
    }

    /// Whether a SYN opens a new connection on the endpoints of an older one.
    private func isReused(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) -> Bool {
        let isForward = direction == .forward
        let hasSyn = isForward ? table[index].forward.summary.synFrame != nil : table[index].backward.summary.synFrame != nil
        if packet.tcpFlags & TCP.ack != 0 {
            // The handshake goes on: the RST that came amid it was not heeded.
            let asked = isForward ? table[index].backward.next : table[index].forward.next
            return table[index].isReported && table[index].ending == .reset && !hasSyn && packet.acknowledgment == asked
        }
        if table[index].isReported { return true }
        if table[index].forward.summary.resetFrame ?? table[index].backward.summary.resetFrame != nil {
            return !isRefusedAlready(index, packet, direction)
        }
        let next = isForward ? table[index].forward.next : table[index].backward.next
        let bytes = isForward ? table[index].forward.summary.payloadBytes : table[index].backward.summary.payloadBytes
        return hasSyn && bytes > 0 && packet.sequence &+ 1 != next
            && abs(Int64(Int32(bitPattern: packet.sequence &- next))) > 65_536
    }

    /// The SYN that a SYN/ACK answers belongs to the flow that it renews.
    private mutating func noteAsked(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        func asked(_ side: inout SideState) {
            side.isSynchronised = true
            side.sawStart = true
            side.next = packet.acknowledgment
        }
        if direction == .forward { asked(&table[index].backward) } else { asked(&table[index].forward) }
    }

    private mutating func noteSyn(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        table[index].isClientCertain = true
        table[index].clientDirection = packet.tcpFlags & TCP.ack == 0 ? direction : direction.reversed
    }
}
