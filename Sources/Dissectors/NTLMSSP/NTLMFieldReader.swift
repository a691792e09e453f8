import ByteParsing

/// Reads the fixed fields of an NTLMSSP message and the payload that they point to: a length of two
/// octets, a second one to be ignored, and an offset of four from the message's start (MS-NLMP 2.2.1).
struct NTLMFieldReader: ~Escapable {
    /// The longest name that is read, in octets.
    static let longestName = 1024

    let bytes: RawSpan
    let isCut: Bool
    let names: NameTable

    @_lifetime(copy bytes)
    init(bytes: RawSpan, isCut: Bool, names: NameTable) {
        self.bytes = bytes
        self.isCut = isCut
        self.names = names
    }

    /// The 16-bit integer at a fixed offset.
    func le16(_ offset: Int) throws(ParseFault) -> UInt16 {
        try require(offset + 2)
        return bytes.le16(offset)
    }

    /// The 32-bit integer at a fixed offset.
    func le32(_ offset: Int) throws(ParseFault) -> UInt32 {
        try require(offset + 4)
        return bytes.le32(offset)
    }

    /// What the field at `offset` points to; nil where its length is zero.
    @_lifetime(copy self)
    func payload(at offset: Int) throws(ParseFault) -> RawSpan? {
        try require(offset + 8)
        let length = Int(bytes.le16(offset))
        if length == 0 { return nil }
        let start = payloadOffset(at: offset)
        guard start <= bytes.byteCount, bytes.byteCount - start >= length else {
            throw ParseFault(isCut ? .truncated : .malformed, at: isCut ? bytes.byteCount : offset)
        }
        return bytes.slice(start, start + length)
    }

    /// The offset that the field at `offset`, which has been read, points to.
    func payloadOffset(at offset: Int) -> Int { Int(bytes.le32(offset + 4)) }

    /// The smallest offset that the fields at `offsets`, which have been read, point to.
    func firstPayloadOffset(of offsets: InlineArray<5, Int>) -> Int {
        var first = Int.max
        for index in offsets.indices where bytes.le16(offsets[index]) > 0 {
            first = min(first, payloadOffset(at: offsets[index]))
        }
        return first
    }

    /// The name that the field at `offset` points to: UTF-16LE, or octets of an unknown code page
    /// that are kept as they are.
    func name(at offset: Int, isUnicode: Bool, _ text: inout ByteBuffer) throws(ParseFault) -> NameID {
        guard let octets = try payload(at: offset) else { return .empty }
        if isUnicode { return Self.unicode(octets, names, &text) }
        return names.internHeader(octets.slice(0, min(octets.byteCount, Self.longestName)))
    }

    /// A name in UTF-16LE; an unpaired surrogate becomes U+FFFD.
    static func unicode(_ octets: RawSpan, _ names: NameTable, _ text: inout ByteBuffer) -> NameID {
        text.removeAll()
        let end = min(octets.byteCount, longestName) & ~1
        var position = 0
        while position < end {
            let unit = octets.le16(position)
            position += 2
            var scalar = Unicode.Scalar(UInt32(unit)) ?? "\u{FFFD}"
            if unit & 0xFC00 == 0xD800, position < end, octets.le16(position) & 0xFC00 == 0xDC00 {
                let low = octets.le16(position)
                position += 2
                scalar = Unicode.Scalar(0x10000 + (UInt32(unit & 0x3FF) << 10 | UInt32(low & 0x3FF))) ?? "\u{FFFD}"
            }
            for octet in scalar.utf8 { text.append(octet) }
        }
        return names.internHeader(text.bytes)
    }

    private func require(_ end: Int) throws(ParseFault) {
        guard bytes.byteCount >= end else { throw ParseFault(isCut ? .truncated : .malformed, at: bytes.byteCount) }
    }
}
