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
    /// Two of each flow. Not inside its record: a read by a direction not known beforehand would copy both.
    private var sides: RecordArray<FlowSide>
    private var details: RecordArray<FlowDetails>
    private var sideDetails: RecordArray<SideDetails>
    private var oddities: OddityTable
    /// Records that stand for no flow. A list of its own, for they are far away in memory.
    private var free: RecordArray<Int32>
    /// What the hashes of keys start from.
    let seed: FlowSeed
    /// Flows in the order in which they began; and those whose turn has come there, which carry messages that nobody
    /// answered.
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
        oddities = OddityTable(maximumFlows: maximumFlows)
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
        @inline(__always) _read { yield sides[2 &* index &+ Int(direction.rawValue)] }
        @inline(__always) _modify { yield &sides[2 &* index &+ Int(direction.rawValue)] }
    }

    /// Where the side is that sends in a direction; the other one's place differs in the lowest bit.
    @inline(__always)
    static func place(_ index: Int, _ direction: Direction) -> Int { 2 &* index &+ Int(direction.rawValue) }

    /// The side at a place.
    subscript(side place: Int) -> FlowSide {
        @inline(__always) _read { yield sides[place] }
        @inline(__always) _modify { yield &sides[place] }
    }

    /// Its beginning and its end.
    subscript(details index: Int) -> FlowDetails {
        @inline(__always) _read { yield details[index] }
        @inline(__always) _modify { yield &details[index] }
    }

    /// The beginning and the end of a side.
    subscript(details index: Int, direction: Direction) -> SideDetails {
        @inline(__always) _read { yield sideDetails[2 &* index &+ Int(direction.rawValue)] }
        @inline(__always) _modify { yield &sideDetails[2 &* index &+ Int(direction.rawValue)] }
    }

    /// What is out of the ordinary about it.
    subscript(oddities index: Int) -> FlowOddities {
        @inline(__always) _read { yield oddities[details[index].oddities] }
        _modify { yield &oddities[placeOfOddities(index)] }
    }

    /// What is out of the ordinary about a side.
    subscript(oddities index: Int, direction: Direction) -> SideOddities {
        @inline(__always) _read { yield oddities[details[index].oddities, direction] }
        _modify { yield &oddities[placeOfOddities(index), direction] }
    }

    /// Whether anything is.
    @inline(__always)
    func hasOddities(_ index: Int) -> Bool { details[index].oddities != OddityTable.none }

    private mutating func placeOfOddities(_ index: Int) -> Int32 {
        if !hasOddities(index) { details[index].oddities = oddities.give() }
        return details[index].oddities
    }

    /// How many packets both sides have sent.
    mutating func packets(_ index: Int) -> UInt64 { sides[2 &* index].packets &+ sides[2 &* index &+ 1].packets }

    /// The frame in which a flow was last seen.
    mutating func lastFrame(_ index: Int) -> FrameReference {
        records[index].newest == FlowRecord.newestIsCopy
            ? self[oddities: index].copyFrame
            : sides[2 &* index &+ Int(records[index].newest & 1)].lastFrame ?? details[index].firstFrame
    }

    /// The frame of a RST that took effect, of the side that the key names first where both sent one.
    mutating func resetFrame(_ index: Int) -> FrameReference? {
        hasOddities(index)
            ? self[oddities: index, .forward].resetFrame ?? self[oddities: index, .backward].resetFrame : nil
    }

    /// The index of the live flow with this key, or -1. `hash` is the key's.
    @inline(__always)
    func find(_ key: FlowKey, _ hash: UInt64) -> Int {
        byKey.find(hash) { records[$0].key == key } ?? -1
    }

    /// Whether there are so many records that most of them are in none of the processor's own caches.
    var isLarge: Bool { records.count > 4096 }

    /// The index of the record that is probably the one of a key with this hash, or -1.
    @inline(__always)
    func candidate(_ hash: UInt64) -> Int32 {
        Int32(truncatingIfNeeded: byKey.firstCandidate(hash))
    }

    /// Prefetches what a packet of this flow touches.
    @inline(__always)
    func fetchAccount(_ index: Int) {
        records.prefetch(index)
        sides.prefetch(2 &* index)
        sides.prefetch(2 &* index &+ 1)
    }

    /// Prefetches everything of a flow that will soon go and make room for another.
    func prefetch(_ index: Int) {
        fetchAccount(index)
        details.prefetch(index)
        sideDetails.prefetch(2 * index)
        sideDetails.prefetch(2 * index + 1)
    }

    /// Whether another flow fits without an eviction.
    var hasRoom: Bool { free.count > 0 || records.count < records.maximumCount }

    /// Adds the flow of a packet, which is not there yet; the caller has made room.
    mutating func insert(_ arrival: inout Arrival, _ id: FlowID) -> Int? {
        let index: Int
        if let last = free.removeLast() {
            index = Int(last)
            records[index] = FlowRecord(&arrival)
            details[index] = FlowDetails(&arrival, id)
            sides[2 * index] = FlowSide()
            sides[2 * index + 1] = FlowSide()
            sideDetails[2 * index] = SideDetails()
            sideDetails[2 * index + 1] = SideDetails()
        } else if let appended = records.append(FlowRecord(&arrival)),
            details.append(FlowDetails(&arrival, id)) == appended,
            sides.append(FlowSide()) != nil, sides.append(FlowSide()) != nil,
            sideDetails.append(SideDetails()) != nil, sideDetails.append(SideDetails()) != nil
        {
            index = appended
        } else {
            return nil
        }
        begun.append(FlowReference(index, id))
        byKey.insert(index, hash: arrival.hash)
        return index
    }

    /// Takes a flow out; its index may be used again.
    mutating func remove(_ index: Int) {
        byKey.remove(index, hash: records[index].key.hash(seed))
        records[index].marks.remove(.live)
        // Whoever still knows the index finds that nothing is read there.
        records[index].stream = -2
        if hasOddities(index) {
            oddities.takeBack(details[index].oddities)
            details[index].oddities = OddityTable.none
        }
        _ = free.append(Int32(index))
    }
}
