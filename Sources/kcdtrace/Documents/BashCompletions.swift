/// Completions for bash, made from the tables.
enum BashCompletions {
    static var script: String {
        var text = """
            # bash completion for kcdtrace
            _kcdtrace() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                COMPREPLY=()
                if [[ $COMP_CWORD -eq 1 ]]; then
                    COMPREPLY=($(compgen -W "\(CommandTable.all.map(\.name).joined(separator: " "))" -- "$current"))
                    return
                fi
                case ${COMP_WORDS[1]} in

            """
        for command in CommandTable.all { text += part(command) }
        text += """
                esac
            }
            complete -o filenames -F _kcdtrace kcdtrace

            """
        return text
    }

    private static func part(_ command: Command) -> String {
        var text = "        \(command.name))\n            case $previous in\n"
        for flag in command.allFlags where flag.value != nil {
            let patterns = (flag.short.map { "-\($0)|" } ?? "") + "--\(flag.name)"
            text += "                \(patterns)) \(values(flag, command)); return ;;\n"
        }
        let flags = command.allFlags.flatMap { flag in (flag.short.map { ["-\($0)"] } ?? []) + ["--\(flag.name)"] }
        text += """
                        esac
                        if [[ $current == -* ]]; then
                            COMPREPLY=($(compgen -W "\(flags.joined(separator: " "))" -- "$current"))
                        else
                            \(operands(command))
                        fi ;;

            """
        return text
    }

    private static func values(_ flag: Flag, _ command: Command) -> String {
        switch flag.values {
        case .free: ":"
        case .file, .result: files
        case .oneOf(let words): choice(words)
        case .format: choice(command.formatNames)
        }
    }

    private static func operands(_ command: Command) -> String {
        switch command.operandKind {
        case .none: ":"
        case .captures: files
        case .folders: "mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
        case .words(let words): choice(words)
        }
    }

    private static let files = "mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"

    private static func choice(_ words: [String]) -> String {
        "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"))"
    }
}
