import ByteParsing
import CaptureFile
import Dissectors
import PacketModel

/// Segments without SYN, FIN and RST, as nearly every one is, and what all packets have in common.
extension FlowTracker {
    /// Counts a segment of a known flow. Returns what `finishSegment` has to do with it.
    @inline(__always)
    mutating func recordSegment(
        _ index: Int, _ header: inout FastHeader, _ digest: UInt64, _ frame: FrameReference, _ seen: CaptureTime?,
        _ time: CaptureTime, _ direction: Direction
    ) -> FastPathResult {
        let isUnread = table[index].isUnread
        if table[index].recordPacket(digest, time, seen, direction, hasID: header.identification != 0) {
            return .needsPayload(PendingWork(flow: index, direction: direction, kind: .copy))
        }
        let hasPayload = header.wirePayloadLength > 0
        let sender = Self.recordSender(&table[index, direction], &header, frame, seen, isUnread: isUnread)
        let receiver = Self.recordReceiver(&table[index, direction.reversed], &header)
        if hasPayload, !isUnread {
            return .needsPayload(PendingWork(flow: index, direction: direction, kind: .payload))
        }
        // It may have brought what was missing before a FIN; or both sides have ended, and the flow has not.
        let mayComplete = hasPayload && sender.intersection([.fin, .finished]) == .fin
        let mayEnd = sender.intersection(receiver).contains(.finished)
        guard mayComplete || mayEnd else { return .handled }
        return .needsPayload(PendingWork(flow: index, direction: direction, kind: .end))
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

    /// Counts a segment on the side that has sent it, and moves that side on behind octets that nobody reads. Returns
    /// what is true of the side then.
    @inline(__always)
    private static func recordSender(
        _ side: inout FlowSide, _ header: inout FastHeader, _ frame: FrameReference, _ seen: CaptureTime?,
        isUnread: Bool
    ) -> SideFlags {
        if !side.flags.contains(.begun) { begin(&side, header.sequence, header.ttl) }
        side.packets &+= 1
        side.lastFrame = frame
        if header.wirePayloadLength > 0 {
            countData(&side, frame, seen, header.wirePayloadLength)
            if isUnread {
                if header.sequence == side.next {
                    side.payloadBytes &+= UInt64(truncatingIfNeeded: header.wirePayloadLength)
                }
                let end = header.sequence + header.wirePayloadLength
                if end > side.next { side.next = end }
            }
        }
        return side.flags
    }

    @inline(never)
    private static func begin(_ side: inout FlowSide, _ sequence: SequenceNumber, _ ttl: UInt8) {
        if !side.isSynchronised { side.next = sequence }
        if side.packets == 0 { side.ttl = ttl }
        side.flags.formUnion([.synchronised, .begun])
    }

    /// Records what a segment acknowledges on the side that it is sent to. Returns what is true of the side then.
    @inline(__always)
    private static func recordReceiver(_ side: inout FlowSide, _ header: inout FastHeader) -> SideFlags {
        if header.isAcknowledging { acknowledge(&side, header.acknowledgment) }
        return side.flags
    }

    /// Counts a packet of another kind; true where it is a copy of one just seen.
    mutating func recordPacket(_ index: Int, _ packet: inout PacketContext) -> Bool {
        if packet.record.isCut { table[details: index, packet.direction].cutPackets &+= 1 }
        if table[index].recordPacket(
            packet.digest, packet.time, packet.record.time, packet.direction, hasID: packet.header.identification != 0)
        {
            return true
        }
        Self.count(&table[index, packet.direction], FastHeader(packet.header), packet.record.frame, packet.record.time)
        return false
    }

    /// Counts a packet on the side that has sent it.
    @inline(__always)
    static func count(
        _ side: inout FlowSide, _ header: FastHeader, _ frame: FrameReference, _ time: CaptureTime?
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
        guard side.flags.isSuperset(of: [.synchronised, .acknowledged]) else {
            return acknowledgeFirst(&side, acknowledgment)
        }
        // Without branches: a processor cannot predict which of two sides is ahead.
        let isNewer = acknowledgment > side.acknowledged
        side.acknowledged = isNewer ? acknowledgment : side.acknowledged
        side.flags.setAllAcknowledged(side.acknowledged >= side.next)
    }

    @inline(never)
    private static func acknowledgeFirst(_ side: inout FlowSide, _ acknowledgment: SequenceNumber) {
        if !side.hasAcknowledged || acknowledgment > side.acknowledged {
            side.acknowledged = acknowledgment
            side.flags.insert(.acknowledged)
        }
        side.flags.setAllAcknowledged(side.isSynchronised && side.acknowledged >= side.next)
    }
}
