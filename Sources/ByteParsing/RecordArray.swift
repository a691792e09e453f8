import Glibc

/// Dense, growable storage for plain records, mutated in place: what tables of flows are made of.
///
/// Indices are bounds-checked. Growth doubles up to `maximumCount`, so memory follows use.
@safe public struct RecordArray<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    /// What was asked for, and is given back: the records begin with the first whole cache line in it.
    @usableFromInline var memory: UnsafeMutableRawPointer?
    /// Records in use, from 0.
    public var count: Int { @inlinable @inline(__always) get { used } }
    @usableFromInline var used: Int
    @usableFromInline var capacity: Int
    /// The most records that it grows to.
    public let maximumCount: Int

    /// An empty array that grows to at most `maximumCount` records.
    public init(maximumCount: Int, initialCapacity: Int = 64) {
        self.maximumCount = max(maximumCount, 1)
        capacity = min(max(initialCapacity, 1), self.maximumCount)
        used = 0
        unsafe memory = nil
        unsafe base = Self.resized(&memory, from: 0, to: capacity)
    }

    /// So many records, all the same, and no room for more.
    public init(count: Int, of element: Element) {
        self.init(maximumCount: count, initialCapacity: count)
        for _ in 0..<count { _ = append(element) }
    }

    deinit { unsafe free(memory) }

    /// Memory for so many records. Large blocks are moved by their pages, not copied.
    @usableFromInline
    static func resized(_ memory: inout UnsafeMutableRawPointer?, from old: Int, to capacity: Int)
        -> UnsafeMutablePointer<Element>
    {
        let line = 64
        let stride = MemoryLayout<Element>.stride
        let before = unsafe memory.map { line - 1 - (Int(bitPattern: $0) + line - 1) % line } ?? 0
        guard let fresh = unsafe realloc(memory, capacity * stride + line) else { preconditionFailure("out of memory") }
        let after = line - 1 - (Int(bitPattern: fresh) + line - 1) % line
        if after != before { unsafe memmove(fresh + after, fresh + before, old * stride) }
        unsafe memory = fresh
        return unsafe (fresh + after).bindMemory(to: Element.self, capacity: capacity)
    }

    /// The record at `index`; traps outside `0..<count`.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(isThere(index))
            return unsafe UnsafePointer(base + index)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(isThere(index))
            return unsafe base + index
        }
    }

    /// One comparison, for `used` is never negative.
    @inlinable @inline(__always)
    func isThere(_ index: Int) -> Bool { UInt(bitPattern: index) < UInt(bitPattern: used) }

    /// Doubles the memory, as far as that is allowed; else false.
    @inlinable @inline(never)
    mutating func grow() -> Bool {
        guard capacity < maximumCount else { return false }
        let room = min(capacity &* 2, maximumCount)
        unsafe base = Self.resized(&memory, from: used, to: room)
        capacity = room
        return true
    }

    /// Appends a copy of the record at `index`, which is there, and returns where that is, or nil where the array is
    /// full.
    @inlinable
    public mutating func append(copyOf index: Int) -> Int? {
        precondition(index >= 0 && index < used)
        if used == capacity, !grow() { return nil }
        unsafe (base + used).update(from: base + index, count: 1)
        used += 1
        return used - 1
    }

    /// Appends a copy of a large record, which is `inout` so that it is copied once only, and returns its index, or nil
    /// where the array is full.
    @inlinable
    public mutating func append(large element: inout Element) -> Int? {
        if used == capacity, !grow() { return nil }
        let place = unsafe base + used
        // Not by `update`, which would read beyond it what pads a record here.
        unsafe withUnsafeMutablePointer(to: &element) {
            unsafe UnsafeMutableRawPointer(place).copyMemory(from: $0, byteCount: MemoryLayout<Element>.size)
        }
        used += 1
        return used - 1
    }

    /// Makes the record at one index a copy of that at another; both are there.
    @inlinable
    public mutating func copy(from source: Int, to target: Int) {
        precondition(source >= 0 && source < used && target >= 0 && target < used)
        if source != target { unsafe (base + target).update(from: base + source, count: 1) }
    }

    /// Appends a record and returns its index, or nil where the array is full.
    @inlinable @inline(__always)
    public mutating func append(_ element: Element) -> Int? {
        if used == capacity, !grow() { return nil }
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
extension RecordArray: @unchecked Sendable where Element: Sendable {}
