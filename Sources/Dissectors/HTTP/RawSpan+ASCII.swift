import ByteParsing

/// Comparisons and trims that ignore the case of ASCII letters, as HTTP's names demand
/// (RFC 9110, 5.1 and 11.1).
extension RawSpan {
    /// The octet at `offset`, an ASCII capital turned into its small letter.
    @inline(__always)
    func lowercased(_ offset: Int) -> UInt8 {
        let octet = u8(offset)
        return octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") ? octet | 0x20 : octet
    }

    /// Whether the octets are those of `name`, which is written in small letters.
    @inline(__always)
    func isCaseless(_ name: StaticString) -> Bool {
        byteCount == name.utf8CodeUnitCount && hasASCII(name, at: 0, ignoringCase: true)
    }

    /// Whether the octets from `offset` begin with `name`, which is written in small letters.
    @inline(__always)
    func hasCaselessPrefix(_ name: String, at offset: Int) -> Bool {
        guard byteCount - offset >= name.utf8.count else { return false }
        var position = offset
        for octet in name.utf8 {
            if lowercased(position) != octet { return false }
            position += 1
        }
        return true
    }

    /// Whether `phrase`, written in small letters and not empty, stands anywhere in the octets.
    func containsCaseless(_ phrase: String) -> Bool {
        let last = byteCount - phrase.utf8.count
        if last < 0 { return false }
        for start in 0...last where hasCaselessPrefix(phrase, at: start) { return true }
        return false
    }

    /// The octets without the white space around them; line ends count as white space, as folded
    /// lines have them inside (RFC 9112, 5.2).
    @inline(__always)
    @_lifetime(copy self)
    func trimmed() -> RawSpan {
        // A space before, if anything, and a carriage return behind, if anything, is how nearly all are written.
        if byteCount >= 3 {
            let start = u8(0) == 0x20 ? 1 : 0
            let end = u8(byteCount &- 1) == 0x0D ? byteCount &- 1 : byteCount
            if u8(start) > 0x20, u8(end &- 1) > 0x20 { return slice(start, end) }
        }
        return trimmedAnyhow()
    }

    @inline(never)
    @_lifetime(copy self)
    private func trimmedAnyhow() -> RawSpan {
        var start = 0
        var end = byteCount
        while start < end, u8(start).isHTTPSpace { start += 1 }
        while end > start, u8(end - 1).isHTTPSpace { end -= 1 }
        return slice(start, end)
    }
}

extension UInt8 {
    /// Space, tab, or an octet of a line end.
    @inline(__always)
    var isHTTPSpace: Bool { self <= 0x20 && (self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A) }

    /// Space or tab.
    @inline(__always)
    var isBlank: Bool { self <= 0x20 && (self == 0x20 || self == 0x09) }

    /// CR or LF.
    @inline(__always)
    var isLineEnd: Bool { self == 0x0D || self == 0x0A }

    /// The value of a decimal digit, or nil.
    @inline(__always)
    var decimalDigit: Int? {
        self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") ? Int(self &- UInt8(ascii: "0")) : nil
    }

    /// A character of a token (RFC 9110, 5.6.2): methods and field names are made of them.
    var isTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            return true
        default:
            return false
        }
    }
}
