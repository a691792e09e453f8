/// What is wrong with the arguments, and what to try instead.
struct UsageError: Error {
    var message: String
    /// A command line that may be what was meant.
    var suggestion: String?
    /// The command whose help applies; nil for the program's.
    var command: String?

    init(_ message: String, suggestion: String? = nil, command: String? = nil) {
        self.message = message
        self.suggestion = suggestion
        self.command = command
    }
}

/// Finds what may have been meant by a word that is unknown.
enum Suggestion {
    /// A word as a shell takes it for one, so that a suggestion with the name of a file in it can be pasted.
    static func quoted(_ word: String) -> String {
        func isPlain(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
            default: "-_./:@%+=,".utf8.contains(byte)
            }
        }
        if !word.isEmpty, word.utf8.allSatisfy(isPlain) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The candidate nearest to `word`, if it is near enough to be a slip of the fingers.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = word.utf8.count < 4 ? 1 : word.utf8.count < 8 ? 2 : 3
        // Long words are compared no further than any candidate could match.
        guard word.utf8.count <= 32 else { return nil }
        if word.utf8.count >= 3, let whole = candidates.first(where: { $0.hasPrefix(word) }) { return whole }
        let ranked = candidates.map { ($0, distance(Array(word.utf8), Array($0.utf8))) }
        return ranked.filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into another.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before = [Int](repeating: 0, count: b.count + 1)
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var best = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
                current.append(best)
            }
            before = previous
            previous = current
        }
        return previous[b.count]
    }
}
