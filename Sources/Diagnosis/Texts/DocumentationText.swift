/// Fills the placeholders of documentation texts.
public enum DocumentationText {
    /// What a text is for: captured names are let into commands only where they are harmless, and into some
    /// commands only where the capture vouches for them.
    public enum Purpose: Sendable, Equatable {
        case prose
        case command(DocumentedFix.Effect)
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
            switch purpose {
            case .prose: out += values.prose(key)
            case .command(let effect): out += values.command(key, effect)
            }
            rest = rest[rest.index(after: close)...]
        }
        return out + rest
    }

    /// The keys of a text's placeholders, in order.
    static func keys(_ text: StaticString) -> [String] {
        var keys: [String] = []
        var rest = text.description[...]
        while let open = rest.firstIndex(of: "{") {
            rest = rest[rest.index(after: open)...]
            guard let close = rest.firstIndex(of: "}"), isKey(rest[..<close]) else { continue }
            keys.append(String(rest[..<close]))
        }
        return keys
    }

    private static func isKey(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || ($0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z")) }
    }
}
