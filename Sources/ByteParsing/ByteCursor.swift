/// A forward reader over a span. Reading past the end throws `truncated` with the offset of the
/// first octet that could not be had; nothing is consumed by a read that throws.
public struct ByteCursor: ~Escapable {
    /// What is read.
    public let bytes: RawSpan
    /// The offset of the next octet, from the start of `bytes`.
    public var offset: Int { @inlinable @inline(__always) get { position } }
    @usableFromInline var position: Int

    /// Starts at the first octet of `bytes`.
    @inlinable @inline(__always)
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes
        self.position = 0
    }

    /// Octets left to read.
    @inlinable @inline(__always)
    public var remaining: Int { bytes.byteCount - position }

    /// Whether everything has been read.
    @inlinable @inline(__always)
    public var isAtEnd: Bool { remaining == 0 }

    @usableFromInline @inline(__always)
    @_lifetime(self: copy self)
    mutating func take(_ count: Int) throws(ParseFault) -> Int {
        guard count >= 0, remaining >= count else { throw ParseFault(.truncated, at: bytes.byteCount) }
        let start = position
        position += count
        return start
    }

    /// The next octet.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func u8() throws(ParseFault) -> UInt8 { bytes.u8(try take(1)) }

    /// The next two octets, big-endian.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func be16() throws(ParseFault) -> UInt16 { bytes.be16(try take(2)) }

    /// The next four octets, big-endian.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func be32() throws(ParseFault) -> UInt32 { bytes.be32(try take(4)) }

    /// The next two octets, little-endian.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func le16() throws(ParseFault) -> UInt16 { bytes.le16(try take(2)) }

    /// The next four octets, little-endian.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func le32() throws(ParseFault) -> UInt32 { bytes.le32(try take(4)) }

    /// The next eight octets, little-endian.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func le64() throws(ParseFault) -> UInt64 { bytes.le64(try take(8)) }

    /// A view of the next `count` octets.
    @inlinable
    @_lifetime(copy self)
    public mutating func span(_ count: Int) throws(ParseFault) -> RawSpan {
        let start = try take(count)
        return bytes.slice(start, start + count)
    }

    /// Steps over `count` octets.
    @inlinable
    @_lifetime(self: copy self)
    public mutating func skip(_ count: Int) throws(ParseFault) { _ = try take(count) }
}
