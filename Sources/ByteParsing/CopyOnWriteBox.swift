/// A value that several owners read and nobody alters: only who holds it alone may change it, and whoever
/// else would gets a copy. It is read in its place, however large it is.
@safe public struct CopyOnWriteBox<Value> {
    // Whoever changes it has just seen that there is no other owner, so that no reading can overlap with that.
    @usableFromInline
    final class Box {
        @exclusivity(unchecked) @usableFromInline var stored: Value

        @inlinable
        init(_ value: consuming Value) { unsafe stored = value }
    }
    @usableFromInline var box: Box

    /// A value with one owner.
    @inlinable
    public init(_ value: consuming Value) { box = Box(value) }

    /// The value.
    @inlinable
    public var value: Value {
        @inline(__always) _read { yield unsafe box.stored }
    }

    /// The value, to be changed: in its place where nobody else holds it, else as a copy of its own.
    @inlinable
    public var mutable: Value {
        @inline(__always) _read { yield unsafe box.stored }
        @inline(__always) _modify {
            if !isKnownUniquelyReferenced(&box) { box = Box(unsafe box.stored) }
            yield unsafe &box.stored
        }
    }

    /// Whether nobody else holds it.
    public var isUniquelyReferenced: Bool {
        @inlinable @inline(__always) mutating get { isKnownUniquelyReferenced(&box) }
    }

    /// Whether both are one value, not only equal.
    @inlinable
    public func isSame(as other: CopyOnWriteBox) -> Bool { box === other.box }
}
// It is altered only where there is one owner.
extension CopyOnWriteBox: @unchecked Sendable where Value: Sendable {}

/// Boxes that have one owner again, kept for reuse, so that a steady coming and going of them allocates nothing.
public struct BoxPool<Value> {
    @usableFromInline var free: [CopyOnWriteBox<Value>] = []
    @usableFromInline let maximumCount: Int

    /// A pool that keeps at most so many.
    public init(maximumCount: Int = 256) { self.maximumCount = maximumCount }

    /// A value of one owner: what it was when it was recycled, or a new one.
    @inlinable
    public mutating func acquire(_ make: () -> Value) -> CopyOnWriteBox<Value> {
        guard let box = free.popLast() else { return CopyOnWriteBox(make()) }
        // The next one may have lain here for long.
        if !free.isEmpty { free[free.count - 1].prefetch() }
        return box
    }

    /// Takes a value back from its last owner, who lets go of it then, when `clear` has let go of what it holds
    /// itself. Where there are other owners nothing happens.
    @inlinable
    public mutating func recycle(_ box: inout CopyOnWriteBox<Value>, _ clear: (inout Value) -> Void = { _ in }) {
        guard box.isUniquelyReferenced, free.count < maximumCount else { return }
        clear(&box.mutable)
        free.append(box)
    }
}
