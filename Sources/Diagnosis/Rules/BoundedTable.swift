/// What a rule remembers between units: a table that takes no further keys when it is full.
/// Iteration is in the order in which keys were added, so that nothing depends on hashing.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let maximumCount: Int
    /// Open addressing, at most half full: 0 is free, else the place of an entry, counted from 1, in the lower half, and a part of
    /// its key's hash in the upper.
    private var slots: [UInt64] = []
    private var keys: [Key] = []
    private var values: [Value] = []

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// Whether there is nothing.
    var isEmpty: Bool { keys.isEmpty }

    /// All that is remembered.
    var entries: [(key: Key, value: Value)] { keys.indices.map { (keys[$0], values[$0]) } }

    subscript(key: Key) -> Value? { find(key, Self.hash(key)).map { values[$0] } }

    /// Changes the value of a key, which starts as `initial`; does nothing where there is no room.
    mutating func update(_ key: Key, initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        let hash = Self.hash(key)
        if let place = find(key, hash) {
            change(&values[place])
        } else if keys.count < maximumCount {
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
        guard find(key, hash) == nil, keys.count < maximumCount else { return false }
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
                if keys[place] == key { return place }
            }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    @inline(never)
    private mutating func add(_ key: Key, _ value: Value, _ hash: UInt64) {
        keys.append(key)
        values.append(value)
        if keys.count * 2 > slots.count {
            slots = Array(repeating: 0, count: max(16, slots.count * 2))
            for place in keys.indices { put(place, Self.hash(keys[place])) }
        } else {
            put(keys.count - 1, hash)
        }
    }

    private mutating func put(_ place: Int, _ hash: UInt64) {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot &+ 1) & mask }
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(place + 1)
    }
}
