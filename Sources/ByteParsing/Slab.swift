import Glibc

/// Dense, growable storage for plain records, mutated in place: what tables of flows are made of.
///
/// Indices are bounds-checked. Growth doubles up to `maximumCount`, so memory follows use.
@safe public struct Slab<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    /// Records in use, from 0.
    public var count: Int { @inlinable @inline(__always) get { used } }
    @usableFromInline var used: Int
    @usableFromInline var capacity: Int
    /// The most records that it grows to.
    public let maximumCount: Int

    /// An empty slab that grows to at most `maximumCount` records.
    public init(maximumCount: Int, initialCapacity: Int = 64) {
        self.maximumCount = max(maximumCount, 1)
        capacity = min(max(initialCapacity, 1), self.maximumCount)
        used = 0
        unsafe base = Self.resized(nil, capacity)
    }

    deinit { unsafe free(base) }

    /// Memory for so many records. Large blocks are moved by their pages, not copied.
    @usableFromInline
    static func resized(_ old: UnsafeMutablePointer<Element>?, _ capacity: Int) -> UnsafeMutablePointer<Element> {
        guard let memory = unsafe realloc(old, capacity * MemoryLayout<Element>.stride) else {
            preconditionFailure("out of memory")
        }
        return unsafe memory.bindMemory(to: Element.self, capacity: capacity)
    }

    /// The record at `index`; traps outside `0..<count`.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(index >= 0 && index < used)
            return unsafe UnsafePointer(base + index)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(index >= 0 && index < used)
            return unsafe base + index
        }
    }

    /// Makes room for more records; false where there may be none.
    @inline(never)
    @usableFromInline
    mutating func grow() -> Bool {
        guard capacity < maximumCount else { return false }
        let room = min(capacity &* 2, maximumCount)
        unsafe base = Self.resized(base, room)
        capacity = room
        return true
    }

    /// Appends a copy of the record at `index`, which is there, and returns where that is, or nil where the slab is full.
    @inlinable
    public mutating func append(copyOf index: Int) -> Int? {
        precondition(index >= 0 && index < used)
        guard used < capacity || grow() else { return nil }
        unsafe (base + used).update(from: base + index, count: 1)
        used += 1
        return used - 1
    }

    /// Appends a copy of a large record, which is `inout` so that it is copied once only, and returns its index, or nil where
    /// the slab is full.
    @inlinable
    public mutating func append(large element: inout Element) -> Int? {
        guard used < capacity || grow() else { return nil }
        let place = unsafe base + used
        unsafe withUnsafeMutablePointer(to: &element) { unsafe place.update(from: $0, count: 1) }
        used += 1
        return used - 1
    }

    /// Makes the record at one index a copy of that at another; both are there.
    @inlinable
    public mutating func copy(from source: Int, to target: Int) {
        precondition(source >= 0 && source < used && target >= 0 && target < used)
        if source != target { unsafe (base + target).update(from: base + source, count: 1) }
    }

    /// Appends a record and returns its index, or nil where the slab is full.
    @inlinable @inline(__always)
    public mutating func append(_ element: Element) -> Int? {
        guard used < capacity || grow() else { return nil }
        unsafe base[used] = element
        used += 1
        return used - 1
    }

    /// Takes the last record away; nil where there is none.
    @inlinable
    public mutating func removeLast() -> Element? {
        if used == 0 { return nil }
        used -= 1
        return unsafe base[used]
    }

    /// Forgets every record; keeps the memory.
    @inlinable
    public mutating func removeAll() { used = 0 }

    /// Forgets all but the first `count` records.
    public mutating func keepFirst(_ count: Int) { used = min(max(count, 0), used) }
}
// The storage is owned uniquely, so it may move between threads with its owner.
extension Slab: @unchecked Sendable where Element: Sendable {}
