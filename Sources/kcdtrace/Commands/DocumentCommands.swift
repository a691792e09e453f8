import Reporting

/// `kcdtrace schema`: the forms of the output.
enum SchemaCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        switch settings.words {
        case [], ["analysis"]: return Output.write(OutputSchema.analysis, settings)
        case ["message"]: return Output.write(OutputSchema.message, settings)
        case ["info"]: return Output.write(OutputSchema.info, settings)
        case ["verification"]: return Output.write(OutputSchema.verification, settings)
        case ["expectation"]: return Output.write(OutputSchema.expectation, settings)
        default:
            Terminal.complain("schema takes analysis, message, info, verification or expectation")
            return ExitStatus.usage
        }
    }
}

/// `kcdtrace completions`: scripts for shells.
enum CompletionsCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        switch settings.words {
        case ["bash"]: return Output.write(BashCompletions.script, settings)
        case ["zsh"]: return Output.write(ZshCompletions.script, settings)
        case ["fish"]: return Output.write(FishCompletions.script, settings)
        default:
            Terminal.complain("completions takes bash, zsh or fish")
            return ExitStatus.usage
        }
    }
}

/// `kcdtrace man`: the manual page.
enum ManCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 { Output.write(ManualPage.text, settings) }
}

/// `kcdtrace version`.
enum VersionCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 { Output.write("\(Program.name) \(Program.version)\n", settings) }
}

/// `kcdtrace help`.
enum HelpCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard let word = settings.words.first else {
            return Output.write(HelpText.program(Terminal.style(settings)), settings)
        }
        guard let command = CommandTable.command(word) else {
            let near = Suggestion.nearest(to: word, among: CommandTable.all.map(\.name))
            let hints = near.map { ["Did you mean: \(Program.name) help \($0)"] } ?? []
            Terminal.complain("\(word) is not a command", hints: hints)
            return ExitStatus.usage
        }
        return show(command, settings)
    }

    /// Shows one command's help.
    static func show(_ command: Command, _ settings: Settings) -> Int32 {
        Output.write(HelpText.command(command, Terminal.style(settings)), settings)
    }
}
