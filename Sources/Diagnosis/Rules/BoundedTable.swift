/// What a rule remembers between units: a bounded table in which a new key takes the place of one that was not heard of for
/// long, as a run may last for months: of each key it is known whether it was written again since its turn last came.
/// Iteration is in the order in which keys were added, so that nothing depends on hashing.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let maximumCount: Int
    /// Open addressing, at most half full: 0 is free, else the place of an entry, counted from 1, in the lower half, and a part of
    /// its key's hash in the upper.
    private var slots: [UInt64] = []
    private var keys: [Key] = []
    private var values: [Value] = []
    /// Which key of all that ever were it is; and whether it was written again.
    private var numbers: [UInt64] = []
    private var isKept: [Bool] = []
    private var nextNumber: UInt64 = 0
    /// Whose turn it is to make room.
    private var hand = 0

    init(maximumCount: Int) { self.maximumCount = max(1, maximumCount) }

    /// Whether there is nothing.
    var isEmpty: Bool { keys.isEmpty }

    /// All that is remembered.
    var entries: [(key: Key, value: Value)] {
        if nextNumber == UInt64(keys.count) { return keys.indices.map { (keys[$0], values[$0]) } }
        return keys.indices.sorted { numbers[$0] < numbers[$1] }.map { (keys[$0], values[$0]) }
    }

    /// Whether any key is as asked for.
    func containsKey(where isWanted: (Key) -> Bool) -> Bool { keys.contains(where: isWanted) }

    subscript(key: Key) -> Value? { find(key, Self.hash(key)).map { values[$0] } }

    /// Changes the value of a key, which starts as `initial`.
    mutating func update(_ key: Key, initial: @autoclosure () -> Value, _ change: (inout Value) -> Void) {
        let hash = Self.hash(key)
        if let place = find(key, hash) {
            change(&values[place])
            isKept[place] = true
        } else {
            var value = initial()
            change(&value)
            add(key, value, hash)
        }
    }

    /// Sets the value of a key.
    mutating func set(_ key: Key, _ value: Value) { update(key, initial: value) { $0 = value } }

    /// Adds a key where it is new; whether it was.
    @discardableResult
    mutating func addOnce(_ key: Key, _ value: @autoclosure () -> Value) -> Bool {
        let hash = Self.hash(key)
        if let place = find(key, hash) {
            isKept[place] = true
            return false
        }
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
        nextNumber += 1
        if keys.count >= maximumCount { return replace(key, value, hash) }
        keys.append(key)
        values.append(value)
        numbers.append(nextNumber - 1)
        isKept.append(false)
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

    /// Puts a key in the place of the next one that was not written again since its turn last came.
    private mutating func replace(_ key: Key, _ value: Value, _ hash: UInt64) {
        while isKept[hand] {
            isKept[hand] = false
            hand = hand + 1 < keys.count ? hand + 1 : 0
        }
        take(hand)
        keys[hand] = key
        values[hand] = value
        numbers[hand] = nextNumber - 1
        put(hand, hash)
        hand = hand + 1 < keys.count ? hand + 1 : 0
    }

    /// Takes the slot of a place out; later slots of the same run move up.
    private mutating func take(_ place: Int) {
        let mask = slots.count &- 1
        var hole = Int(truncatingIfNeeded: Self.hash(keys[place])) & mask
        while slots[hole] & 0xFFFF_FFFF != UInt64(place + 1) { hole = (hole &+ 1) & mask }
        var next = (hole &+ 1) & mask
        while slots[next] != 0 {
            let home = Int(truncatingIfNeeded: Self.hash(keys[Int(slots[next] & 0xFFFF_FFFF) &- 1])) & mask
            if (next &- home) & mask >= (next &- hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next &+ 1) & mask
        }
        slots[hole] = 0
    }
}
