import CaptureFile
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// The report as Markdown, to be put into a ticket.
public struct MarkdownReport {
    private let result: AnalysisResult
    private let detail: ReportDetail
    private let words: Wording
    private let verdict: Verdict
    private var page = ""

    private static let maximumStories = 5

    /// The report of a result.
    public static func text(_ result: AnalysisResult, detail: ReportDetail = .normal) -> String {
        var report = MarkdownReport(result, detail)
        report.write()
        return report.page
    }

    private init(_ result: AnalysisResult, _ detail: ReportDetail) {
        self.result = result
        self.detail = detail
        words = Wording(names: result.names)
        verdict = Verdict(result)
    }

    private mutating func write() {
        page += "# \(Self.prose(verdict.headline))\n"
        for note in verdict.notes { page += "\n**\(Self.prose(note))**\n" }
        if let events = verdict.eventSentence { page += "\n\(events)\n" }
        let counts = result.signOnCounts
        if counts.total > 1 { page += "\n\(counts.failed) of \(Wording.count(counts.total, "sign-on")) failed.\n" }
        if detail == .quiet { return }
        let told = result.signOns.filter { $0.outcome == .failed || detail == .verbose }
        for signOn in told.prefix(Self.maximumStories) { write(signOn) }
        let findings = result.findings.filter { $0.severity >= .warning || detail == .verbose }
        for finding in findings { write(finding) }
        if findings.contains(where: { $0.hasCommands }) { page += "\n\(DocumentedFix.shellNote)\n" }
        writeCaptures()
    }

    private mutating func write(_ signOn: SignOn) {
        page += "\n## \(Self.prose(words.user(signOn))) to \(Self.prose(words.service(signOn)))\n\n"
        page += "| Time (UTC) | Frame | Who | What | Outcome |\n|---|---|---|---|---|\n"
        for row in Ladder(signOn, names: result.names).rows {
            let cells = [row.time, row.frames, row.parties, row.what, row.outcome].map(Self.prose)
            let shown = row.isFailure ? cells.map { $0.isEmpty ? $0 : "**\($0)**" } : cells
            page += "| " + shown.joined(separator: " | ") + " |\n"
        }
    }

    private mutating func write(_ finding: Finding) {
        let text = FindingText(finding, names: result.names)
        page += "\n## \(finding.severity.name.capitalizedFirst): \(Self.prose(text.title))\n\n"
        var facts = ["`\(finding.rule.slug)`", "confidence \(finding.confidence.name)"]
        if finding.count > 1 { facts.append("\(finding.count) times") }
        facts.append("frames " + finding.distinctFrames.map { "\($0.frame)" }.joined(separator: ", "))
        if let cause = finding.consequenceOf { facts.append("follows from `\(cause)`") }
        page += facts.joined(separator: ", ") + "\n\n\(Self.prose(text.explanation))\n"
        if finding.consequenceOf != nil, detail != .verbose { return }
        for (number, cause) in text.causes.enumerated() {
            page += "\n\(number + 1). \(Self.prose(cause.text))\n"
            for fix in cause.fixes {
                page += "   - \(fix.place.name): \(Self.prose(fix.text))\n"
                if let command = fix.command { page += Self.block(command, indent: "     ") }
            }
        }
        if !text.cannotTell.isEmpty { page += "\nThe capture cannot tell:\n\n" }
        for sentence in text.cannotTell { page += "- \(Self.prose(sentence))\n" }
        if !text.displayFilter.isEmpty { page += "\nIn Wireshark:\n\n" + Self.block(text.displayFilter, indent: "") }
    }

    private mutating func writeCaptures() {
        if result.captures.isEmpty { return }
        page += "\n## Captures\n\n"
        for capture in result.captures {
            var parts = [Wording.count(capture.packets, "packet")]
            if let first = capture.firstTime, let last = capture.lastTime {
                parts.append("\(CivilTime(first).dateText) \(CivilTime(first).secondsText) to \(CivilTime(last).secondsText) UTC")
            }
            if let fault = capture.fault { parts.append("\(fault.kind.name): \(fault.message)") }
            page += "- \(Self.prose(capture.name)): \(Self.prose(parts.joined(separator: ", ")))\n"
        }
    }

    /// A code block whose fence is longer than any run of backquotes within.
    private static func block(_ code: String, indent: String) -> String {
        let safe = code.split(separator: "\n").map { SafeText.escaped(String($0)) }
        var longest = 2
        for line in safe {
            var run = 0
            for scalar in line.unicodeScalars {
                run = scalar == "`" ? run + 1 : 0
                longest = max(longest, run)
            }
        }
        let fence = String(repeating: "`", count: longest + 1)
        return "\(indent)\(fence)\n" + safe.map { "\(indent)\($0)\n" }.joined() + "\(indent)\(fence)\n"
    }

    /// Text in which nothing captured is taken for markup.
    private static func prose(_ text: String) -> String {
        var out = ""
        for scalar in SafeText.escaped(text).unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "!", "~", "&":
                out += "\\"
                out.unicodeScalars.append(scalar)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension String {
    /// The word with a capital first letter.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
