/// Fills the placeholders of documentation texts.
public enum DocumentationText {
    /// What a text is for: captured names are let into commands only where they are harmless.
    public enum Purpose: Sendable {
        case prose, command
    }

    /// The text with each `{key}` replaced, once and from left to right: a captured name that looks
    /// like a placeholder stays as it is.
    public static func fill(_ text: StaticString, _ values: TextValues, for purpose: Purpose = .prose) -> String {
        var out = ""
        var rest = text.description[...]
        while let open = rest.firstIndex(of: "{") {
            out += rest[..<open]
            let after = rest.index(after: open)
            guard let close = rest[after...].firstIndex(of: "}"), isKey(rest[after..<close]) else {
                // A brace of the text itself, as in a script block.
                out += "{"
                rest = rest[after...]
                continue
            }
            let key = String(rest[after..<close])
            out += purpose == .command ? values.command(key) : values.prose(key)
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    private static func isKey(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) }
    }
}
