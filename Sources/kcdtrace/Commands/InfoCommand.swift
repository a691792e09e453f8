import Pipeline
import Reporting

/// `kcdtrace info`: what captures are and hold.
enum InfoCommand {
    /// The formats of the description, the default first.
    static let writers: [FormatWriter<AnalysisResult>] = [
        FormatWriter(.text) { $2.write(InfoReport.text($0, style: Terminal.style($1))) },
        FormatWriter(.json) { $2.write(InfoDocument($0).bytes) },
    ]

    @Sendable
    static func run(_ settings: Settings) -> Int32 {
        guard var output = Output(settings), let input = Input(settings) else { return ExitStatus.usage }
        let result = AnalysisRun.result(settings, input, for: .overview)
        FormatWriter.write(result, settings, to: &output, writers)
        return output.finish(AnalysisRun.status(result, settings), after: result.captures)
    }
}
