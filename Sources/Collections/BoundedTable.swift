/// A dictionary of at most so many keys, which never stops learning: where it is full, a new key takes the place of
/// an old one.
///
/// Which one goes is said by `eviction`. Iteration is in the order in which keys were added, so that nothing depends
/// on hashing.
public struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Which key makes room in a full table.
    public enum Eviction: Sendable {
        /// One that has not been written since its turn last came (the clock algorithm, which comes close to the one
        /// written longest ago).
        case leastRecentlyWritten
        /// The one that was added first.
        case oldest
    }

    @usableFromInline let maximumCount: Int
    @usableFromInline let eviction: Eviction
    @usableFromInline var index = HashIndex()
    @usableFromInline var keys: [Key] = []
    @usableFromInline var values: [Value] = []
    /// The running number of each key, and whether it has been written since its turn last came.
    @usableFromInline var numbers: [UInt64] = []
    @usableFromInline var wasWritten: [Bool] = []
    /// Whose turn it is to go.
    @usableFromInline var hand = 0
    @usableFromInline var added: UInt64 = 0
    @usableFromInline var removed: UInt64 = 0

    /// An empty table of at most so many keys.
    @inlinable
    public init(maximumCount: Int, evicting eviction: Eviction = .leastRecentlyWritten) {
        self.maximumCount = max(maximumCount, 1)
        self.eviction = eviction
    }

    /// Whether there is nothing.
    @inlinable public var isEmpty: Bool { keys.isEmpty }

    /// Keys in the table.
    @inlinable public var count: Int { keys.count }

    /// Keys that have made room for others.
    @inlinable public var forgottenCount: UInt64 { added &- removed &- UInt64(keys.count) }

    /// All keys and values, in the order in which the keys were added.
    @inlinable
    public var entries: [(key: Key, value: Value)] {
        let order =
            added == UInt64(keys.count) ? Array(keys.indices) : keys.indices.sorted { numbers[$0] < numbers[$1] }
        return order.map { (keys[$0], values[$0]) }
    }

    /// Whether some key and value are like this, in no particular order. Copies nothing.
    @inlinable
    public func contains(where isLike: (Key, Value) -> Bool) -> Bool {
        keys.indices.contains { isLike(keys[$0], values[$0]) }
    }

    /// The value of a key.
    @inlinable
    public subscript(key: Key) -> Value? { find(key, Self.hash(key)).map { values[$0] } }

    /// Changes the value of a key, which starts as `initial`.
    @inlinable
    public mutating func update(_ key: Key, initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        let hash = Self.hash(key)
        if let slot = find(key, hash) {
            wasWritten[slot] = true
            change(&values[slot])
        } else {
            var value = initial()
            change(&value)
            add(key, value, hash)
        }
    }

    /// Sets the value of a key; returns the value that goes for it: its former one, or that of the key that makes room.
    @inlinable @discardableResult
    public mutating func set(_ key: Key, _ value: Value) -> Value? {
        let hash = Self.hash(key)
        guard let slot = find(key, hash) else { return add(key, value, hash) }
        wasWritten[slot] = true
        var displaced = value
        swap(&displaced, &values[slot])
        return displaced
    }

    /// The value of a key, which counts as written now.
    @inlinable
    public mutating func use(_ key: Key) -> Value? {
        guard let slot = find(key, Self.hash(key)) else { return nil }
        wasWritten[slot] = true
        return values[slot]
    }

    /// Adds a key where it is new; whether that was so.
    @inlinable @discardableResult
    public mutating func addOnce(_ key: Key, _ value: @autoclosure () -> Value) -> Bool {
        let hash = Self.hash(key)
        if let slot = find(key, hash) {
            wasWritten[slot] = true
            return false
        }
        add(key, value(), hash)
        return true
    }

    /// Removes a key and returns its value. Not in a table that evicts the oldest: the order of its slots is that of
    /// their age.
    @inlinable @discardableResult
    public mutating func removeValue(for key: Key) -> Value? {
        precondition(eviction == .leastRecentlyWritten, "keys of a table that evicts the oldest cannot be removed")
        let hash = Self.hash(key)
        guard let slot = find(key, hash) else { return nil }
        index.remove(slot, hash: hash)
        let last = keys.count - 1
        if slot != last {
            let moved = Self.hash(keys[last])
            index.remove(last, hash: moved)
            index.insert(slot, hash: moved)
            keys.swapAt(slot, last)
            values.swapAt(slot, last)
            numbers.swapAt(slot, last)
            wasWritten.swapAt(slot, last)
        }
        keys.removeLast()
        numbers.removeLast()
        wasWritten.removeLast()
        removed &+= 1
        if hand >= keys.count { hand = 0 }
        return values.removeLast()
    }

    /// Whether there is this key.
    @inlinable
    public func holds(_ key: Key) -> Bool { find(key, Self.hash(key)) != nil }

    /// Prefetches what says where a key is, for someone who will soon ask for it.
    @inlinable
    public func prefetch(_ key: Key) { index.prefetch(Self.hash(key)) }

    @inlinable
    static func hash(_ key: Key) -> UInt64 { UInt64(truncatingIfNeeded: key._rawHashValue(seed: 0)) }

    @inlinable
    func find(_ key: Key, _ hash: UInt64) -> Int? { index.find(hash) { keys[$0] == key } }

    @inlinable @inline(never) @discardableResult
    mutating func add(_ key: Key, _ value: Value, _ hash: UInt64) -> Value? {
        added &+= 1
        guard keys.count < maximumCount else { return replace(key, value, hash) }
        index.insert(keys.count, hash: hash)
        keys.append(key)
        values.append(value)
        numbers.append(added)
        wasWritten.append(false)
        return nil
    }

    /// Puts a key in the slot of another, which goes; returns its value.
    @inlinable
    mutating func replace(_ key: Key, _ value: Value, _ hash: UInt64) -> Value {
        if eviction == .leastRecentlyWritten {
            // Each is passed over once; after one round all of them have been.
            while wasWritten[hand] {
                wasWritten[hand] = false
                hand = hand + 1 == keys.count ? 0 : hand + 1
            }
        }
        index.remove(hand, hash: Self.hash(keys[hand]))
        index.insert(hand, hash: hash)
        keys[hand] = key
        var displaced = value
        swap(&displaced, &values[hand])
        numbers[hand] = added
        hand = hand + 1 == keys.count ? 0 : hand + 1
        // The next one to go may be far away in memory.
        index.prefetch(Self.hash(keys[hand]))
        return displaced
    }
}
