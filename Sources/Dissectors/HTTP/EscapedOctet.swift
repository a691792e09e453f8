import ByteParsing

/// One character of an address as it is meant: itself, or what a percent-escape stands for, escaped however often
/// (`@`, `%40`, `%2540`, `%u0040`).
struct EscapedOctet {
    /// The character; 0x80 for one that is no ASCII.
    var value: UInt8
    /// How many bytes it is written in.
    var length: Int

    /// The character that begins at `offset`. A percent sign that begins no escape stands for itself.
    @inline(__always)
    init(_ bytes: RawSpan, at offset: Int) {
        let octet = bytes.u8(offset)
        if octet == UInt8(ascii: "%") {
            self = Self.escape(bytes, at: offset)
        } else {
            self.init(value: octet, length: 1)
        }
    }

    private init(value: UInt8, length: Int) {
        self.value = value
        self.length = length
    }

    @inline(never)
    private static func escape(_ bytes: RawSpan, at offset: Int) -> EscapedOctet {
        let count = bytes.byteCount
        var digits = offset + 1
        // `%25` is an escaped percent sign: what follows may be the rest of another escape.
        while digits + 3 < count, bytes.u8(digits) == UInt8(ascii: "2"), bytes.u8(digits + 1) == UInt8(ascii: "5"),
            pair(bytes, at: digits + 2) != nil || bytes.u8(digits + 2) | 0x20 == UInt8(ascii: "u")
        {
            digits += 2
        }
        if let octet = pair(bytes, at: digits) {
            return EscapedOctet(value: min(octet, 0x80), length: digits + 2 - offset)
        }
        if digits + 4 < count, bytes.u8(digits) | 0x20 == UInt8(ascii: "u"), let high = pair(bytes, at: digits + 1),
            let low = pair(bytes, at: digits + 3)
        {
            // The full-width forms stand for ASCII where a server maps characters to the nearest that it has.
            let value = high == 0 ? min(low, 0x80) : high == 0xFF && low < 0x5F ? low + 0x20 : 0x80
            return EscapedOctet(value: value, length: digits + 5 - offset)
        }
        return EscapedOctet(value: UInt8(ascii: "%"), length: 1)
    }

    /// Two hexadecimal digits as a number.
    private static func pair(_ bytes: RawSpan, at offset: Int) -> UInt8? {
        guard offset + 1 < bytes.byteCount, let high = digit(bytes.u8(offset)), let low = digit(bytes.u8(offset + 1))
        else { return nil }
        return high << 4 | low
    }

    /// The value of a hexadecimal digit.
    static func digit(_ octet: UInt8) -> UInt8? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): octet - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): octet - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
