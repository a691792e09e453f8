/// What is remembered between units: a table that forgets when it is full. A key that has not been written since it
/// last could have gone makes room for a new one, so that after months it still learns.
///
/// Iteration is in the order in which keys were added, so that nothing depends on hashing.
public struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline let maximumCount: Int
    /// Open addressing, at most half full: 0 is free, else the place of an entry, counted from 1, in the lower half,
    /// and a part of its key's hash in the upper.
    @usableFromInline var slots: [UInt64] = []
    @usableFromInline var keys: [Key] = []
    @usableFromInline var values: [Value] = []
    /// When each was added, and whether it has been written since it was passed by.
    @usableFromInline var numbers: [UInt64] = []
    @usableFromInline var wasWritten: [Bool] = []
    /// Whose turn it is to go.
    @usableFromInline var hand = 0
    @usableFromInline var added: UInt64 = 0

    /// An empty table of at most so many keys.
    @inlinable
    public init(maximumCount: Int) { self.maximumCount = max(maximumCount, 1) }

    /// Whether there is nothing.
    @inlinable public var isEmpty: Bool { keys.isEmpty }

    /// Keys that are remembered.
    @inlinable public var count: Int { keys.count }

    /// Keys that have made room for others.
    @inlinable public var forgottenCount: UInt64 { added &- UInt64(keys.count) }

    /// All that is remembered.
    @inlinable
    public var entries: [(key: Key, value: Value)] {
        let order = forgottenCount == 0 ? Array(keys.indices) : keys.indices.sorted { numbers[$0] < numbers[$1] }
        return order.map { (keys[$0], values[$0]) }
    }

    /// The value of a key.
    @inlinable
    public subscript(key: Key) -> Value? { find(key, Self.hash(key)).map { values[$0] } }

    /// Changes the value of a key, which starts as `initial`.
    @inlinable
    public mutating func update(_ key: Key, initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        let hash = Self.hash(key)
        if let place = find(key, hash) {
            wasWritten[place] = true
            change(&values[place])
        } else {
            var value = initial()
            change(&value)
            add(key, value, hash)
        }
    }

    /// Sets the value of a key.
    @inlinable
    public mutating func set(_ key: Key, _ value: Value) { update(key, initial: value) { $0 = value } }

    /// Adds a key where it is new; whether that was so.
    @inlinable @discardableResult
    public mutating func addOnce(_ key: Key, _ value: @autoclosure () -> Value) -> Bool {
        let hash = Self.hash(key)
        if let place = find(key, hash) {
            wasWritten[place] = true
            return false
        }
        add(key, value(), hash)
        return true
    }

    /// Whether there is this key.
    @inlinable
    public func holds(_ key: Key) -> Bool { find(key, Self.hash(key)) != nil }

    @inlinable
    static func hash(_ key: Key) -> UInt64 { UInt64(truncatingIfNeeded: key._rawHashValue(seed: 0)) }

    /// The place of a key's entry.
    @inlinable
    func find(_ key: Key, _ hash: UInt64) -> Int? {
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

    @inlinable @inline(never)
    mutating func add(_ key: Key, _ value: Value, _ hash: UInt64) {
        added &+= 1
        guard keys.count < maximumCount else { return replace(key, value, hash) }
        keys.append(key)
        values.append(value)
        numbers.append(added)
        wasWritten.append(false)
        if keys.count * 2 > slots.count {
            slots = Array(repeating: 0, count: max(16, slots.count * 2))
            for place in keys.indices { put(place, Self.hash(keys[place])) }
        } else {
            put(keys.count - 1, hash)
        }
    }

    /// Puts a key in the place of one that has not been written for long.
    @inlinable
    mutating func replace(_ key: Key, _ value: Value, _ hash: UInt64) {
        // Whoever was written is passed by once; after one round somebody has not been.
        while wasWritten[hand] {
            wasWritten[hand] = false
            hand = hand + 1 == keys.count ? 0 : hand + 1
        }
        take(hand)
        keys[hand] = key
        values[hand] = value
        numbers[hand] = added
        put(hand, hash)
        hand = hand + 1 == keys.count ? 0 : hand + 1
    }

    @inlinable
    mutating func put(_ place: Int, _ hash: UInt64) {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 { slot = (slot &+ 1) & mask }
        slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(place + 1)
    }

    /// Takes a place out of the slots: what follows without a gap moves up, where it stays findable.
    @inlinable
    mutating func take(_ place: Int) {
        let mask = slots.count &- 1
        var hole = Int(truncatingIfNeeded: Self.hash(keys[place])) & mask
        while Int(slots[hole] & 0xFFFF_FFFF) != place + 1 { hole = (hole &+ 1) & mask }
        var next = (hole &+ 1) & mask
        while slots[next] != 0 {
            let home = Int(truncatingIfNeeded: Self.hash(keys[Int(slots[next] & 0xFFFF_FFFF) - 1])) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next &+ 1) & mask
        }
        slots[hole] = 0
    }
}
