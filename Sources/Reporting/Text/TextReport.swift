import Dissectors
import Pipeline

/// Prints a report for a person at a terminal: the verdict first, then the story of what failed, what to do about it,
/// the hosts, and what the capture cannot show.
public struct TextReport {
    private let report: Report
    private var page: TextCanvas

    /// A report as text.
    public static func text(_ report: Report, style: TextStyle = TextStyle()) -> String {
        var printer = TextReport(report: report, page: TextCanvas(style))
        printer.write()
        return printer.page.text
    }

    /// The report of a result as text.
    public static func text(
        _ result: AnalysisResult, style: TextStyle = TextStyle(), detail: ReportDetail = .normal
    ) -> String {
        text(Report(result, detail: detail), style: style)
    }

    private mutating func write() {
        writeVerdict()
        writeSignOns()
        writeFindings()
        writeRemarks()
        writeHosts()
        if !report.limitations.isEmpty { page.heading(Report.Heading.limitations) }
        for sentence in report.limitations { page.paragraph(sentence, indent: 2, label: "- ") }
        writeCaptures()
    }

    private mutating func writeVerdict() {
        let verdict = report.verdict
        let label = verdict.level.word + "  "
        page.paragraph(verdict.headline, label: label, labelInk: verdict.level.ink, ink: .strong)
        for line in verdict.notes + report.notices { page.paragraph(line, indent: SafeText.columns(label)) }
    }

    // MARK: Sign-ons

    private mutating func writeSignOns() {
        for story in report.failedSignOns.items { write(story) }
        if let more = report.failedSignOns.more {
            page.gap()
            page.paragraph("\(more); --format json lists them.", ink: .faint)
        }
        if let ladder = report.failedRequests {
            page.heading(Report.Heading.failedRequests)
            page.ladder(ladder)
        }
        for story in report.otherSignOns { write(story) }
        if !report.signOnLines.items.isEmpty { page.heading(Report.Heading.signOns) }
        for line in report.signOnLines.items { page.paragraph(line, indent: 2, hang: 4) }
        writeMore(report.signOnLines.more)
    }

    private mutating func write(_ story: Story) {
        page.gap()
        page.paragraph(story.title, ink: .strong)
        page.paragraph(story.parties, indent: 2, hang: 4, ink: .faint)
        page.ladder(story.ladder)
    }

    // MARK: Findings

    private mutating func writeFindings() {
        if report.findings.isEmpty { return }
        page.heading(Report.Heading.findings)
        for (index, group) in report.findings.enumerated() {
            if index > 0 { page.gap() }
            if group.isConsequence { writeConsequence(group) } else { write(group) }
        }
        if let note = report.commandNote {
            page.gap()
            page.paragraph(note, indent: 2, ink: .faint)
        }
    }

    private mutating func writeConsequence(_ group: FindingGroup) {
        let cause = "It follows from \(group.lead.consequenceOf ?? "")."
        page.paragraph(
            "\(group.title.closed) \(cause) (\(group.lead.id), \(group.frames))",
            indent: 2, label: "then: ", labelInk: .faint)
    }

    private mutating func write(_ group: FindingGroup) {
        let lead = group.lead
        page.paragraph(
            group.title, indent: 2, label: "\(lead.severity.name): ", labelInk: lead.severity.ink, hang: 4,
            ink: .strong)
        page.paragraph(([lead.id] + group.facts).joined(separator: ", "), indent: 4, ink: .faint)
        page.paragraph(lead.explanation, indent: 4)
        if let examples = group.examples {
            for line in examples.items { page.paragraph(line, indent: 4, label: "- ") }
            let more = examples.more.map { "and \($0). " } ?? ""
            page.paragraph(more + FindingGroup.examplesNote, indent: 4, ink: .faint)
        }
        for cause in lead.causes { write(cause, isNumbered: lead.causes.count > 1) }
        if let evidence = group.evidence {
            page.gap()
            for frame in evidence { page.paragraph(frame.note, indent: 4, label: "frame \(frame.label): ") }
        }
        if !group.references.isEmpty {
            page.paragraph("References: " + group.references.joined(separator: "; "), indent: 4, ink: .faint)
        }
        if !group.displayFilter.isEmpty {
            page.gap()
            page.paragraph("In Wireshark:", indent: 4)
            page.command(group.displayFilter, indent: 8)
        }
    }

    private mutating func write(_ cause: ReportedCause, isNumbered: Bool) {
        let indent = isNumbered ? 7 : 4
        page.gap()
        page.paragraph(cause.text, indent: 4, label: isNumbered ? "\(cause.number). " : "")
        for step in cause.newSteps {
            page.paragraph(step.text, indent: indent, label: "[\(step.location)] ", labelInk: .faint, hang: indent + 2)
            for line in (step.command ?? "").split(separator: "\n") { page.command(String(line), indent: indent + 4) }
        }
        if let pointer = cause.pointer { page.paragraph(pointer, indent: indent, ink: .faint) }
    }

    private mutating func writeRemarks() {
        if !report.remarks.isEmpty { page.heading(Report.Heading.remarks) }
        for group in report.remarks {
            page.paragraph("\(group.title.closed) (\(group.lead.id), \(group.frames))", indent: 2, label: "- ")
        }
    }

    // MARK: Hosts and captures

    private mutating func writeHosts() {
        let hosts = report.hosts.items
        if hosts.isEmpty { return }
        page.heading(Report.Heading.hosts)
        let addresses = hosts.map { SafeText.columns($0.address) }.max() ?? 0
        let roles = hosts.map { SafeText.columns($0.roles.joined(separator: ", ")) }.max() ?? 0
        for host in hosts {
            let shown = host.shownRoles.joined(separator: ", ")
            let label = host.address.padded(to: addresses) + "  " + shown.padded(to: roles) + "  "
            page.paragraph(host.description, indent: 2, label: label)
        }
        writeMore(report.hosts.more)
    }

    private mutating func writeCaptures() {
        if report.captures.isEmpty { return }
        page.gap()
        for capture in report.captures { page.paragraph("\(capture.name): \(capture.summary)", ink: .faint) }
        page.paragraph(report.counts.messageSentence, ink: .faint)
    }

    private mutating func writeMore(_ more: String?) {
        if let more { page.paragraph("and \(more)", indent: 2, ink: .faint) }
    }
}
