import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// The report as Markdown, to be put into a ticket: it says what the text says.
public struct MarkdownReport {
    private let outline: ReportOutline
    private var page = ""

    private var result: AnalysisResult { outline.result }

    /// The report of a result.
    public static func text(_ result: AnalysisResult, detail: ReportDetail = .normal) -> String {
        var report = MarkdownReport(outline: ReportOutline(result, detail))
        report.write()
        return report.page
    }

    private init(outline: ReportOutline) { self.outline = outline }

    private mutating func write() {
        let verdict = outline.verdict
        page += "# \(verdict.level.word): \(Self.prose(verdict.headline))\n"
        for note in verdict.notes { page += "\n**\(Self.prose(note))**\n" }
        for line in outline.remarksOnVerdict { page += "\n\(Self.prose(line))\n" }
        if outline.detail == .quiet { return }
        writeStories()
        for alike in outline.findings { write(alike) }
        if outline.hasCommands { page += "\n\(DocumentedFix.shellNote)\n" }
        writeRemarks()
        writeHosts()
        writeLimitsOfSight()
        writeCaptures()
    }

    // MARK: Stories

    private mutating func writeStories() {
        for signOn in outline.failed { write(signOn) }
        if outline.untold > 0 {
            page += "\n\(Wording.count(outline.untold, "further failed sign-on")); `--format json` lists them.\n"
        }
        let orphans = outline.orphans
        if !orphans.isEmpty {
            page += "\n## What failed\n\n"
            write(Ladder(Array(orphans.prefix(ReportOutline.maximumOrphans)), names: result.names))
            more(orphans.count - min(orphans.count, ReportOutline.maximumOrphans))
        }
        for signOn in outline.others { write(signOn) }
        if outline.listed.isEmpty { return }
        page += "\n## Sign-ons\n\n"
        for signOn in outline.listed.prefix(ReportOutline.maximumLines) { item(outline.line(of: signOn)) }
        let total = Int(clamping: result.signOnCounts.succeeded &+ result.signOnCounts.unknown)
        more(total - min(total, ReportOutline.maximumLines))
    }

    private mutating func write(_ signOn: SignOn) {
        page += "\n## \(Self.prose(outline.title(of: signOn)))\n\n\(Self.prose(outline.parties(of: signOn)))\n\n"
        write(Ladder(signOn, names: result.names))
    }

    private mutating func write(_ ladder: Ladder) {
        page += "| Time (UTC) | Frame | Who | What | Outcome |\n|---|---|---|---|---|\n"
        for row in ladder.rows {
            let cells = [row.time, row.frames, row.parties, row.what, row.outcome].map {
                MarkdownText.prose($0, inTable: true)
            }
            let shown = row.isFailure ? cells.map { $0.isEmpty ? $0 : "**\($0)**" } : cells
            page += "| " + shown.joined(separator: " | ") + " |\n"
        }
    }

    // MARK: Findings

    private mutating func write(_ alike: AlikeFindings) {
        let finding = outline.lead(alike)
        let text = FindingText(finding, names: result.names)
        page += "\n## \(finding.severity.name.capitalizedFirst): \(Self.prose(outline.title(of: alike)))\n\n"
        page += (["`\(finding.rule.slug)`"] + outline.facts(of: alike).map { Self.prose($0) }).joined(separator: ", ")
        page += "\n\n\(Self.prose(text.explanation))\n"
        if outline.isOnlyMentioned(alike) { return }
        if alike.members.count > 1 {
            page += "\n"
            let examples = outline.examples(of: alike)
            for line in examples.lines { item(line) }
            let names = ReportOutline.oneForAll
            page +=
                "\n" + Self.prose(examples.more > 0 ? "And \(Wording.grouped(examples.more)) more. \(names)" : names)
                + "\n"
        }
        for cause in ToldCause.all(text.causes) {
            page += "\n\(cause.number). \(Self.prose(cause.text))\n"
            for fix in cause.fixes {
                page += "   - \(fix.place.name): \(Self.prose(fix.text))\n"
                if let command = fix.command { page += MarkdownText.block(command, indent: "     ") }
            }
            if let pointer = cause.pointer { page += "   - \(pointer)\n" }
        }
        if outline.detail == .verbose {
            page += "\n"
            for evidence in finding.evidence { item("frame \(outline.frame(evidence.frame)): \(evidence.note)") }
            if !finding.rule.references.isEmpty {
                page +=
                    "\nReferences: " + Self.prose(finding.rule.references.map(\.description).joined(separator: "; "))
                    + "\n"
            }
        }
        let filter = outline.displayFilter(of: alike)
        if !filter.isEmpty { page += "\nIn Wireshark:\n\n" + MarkdownText.block(filter, indent: "") }
    }

    private mutating func writeRemarks() {
        if outline.remarks.isEmpty { return }
        page += "\n## Also seen\n\n"
        for alike in outline.remarks {
            let finding = outline.lead(alike)
            page +=
                """
                - \(Self.prose(outline.title(of: alike).closed)) (`\(finding.rule.slug)`, \
                \(Self.prose(outline.frames(of: alike))))\n
                """
        }
    }

    // MARK: Hosts and captures

    private mutating func writeHosts() {
        let hosts = outline.hosts
        if hosts.isEmpty { return }
        page += "\n## Hosts\n\n| Address | Role | Known of it |\n|---|---|---|\n"
        for host in hosts.prefix(ReportOutline.maximumHosts) {
            let cells = [
                host.address.description, host.shownRoles.joined(separator: ", "), outline.description(of: host),
            ]
            page += "| " + cells.map { MarkdownText.prose($0, inTable: true) }.joined(separator: " | ") + " |\n"
        }
        more(hosts.count - min(hosts.count, ReportOutline.maximumHosts))
    }

    private mutating func writeLimitsOfSight() {
        let sentences = outline.limitsOfSight
        if sentences.isEmpty { return }
        page += "\n## What this capture cannot show\n\n"
        for sentence in sentences { item(sentence) }
    }

    private mutating func writeCaptures() {
        let captures = outline.captures
        if captures.isEmpty { return }
        page += "\n## Captures\n\n"
        for capture in captures { item("\(capture.name): \(capture.what)") }
        page += "\n\(Self.prose(outline.messages))\n"
    }

    // MARK: Marks

    private mutating func item(_ text: String) { page += "- \(Self.prose(text))\n" }

    private mutating func more(_ count: Int) {
        if count > 0 { page += "\nAnd \(count) more.\n" }
    }

    private static func prose(_ text: String) -> String { MarkdownText.prose(text) }
}

extension String {
    /// The word with a capital first letter.
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
