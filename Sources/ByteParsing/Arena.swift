/// Growable storage for values that have one owner each and are changed in place, however large they are.
///
/// Indices are bounds-checked; what is in it stays until the whole goes.
@safe public struct Arena<Element: ~Copyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    /// Values in it, from 0.
    public var count: Int { @inlinable @inline(__always) get { used } }
    @usableFromInline var used = 0
    private var capacity = 8

    /// An empty arena.
    public init() { unsafe base = .allocate(capacity: capacity) }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// The value at `index`; traps outside `0..<count`.
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

    /// Adds a value and returns its index.
    public mutating func append(_ element: consuming Element) -> Int {
        if count == capacity {
            capacity *= 2
            let grown = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
            unsafe grown.moveInitialize(from: base, count: count)
            unsafe base.deallocate()
            unsafe base = grown
        }
        unsafe (base + count).initialize(to: element)
        used += 1
        return count - 1
    }
}
// The storage is owned uniquely, so it may move between threads with its owner.
extension Arena: @unchecked Sendable where Element: Sendable & ~Copyable {}
