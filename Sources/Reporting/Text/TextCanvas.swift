import Dissectors

/// A page of text that wraps what it is given. Everything that is put on it is made harmless here,
/// so no caller can forget it.
struct TextCanvas {
    let style: TextStyle
    private(set) var text = ""

    init(_ style: TextStyle) { self.style = style }

    /// An empty line; never two in a row, none at the top.
    mutating func gap() {
        if !text.isEmpty, !text.hasSuffix("\n\n") { text += "\n" }
    }

    /// A heading of its own line.
    mutating func heading(_ title: String) {
        gap()
        text += ink(SafeText.escaped(title), .strong) + "\n"
    }

    /// A paragraph, wrapped; `label` stands before its first line and further lines are indented to
    /// where the text begins.
    mutating func paragraph(
        _ body: String, indent: Int = 0, label: String = "", labelInk: Ink = .plain,
        hang: Int? = nil, ink bodyInk: Ink = .plain
    ) {
        let label = SafeText.escaped(label)
        let margin = String(repeating: " ", count: indent)
        let hanging = hang ?? (indent + SafeText.columns(label))
        var first = margin + ink(label, labelInk)
        let firstColumn = indent + SafeText.columns(label)
        if hanging > firstColumn, !label.isEmpty { first += String(repeating: " ", count: hanging - firstColumn) }
        let start = label.isEmpty ? indent : max(hanging, firstColumn)
        let lines = Self.wrapped(SafeText.escaped(body), first: style.width - start, rest: style.width - hanging)
        if lines.isEmpty {
            let bare = Self.trimmed(label)
            text += margin + ink(bare, labelInk) + "\n"
        }
        for (number, line) in lines.enumerated() {
            text += number == 0 ? first : String(repeating: " ", count: hanging)
            text += ink(line, bodyInk) + "\n"
        }
    }

    /// A command on a line of its own, never wrapped: it is there to be copied.
    mutating func command(_ command: String, indent: Int) {
        text += String(repeating: " ", count: indent) + ink(SafeText.escaped(command), .command) + "\n"
    }

    /// Text with its colour, where colour may be used.
    private func ink(_ text: String, _ ink: Ink) -> String {
        guard style.usesColour, ink != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(ink.parameters)m\(text)\u{1B}[0m"
    }

    private static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }

    /// The words of a text in lines of at most so many columns. A longer word has a line of its own.
    static func wrapped(_ text: String, first: Int, rest: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        var used = 0
        for word in text.split(separator: " ") {
            let width = SafeText.columns(String(word))
            let room = lines.isEmpty ? first : rest
            if used > 0, used + 1 + width > room {
                lines.append(line)
                line = ""
                used = 0
            }
            if used > 0 { line += " " }
            line += word
            used += (used > 0 ? 1 : 0) + width
        }
        if used > 0 { lines.append(line) }
        return lines
    }
}

extension String {
    /// The text with spaces behind it up to so many columns.
    func padded(to columns: Int) -> String {
        self + String(repeating: " ", count: max(0, columns - SafeText.columns(self)))
    }

    /// The text with spaces before it up to so many columns.
    func rightAligned(to columns: Int) -> String {
        String(repeating: " ", count: max(0, columns - SafeText.columns(self))) + self
    }

    /// At most so many columns, the end marked where it was cut.
    func shortened(to columns: Int) -> String {
        if SafeText.columns(self) <= columns { return self }
        var out = ""
        var used = 0
        for scalar in unicodeScalars {
            let width = SafeText.columns(String(scalar))
            if used + width > columns - 3 { break }
            out.unicodeScalars.append(scalar)
            used += width
        }
        return out + "..."
    }
}
