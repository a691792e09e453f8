/// What a rule remembers between units: a table that takes no further keys when it is full.
/// Iteration is in the order in which keys were added, so that nothing depends on hashing.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let maximumCount: Int
    /// Open addressing, at most half full: 0 is free, else the place of an entry, counted from 1, in the lower half, and a part of
    /// its key's hash in the upper.
    private var slots: [UInt64] = []
    private(set) var entries: [(key: Key, value: Value)] = []

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    subscript(key: Key) -> Value? { find(key, Self.hash(key)).map { entries[$0].value } }

    /// Changes the value of a key, which starts as `initial`; does nothing where there is no room.
    mutating func update(_ key: Key, initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        let hash = Self.hash(key)
        if let place = find(key, hash) {
            change(&entries[place].value)
        } else if entries.count < maximumCount {
            var value = initial()
            change(&value)
            add(key, value, hash)
        }
    }

    /// Sets the value of a key where there is room.
    mutating func set(_ key: Key, _ value: Value) { update(key, initial: value) { $0 = value } }

    /// Adds a key where it is new and there is room; whether that was so.
    @discardableResult
    mutating func addOnce(_ key: Key, _ value: @autoclosure () -> Value) -> Bool {
        let hash = Self.hash(key)
        guard find(key, hash) == nil, entries.count < maximumCount else { return false }
        add(key, value(), hash)
        return true
    }

    /// Whether there is this key.
    func holds(_ key: Key) -> Bool { find(key, Self.hash(key)) != nil }

    private static func hash(_ key: Key) -> UInt64 { UInt64(truncatingIfNeeded: key._rawHashValue(seed: 0)) }

    /// The place of a key's entry.
    private func find(_ key: Key, _ hash: UInt64) -> Int? {
        if slots.isEmpty { return nil }
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let held = slots[slot]
            if held >> 32 == hash >> 32 {
                let place = Int(held & 0xFFFF_FFFF) &- 1
                if entries[place].key == key { return place }
            }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    @inline(never)
    private mutating func add(_ key: Key, _ value: Value, _ hash: UInt64) {
        entries.append((key, value))
        if entries.count * 2 > slots.count {
            slots = Array(repeating: 0, count: max(16, slots.count * 2))
            for place in entries.indices { put(place, Self.hash(entries[place].key)) }
        } else {
            put(entries.count - 1, hash)
        }
    }

    private mutating func put(_ place: Int, _ hash: UInt64) {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot &+ 1) & mask }
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(place + 1)
    }
}
