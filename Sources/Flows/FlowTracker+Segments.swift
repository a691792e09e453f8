import PacketModel
import ByteParsing
import Dissectors

/// Segments without SYN, FIN and RST, as nearly every one is.
extension FlowTracker {
    /// What became of a packet that was taken for a usual segment of a known flow.
    enum Straightness {
        /// It was one, and all is done.
        case done
        /// It was one, and `takeKnown` does the rest.
        case known
        /// It was none, and nothing was done.
        case other
    }

    /// Takes account of a packet that is a usual segment of a known flow. It is never laid down in memory, which is
    /// what half of
    /// the time of other packets goes to.
    @inline(never)
    mutating func followStraight(
        _ bytes: RawSpan, at network: Int, _ frame: FrameReference, _ seen: CaptureTime, _ time: CaptureTime,
        _ point: UInt16
    ) -> Straightness {
        guard let segment = PlainSegment(bytes, at: network) else { return .other }
        var direction = Direction.forward
        let key = FlowKey(ipv4: segment.source, segment.destination, ipProtocol: 6, point: point, direction: &direction)
        let index = table.find(key, key.hash(table.seed))
        guard index >= 0 else { return .other }
        let digest = Arrival.digest(
            segment.sequenceNumbers, segment.identification, segment.checksum, segment.length,
            segment.tcpFlags, direction)
        let numbers = SegmentNumbers(segment)
        guard follow(index, numbers, digest, frame, seen, time, direction) else { return .done }
        knownSegment.network = network
        return .known
    }

    /// Takes account of a segment; true where `finishSegment` has more to do.
    @inline(__always)
    mutating func follow(
        _ index: Int, _ segment: SegmentNumbers, _ digest: UInt64, _ frame: FrameReference, _ seen: CaptureTime?,
        _ time: CaptureTime, _ direction: Direction
    ) -> Bool {
        let isUnread = table[index].isUnread
        if table[index].touch(digest, time, seen, direction, segment.identification) {
            knownSegment = KnownSegment(index: index, direction: direction, remainder: .copy)
            return true
        }
        let place = FlowTable.place(index, direction)
        let sent = Self.send(&table[side: place], segment, frame)
        if segment.isAcknowledging { Self.acknowledge(&table[side: place ^ 1], segment.acknowledgment) }
        if segment.length > 0 {
            if !isUnread {
                Self.countData(&table[side: place], frame, seen, segment.length)
                knownSegment = KnownSegment(index: index, direction: direction, remainder: .octets)
                return true
            }
            Self.pass(&table[side: place], segment, frame, seen)
            // It may come to its end.
            if sent.intersection([.fin, .finished]) == .fin { return noteEnd(index, direction) }
        }
        return sent.contains(.finished) && table[side: place ^ 1].isFinished && noteEnd(index, direction)
    }

    @inline(never)
    private mutating func noteEnd(_ index: Int, _ direction: Direction) -> Bool {
        knownSegment = KnownSegment(index: index, direction: direction, remainder: .end)
        return true
    }

    /// Does what `follow` has left to do with a segment.
    mutating func finishSegment(_ arrival: inout Arrival, _ bytes: RawSpan) {
        let index = knownSegment.index
        switch knownSegment.remainder {
        case .copy:
            if !table[index, arrival.direction].isSynchronised {
                table[index, arrival.direction].marks.insert(.synchronised)
                table[index, arrival.direction].next = arrival.packet.sequence
            }
            if arrival.packet.tcpFlags & TCP.ack != 0 {
                Self.acknowledge(&table[index, arrival.direction.reversed], arrival.packet.acknowledgment)
            }
            countDuplicate(index, arrival.record)
            if arrival.packet.wirePayloadLength > 0 {
                payload(index, &arrival, sequence: arrival.packet.sequence, bytes, isCopy: true)
            }
        case .octets: payload(index, &arrival, sequence: arrival.packet.sequence, bytes, isCopy: false)
        case .end: finishIfComplete(index, arrival.direction)
        }
        closeIfFinished(index)
    }

    /// The sender's side of a segment; says what is so of that side.
    @inline(__always)
    private static func send(_ side: inout FlowSide, _ segment: SegmentNumbers, _ frame: FrameReference) -> SideMarks {
        if !side.marks.contains(.begun) { begin(&side, segment.sequence, segment.ttl) }
        side.packets &+= 1
        side.lastFrame = frame
        return side.marks
    }

    /// Octets that nobody reads.
    @inline(__always)
    private static func pass(
        _ side: inout FlowSide, _ segment: SegmentNumbers, _ frame: FrameReference, _ seen: CaptureTime?
    ) {
        countData(&side, frame, seen, segment.length)
        let next = side.next
        if segment.sequence == next { side.payloadBytes &+= UInt64(truncatingIfNeeded: segment.length) }
        let end = segment.sequence &+ UInt32(truncatingIfNeeded: segment.length)
        if Int32(bitPattern: end &- next) > 0 { side.next = end }
    }

