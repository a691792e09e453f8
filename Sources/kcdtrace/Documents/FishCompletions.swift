/// Completions for fish, made from the tables.
enum FishCompletions {
    static var script: String {
        var lines = ["# fish completion for kcdtrace", "complete -c kcdtrace -f"]
        for command in CommandTable.all {
            lines.append(
                "complete -c kcdtrace -n __fish_use_subcommand -a \(command.name) -d '\(quoted(command.summary))'")
        }
        for command in CommandTable.all {
            let condition = "complete -c kcdtrace -n '__fish_seen_subcommand_from \(command.name)'"
            for flag in command.allFlags {
                let short = flag.short.map { " -s \($0)" } ?? ""
                let summary = quoted(HelpText.summary(of: flag, command))
                lines.append("\(condition)\(short) -l \(flag.name)\(values(flag, command)) -d '\(summary)'")
            }
            switch command.operandKind {
            case .none: break
            case .captures: lines.append("\(condition) -F")
            case .folders: lines.append("\(condition) -a '(__fish_complete_directories)'")
            case .words(let words): lines.append("\(condition) -a '\(words.joined(separator: " "))'")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func values(_ flag: Flag, _ command: Command) -> String {
        guard flag.value != nil else { return "" }
        switch flag.values {
        case .free: return " -x"
        case .file, .result: return " -r -F"
        case .oneOf(let words): return " -x -a '\(words.joined(separator: " "))'"
        case .format: return " -x -a '\(command.formatNames.joined(separator: " "))'"
        }
    }

    private static func quoted(_ text: String) -> String {
        var out = ""
        for character in text {
            if character == "'" || character == "\\" { out += "\\" }
            out.append(character)
        }
        return out
    }
}
