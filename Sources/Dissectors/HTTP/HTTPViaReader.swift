import ByteParsing

/// Takes a Via field apart (RFC 9110, 7.6.3): `[protocol "/"] version RWS received-by [RWS comment]`, a list of them.
struct HTTPViaReader: ~Escapable {
    /// One proxy: where its protocol and its name stand.
    struct Hop {
        var version: Range<Int>
        var name: Range<Int>
        /// Whether the protocol looks like one, and a name follows it.
        var isPlain: Bool
    }

    private let bytes: RawSpan
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    /// The next proxy; nil at the end.
    @_lifetime(self: copy self)
    mutating func next() -> Hop? {
        skip { $0.isHTTPSpace || $0 == UInt8(ascii: ",") }
        if position >= bytes.byteCount { return nil }
        let version = word()
        skip(while: \.isHTTPSpace)
        let name = position < bytes.byteCount && bytes.u8(position) == UInt8(ascii: "(") ? position..<position : word()
        var isPlain = version.count <= 12 && !name.isEmpty
        for offset in version where !bytes.u8(offset).isTokenCharacter && bytes.u8(offset) != UInt8(ascii: "/") {
            isPlain = false
        }
        if TokenShape.holdsToken(bytes.slice(version.lowerBound, version.upperBound)) || !holdsDigit(version) {
            isPlain = false
        }
        skipToComma()
        return Hop(version: version, name: name, isPlain: isPlain)
    }

    /// A protocol has a version.
    private func holdsDigit(_ range: Range<Int>) -> Bool {
        for offset in range where bytes.u8(offset).decimalDigit != nil { return true }
        return false
    }

    @_lifetime(self: copy self)
    private mutating func word() -> Range<Int> {
        let start = position
        skip { !$0.isHTTPSpace && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "(") }
        return start..<position
    }

    /// A comma inside a comment ends nothing.
    @_lifetime(self: copy self)
    private mutating func skipToComma() {
        var depth = 0
        while position < bytes.byteCount {
            let octet = bytes.u8(position)
            if octet == UInt8(ascii: "(") { depth += 1 }
            if octet == UInt8(ascii: ")") { depth = max(depth - 1, 0) }
            if octet == UInt8(ascii: ","), depth == 0 { return }
            position += octet == UInt8(ascii: "\\") ? 2 : 1
        }
    }

    @_lifetime(self: copy self)
    private mutating func skip(while isSkipped: (UInt8) -> Bool) {
        while position < bytes.byteCount, isSkipped(bytes.u8(position)) { position += 1 }
    }
}
