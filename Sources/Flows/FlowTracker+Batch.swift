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
/// without writing their headers to memory; any other takes the slow path, from which the same would come of all.
extension FlowTracker {
    /// Takes the next packets of a batch in, until one may have brought messages or events, and returns true then: the
    /// caller takes them and calls again, until it returns false.
    public mutating func take(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) -> Bool {
        while walk.position < batch.records.count {
            if walk.position >= walk.prefetchPosition, table.isLarge { prefetch(batch, &walk) }
            let record = batch.records[walk.position]
            walk.position &+= 1
            if take(batch.bytes(of: record), record), hasNews { return true }
        }
        return false
    }

    /// Takes a packet in by the slow path alone, which needs no batch. `bytes` are its captured octets. Returns whether
    /// there may be messages or events since the caller last took them.
    @discardableResult
    public mutating func process(_ bytes: RawSpan, _ record: PacketRecord) -> Bool {
        var time = CaptureTime(nanoseconds: 0)
        _ = setTime(record, &time)
        _ = slowPath(nil, bytes, record, time)
        return hasNews
    }

    /// Takes a packet in; false where that can have brought no messages or events.
    @inline(__always)
    private mutating func take(_ bytes: RawSpan, _ record: PacketRecord) -> Bool {
        var time = CaptureTime(nanoseconds: 0)
        let isNews = setTime(record, &time)
        guard record.linkType == .ethernet, !record.isCut, let header = FastHeader(ethernet: bytes) else {
            return slowPath(nil, bytes, record, time) || isNews
        }
        switch fastPath(header, bytes, record, time) {
        case .handled: return isNews
        case .needsPayload(let work):
            finishFastPath(work, header, bytes, record, time)
            return true
        case .miss: return slowPath(header, bytes, record, time) || isNews
        }
    }

    @inline(__always)
    private mutating func fastPath(
        _ header: FastHeader, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime
    ) -> FastPathResult {
        if header.isTCP ? header.isControl : isClaimed(header, bytes) { return .miss }
        var direction = Direction.forward
        let key = FlowKey(header, point: record.point, direction: &direction)
        let index = table.find(key, key.hash(table.seed))
        guard index >= 0 else { return .miss }
        let digest = header.digest(direction)
        let work =
            header.isTCP
            ? recordSegment(index, header, digest, record, time, direction)
            : recordDatagram(index, header, digest, record, time, direction)
        return work.map { .needsPayload($0) } ?? .handled
    }

    /// Does what the fast path has left to do with a packet.
    @inline(never)
    private mutating func finishFastPath(
        _ work: PendingWork, _ header: FastHeader, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime
    ) {
        var packet = PacketContext(header, record, time)
        packet.direction = work.direction
        if header.isTCP {
            finishSegment(work, &packet, bytes)
        } else {
            finishDatagram(work.flow, &packet, bytes, isCopy: work.kind == .copy)
        }
    }

    /// Takes in any packet; its headers are read unless they are given. False where that can have brought no messages
    /// or events.
    @inline(never)
    private mutating func slowPath(
        _ header: FastHeader?, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime
    ) -> Bool {
        var packet =
            if let header { PacketContext(header, record, time) } else { PacketContext(bytes, record, time) }
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
            guard record.linkType == .ethernet, let header = FastHeader(ethernet: batch.bytes(of: record)) else {
                continue
            }
            var direction = Direction.forward
            let key = FlowKey(header, point: record.point, direction: &direction)
            candidates[offset] = table.candidate(key.hash(table.seed))
        }
        for offset in 0..<count where candidates[offset] >= 0 { table.prefetchRecord(candidates[offset]) }
        walk.prefetchPosition = walk.position + count
    }
}
