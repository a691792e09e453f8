import ByteParsing

/// Decodes base64 (RFC 4648, 4) as authentication fields carry it.
public enum Base64 {
    /// Appends the octets that `text` stands for to `target`. White space is passed over, padding
    /// ends the text and may be missing. Returns the offset of the first character that belongs to
    /// no base64, or nil; what stands before it has been decoded.
    public static func decode(_ text: RawSpan, into target: inout ByteBuffer) -> Int? {
        let count = text.byteCount
        var bits: UInt32 = 0
        var held = 0
        var offset = 0
        while offset < count {
            // Nearly all of it comes in whole groups of four.
            if held == 0 { offset = target.append(base64Groups: text, from: offset) }
            guard offset < count else { break }
            let character = text.u8(offset)
            let value = value(UInt32(character))
            if value < 64 {
                bits = bits << 6 | value
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
            offset += 1
        }
        return nil
    }

    /// Appends what the whole groups of four characters stand for that `text` begins with, and returns how many
    /// characters that are.
    static func decodeGroups(_ text: RawSpan, into target: inout ByteBuffer) -> Int {
        target.append(base64Groups: text, from: 0)
    }

    /// 0 to 63 for the character in the lowest octet, or 255 for what is no base64 character.
    @inline(__always)
    private static func value(_ character: UInt32) -> UInt32 { UInt32(alphabet[Int(character & 0xFF)]) }

    private static let alphabet: InlineArray<256, UInt8> = [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 62, 255, 255, 255, 63,
        52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 255, 255, 255, 255, 255, 255,
        255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
        15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 255, 255, 255, 255, 255,
        255, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
        41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    ]
}
