/// A short run of octets kept in place, without heap: where a name is put together before it is
/// looked up. What does not fit is not kept.
@frozen @safe public struct InlineBytes<let capacity: Int>: ~Copyable {
    @usableFromInline var storage: InlineArray<capacity, UInt8>
    /// Octets held.
    public var count: Int { @inlinable @inline(__always) get { held } }
    @usableFromInline var held: Int

    /// An empty run.
    @inlinable @inline(__always)
    public init() {
        storage = InlineArray(repeating: 0)
        held = 0
    }

    /// A view of what is held.
    public var bytes: RawSpan {
        @inlinable @inline(__always)
        @_lifetime(borrow self)
        get { unsafe storage.span.bytes.extracting(0..<held) }
    }

    /// Appends a copy of as much of `bytes` as fits.
    @inlinable @inline(__always)
    public mutating func append(_ bytes: borrowing RawSpan) {
        let kept = min(bytes.byteCount, capacity - held)
        for index in 0..<kept { storage[held + index] = bytes.u8(index) }
        held += kept
    }

    /// Appends one octet where it fits.
    @inlinable @inline(__always)
    public mutating func append(_ byte: UInt8) {
        guard held < capacity else { return }
        storage[held] = byte
        held += 1
    }
}
