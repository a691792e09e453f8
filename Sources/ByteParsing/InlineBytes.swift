/// A short run of octets kept in place, without heap: where a name is put together before it is
/// looked up. What does not fit is not kept; ask `hasRoom` first where that matters.
@safe public struct InlineBytes<let capacity: Int>: ~Copyable {
    @usableFromInline var storage: InlineArray<capacity, UInt8>
    /// Octets held.
    public private(set) var count = 0

    /// An empty run.
    public init() { storage = InlineArray(repeating: 0) }

    /// A view of what is held.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { unsafe storage.span.bytes.extracting(0..<count) }
    }

    /// Whether so many more octets fit.
    public func hasRoom(_ more: Int) -> Bool { more <= capacity - count }

    /// Appends a copy of as much of `bytes` as fits.
    public mutating func append(_ bytes: borrowing RawSpan) {
        let kept = min(bytes.byteCount, capacity - count)
        for index in 0..<kept { storage[count + index] = bytes.u8(index) }
        count += kept
    }

    /// Appends one octet where it fits.
    public mutating func append(_ byte: UInt8) {
        guard count < capacity else { return }
        storage[count] = byte
        count += 1
    }
}
