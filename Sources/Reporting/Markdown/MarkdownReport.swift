import Pipeline

/// Prints a report as Markdown, to be put into a ticket.
public struct MarkdownReport {
    private let report: Report
    private var page = ""

    /// A report as Markdown.
    public static func text(_ report: Report) -> String {
        var printer = MarkdownReport(report)
        printer.write()
        return printer.page
    }

    /// The report of a result as Markdown.
    public static func text(_ result: AnalysisResult, detail: ReportDetail = .normal) -> String {
        text(Report(result, detail: detail))
    }

    private init(_ report: Report) { self.report = report }

    private mutating func write() {
        let verdict = report.verdict
        page += "# \(verdict.level.word): \(Self.prose(verdict.headline))\n"
        for note in verdict.notes { page += "\n**\(Self.prose(note))**\n" }
        for line in report.notices { page += "\n\(Self.prose(line))\n" }
        writeSignOns()
        for group in report.findings { write(group) }
        if let note = report.commandNote { page += "\n\(note)\n" }
        if !report.remarks.isEmpty { heading(Report.Heading.remarks) }
        for group in report.remarks {
            page += "- \(Self.prose(group.title.closed)) (`\(group.lead.id)`, \(Self.prose(group.frames)))\n"
        }
        writeHosts()
        if !report.limitations.isEmpty { heading(Report.Heading.limitations) }
        for sentence in report.limitations { item(sentence) }
        writeCaptures()
    }

    // MARK: Sign-ons

    private mutating func writeSignOns() {
        for story in report.failedSignOns.items { write(story) }
        if let more = report.failedSignOns.more { page += "\n\(more); `--format json` lists them.\n" }
        if let ladder = report.failedRequests {
            heading(Report.Heading.failedRequests)
            write(ladder)
        }
        for story in report.otherSignOns { write(story) }
        if !report.signOnLines.items.isEmpty { heading(Report.Heading.signOns) }
        for line in report.signOnLines.items { item(line) }
        writeMore(report.signOnLines.more)
    }

    private mutating func write(_ story: Story) {
        heading(Self.prose(story.title))
        page += "\(Self.prose(story.parties))\n\n"
        write(story.ladder)
    }

    private mutating func write(_ ladder: Ladder) {
        page += "| Time (UTC) | Frame | Who | What | Outcome |\n|---|---|---|---|---|\n"
        for row in ladder.rows {
            self.row([row.time, row.frames, row.parties, row.what, row.outcome], isStrong: row.isFailure)
        }
        writeMore(ladder.more)
    }

    // MARK: Findings

    private mutating func write(_ group: FindingGroup) {
        let lead = group.lead
        heading("\(lead.severity.name.capitalizedFirst): \(Self.prose(group.title))")
        page += (["`\(lead.id)`"] + group.facts.map { Self.prose($0) }).joined(separator: ", ")
        page += "\n\n\(Self.prose(lead.explanation))\n"
        if group.isConsequence { return }
        if let examples = group.examples {
            page += "\n"
            for line in examples.items { item(line) }
            let more = examples.more.map { "And \($0). " } ?? ""
            page += "\n" + Self.prose(more + FindingGroup.examplesNote) + "\n"
        }
        for cause in lead.causes { write(cause) }
        if let evidence = group.evidence {
            page += "\n"
            for frame in evidence { item("frame \(frame.label): \(frame.note)") }
        }
        if !group.references.isEmpty {
            page += "\nReferences: " + Self.prose(group.references.joined(separator: "; ")) + "\n"
        }
        if !group.displayFilter.isEmpty {
            page += "\nIn Wireshark:\n\n" + MarkdownText.block(group.displayFilter, indent: "")
        }
    }

    private mutating func write(_ cause: ReportedCause) {
        page += "\n\(cause.number). \(Self.prose(cause.text))\n"
        for step in cause.newSteps {
            page += "   - \(step.location): \(Self.prose(step.text))\n"
            if let command = step.command { page += MarkdownText.block(command, indent: "     ") }
        }
        if let pointer = cause.pointer { page += "   - \(pointer)\n" }
    }

    // MARK: Hosts and captures

    private mutating func writeHosts() {
        if report.hosts.items.isEmpty { return }
        heading(Report.Heading.hosts)
        page += "| Address | Role | Known of it |\n|---|---|---|\n"
        for host in report.hosts.items {
            row([host.address, host.shownRoles.joined(separator: ", "), host.description])
        }
        writeMore(report.hosts.more)
    }

    private mutating func writeCaptures() {
        if report.captures.isEmpty { return }
        heading(Report.Heading.captures)
        for capture in report.captures { item("\(capture.name): \(capture.summary)") }
        page += "\n\(Self.prose(report.counts.messageSentence))\n"
    }

    // MARK: Marks

    private mutating func heading(_ markdown: String) { page += "\n## \(markdown)\n\n" }

    private mutating func item(_ text: String) { page += "- \(Self.prose(text))\n" }

    private mutating func row(_ texts: [String], isStrong: Bool = false) {
        let cells = texts.map { MarkdownText.prose($0, inTable: true) }
        let shown = isStrong ? cells.map { $0.isEmpty ? $0 : "**\($0)**" } : cells
        page += "| " + shown.joined(separator: " | ") + " |\n"
    }

    private mutating func writeMore(_ more: String?) {
        if let more { page += "\nAnd \(more).\n" }
    }

    private static func prose(_ text: String) -> String { MarkdownText.prose(text) }
}

extension String {
    /// The word with a capital first letter.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
