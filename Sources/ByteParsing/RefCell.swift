/// One value that several owners see and change in place: while it is being changed, nobody else reads or
/// changes it, and while it is being read, nobody changes it.
///
/// The check is the cell's own, a number: a tenth of what the run-time's check of a class's property costs,
/// which must look through every access of the thread.
@safe public final class RefCell<Value: ~Copyable> {
    @exclusivity(unchecked) @usableFromInline var stored: Value
    /// How many read the value now; -1 while it is being changed.
    @exclusivity(unchecked) @usableFromInline var readers = 0

    /// A cell that holds `value`.
    @inlinable
    public init(_ value: consuming Value) { unsafe stored = value }

    /// Whether nobody reads or changes the value now.
    @inlinable
    public var isFree: Bool { unsafe readers == 0 }

    /// The value, read or changed in place. Traps where that would overlap with a change.
    @inlinable
    public var value: Value {
        @inline(__always) _read {
            precondition(unsafe readers >= 0)
            unsafe readers &+= 1
            defer { unsafe readers &-= 1 }
            yield unsafe stored
        }
        @inline(__always) _modify {
            precondition(unsafe readers == 0)
            unsafe readers = -1
            defer { unsafe readers = 0 }
            yield unsafe &stored
        }
    }
}
