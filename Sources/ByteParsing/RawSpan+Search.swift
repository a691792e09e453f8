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
    @inlinable @inline(__always)
    public func equals(_ other: borrowing RawSpan) -> Bool {
        let count = byteCount
        guard count == other.byteCount else { return false }
        if count <= 32 { return equalsShort(other) }
        return unsafe withUnsafeBytes { left in
            unsafe other.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return false }
                return unsafe memcmp(a, b, count) == 0
            }
        }
    }

    /// The same for two of one length of at most 32: by words, the last of which overlaps the one before it.
    @inlinable @inline(__always)
    func equalsShort(_ other: borrowing RawSpan) -> Bool {
        let count = byteCount
        if count >= 8 {
            var offset = 0
            while count &- offset > 8 {
                if le64(offset) != other.le64(offset) { return false }
                offset &+= 8
            }
            return le64(count &- 8) == other.le64(count &- 8)
        }
        if count >= 4 { return le32(0) == other.le32(0) && le32(count &- 4) == other.le32(count &- 4) }
        var offset = 0
        while offset < count {
            if u8(offset) != other.u8(offset) { return false }
            offset &+= 1
        }
        return true
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
    @inlinable @inline(__always)
    public func hasASCII(_ text: StaticString, at offset: Int, ignoringCase: Bool) -> Bool {
        if !ignoringCase { return hasASCII(text, at: offset) }
        let count = text.utf8CodeUnitCount
        guard offset >= 0, byteCount - offset >= count, text.hasPointerRepresentation else { return false }
        let wanted = unsafe UnsafeRawPointer(text.utf8Start)
        var place = 0
        // By words, the last of which overlaps the one before it.
        while count - place >= 8 {
            let word = unsafe wanted.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            guard Self.isCaseless(UInt64(littleEndian: word), le64(offset + place)) else { return false }
            place += 8
        }
        if place == count { return true }
        if count >= 8 {
            let word = unsafe wanted.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
            return Self.isCaseless(UInt64(littleEndian: word), le64(offset + count - 8))
        }
        if count >= 4 {
            let first = unsafe UInt32(littleEndian: wanted.loadUnaligned(as: UInt32.self))
            let last = unsafe UInt32(littleEndian: wanted.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self))
            return Self.isCaseless(
                UInt64(first) << 32 | UInt64(last), UInt64(le32(offset)) << 32 | UInt64(le32(offset + count - 4)))
        }
        while place < count {
            let octet = unsafe wanted.load(fromByteOffset: place, as: UInt8.self)
            guard Self.isCaseless(UInt64(octet), UInt64(u8(offset + place))) else { return false }
            place += 1
        }
        return true
    }

    /// Whether eight octets are these, all of them ASCII, but for the case of letters.
    @inlinable @inline(__always)
    static func isCaseless(_ wanted: UInt64, _ found: UInt64) -> Bool {
        let difference = wanted ^ found
        if difference == 0 { return true }
        // Octets may differ in the bit of their case, and only where they are letters.
        guard difference & ~0x2020_2020_2020_2020 == 0 else { return false }
        let small = wanted | 0x2020_2020_2020_2020
        // The upper bit of an octet is set from `a` on, and of another from behind `z` on.
        let letters = (small &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(small &+ 0x0505_0505_0505_0505)
        return (difference << 2) & ~letters == 0
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
