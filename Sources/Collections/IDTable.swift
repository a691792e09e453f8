import ByteParsing

/// Values by number, in slots where they stay while others come and go, and are changed in place.
///
/// What is open is found by its number here: of very many that begin few are open at a time.
public struct IDTable<Value>: ~Copyable {
    @usableFromInline var index = HashIndex()
    /// The number of the value in each slot.
    @usableFromInline var numbers: RecordArray<UInt64>
    @usableFromInline var values = Arena<Value>()
    /// Slots to be used again.
    @usableFromInline var free: RecordArray<Int>
    /// A copy of the process's seed: the original is initialised lazily, which each look at it would check.
    @usableFromInline let seed = QuickHash.processSeed
    /// What stands in a free slot, so that it holds on to nothing.
    @usableFromInline let vacant: Value

    /// An empty table, in whose free slots this stands.
    @inlinable
    public init(vacant: Value) {
        self.vacant = vacant
        numbers = RecordArray(maximumCount: .max, initialCapacity: 16)
        free = RecordArray(maximumCount: .max, initialCapacity: 16)
    }

    /// Values in it.
    @inlinable public var count: Int { index.count }

    /// Every number, in order.
    public var ids: [UInt64] {
        var isFree = Array(repeating: false, count: numbers.count)
        for place in 0..<free.count { isFree[free[place]] = true }
        return (0..<numbers.count).filter { !isFree[$0] }.map { numbers[$0] }.sorted()
    }

    /// The slot of a number's value; the same until it is removed.
    @inlinable
    public func slot(of id: UInt64) -> Int? {
        index.find(hash(id)) { numbers[$0] == id }
    }

    /// Whether there is a value of this number.
    @inlinable
    public func contains(_ id: UInt64) -> Bool { slot(of: id) != nil }

    /// The value in a slot.
    @inlinable
    public subscript(slot slot: Int) -> Value {
        @inline(__always) _read { yield values[slot] }
        @inline(__always) _modify { yield &values[slot] }
    }

    /// The value of a number.
    @inlinable
    public subscript(id: UInt64) -> Value? { slot(of: id).map { values[$0] } }

    /// Sets the value of a number; returns its slot.
    @inlinable @discardableResult
    public mutating func set(_ id: UInt64, _ value: Value) -> Int {
        let slot = slot(of: id) ?? insertVacant(id)
        values[slot] = value
        return slot
    }

    /// Adds a number that is not there yet, with the vacant value, to be changed in its slot; returns that.
    @inlinable
    public mutating func insertVacant(_ id: UInt64) -> Int {
        let slot = free.removeLast() ?? append()
        numbers[slot] = id
        index.insert(slot, hash: hash(id))
        return slot
    }

    @inlinable @inline(never)
    mutating func append() -> Int {
        _ = numbers.append(0)
        return values.append(vacant)
    }

    /// Removes the value of a number.
    @inlinable @discardableResult
    public mutating func removeValue(for id: UInt64) -> Value? {
        guard let slot = removeVacated(id) else { return nil }
        var value = vacant
        swap(&value, &values[slot])
        return value
    }

    /// Removes a number whose value the caller has made vacant in its slot, or will at once; returns the slot.
    @inlinable @discardableResult
    public mutating func removeVacated(_ id: UInt64) -> Int? {
        guard let slot = slot(of: id) else { return nil }
        removeVacated(slot: slot)
        return slot
    }

    /// The same, given the slot.
    @inlinable
    public mutating func removeVacated(slot: Int) {
        index.remove(slot, hash: hash(numbers[slot]))
        _ = free.append(slot)
    }

    @inlinable @inline(__always)
    func hash(_ id: UInt64) -> UInt64 { QuickHash.mix(id ^ seed) }
}
