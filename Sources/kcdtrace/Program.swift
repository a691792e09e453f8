import Platform

/// The program from its arguments to its exit status.
enum Program {
    /// The program's name, as it stands in messages.
    static let name = "kcdtrace"
    /// The version of this build.
    static let version = "0.1.0"

    /// Carries out what the arguments say.
    static func run(_ arguments: [PathName]) -> Int32 {
        Interrupts.ignoreClosedPipes()
        do {
            return try dispatch(arguments)
        } catch {
            let suggestion = error.suggestion.map { ["Did you mean: \($0)"] } ?? []
            let help = "Try: \(name) help\(error.command.map { " \($0)" } ?? "")"
            Terminal.complain(error.message, hints: suggestion + [help])
            return ExitStatus.usage
        }
    }

    private static func dispatch(_ arguments: [PathName]) throws(UsageError) -> Int32 {
        guard let first = arguments.first else {
            throw UsageError("no command is given; usually it is analyze", suggestion: "\(name) analyze FILE")
        }
        switch first.description {
        case "-h", "--help": return HelpCommand.run(Settings())
        case "--version", "-V": return VersionCommand.run(Settings())
        default: break
        }
        guard let command = CommandTable.command(first.description) else { throw unknown(first, arguments) }
        let settings = try ArgumentParser.parse(arguments.dropFirst(), for: command)
        if settings.wantsHelp { return HelpCommand.show(command, settings) }
        return command.run(settings)
    }

    private static func unknown(_ first: PathName, _ arguments: [PathName]) -> UsageError {
        let word = first.description
        let isFile = word == "-" || word.contains(".") || word.contains("/") || FileKind(following: first) != nil
        if isFile, !word.hasPrefix("-") || word == "-" {
            return UsageError("\(word) is not a command", suggestion: "\(name) analyze \(Suggestion.quoted(word))")
        }
        if word.hasPrefix("-") {
            let words = arguments.map { Suggestion.quoted($0.description) }.joined(separator: " ")
            return UsageError("a command comes first, then its flags", suggestion: "\(name) analyze \(words)")
        }
        let near = Suggestion.nearest(to: word, among: CommandTable.all.map(\.name))
        return UsageError("\(word) is not a command", suggestion: near.map { "\(name) \($0)" })
    }
}

/// What the exit status says.
enum ExitStatus {
    /// The work was done.
    static let done: Int32 = 0
    /// There are findings at or above the level of `--fail-on`, or a bound of memory may have hidden some.
    static let findings: Int32 = 1
    /// The arguments are wrong, or results could not be written.
    static let usage: Int32 = 2
    /// A capture could not be read, or not to its end. This wins over findings.
    static let input: Int32 = 3
}
