import ByteParsing

/// Most targets hold nothing that could be a secret, and that shows at one look at each of their bytes.
extension AddressCleaner {
    /// Where the path of a plain target ends: one of short segments made of letters, digits, `-`, `_` and `.` alone,
    /// none of which announces a secret. nil where it must be looked at more closely.
    ///
    /// `cleanTarget` keeps such a path as it is: `plainTargetsAreCleanedAlike` compares them.
    static func plainPathEnd(_ value: RawSpan) -> Int? {
        let count = value.byteCount
        guard count > 0, value.u8(0) == UInt8(ascii: "/") else { return nil }
        var segment = 1
        var run = 0
        var offset = 1
        while offset < count {
            let octet = value.u8(offset)
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                // Of fewer characters nothing is a token, but for the header of a JSON web token.
                run += 1
                if run >= TokenShape.longWord || run == 3 && value.hasASCII("eyJ", at: offset - 2) { return nil }
            case UInt8(ascii: "."): run = 0
            case UInt8(ascii: "/"):
                if offset == segment || announces(value, from: segment, to: offset) { return nil }
                segment = offset + 1
                run = 0
            case UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "#"): return offset
            default: return nil
            }
            offset += 1
        }
        return count
    }

    /// Whether a segment is a word that a secret follows; most are told by their length and first letter.
    private static func announces(_ value: RawSpan, from start: Int, to end: Int) -> Bool {
        guard mayAnnounce(value.u8(start), length: end - start) else { return false }
        return announcement(value.slice(start, end)) != .nothing
    }

    /// Whether any announcing word has this first letter and length.
    static func mayAnnounce(_ first: UInt8, length: Int) -> Bool {
        let letter = Int(first | 0x20) - 0x61
        return letter >= 0 && letter < 26 && length < 16 && wordLengths[letter] >> UInt16(length) & 1 == 1
    }

    /// The lengths of the words of `secretWords` and `tokenWords`, a bit each, by their first letter.
    private static let wordLengths: InlineArray<26, UInt16> = [
        0x1DD0, 0x0040, 0x0090, 0, 0, 0, 0, 0, 0x0540, 0x0408, 0x0008, 0, 0x0020,
        0, 0x0008, 0x6548, 0, 0x6020, 0x02C8, 0x0060, 0x0800, 0x0040, 0, 0, 0, 0,
    ]
}