    @inline(never)
    private static func begin(_ side: inout FlowSide, _ sequence: UInt32, _ ttl: UInt8) {
        if !side.isSynchronised { side.next = sequence }
        if side.packets == 0 { side.ttl = ttl }
        side.marks.formUnion([.synchronised, .begun])
    }

    /// Takes account of a packet of another kind; true where it is a copy of one just seen.
    @inline(__always)
    mutating func touch(_ index: Int, _ arrival: inout Arrival) -> Bool {
        if arrival.record.isCut { table[details: index, arrival.direction].cutPackets &+= 1 }
        if table[index].touch(
            arrival.digest, arrival.time, arrival.record.time, arrival.direction, arrival.packet.identification)
        {
            return true
        }
        Self.count(&table[index, arrival.direction], &arrival)
        return false
    }

    @inline(__always)
    private static func count(_ side: inout FlowSide, _ arrival: inout Arrival) {
        if side.packets == 0 { side.ttl = arrival.packet.ttl }
        side.packets &+= 1
        side.lastFrame = arrival.record.frame
        guard arrival.packet.wirePayloadLength > 0 else { return }
        countData(&side, arrival.record.frame, arrival.record.time, arrival.packet.wirePayloadLength)
        if arrival.packet.ipProtocol == 17 {
            side.payloadBytes &+= UInt64(truncatingIfNeeded: arrival.packet.wirePayloadLength)
        }
    }

    @inline(__always)
    static func countData(_ side: inout FlowSide, _ frame: FrameReference, _ time: CaptureTime?, _ length: Int) {
        if side.firstDataFrame == nil { side.firstDataFrame = frame }
        side.lastDataFrame = frame
        side.lastDataTime = time
        side.largestPayload = max(side.largestPayload, UInt32(truncatingIfNeeded: length))
    }

    /// Takes account of what a segment acknowledges of the side that it is sent to.
    @inline(__always)
    static func acknowledge(_ side: inout FlowSide, _ acknowledgment: UInt32) {
        guard side.marks.isSuperset(of: [.synchronised, .acknowledged]) else {
            return acknowledgeFirst(&side, acknowledgment)
        }
        // Without branches: which of two sides is ahead is anybody's guess.
        let isNewer = Int32(bitPattern: acknowledgment &- side.acknowledged) > 0
        let acknowledged = isNewer ? acknowledgment : side.acknowledged
        side.acknowledged = acknowledged
        let isAll = Int32(bitPattern: acknowledged &- side.next) >= 0
        side.marks = side.marks.subtracting(.allAcknowledged).union(isAll ? .allAcknowledged : [])
    }

    @inline(never)
    private static func acknowledgeFirst(_ side: inout FlowSide, _ acknowledgment: UInt32) {
        if !side.hasAcknowledged || Int32(bitPattern: acknowledgment &- side.acknowledged) > 0 {
            side.acknowledged = acknowledgment
            side.marks.insert(.acknowledged)
        }
        let isAll = side.isSynchronised && Int32(bitPattern: side.acknowledged &- side.next) >= 0
        side.marks = side.marks.subtracting(.allAcknowledged).union(isAll ? .allAcknowledged : [])
    }
}

/// What the account of a flow needs to know of a segment.
struct SegmentNumbers: BitwiseCopyable {
    var sequence: UInt32
    var acknowledgment: UInt32
    var length: Int
    var isAcknowledging: Bool
    var identification: UInt32
    var ttl: UInt8

    @inline(__always)
    init(_ segment: PlainSegment) {
        sequence = UInt32(truncatingIfNeeded: segment.sequenceNumbers >> 32)
        acknowledgment = UInt32(truncatingIfNeeded: segment.sequenceNumbers)
        length = segment.length
        isAcknowledging = segment.tcpFlags & TCP.ack != 0
        identification = UInt32(segment.identification)
        ttl = segment.ttl
    }

    @inline(__always)
    init(_ arrival: inout Arrival) {
        sequence = arrival.packet.sequence
        acknowledgment = arrival.packet.acknowledgment
        length = arrival.packet.wirePayloadLength
        isAcknowledging = arrival.packet.tcpFlags & TCP.ack != 0
        identification = arrival.packet.identification
        ttl = arrival.packet.ttl
    }
}

/// What is left to do with a segment, and where.
struct KnownSegment: BitwiseCopyable {
    enum Remainder {
        /// It is a copy of a packet just seen.
        case copy
        /// Its octets are to be read.
        case octets
        /// A direction may have come to its end.
        case end
    }

    var index = 0
    var direction = Direction.forward
    var remainder = Remainder.end
    /// It is a UDP datagram.
    var isDatagram = false
    /// Where its IP header is.
    var network = 0
}
