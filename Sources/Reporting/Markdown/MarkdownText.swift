import Dissectors

/// Text for Markdown in which nothing captured is taken for markup, for a link or for a mention.
///
/// Marks are escaped one by one. That does not help against addresses and mentions: GitHub, GitLab and others look for
/// them in the text that comes out. A word that could be one is put into a code span, where they do not look; it reads
/// the same.
enum MarkdownText {
    /// The text as prose; in a cell of a table a bar ends the cell, in a code span too.
    static func prose(_ text: String, inTable: Bool = false) -> String {
        var out = ""
        for (place, word) in SafeText.escaped(text).split(separator: " ", omittingEmptySubsequences: false).enumerated()
        {
            if place > 0 { out += " " }
            out += prose(word: word, isFirst: place == 0, inTable)
        }
        return out
    }

    /// A code block whose fence is longer than any run of backquotes within.
    static func block(_ code: String, indent: String) -> String {
        let safe = code.split(separator: "\n").map { SafeText.escaped(String($0)) }
        let fence = String(
            repeating: "`", count: max(3, safe.map { longestRun(of: "`", in: $0) }.max().map { $0 + 1 } ?? 0))
        return "\(indent)\(fence)\n" + safe.map { "\(indent)\($0)\n" }.joined() + "\(indent)\(fence)\n"
    }

    private static func prose(word: Substring, isFirst: Bool, _ inTable: Bool) -> String {
        // Marks of the sentence stay outside: `alice@example.org`, and not `alice@example.org,`.
        let head = word.prefix { "(\"'".contains($0) }
        let rest = word[head.endIndex...]
        var core = rest
        while let last = core.last, ".,:;!?)\"'".contains(last) { core.removeLast() }
        if core.isEmpty || !isTakenForReference(core) { return escaped(word, isFirst: isFirst) }
        return escaped(head, isFirst: false) + span(String(core), inTable)
            + escaped(rest[core.endIndex...], isFirst: false)
    }

    /// Whether a reader of Markdown may make a link, a mention or a reference of a word.
    static func isTakenForReference(_ word: Substring) -> Bool {
        let octets = Array(word.utf8)
        for (place, octet) in octets.enumerated() {
            let next = place + 1 < octets.count ? octets[place + 1] : 0
            switch octet {
            // Addresses and mentions.
            case UInt8(ascii: "@"): return true
            // `http://`; `mailto:` and `xmpp:` need no slash.
            case UInt8(ascii: ":")
            where next == UInt8(ascii: "/") || ends(octets[..<place], in: "mailto")
                || ends(octets[..<place], in: "xmpp"):
                return true
            // Issues, merge requests, labels and the like: `#12`, `!12`, `~name`.
            case UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
                UInt8(ascii: "~"),
                UInt8(ascii: "^"):
                if isAlphanumeric(next) || next >= 0x80 { return true }
            // `www.`, and `GH-12`.
            case UInt8(ascii: ".") where ends(octets[..<place], in: "www"): return true
            case UInt8(ascii: "-") where isDigit(next) && ends(octets[..<place], in: "gh"): return true
            default: break
            }
        }
        return false
    }

    /// Whether these letters stand at the end, large or small.
    private static func ends(_ octets: ArraySlice<UInt8>, in letters: String) -> Bool {
        octets.count >= letters.utf8.count
            && zip(octets.suffix(letters.utf8.count), letters.utf8).allSatisfy { $0 | 0x20 == $1 }
    }

    private static func isDigit(_ octet: UInt8) -> Bool { octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9") }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        isDigit(octet) || octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z")
    }

    /// A code span: its fence is longer than any run of backquotes within.
    private static func span(_ text: String, _ inTable: Bool) -> String {
        let code = inTable ? text.replacing("|", with: "\\|") : text
        let fence = String(repeating: "`", count: longestRun(of: "`", in: code) + 1)
        let pad = code.first == "`" || code.last == "`" ? " " : ""
        return fence + pad + code + pad + fence
    }

    private static func escaped(_ word: Substring, isFirst: Bool) -> String {
        var out = ""
        // What begins a line may begin a list or a ruler there: `-`, `1.`, `---`.
        if isFirst, let mark = word.first, "-+=".contains(mark), word.allSatisfy({ $0 == mark }) { out += "\\" }
        let isNumbered = isFirst && word.count > 1 && word.dropLast().allSatisfy { ("0"..."9").contains($0) }
        for (place, scalar) in word.unicodeScalars.enumerated() {
            switch scalar {
            case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "!", "~", "&": out += "\\"
            case ".", ")": if isNumbered, place == word.unicodeScalars.count - 1 { out += "\\" }
            default: break
            }
            out.unicodeScalars.append(scalar)
        }
        return out
    }

    private static func longestRun(of mark: Unicode.Scalar, in text: String) -> Int {
        var longest = 0
        var run = 0
        for scalar in text.unicodeScalars {
            run = scalar == mark ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
