import Pipeline
import Reporting

/// `kcdtrace info`: what captures are and hold.
enum InfoCommand {
    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard var output = Output(settings), let input = Input(settings) else { return ExitStatus.usage }
        let result = AnalysisRun.result(settings, input, for: .overview)
        if settings.format == "json" {
            let document = InfoDocument(result)
            output.write(document.bytes)
        } else {
            output.write(InfoReport.text(result, style: Terminal.style(settings)))
        }
        return output.finish(AnalysisRun.status(result, settings), after: result.captures)
    }
}
