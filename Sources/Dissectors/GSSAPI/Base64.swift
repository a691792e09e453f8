import ByteParsing

/// Decodes base64 (RFC 4648, 4) as authentication fields carry it.
public enum Base64 {
    /// Appends the octets that `text` stands for to `target`. White space is passed over, padding
    /// ends the text and may be missing. Returns the offset of the first character that belongs to
    /// no base64, or nil; what stands before it has been decoded.
    public static func decode(_ text: RawSpan, into target: inout ByteBuffer) -> Int? {
        let count = text.byteCount
        target.reserve(count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var held = 0
        for offset in 0..<count {
            let character = text.u8(offset)
            let value = Self.value(of: character)
            if value < 64 {
                bits = bits << 6 | UInt32(value)
                held += 6
                if held >= 8 {
                    held -= 8
                    target.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                }
            } else if character == UInt8(ascii: "=") {
                return nil
            } else if !character.isHTTPSpace {
                return offset
            }
        }
        return nil
    }

    /// 0 to 63, or 255 for what is no base64 character.
    @inline(__always)
    private static func value(of character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 255
        }
    }
}
