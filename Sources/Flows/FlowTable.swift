import Collections
import PacketModel
import ByteParsing
import Dissectors

/// The flows in memory: dense records and their sides, the rest of each flow in arrays of its own, and an index by the
/// hash of the flow's key. Bounded; when it is full, one makes room: `victim`.
struct FlowTable: ~Copyable {
    /// Finds a record by the hash of its key.
    private var byKey: HashIndex
    private var records: RecordArray<FlowRecord>
    /// Two of each flow. Not inside its record: reading one by its direction would copy both.
    private var sides: RecordArray<FlowSide>
    private var details: RecordArray<FlowDetails>
    private var sideDetails: RecordArray<SideDetails>
    private var anomalies: AnomalyTable
    /// Indices of records that stand for no flow. A list of its own: to link the records would be to load them.
    private var free: RecordArray<Int32>
    /// What the hashes of keys start from.
    let seed: FlowSeed
    /// Flows in the order in which they began, to be given up in that order; and those passed over there because they
    /// carry messages, although nobody answered.
    var begun: RingBuffer<FlowReference>
    var unanswered: RingBuffer<FlowReference>
    /// Where the search for a flow to give up goes on.
    var victimCursor = 0

    init(maximumFlows: Int, seed: UInt64) {
        // So large that memory is taken page by page as it is used, and grows without being copied.
        records = RecordArray(maximumCount: maximumFlows, initialCapacity: 2048)
        sides = RecordArray(maximumCount: 2 * maximumFlows, initialCapacity: 4096)
        details = RecordArray(maximumCount: maximumFlows, initialCapacity: 2048)
        sideDetails = RecordArray(maximumCount: 2 * maximumFlows, initialCapacity: 4096)
        anomalies = AnomalyTable(maximumFlows: maximumFlows)
        free = RecordArray(maximumCount: maximumFlows, initialCapacity: 2048)
        byKey = HashIndex(minimumCapacity: 512)
        begun = RingBuffer(maximumCount: maximumFlows)
        unanswered = RingBuffer(maximumCount: maximumFlows)
        self.seed = FlowSeed(seed)
    }

    /// Flows in memory.
    var liveCount: Int { byKey.count }

    /// Records ever used: indices below this may be live.
    var recordCount: Int { records.count }

    /// The record at an index, in place.
    subscript(index: Int) -> FlowRecord {
        @inline(__always) _read { yield records[index] }
        @inline(__always) _modify { yield &records[index] }
    }

    /// One side of it.
    subscript(index: Int, direction: Direction) -> FlowSide {
        @inline(__always) _read { yield sides[2 &* index &+ direction.index] }
        @inline(__always) _modify { yield &sides[2 &* index &+ direction.index] }
    }

    /// Its beginning and its end.
    subscript(details index: Int) -> FlowDetails {
        @inline(__always) _read { yield details[index] }
        @inline(__always) _modify { yield &details[index] }
    }

    /// The beginning and the end of a side.
    subscript(details index: Int, direction: Direction) -> SideDetails {
        @inline(__always) _read { yield sideDetails[2 &* index &+ direction.index] }
        @inline(__always) _modify { yield &sideDetails[2 &* index &+ direction.index] }
    }

    /// What only few flows have. Whoever writes there allocates a slot for it.
    subscript(anomalies index: Int) -> FlowAnomalies {
        _read { yield anomalies[details[index].anomalies] }
        _modify { yield &anomalies[anomalySlot(index)] }
    }

    /// What only few sides have.
    subscript(anomalies index: Int, direction: Direction) -> SideAnomalies {
        _read { yield anomalies[details[index].anomalies, direction] }
        _modify { yield &anomalies[anomalySlot(index), direction] }
    }

    /// Whether it has anomalies.
    func hasAnomalies(_ index: Int) -> Bool { details[index].anomalies != AnomalyTable.none }

    private mutating func anomalySlot(_ index: Int) -> Int32 {
        if !hasAnomalies(index) { details[index].anomalies = anomalies.allocate() }
        return details[index].anomalies
    }

    /// How many packets both sides have sent.
    mutating func packets(_ index: Int) -> UInt64 { sides[2 &* index].packets &+ sides[2 &* index &+ 1].packets }

    /// The frame in which a flow was last seen.
    mutating func lastFrame(_ index: Int) -> FrameReference {
        records[index].newest == FlowRecord.newestIsCopy
            ? self[anomalies: index].copyFrame
            : sides[2 &* index &+ Int(records[index].newest & 1)].lastFrame ?? details[index].firstFrame
    }

    /// The frame of a RST that took effect; the forward direction's where there are two.
    mutating func resetFrame(_ index: Int) -> FrameReference? {
        hasAnomalies(index)
            ? self[anomalies: index, .forward].resetFrame ?? self[anomalies: index, .backward].resetFrame : nil
    }

    /// The index of the live flow with this key, or -1. `hash` is the key's.
    @inline(__always)
    func find(_ key: FlowKey, _ hash: UInt64) -> Int {
        byKey.find(hash) { records[$0].key == key } ?? -1
    }

    /// Whether there are so many records that few of them fit into the processor's caches.
    var isLarge: Bool { records.count > 4096 }

    /// The index of the record that is probably the one of a key with this hash, or -1.
    @inline(__always)
    func candidate(_ hash: UInt64) -> Int { byKey.firstCandidate(hash) }

    /// Prefetches what a packet of this flow touches.
    func prefetchRecord(_ index: Int) {
        records.prefetch(index)
        sides.prefetch(2 &* index)
        sides.prefetch(2 &* index &+ 1)
    }

    /// Prefetches everything of a flow that will soon go and make room for another.
    func prefetch(_ index: Int) {
        prefetchRecord(index)
        details.prefetch(index)
        sideDetails.prefetch(2 * index)
        sideDetails.prefetch(2 * index + 1)
    }

    /// Whether another flow fits without an eviction.
    var hasRoom: Bool { free.count > 0 || records.count < records.maximumCount }

    /// Adds the flow of a packet, which is not there yet; the caller has made room.
    mutating func insert(_ packet: inout PacketContext, _ id: FlowID) -> Int? {
        let index: Int
        if let last = free.removeLast() {
            index = Int(last)
            records[index] = FlowRecord(&packet)
            details[index] = FlowDetails(&packet, id)
            sides[2 * index] = FlowSide()
            sides[2 * index + 1] = FlowSide()
            sideDetails[2 * index] = SideDetails()
            sideDetails[2 * index + 1] = SideDetails()
        } else if let appended = records.append(FlowRecord(&packet)),
            details.append(FlowDetails(&packet, id)) == appended,
            sides.append(FlowSide()) != nil, sides.append(FlowSide()) != nil,
            sideDetails.append(SideDetails()) != nil, sideDetails.append(SideDetails()) != nil
        {
            index = appended
        } else {
            return nil
        }
        begun.append(FlowReference(index, id))
        byKey.insert(index, hash: packet.hash)
        return index
    }

    /// Takes a flow out; its index may be used again.
    mutating func remove(_ index: Int) {
        byKey.remove(index, hash: records[index].key.hash(seed))
        records[index].flags.remove(.live)
        // Whoever still has the index finds that nothing is read there.
        records[index].stream = .ignored
        if hasAnomalies(index) {
            anomalies.release(details[index].anomalies)
            details[index].anomalies = AnomalyTable.none
        }
        _ = free.append(Int32(index))
    }
}
