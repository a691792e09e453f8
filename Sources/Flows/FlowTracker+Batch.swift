import ByteParsing
import CaptureFile
import Dissectors
import PacketModel

/// What the fast path has done with a packet.
enum FastPathResult {
    /// All that was to be done.
    case handled
    /// It is counted; this is left to do.
    case needsPayload(PendingWork)
    /// Nothing: it is not for the fast path.
    case miss
}

/// What is left to do with a packet of a known flow that has been counted.
struct PendingWork {
    enum Kind {
        /// It is a copy of a packet just seen.
        case copy
        /// Its payload is to be read.
        case payload
        /// A direction may have come to its end.
        case end
    }

    var flow: Int
    var direction: Direction
    var kind: Kind
}

/// The packets of a batch, one after the other. Each is first tried on the fast path, which handles nearly all of them
/// with their headers in registers; any other takes the slow path, from which the same would come of all.
///
/// The few packets of which something is left to do have their headers read once more: to keep them for those costs
/// every packet a tenth of its instructions, for they no longer fit into registers.
extension FlowTracker {
    /// Takes the next packets of a batch in, until one may have brought messages or events, and returns true then: the
    /// caller takes them and calls again, until it returns false.
    public mutating func take(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) -> Bool {
        let all = batch.buffer.bytes
        while walk.position < batch.records.count {
            if walk.position >= walk.prefetchPosition, table.isLarge { prefetch(batch, &walk) }
            let record = batch.records[walk.position]
            walk.position &+= 1
            let bytes = all.slice(record.offset, record.offset &+ record.capturedLength)
            if take(bytes, record), hasNews { return true }
        }
        return false
    }

    /// Takes a packet in by the slow path alone, which needs no batch. `bytes` are its captured octets. Returns whether
    /// there may be messages or events since the caller last took them.
    @discardableResult
    public mutating func process(_ bytes: RawSpan, _ record: PacketRecord) -> Bool {
        var time = CaptureTime(nanoseconds: 0)
        _ = setTime(record, &time)
        _ = slowPath(bytes, record, time)
        return hasNews
    }

    /// Takes a packet in; false where that can have brought no messages or events.
    @inline(__always)
    private mutating func take(_ bytes: RawSpan, _ record: PacketRecord) -> Bool {
        var time = CaptureTime(nanoseconds: 0)
        let isNews = setTime(record, &time)
        guard record.linkType == .ethernet, !record.isCut, let seen = record.time,
            let network = FastHeader.networkOffset(in: bytes)
        else {
            return slowPath(bytes, record, time) || isNews
        }
        let result =
            FastHeader.isTCP(bytes, at: network)
            ? fastPathTCP(bytes, network, record.frame, seen, time, record.point)
            : fastPathUDP(bytes, network, record.frame, seen, time, record.point)
        switch result {
        case .handled: return isNews
        case .needsPayload(let work):
            finishFastPath(work, bytes, record, time)
            return true
        case .miss: return slowPath(bytes, record, time) || isNews
        }
    }

    /// Takes in a segment of a known flow that neither opens nor ends a connection.
    @inline(never)
    private mutating func fastPathTCP(
        _ bytes: RawSpan, _ network: Int, _ frame: FrameReference, _ seen: CaptureTime,
        _ time: CaptureTime, _ point: UInt16
    ) -> FastPathResult {
        var header = FastHeader()
        guard header.readTCP(bytes, at: network), !header.isControl else { return .miss }
        var direction = Direction.forward
        let key = FlowKey(header, point: point, direction: &direction)
        let index = table.find(key, key.hash(table.seed))
        guard index >= 0 else { return .miss }
        return recordSegment(index, &header, header.digest(direction), frame, seen, time, direction)
    }

    /// Takes in a datagram of a known flow that nobody reads.
    @inline(never)
    private mutating func fastPathUDP(
        _ bytes: RawSpan, _ network: Int, _ frame: FrameReference, _ seen: CaptureTime,
        _ time: CaptureTime, _ point: UInt16
    ) -> FastPathResult {
        var header = FastHeader()
        guard header.readUDP(bytes, at: network) else { return .miss }
        if isClaimed(header, bytes) { return .miss }
        var direction = Direction.forward
        let key = FlowKey(header, point: point, direction: &direction)
        let index = table.find(key, key.hash(table.seed))
        guard index >= 0 else { return .miss }
        return recordDatagram(index, &header, header.digest(direction), frame, seen, time, direction)
    }

    /// Does what the fast path has left to do with a packet.
    @inline(never)
    private mutating func finishFastPath(
        _ work: PendingWork, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime
    ) {
        var packet = PacketContext(record, time)
        packet.read(bytes)
        packet.direction = work.direction
        if packet.verdict == .tcp {
            finishSegment(work, &packet, bytes)
        } else {
            finishDatagram(work.flow, &packet, bytes, isCopy: work.kind == .copy)
        }
    }

    /// Takes in any packet; false where that can have brought no messages
    /// or events.
    @inline(never)
    private mutating func slowPath(
        _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime
    ) -> Bool {
        var packet = PacketContext(record, time)
        packet.read(bytes)
        return dispatch(&packet, bytes)
    }

    mutating func dispatch(_ packet: inout PacketContext, _ bytes: RawSpan) -> Bool {
        switch packet.verdict {
        case .tcp:
            packet.identify(seed: table.seed)
            return tcp(&packet, bytes)
        case .udp:
            packet.identify(seed: table.seed)
            udp(&packet, bytes)
        default: other(&packet, bytes)
        }
        return true
    }

    /// Prefetches the flows of the next packets, all at once: with so many flows that nearly each packet's is far away
    /// in memory, waiting for one after the other would take most of the time.
    @inline(never)
    private mutating func prefetch(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) {
        let count = min(16, batch.records.count - walk.position)
        var candidates = InlineArray<16, Int>(repeating: -1)
        for offset in 0..<count {
            let record = batch.records[walk.position + offset]
            var header = FastHeader()
            guard record.linkType == .ethernet, header.read(ethernet: batch.bytes(of: record)) else { continue }
            var direction = Direction.forward
            let key = FlowKey(header, point: record.point, direction: &direction)
            candidates[offset] = table.candidate(key.hash(table.seed))
        }
        for offset in 0..<count where candidates[offset] >= 0 { table.prefetchRecord(candidates[offset]) }
        walk.prefetchPosition = walk.position + count
    }
}
