import Dissectors
import Platform
import Reporting

/// How and where to write for people.
enum Terminal {
    /// Writes a line to standard error, headed by the program's name, and hints on lines of their own. Each text stays
    /// on its line, whatever the names in it hold. What comes of the writing does not matter.
    static func complain(_ text: String, hints: [String] = []) {
        let lines = ["\(Program.name): \(text)"] + hints
        try? FileDescriptor.standardError.writeAll(lines.map { SafeText.escaped($0) + "\n" }.joined())
    }

    /// The style for results: the flags, then the environment, then the terminal.
    static func style(_ settings: Settings) -> TextStyle {
        let isTerminal = settings.output == nil && FileDescriptor.standardOutput.isTerminal
        let columns = isTerminal ? FileDescriptor.standardOutput.terminalColumns : nil
        // Long lines are hard to read, however wide the terminal is.
        let width = settings.width ?? min(columns ?? 80, 120)
        return TextStyle(width: width, usesColour: usesColour(settings, isTerminal))
    }

    private static func usesColour(_ settings: Settings, _ isTerminal: Bool) -> Bool {
        switch settings.colour {
        case .always: return true
        case .never: return false
        case .automatic: break
        }
        if isSet("NO_COLOR") { return false }
        if isSet("CLICOLOR_FORCE"), ProcessContext.environment("CLICOLOR_FORCE") != "0" { return true }
        return isTerminal && ProcessContext.environment("TERM") != "dumb"
    }

    private static func isSet(_ name: String) -> Bool { ProcessContext.environment(name).map { !$0.isEmpty } ?? false }
}
