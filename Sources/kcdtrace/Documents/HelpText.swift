import Reporting

/// Help as shown on a terminal, made from the tables.
enum HelpText {
    /// The program's own help: what it is and which commands there are.
    static func program(_ style: TextStyle) -> String {
        var lines =
            "\(Program.name) reads captures of Kerberos constrained delegation sign-ons and says why they failed.\n\n"
        lines += "Usage: \(Program.name) COMMAND [FLAGS] [OPERANDS]\n\nCommands:\n"
        let width = CommandTable.all.map(\.name.count).max() ?? 0
        for command in CommandTable.all {
            lines += "  " + pad(command.name, width) + "  " + command.summary + "\n"
        }
        lines += "\nStart with: \(Program.name) analyze FILE\n"
        lines += "More on a command: \(Program.name) help COMMAND; all of it: \(Program.name) man | man -l -\n"
        return lines
    }

    /// A command's help.
    static func command(_ command: Command, _ style: TextStyle) -> String {
        var lines = "\(command.summary)\n\n"
        lines += "Usage: " + usage(command) + "\n\n"
        lines += wrap(command.description, style.width) + "\n"
        lines += "\nFlags:\n"
        let width = command.allFlags.map(\.synopsis.count).max() ?? 0
        for flag in command.allFlags {
            let summary = wrap(summary(of: flag, command), style.width - width - 4)
            let rows = summary.split(separator: "\n", omittingEmptySubsequences: false)
            lines += "  " + pad(flag.synopsis, width) + "  " + rows[0] + "\n"
            for row in rows.dropFirst() { lines += String(repeating: " ", count: width + 4) + row + "\n" }
        }
        if !command.examples.isEmpty {
            lines += "\nExamples:\n"
            for example in command.examples { lines += "  # \(example.remark)\n  \(example.line)\n" }
        }
        return lines
    }

    /// `kcdtrace analyze [FLAGS] [FILE ...]`.
    static func usage(_ command: Command) -> String {
        ([Program.name, command.name] + (command.flags.isEmpty ? [] : ["[FLAGS]"])
            + (command.operands.isEmpty ? [] : [command.operands]))
            .joined(separator: " ")
    }

    /// A flag's line, with the formats of the command.
    static func summary(of flag: Flag, _ command: Command) -> String {
        guard flag.values == .format, let first = command.formatNames.first else { return flag.summary }
        if command.formats.count == 1 { return "The form of the output: \(first)." }
        return "The form of the output: \(command.formatNames.joined(separator: ", ")) (default \(first))."
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func wrap(_ text: String, _ width: Int) -> String {
        var lines: [String] = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if !last.isEmpty, last.count + 1 + word.count > max(width, 20) {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] += (last.isEmpty ? "" : " ") + word
            }
        }
        return lines.joined(separator: "\n")
    }
}
