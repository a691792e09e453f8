/// Fixed-width integer reads from a `RawSpan`, at any alignment.
///
/// Every read is bounds-checked, with one comparison less than the span itself takes: an offset outside it traps.
/// Callers check a header's length once and then read its fields plainly; no offset that comes from a capture is used
/// unchecked.
extension RawSpan {
    /// The octet at `offset`.
    @inlinable @inline(__always)
    public func u8(_ offset: Int) -> UInt8 {
        precondition(UInt(bitPattern: offset) < UInt(bitPattern: byteCount), "an octet outside the span")
        return unsafe unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
    }

    /// The big-endian (network order) 16-bit integer at `offset`.
    @inlinable @inline(__always)
    public func be16(_ offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset <= byteCount &- 2, "octets outside the span")
        return unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian (network order) 32-bit integer at `offset`.
    @inlinable @inline(__always)
    public func be32(_ offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= byteCount &- 4, "octets outside the span")
        return unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// The big-endian (network order) 64-bit integer at `offset`.
    @inlinable @inline(__always)
    public func be64(_ offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= byteCount &- 8, "octets outside the span")
        return unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The little-endian 16-bit integer at `offset`.
    @inlinable @inline(__always)
    public func le16(_ offset: Int) -> UInt16 {
        precondition(offset >= 0 && offset <= byteCount &- 2, "octets outside the span")
        return unsafe UInt16(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// The little-endian 32-bit integer at `offset`.
    @inlinable @inline(__always)
    public func le32(_ offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= byteCount &- 4, "octets outside the span")
        return unsafe UInt32(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// The little-endian 64-bit integer at `offset`.
    @inlinable @inline(__always)
    public func le64(_ offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= byteCount &- 8, "octets outside the span")
        return unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The 16-bit integer at `offset` in the given order.
    @inlinable @inline(__always)
    public func u16(_ offset: Int, bigEndian: Bool) -> UInt16 {
        bigEndian ? be16(offset) : le16(offset)
    }

    /// The 32-bit integer at `offset` in the given order.
    @inlinable @inline(__always)
    public func u32(_ offset: Int, bigEndian: Bool) -> UInt32 {
        bigEndian ? be32(offset) : le32(offset)
    }

    /// The 64-bit integer at `offset` in the given order.
    @inlinable @inline(__always)
    public func u64(_ offset: Int, bigEndian: Bool) -> UInt64 {
        bigEndian ? be64(offset) : le64(offset)
    }

    /// The big-endian 16-bit integer at `offset`; nil where it is not all there.
    @inlinable @inline(__always)
    public func be16(ifThere offset: Int) -> UInt16? {
        guard offset >= 0, byteCount &- offset >= 2 else { return nil }
        return unsafe UInt16(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self))
    }

    /// The big-endian 32-bit integer at `offset`; nil where it is not all there.
    @inlinable @inline(__always)
    public func be32(ifThere offset: Int) -> UInt32? {
        guard offset >= 0, byteCount &- offset >= 4 else { return nil }
        return unsafe UInt32(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self))
    }

    /// The big-endian 64-bit integer at `offset`; nil where it is not all there.
    @inlinable @inline(__always)
    public func be64(ifThere offset: Int) -> UInt64? {
        guard offset >= 0, byteCount &- offset >= 8 else { return nil }
        return unsafe UInt64(bigEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }

    /// The `count` bytes from `start` on; nil where they are not all there.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func slice(ifThere start: Int, count: Int) -> RawSpan? {
        guard start >= 0, count >= 0, count <= byteCount &- start else { return nil }
        return unsafe extracting(unchecked: Range(uncheckedBounds: (start, start &+ count)))
    }

    /// The bytes from `lowerBound` up to, not including, `upperBound`. Traps outside the span.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func slice(_ lowerBound: Int, _ upperBound: Int) -> RawSpan {
        // Two comparisons; the span's own check makes four.
        precondition(
            UInt(bitPattern: upperBound) <= UInt(bitPattern: byteCount)
                && UInt(bitPattern: lowerBound) <= UInt(bitPattern: upperBound), "a slice outside the span")
        return unsafe extracting(unchecked: Range(uncheckedBounds: (lowerBound, upperBound)))
    }

    /// The bytes from `lowerBound` to the end. Traps past the end.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public func slice(from lowerBound: Int) -> RawSpan {
        slice(lowerBound, byteCount)
    }
}
