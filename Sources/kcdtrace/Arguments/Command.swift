/// One command, declared once.
struct Command: Sendable {
    /// What is typed.
    let name: String
    /// Operands as help shows them.
    let operands: String
    /// One line.
    let summary: String
    /// A few sentences.
    let description: String
    /// Flags that it takes, besides `--help`.
    let flags: [Flag]
    /// Forms of its output, the default first; empty where there is only one.
    var formats: [OutputFormat] = []
    /// What its operands are.
    var operandKind = OperandKind.none
    /// Complete command lines with a remark each.
    var examples: [(line: String, remark: String)] = []
    /// Carries the command out; returns the exit status.
    let run: @Sendable (Settings) -> Int32

    /// What operands are, for parsing and completion.
    enum OperandKind: Sendable, Equatable {
        case none
        /// Captures; with `-r` or `-i` a filter expression.
        case captures
        /// Folders.
        case folders
        /// Free words, some of which can be completed.
        case words([String])
    }

    /// The names of its formats, as they are given and listed.
    var formatNames: [String] { formats.map(\.rawValue) }

    /// The flags that it takes.
    var allFlags: [Flag] { flags + [FlagTable.help] }
}
