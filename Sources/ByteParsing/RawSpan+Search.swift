import Glibc

extension RawSpan {
    /// The offset of the first `byte` at or after `start`, or nil. Runs at the speed of `memchr`.
    @inlinable
    public func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        guard start >= 0, start < byteCount else { return nil }
        return unsafe withUnsafeBytes { raw -> Int? in
            guard let base = raw.baseAddress,
                let hit = unsafe memchr(base + start, Int32(byte), raw.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(hit) - base
        }
    }

    /// Whether the span holds exactly the same octets as `other`.
    @inlinable
    public func equals(_ other: borrowing RawSpan) -> Bool {
        let count = byteCount
        guard count == other.byteCount else { return false }
        if count == 0 { return true }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return false }
                return unsafe memcmp(a, b, count) == 0
            }
        }
    }

    /// Whether the octets at `offset` are those of `text` (ASCII), letters compared exactly.
    @inlinable
    public func hasASCII(_ text: StaticString, at offset: Int = 0) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset >= 0, byteCount - offset >= count, text.hasPointerRepresentation else { return false }
        return unsafe withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return count == 0 }
            return unsafe memcmp(base + offset, text.utf8Start, count) == 0
        }
    }

    /// Whether the octets at `offset` are those of `text` (ASCII), letters compared without their case.
    @inlinable
    public func hasASCII(_ text: StaticString, at offset: Int, ignoringCase: Bool) -> Bool {
        if !ignoringCase { return hasASCII(text, at: offset) }
        let count = text.utf8CodeUnitCount
        guard offset >= 0, byteCount - offset >= count, text.hasPointerRepresentation else { return false }
        for place in 0..<count {
            let wanted = unsafe text.utf8Start[place]
            let found = u8(offset + place)
            if found == wanted { continue }
            let letter = found | 0x20
            guard letter == wanted | 0x20, letter >= 0x61, letter <= 0x7A else { return false }
        }
        return true
    }

    /// A copy of the octets.
    @inlinable
    public func copyBytes() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// The octets as text; what is not UTF-8 becomes U+FFFD.
    @inlinable
    public func decodeUTF8() -> String {
        unsafe withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
