import Diagnosis

/// How text is laid out: the width and whether colour may be used.
public struct TextStyle: Hashable, Sendable {
    /// Columns; text is wrapped to fit, commands never are.
    public var width: Int
    /// Whether escape sequences for colour may be written.
    public var usesColour: Bool

    /// Makes a style; widths below 60 columns, which hold no ladder, are treated as 60.
    public init(width: Int = 80, usesColour: Bool = false) {
        self.width = min(max(width, 60), 1000)
        self.usesColour = usesColour
    }
}

/// What a piece of text is, for colour.
enum Ink {
    case plain, strong, faint, bad, warning, good, command

    /// The SGR parameters (ECMA-48, 8.3.117).
    var parameters: String {
        switch self {
        case .plain: ""
        case .strong: "1"
        case .faint: "2"
        case .bad: "1;31"
        case .warning: "1;33"
        case .good: "1;32"
        case .command: "36"
        }
    }
}

extension Verdict.Level {
    var ink: Ink {
        switch self {
        case .failed, .unreadable: .bad
        case .warning, .open: .warning
        case .healthy: .good
        }
    }
}

extension Severity {
    var ink: Ink {
        switch self {
        case .error: .bad
        case .warning: .warning
        case .info: .faint
        }
    }
}
