import Reporting

/// `kcdtrace explain`: the manual pages of findings, events and codes.
enum ExplainCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        let style = Terminal.style(settings)
        if settings.words.isEmpty, settings.format == .markdown {
            return Output.write(FindingIndex.markdown(), settings)
        }
        if settings.words.isEmpty { return Output.write(Explanation.list(style: style), settings) }
        guard let text = Explanation.text(for: settings.words, style: style) else {
            Terminal.complain(
                "nothing is known of \(settings.words.joined(separator: " ")); \(Program.name) explain lists what is.")
            return ExitStatus.usage
        }
        return Output.write(text, settings)
    }
}
