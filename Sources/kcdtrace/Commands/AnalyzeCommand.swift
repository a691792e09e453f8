import Pipeline
import Reporting

/// `kcdtrace analyze`: the report.
enum AnalyzeCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard var output = Output(settings), let input = Input(settings) else { return ExitStatus.usage }
        let result = AnalysisRun.result(
            settings, input, for: settings.format == "json" ? .document(settings.detail) : .report(settings.detail))
        switch settings.format {
        case "json":
            let document = AnalysisDocument(result)
            output.write(document.bytes)
        case "markdown":
            output.write(MarkdownReport.text(result, detail: settings.detail))
        default:
            output.write(TextReport.text(result, style: Terminal.style(settings), detail: settings.detail))
        }
        return output.finish(AnalysisRun.status(result, settings), after: result.captures)
    }
}
