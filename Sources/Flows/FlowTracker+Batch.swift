import PacketModel
import ByteParsing
import CaptureFile
import Dissectors

/// The packets of a batch, one after the other: the way that nearly all of them take.
extension FlowTracker {
    /// Takes the next packets of a batch in, until one may have brought messages or events, and returns true then: the
    /// caller
    /// takes them and calls again, until it returns false.
    public mutating func take(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) -> Bool {
        if table.isLarge || walk.aheadNext < walk.aheadCount { return takeAhead(batch, &walk) }
        let all = batch.buffer.bytes
        while walk.position < batch.records.count {
            let record = batch.records[walk.position]
            walk.position &+= 1
            guard record.linkType == .ethernet, !record.isCut, let seen = record.time else {
                if takeIrregular(batch, &walk), hasNews { return true }
                continue
            }
            var time = CaptureTime(nanoseconds: 0)
            var mayBeNews = setTime(record, &time)
            let bytes = all.slice(record.offset, record.offset &+ record.capturedLength)
            var outcome = Straightness.other
            let network = PlainSegment.place(in: bytes)
            if let network {
                switch PlainSegment.kind(bytes, at: network) {
                case .plain: outcome = followStraight(bytes, at: network, record.frame, seen, time, record.point)
                case .datagram: outcome = followDatagram(bytes, at: network, record.frame, seen, time, record.point)
                case .control: break
                }
            }
            if outcome != .done,
                outcome == .known ? takeKnown(batch, &walk, time) : takeAny(batch, &walk, time, at: network ?? -1)
            {
                mayBeNews = true
            }
            if mayBeNews, hasNews { return true }
        }
        return false
    }

    /// Takes in a packet that is no whole Ethernet frame with a time.
    @inline(never)
    private mutating func takeIrregular(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) -> Bool {
        var time = CaptureTime(nanoseconds: 0)
        let isNews = setTime(batch.records[walk.position &- 1], &time)
        return takeAny(batch, &walk, time, at: -1) || isNews
    }

    @inline(never)
    private mutating func takeAny(
        _ batch: borrowing PacketBatch, _ walk: inout BatchWalk, _ time: CaptureTime, at network: Int
    ) -> Bool {
        let record = batch.records[walk.position &- 1]
        let bytes = batch.bytes(of: record)
        walk.arrival.time = time
        walk.arrival.read(bytes, record, seed: table.seed, at: network)
        return dispatch(&walk.arrival, bytes)
    }

    /// Goes on with a segment that `followStraight` has taken account of, and of which more is to be done.
    @inline(never)
    private mutating func takeKnown(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk, _ time: CaptureTime)
        -> Bool
    {
        let record = batch.records[walk.position &- 1]
        let bytes = batch.bytes(of: record)
        walk.arrival.time = time
        walk.arrival.read(bytes, record, knownSegment)
        if knownSegment.isDatagram {
            finishDatagram(knownSegment.index, &walk.arrival, bytes, isCopy: knownSegment.remainder == .copy)
        } else {
            finishSegment(&walk.arrival, bytes)
        }
        return true
    }

    /// The same, for so many flows that nearly each packet's is far away in memory: the headers of some packets are
    /// read, and
    /// their flows prefetched all at once, before the first of them is followed.
    private mutating func takeAhead(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) -> Bool {
        while true {
            if walk.aheadNext == walk.aheadCount {
                guard walk.position < batch.records.count else { return false }
                readAhead(batch, &walk)
            }
            let place = walk.aheadNext
            walk.aheadNext &+= 1
            if follow(&walk.ahead[place], batch.bytes(of: walk.ahead[place].record)), hasNews { return true }
        }
    }

    private mutating func readAhead(_ batch: borrowing PacketBatch, _ walk: inout BatchWalk) {
        let count = min(walk.ahead.count, batch.records.count - walk.position)
        for place in 0..<count {
            let record = batch.records[walk.position &+ place]
            walk.ahead[place].read(batch.bytes(of: record), record, seed: table.seed)
        }
        var indices = InlineArray<16, Int32>(repeating: -1)
        for place in 0..<count { indices[place] = table.candidate(walk.ahead[place].hash) }
        for place in 0..<count where indices[place] >= 0 { table.fetchAccount(Int(indices[place])) }
        walk.position &+= count
        walk.aheadNext = 0
        walk.aheadCount = count
    }

    /// Follows a packet whose headers have been read; false where that can have brought no messages or events.
    @inline(__always)
    private mutating func follow(_ arrival: inout Arrival, _ bytes: RawSpan) -> Bool {
        let isNews = setTime(arrival.record, &arrival.time)
        return dispatch(&arrival, bytes) || isNews
    }
}
