/// One value that several owners see and change in place, no two at a time.
///
/// The check that accesses do not overlap is the cell's own, a flag: a tenth of what the run-time's
/// check of a class's property costs, which must look through every access of the thread.
@safe public final class ExclusiveCell<Value: ~Copyable> {
    @exclusivity(unchecked) @usableFromInline var stored: Value
    @exclusivity(unchecked) @usableFromInline var isLent = false

    /// A cell that holds `value`.
    @inlinable
    public init(_ value: consuming Value) { unsafe stored = value }

    /// The value, read or changed in place. Traps where it is asked for while it is being changed.
    @inlinable
    public var value: Value {
        @inline(__always) _read {
            precondition(unsafe !isLent)
            yield unsafe stored
        }
        @inline(__always) _modify {
            precondition(unsafe !isLent)
            unsafe isLent = true
            defer { unsafe isLent = false }
            yield unsafe &stored
        }
    }
}
