/// Makes captured text harmless on a terminal, in a log and in a ticket system: what comes off the
/// wire may hold escape sequences, line breaks, or characters that turn the order of the rest.
public enum SafeText {
    /// Whether a scalar could change how the text around it is shown: controls (C0, DEL, C1), line
    /// and paragraph separators, bidirectional controls, zero-width and tag characters, and what is no character.
    public static func isHazardous(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20..<0x7F: false
        case 0..<0x20, 0x7F..<0xA0: true
        case 0xAD, 0x61C, 0x180E: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: true
        case 0xFEFF, 0xFFF9...0xFFFB: true
        // No characters at all; XML admits neither of the last two.
        case 0xFDD0...0xFDEF, 0xFFFE...0xFFFF: true
        case 0xE0000...0xE0FFF: true
        // Fillers, variation selectors and whatever else is not shown at all.
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    /// The text with each hazardous scalar written as `\x1b` or `\u{202e}`.
    public static func escaped(_ text: String) -> String {
        if !text.unicodeScalars.contains(where: isHazardous) { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            if !isHazardous(scalar) {
                out.unicodeScalars.append(scalar)
            } else if scalar.value < 0x80 {
                out += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            } else {
                out += "\\u{" + String(scalar.value, radix: 16) + "}"
            }
        }
        return out
    }

    /// The columns that a text takes on a terminal: two for wide East Asian characters, none for
    /// combining ones.
    public static func columns(_ text: String) -> Int {
        var count = 0
        for scalar in text.unicodeScalars {
            if scalar.value < 0x300 {
                count += 1
            } else if isWide(scalar.value) {
                count += 2
            } else {
                switch scalar.properties.generalCategory {
                case .nonspacingMark, .enclosingMark, .format: break
                default: count += 1
                }
            }
        }
        return count
    }

    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
