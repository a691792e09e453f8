import ByteParsing
import CaptureFile
import Dissectors

/// The flows in memory: open addressing with eight-byte entries (a tag and an index) beside dense
/// records, and the rest of each flow in a place of its own. Bounded; when it is full the flow that was idle longest, of a few looked at, makes room.
struct FlowTable: ~Copyable {
    private var entries: [UInt64]
    private var records: Slab<FlowRecord>
    private var details: Slab<FlowDetails>
    private var free: Int32 = -1
    private(set) var liveCount = 0
    /// What the hashes of keys start from.
    let seed: UInt64
    private var victimCursor = 0

    init(maximumFlows: Int, seed: UInt64) {
        records = Slab(maximumCount: maximumFlows, initialCapacity: 256)
        details = Slab(maximumCount: maximumFlows, initialCapacity: 256)
        entries = Array(repeating: 0, count: 1024)
        self.seed = seed
    }

    /// Records ever used: indices below this may be live.
    var recordCount: Int { records.count }

    /// The record at an index, in place.
    subscript(index: Int) -> FlowRecord {
        @inline(__always) _read { yield records[index] }
        @inline(__always) _modify { yield &records[index] }
    }

    /// What is seldom asked of it.
    subscript(details index: Int) -> FlowDetails {
        @inline(__always) _read { yield details[index] }
        @inline(__always) _modify { yield &details[index] }
    }

    /// The summary of a flow as it stands.
    mutating func summary(_ index: Int, endedWithCapture: Bool = false) -> ConnectionSummary {
        records[index].summary(&details[index], endedWithCapture: endedWithCapture)
    }

    /// The index of the live flow with this key, or -1. `hash` is the key's.
    @inline(__always)
    func find(_ key: borrowing FlowKey, _ hash: UInt64) -> Int32 {
        let mask = entries.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        let tag = hash & 0xFFFF_FFFF_0000_0000
        while true {
            let entry = entries[slot]
            if entry == 0 { return -1 }
            if entry & 0xFFFF_FFFF_0000_0000 == tag {
                let index = Int(entry & 0xFFFF_FFFF) &- 1
                if records[index].key == key { return Int32(truncatingIfNeeded: index) }
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// Whether there are so many records that most of them are in none of the processor's own caches.
    var isLarge: Bool { records.count > 4096 }

    /// The index of the record that is probably the one of a key with this hash, or -1.
    @inline(__always)
    func candidate(_ hash: UInt64) -> Int32 {
        let entry = entries[Int(truncatingIfNeeded: hash) & (entries.count &- 1)]
        return (entry ^ hash) & 0xFFFF_FFFF_0000_0000 == 0 ? Int32(truncatingIfNeeded: entry) &- 1 : -1
    }

    /// Reads something of every part of a record that a packet of this direction touches.
    @inline(__always)
    func fetch(_ index: Int, _ direction: Direction) -> UInt64 { records[index].touched(direction) }

    /// Whether another flow fits without an eviction.
    var hasRoom: Bool { free >= 0 || records.count < records.maximumCount }

    /// Adds the flow of a packet, which is not there yet; the caller has made room.
    mutating func insert(_ arrival: inout Arrival, _ id: FlowID, _ transport: Transport) -> Int? {
        let index: Int
        if free >= 0 {
            index = Int(free)
            free = records[index].nextFree
            records[index] = FlowRecord(&arrival, id, transport)
            details[index] = FlowDetails(&arrival)
        } else if let appended = records.append(FlowRecord(&arrival, id, transport)),
            details.append(FlowDetails(&arrival)) == appended
        {
            index = appended
        } else {
            return nil
        }
        liveCount += 1
        if (liveCount + liveCount / 2) * 2 > entries.count { rebuild(entries.count * 2) }
        place(index, arrival.hash)
        return index
    }

    private mutating func place(_ index: Int, _ hash: UInt64) {
        let mask = entries.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while entries[slot] != 0 { slot = (slot + 1) & mask }
        entries[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(index + 1)
    }

    private mutating func rebuild(_ count: Int) {
        entries = Array(repeating: 0, count: count)
        for index in 0..<records.count where records[index].isLive {
            place(index, records[index].key.hash(seed: seed))
        }
    }

    /// Takes a flow out; its index may be used again.
    mutating func remove(_ index: Int) {
        let hash = records[index].key.hash(seed: seed)
        let mask = entries.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while entries[slot] & 0xFFFF_FFFF != UInt64(index + 1) { slot = (slot + 1) & mask }
        // Close the hole by moving later entries of the same run up (no tombstones to wade through).
        var hole = slot
        var next = (slot + 1) & mask
        while entries[next] != 0 {
            let home = Int(truncatingIfNeeded: records[Int(entries[next] & 0xFFFF_FFFF) - 1].key.hash(seed: seed)) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                entries[hole] = entries[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        entries[hole] = 0
        records[index].isLive = false
        // Whoever still knows the index finds that nothing is read there.
        records[index].stream = -2
        records[index].nextFree = free
        free = Int32(index)
        liveCount -= 1
    }

    /// The flow to give up: of the next sixteen live ones, the one idle longest.
    mutating func victim() -> Int? {
        guard records.count > 0 else { return nil }
        var best: Int?
        var looked = 0
        for _ in 0..<min(records.count, 64) {
            victimCursor = victimCursor + 1 < records.count ? victimCursor + 1 : 0
            guard records[victimCursor].isLive else { continue }
            if let current = best {
                if records[victimCursor].lastTime < records[current].lastTime { best = victimCursor }
            } else {
                best = victimCursor
            }
            looked += 1
            if looked == 16 { break }
        }
        return best
    }
}
