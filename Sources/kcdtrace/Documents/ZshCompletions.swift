/// Completions for zsh, made from the tables.
enum ZshCompletions {
    static var script: String {
        var text = """
            #compdef kcdtrace
            _kcdtrace() {
                local -a commands
                commands=(

            """
        for command in CommandTable.all { text += "        '\(command.name):\(quoted(command.summary))'\n" }
        text += """
                )
                if (( CURRENT == 2 )); then
                    _describe -t commands command commands
                    return
                fi
                local command=$words[2]
                shift words
                (( CURRENT-- ))
                case $command in

            """
        for command in CommandTable.all { text += part(command) }
        text += """
                esac
            }
            _kcdtrace "$@"

            """
        return text
    }

    private static func part(_ command: Command) -> String {
        var lines = ["        \(command.name))", "            _arguments -s \\"]
        for flag in command.allFlags {
            let action = flag.value.map { ":\($0):\(values(flag, command))" } ?? ""
            let text = bracketed(HelpText.summary(of: flag, command))
            if let short = flag.short {
                lines.append(
                    """
                                    '*'{-\(short)\(flag.value == nil ? "" : "+"),--\
                    \(flag.name)\(flag.value == nil ? "" : "=")}'[\(text)]\(action)' \\
                    """
                )
            } else {
                lines.append("                '*--\(flag.name)\(flag.value == nil ? "" : "=")[\(text)]\(action)' \\")
            }
        }
        lines.append("                '*:\(operands(command))' ;;")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func values(_ flag: Flag, _ command: Command) -> String {
        switch flag.values {
        case .free: " "
        case .file, .result: "_files"
        case .oneOf(let words): "(\(words.joined(separator: " ")))"
        case .format: "(\(command.formatNames.joined(separator: " ")))"
        }
    }

    private static func operands(_ command: Command) -> String {
        switch command.operandKind {
        case .none: " : "
        case .captures: "capture:_files"
        case .folders: "folder:_files -/"
        case .words(let words): "word:(\(words.joined(separator: " ")))"
        }
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
    }

    private static func bracketed(_ text: String) -> String {
        var out = ""
        for character in quoted(text) {
            if "[]:".contains(character) { out += "\\" }
            out.append(character)
        }
        return out
    }
}
