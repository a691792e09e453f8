/// One plain value that several owners see: read and written whole, so that the run-time check of
/// exclusive access, which costs more than most of what asks, has nothing to protect.
///
/// The value holds no references and no access lasts beyond one copy of it.
@safe public final class Cell<Value: BitwiseCopyable> {
    @exclusivity(unchecked) @usableFromInline var stored: Value

    /// A cell that holds `value`.
    @inlinable
    public init(_ value: Value) { unsafe stored = value }

    /// The value.
    @inlinable
    public var value: Value {
        @inline(__always) get { unsafe stored }
        @inline(__always) set { unsafe stored = newValue }
    }
}
