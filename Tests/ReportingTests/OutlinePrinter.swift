import Reporting

/// A format of its own, made of a report and nothing else: this file imports neither the findings nor the exchanges
/// that the report was built from. Each ladder has its participants first, and an arrow from column to column in each
/// row, as a sequence diagram would.
struct OutlinePrinter {
    private var lines: [String] = []

    static func text(_ report: Report) -> String {
        var printer = OutlinePrinter()
        printer.lines = ["\(report.verdict.level.word) \(report.verdict.headline)"]
        printer.lines += (report.verdict.notes + report.notices).map { "  \($0)" }
        for story in report.failedSignOns.items + report.otherSignOns {
            printer.lines.append("\(story.user) to \(story.service), \(story.kind): \(story.outcome)")
            printer.print(story.ladder)
            printer.lines += report.findings.filter { $0.members.contains(where: story.findings.contains) }
                .map { "  see \($0.lead.id)" }
        }
        if let ladder = report.failedRequests { printer.print(ladder) }
        for group in report.findings + report.remarks { printer.print(group) }
        return printer.lines.joined(separator: "\n") + "\n"
    }

    private mutating func print(_ ladder: Ladder) {
        for (column, participant) in ladder.participants.enumerated() {
            let parts = [participant.address, participant.name, participant.realm].compactMap(\.self)
            lines.append("  column \(column): \(participant.label) \(parts.joined(separator: " "))")
        }
        for row in ladder.rows {
            var line = "  " + (row.isFailure ? "! " : "") + row.time
            if let gap = row.gap { line += " +\(gap)" }
            if let from = row.from, let to = row.to { line += " \(from) \(Self.mark(row.arrow)) \(to)" }
            if row.retransmissions > 0 { line += " x\(row.retransmissions + 1)" }
            let frames = (row.capture.map { "\($0):" } ?? "") + row.frames
            lines.append("\(line) [\(frames)] \(row.what): \(row.outcome)")
        }
        if let more = ladder.more { lines.append("  and \(more)") }
    }

    private static func mark(_ arrow: Ladder.Arrow) -> String {
        switch arrow {
        case .exchange: "<->"
        case .request: "-->x"
        case .reply: "<--"
        case .omission: "..."
        }
    }

    private mutating func print(_ group: FindingGroup) {
        lines.append("\(group.lead.severity.name) \(group.lead.id) (\(group.frames)): \(group.title)")
        for cause in group.lead.causes {
            lines.append("  \(cause.number). \(cause.text)")
            lines += cause.newSteps.map { "     \($0.location): \($0.command ?? $0.text)" }
        }
        lines.append("  filter \(group.displayFilter)")
    }
}
