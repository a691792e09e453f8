/// A cache in which a key has one slot only, which its hash selects: a key that falls on another's slot replaces it.
///
/// For what is made again at some cost where it is not there: names read, texts decoded, questions answered.
/// It is as fast as a table can be, and its size never changes.
public struct DirectMappedCache<Key: Equatable, Value> {
    @usableFromInline
    struct Entry {
        @usableFromInline var key: Key
        @usableFromInline var value: Value

        @inlinable
        init(key: Key, value: Value) {
            self.key = key
            self.value = value
        }
    }

    @usableFromInline var slots: [Entry?]

    /// An empty cache of so many slots, rounded up to a power of two.
    @inlinable
    public init(slotCount: Int) {
        var size = 1
        while size < slotCount { size *= 2 }
        slots = Array(repeating: nil, count: size)
    }

    /// The value of a key whose hash is this, where it is still there. The lowest bits of the hash select the slot.
    @inlinable
    public subscript(key: Key, hash hash: UInt64) -> Value? {
        @inline(__always) get {
            guard let entry = slots[slot(hash)], entry.key == key else { return nil }
            return entry.value
        }
    }

    /// Sets the value of a key whose hash is this.
    @inlinable @inline(__always)
    public mutating func set(_ key: Key, hash: UInt64, _ value: Value) {
        slots[slot(hash)] = Entry(key: key, value: value)
    }

    /// The value of a key whose hash is this, made where it is not there.
    @inlinable
    public mutating func value(of key: Key, hash: UInt64, _ make: (Key) -> Value) -> Value {
        if let known = self[key, hash: hash] { return known }
        let value = make(key)
        set(key, hash: hash, value)
        return value
    }

    /// Removes everything.
    @inlinable
    public mutating func removeAll() {
        for slot in slots.indices { slots[slot] = nil }
    }

    @inlinable @inline(__always)
    func slot(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (slots.count &- 1) }
}

extension DirectMappedCache: Sendable where Key: Sendable, Value: Sendable {}
extension DirectMappedCache.Entry: Sendable where Key: Sendable, Value: Sendable {}

extension DirectMappedCache where Key: QuicklyHashed {
    /// The value of a key, where it is still there.
    @inlinable
    public subscript(key: Key) -> Value? {
        @inline(__always) get { self[key, hash: Self.hash(key)] }
    }

    /// Sets the value of a key.
    @inlinable
    public mutating func set(_ key: Key, _ value: Value) { set(key, hash: Self.hash(key), value) }

    /// The value of a key, made where it is not there.
    @inlinable
    public mutating func value(of key: Key, _ make: (Key) -> Value) -> Value {
        value(of: key, hash: Self.hash(key), make)
    }

    @inlinable @inline(__always)
    static func hash(_ key: Key) -> UInt64 { UInt64(truncatingIfNeeded: QuickHash.value(key.hashWord)) }
}
