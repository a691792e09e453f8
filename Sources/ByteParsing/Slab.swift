import Glibc

/// Dense, growable storage for plain records, mutated in place: what tables of flows are made of.
///
/// Indices are bounds-checked. Growth doubles up to `maximumCount`, so memory follows use.
@safe public struct Slab<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    /// Records in use, from 0.
    public internal(set) var count: Int
    @usableFromInline var capacity: Int
    /// The most records that it grows to.
    public let maximumCount: Int

    /// An empty slab that grows to at most `maximumCount` records.
    public init(maximumCount: Int, initialCapacity: Int = 64) {
        self.maximumCount = max(maximumCount, 1)
        capacity = min(max(initialCapacity, 1), self.maximumCount)
        count = 0
        unsafe base = Self.resized(nil, capacity)
    }

    deinit { unsafe free(base) }

    /// Memory for so many records. Large blocks are moved by their pages, not copied.
    private static func resized(_ old: UnsafeMutablePointer<Element>?, _ capacity: Int) -> UnsafeMutablePointer<Element> {
        guard let memory = unsafe realloc(old, capacity * MemoryLayout<Element>.stride) else {
            preconditionFailure("out of memory")
        }
        return unsafe memory.bindMemory(to: Element.self, capacity: capacity)
    }

    /// The record at `index`; traps outside `0..<count`.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(index >= 0 && index < count)
            return unsafe UnsafePointer(base + index)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(index >= 0 && index < count)
            return unsafe base + index
        }
    }

    /// Appends a record and returns its index, or nil where the slab is full.
    public mutating func append(_ element: Element) -> Int? {
        if count == capacity {
            guard capacity < maximumCount else { return nil }
            let room = min(capacity * 2, maximumCount)
            unsafe base = Self.resized(base, room)
            capacity = room
        }
        unsafe base[count] = element
        count += 1
        return count - 1
    }

    /// Forgets every record; keeps the memory.
    public mutating func removeAll() { count = 0 }
}
// The storage is owned uniquely, so it may move between threads with its owner.
extension Slab: @unchecked Sendable where Element: Sendable {}
