import ByteParsing

/// The open addressing that every hash table here is built on: it finds the entries of a table, which the table
/// keeps in arrays of its own, by their hashes.
///
/// A slot is eight bytes: the lower half of an entry's hash and, above it, its index plus one; zero is free. So a
/// search compares keys only where 32 bits of hashes agree, and neither growing nor removing has to ask for a key.
/// Probing is linear over a power of two of slots, at most half of them taken. Removing moves later entries of the
/// run up (backward-shift deletion), so that no tombstones pile up. Nothing is bounded here: the table bounds its
/// entries, of which there are fewer than 2^31.
///
/// Hashes must be seeded at random (`QuickHash`), or an attacker who chooses the keys can make them all collide.
@frozen public struct HashIndex: Sendable {
    @usableFromInline var slots: [UInt64]
    /// Entries in it.
    public private(set) var count = 0

    /// An empty index with room for so many entries before it grows.
    public init(minimumCapacity: Int = 8) {
        var size = 16
        while size < 2 * minimumCapacity { size *= 2 }
        slots = Array(repeating: 0, count: size)
    }

    /// The index of the entry that has this hash and satisfies a condition: that its key is the one asked for.
    @inlinable @inline(__always)
    public func find(_ hash: UInt64, where isMatch: (Int) -> Bool) -> Int? {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = slots[slot]
            if entry == 0 { return nil }
            if UInt32(truncatingIfNeeded: entry) == UInt32(truncatingIfNeeded: hash) {
                let index = Int(truncatingIfNeeded: entry &>> 32) &- 1
                if isMatch(index) { return index }
            }
            slot = (slot &+ 1) & mask
        }
    }

    /// The index in the first slot of a hash, where the hashes agree: nearly always the right one, without a search.
    /// -1 where they do not.
    @inlinable @inline(__always)
    public func firstCandidate(_ hash: UInt64) -> Int {
        let entry = slots[Int(truncatingIfNeeded: hash) & (slots.count &- 1)]
        guard UInt32(truncatingIfNeeded: entry) == UInt32(truncatingIfNeeded: hash) else { return -1 }
        return Int(truncatingIfNeeded: entry &>> 32) &- 1
    }

    /// Prefetches where the search for a hash begins.
    @inlinable
    public func prefetch(_ hash: UInt64) { slots.prefetch(Int(truncatingIfNeeded: hash) & (slots.count - 1)) }

    /// Adds an entry that is not there yet.
    public mutating func insert(_ index: Int, hash: UInt64) {
        count += 1
        if 2 * count > slots.count { grow() }
        link(UInt64(index + 1) << 32 | hash & 0xFFFF_FFFF)
    }

    /// Removes an entry; false where it is not there.
    @discardableResult
    public mutating func remove(_ index: Int, hash: UInt64) -> Bool {
        let mask = slots.count - 1
        var hole = Int(truncatingIfNeeded: hash) & mask
        while slots[hole] >> 32 != UInt64(index + 1) {
            if slots[hole] == 0 { return false }
            hole = (hole + 1) & mask
        }
        // An entry behind the hole moves into it unless it would then lie before where its search begins.
        var next = (hole + 1) & mask
        while slots[next] != 0 {
            let home = Int(truncatingIfNeeded: slots[next]) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = 0
        count -= 1
        return true
    }

    /// Removes all entries; keeps the memory.
    public mutating func removeAll() {
        for slot in slots.indices { slots[slot] = 0 }
        count = 0
    }

    private mutating func link(_ entry: UInt64) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: entry) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = entry
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: 2 * old.count)
        for entry in old where entry != 0 { link(entry) }
    }
}
