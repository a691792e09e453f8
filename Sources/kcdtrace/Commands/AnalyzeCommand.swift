import Pipeline
import Reporting

/// `kcdtrace analyze`: the report.
enum AnalyzeCommand {
    /// The formats of the report, the default first.
    static let writers: [FormatWriter<AnalysisResult>] = [
        FormatWriter(.text) { $2.write(TextReport.text(Report($0, detail: $1.detail), style: Terminal.style($1))) },
        FormatWriter(.json) { $2.write(AnalysisDocument($0).bytes) },
        FormatWriter(.markdown) { $2.write(MarkdownReport.text(Report($0, detail: $1.detail))) },
    ]

    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard var output = Output(settings), let input = Input(settings) else { return ExitStatus.usage }
        let result = AnalysisRun.result(
            settings, input, for: settings.format == .json ? .document(settings.detail) : .report(settings.detail))
        FormatWriter.write(result, settings, to: &output, writers)
        return output.finish(AnalysisRun.status(result, settings), after: result.captures)
    }
}
