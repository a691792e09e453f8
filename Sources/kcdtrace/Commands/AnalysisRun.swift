import CaptureFile
import Dissectors
import Pipeline
import Platform
import Reporting

/// The way from settings to the pipeline and back.
enum AnalysisRun {
    /// The packets that the settings name; nil, with a word on standard error, where they are
    /// impossible.
    static func source(_ settings: Settings) -> (any PacketSource)? {
        var options = CaptureOpener.Options()
        options.allowsThreads = settings.threads > 1
        do {
            let selection = try PacketSelection(filter: settings.filter)
            return CaptureOpener.open(paths: settings.paths, options: options, selection: selection)
        } catch {
            Terminal.complain("\(Program.name): the filter cannot be used: \(error)\n")
            return nil
        }
    }

    /// Reads everything and judges it.
    static func result(_ settings: Settings, _ source: any PacketSource) -> AnalysisResult {
        var result = AnalysisResult(names: NameTable())
        var batch = PacketBatch()
        reading: while true {
            switch source.next(into: &batch) {
            case .finished: break reading
            default: continue
            }
        }
        result.captures = source.captures
        for (index, capture) in result.captures.enumerated() {
            guard let fault = capture.fault else { continue }
            result.faults.append(AnalysisFault(fault, capture: UInt16(truncatingIfNeeded: index)))
            result.isComplete = false
        }
        return result
    }

    /// Says on standard error what could not be read.
    static func complain(of result: AnalysisResult) {
        for capture in result.captures {
            if let fault = capture.fault { Terminal.complain("\(Program.name): \(capture.name): \(fault.message)\n") }
        }
    }

    /// The exit status of a run.
    static func status(_ result: AnalysisResult, _ settings: Settings) -> Int32 {
        if !result.isComplete { return ExitStatus.input }
        if let level = settings.failOn, result.findings.contains(where: { $0.severity >= level }) { return ExitStatus.findings }
        return ExitStatus.done
    }
}
