import PacketModel
import Dissectors
import Exchanges
import Pipeline
import Platform
import Reporting

/// The way from settings to an analysis and to the exit status.
enum AnalysisRun {
    /// What will be written of the result, which decides what has to be kept for it.
    enum Shown {
        /// Every unit that was kept, with the digests of its tickets; no healthy ones, where it is quiet.
        case document(ReportDetail)
        /// A report that tells a few units and counts the others; all the healthy ones, where it is verbose.
        case report(ReportDetail)
        /// Nothing of any unit.
        case overview
    }

    /// Units of each kind kept for a report, which tells fewer.
    private static let keptForReport = 64

    /// Reads everything and judges it.
    static func result(_ settings: Settings, _ input: Input, for shown: Shown) -> AnalysisResult {
        var options = AnalysisSettings()
        options.ticketFingerprint = .keyed
        options.roles = roles(settings)
        options.keepsTargets = settings.showsTargets
        switch shown {
        case .document(let detail):
            options.ticketFingerprint = .sha256
            if detail == .quiet { options.maximumKeptHealthy = 0 }
        case .report(.verbose): options.maximumKeptTroubled = keptForReport
        case .report(let detail):
            options.maximumKeptTroubled = keptForReport
            options.maximumKeptHealthy = detail == .quiet ? 0 : keptForReport
        case .overview:
            options.maximumKeptTroubled = 0
            options.maximumKeptHealthy = 0
        }
        let line = ProgressLine()
        let result = Analysis.run(input.source, settings: options) { line.update($0) }
        line.clear()
        // A report on the terminal says it itself.
        if settings.format != .text || settings.output != nil || !FileDescriptor.standardOutput.isTerminal {
            input.complain(of: result.captures)
        }
        return result
    }

    /// The exit status of a run. With `--fail-on` it must not say that there are no findings if a bound may have hidden
    /// some.
    static func status(_ result: AnalysisResult, _ settings: Settings) -> Int32 {
        if !result.isComplete { return ExitStatus.input }
        if let level = settings.failOn,
            !result.areFindingsComplete || result.findings.contains(where: { $0.severity >= level })
        {
            return ExitStatus.findings
        }
        return ExitStatus.done
    }

    private static func roles(_ settings: Settings) -> [IPAddress: HostRoles] {
        var roles: [IPAddress: HostRoles] = [:]
        for address in settings.connectors { roles[address, default: []].insert(.connector) }
        for address in settings.kdcs { roles[address, default: []].insert(.kdc) }
        for address in settings.backends { roles[address, default: []].insert(.backend) }
        return roles
    }
}

/// One line on the terminal that says how far the work has come, if it takes long enough to wonder.
final class ProgressLine {
    private let isShown = FileDescriptor.standardError.isTerminal
    private let start = Clock.monotonicNanoseconds
    private var last: Int64 = 0
    private var isDrawn = false

    /// Nanoseconds before the line first appears, and between its changes.
    private static let patience: Int64 = 500_000_000
    private static let interval: Int64 = 100_000_000

    /// Takes note of progress.
    func update(_ progress: AnalysisProgress) {
        guard isShown else { return }
        let now = Clock.monotonicNanoseconds
        guard now - start > Self.patience, now - last > Self.interval else { return }
        last = now
        isDrawn = true
        let text = "\r\(progress.packets) packets, \(progress.capturedBytes >> 20) MiB read "
        try? FileDescriptor.standardError.writeAll(text)
    }

    /// Takes the line away before results are written.
    func clear() {
        if isDrawn { try? FileDescriptor.standardError.writeAll("\r\u{1B}[K") }
        isDrawn = false
    }
}
