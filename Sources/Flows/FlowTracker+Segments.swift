import ByteParsing
import CaptureFile
import Dissectors
import PacketModel

/// Segments without SYN, FIN and RST, as nearly every one is, and what all packets have in common.
extension FlowTracker {
    /// Counts a segment of a known flow. Returns what `finishSegment` has to do with it.
    @inline(__always)
    mutating func recordSegment(
        _ index: Int, _ header: some TransportHeader, _ digest: UInt64, _ record: PacketRecord, _ time: CaptureTime,
        _ direction: Direction
    ) -> PendingWork? {
        let isUnread = table[index].isUnread
        if table[index].recordPacket(digest, time, record.time, direction, hasID: header.identification != 0) {
            return PendingWork(flow: index, direction: direction, kind: .copy)
        }
        Self.recordSender(&table[index, direction], header, record.frame)
        if header.isAcknowledging {
            Self.acknowledge(&table[index, direction.reversed], header.acknowledgment)
        }
        if header.wirePayloadLength > 0 {
            Self.countData(&table[index, direction], record.frame, record.time, header.wirePayloadLength)
            if !isUnread { return PendingWork(flow: index, direction: direction, kind: .payload) }
            Self.skipPayload(&table[index, direction], header)
        }
        // It may have brought what was missing before a FIN; or both sides have ended, and the flow has not.
        let flags = table[index, direction].flags
        let mayComplete = header.wirePayloadLength > 0 && flags.intersection([.fin, .finished]) == .fin
        let mayEnd = flags.contains(.finished) && table[index, direction.reversed].isFinished
        return mayComplete || mayEnd ? PendingWork(flow: index, direction: direction, kind: .end) : nil
    }

    /// Does what `recordSegment` has left to do with a segment.
    mutating func finishSegment(_ work: PendingWork, _ packet: inout PacketContext, _ bytes: RawSpan) {
        let index = work.flow
        switch work.kind {
        case .copy:
            if !table[index, packet.direction].isSynchronised {
                table[index, packet.direction].flags.insert(.synchronised)
                table[index, packet.direction].next = packet.header.sequence
            }
            if packet.header.isAcknowledging {
                Self.acknowledge(&table[index, packet.direction.reversed], packet.header.acknowledgment)
            }
            countDuplicate(index, packet.record)
            if packet.header.wirePayloadLength > 0 {
                payload(index, &packet, sequence: packet.header.sequence, bytes, isCopy: true)
            }
        case .payload: payload(index, &packet, sequence: packet.header.sequence, bytes, isCopy: false)
        case .end: finishIfComplete(index, packet.direction)
        }
        closeIfFinished(index)
    }

    /// Counts a segment on the side that has sent it.
    @inline(__always)
    private static func recordSender(_ side: inout FlowSide, _ header: some TransportHeader, _ frame: FrameReference) {
        if !side.flags.contains(.begun) {
            if !side.isSynchronised { side.next = header.sequence }
            if side.packets == 0 { side.ttl = header.ttl }
            side.flags.formUnion([.synchronised, .begun])
        }
        side.packets &+= 1
        side.lastFrame = frame
    }

    /// Moves a side on behind octets that nobody reads.
    @inline(__always)
    private static func skipPayload(_ side: inout FlowSide, _ header: some TransportHeader) {
        if header.sequence == side.next { side.payloadBytes &+= UInt64(truncatingIfNeeded: header.wirePayloadLength) }
        let end = header.sequence + header.wirePayloadLength
        if end > side.next { side.next = end }
    }

    /// Counts a packet of another kind; true where it is a copy of one just seen.
    mutating func recordPacket(_ index: Int, _ packet: inout PacketContext) -> Bool {
        if packet.record.isCut { table[details: index, packet.direction].cutPackets &+= 1 }
        if table[index].recordPacket(
            packet.digest, packet.time, packet.record.time, packet.direction, hasID: packet.header.identification != 0)
        {
            return true
        }
        Self.count(&table[index, packet.direction], packet.header, packet.record.frame, packet.record.time)
        return false
    }

    /// Counts a packet on the side that has sent it.
    @inline(__always)
    static func count(
        _ side: inout FlowSide, _ header: some TransportHeader, _ frame: FrameReference, _ time: CaptureTime?
    ) {
        if side.packets == 0 { side.ttl = header.ttl }
        side.packets &+= 1
        side.lastFrame = frame
        if header.wirePayloadLength > 0 { countData(&side, frame, time, header.wirePayloadLength) }
    }

    @inline(__always)
    private static func countData(_ side: inout FlowSide, _ frame: FrameReference, _ time: CaptureTime?, _ length: Int)
    {
        if side.firstDataFrame == nil { side.firstDataFrame = frame }
        side.lastDataFrame = frame
        side.lastDataTime = time
        side.largestPayload = max(side.largestPayload, UInt32(truncatingIfNeeded: length))
    }

    /// Takes account of what a segment acknowledges of the side that it is sent to.
    @inline(__always)
    static func acknowledge(_ side: inout FlowSide, _ acknowledgment: SequenceNumber) {
        if !side.hasAcknowledged || acknowledgment > side.acknowledged { side.acknowledged = acknowledgment }
        side.flags.insert(.acknowledged)
        if side.isSynchronised, side.acknowledged >= side.next {
            side.flags.insert(.allAcknowledged)
        } else {
            side.flags.remove(.allAcknowledged)
        }
    }
}
