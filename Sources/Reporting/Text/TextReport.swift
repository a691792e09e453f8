import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// The report for a person at a terminal: the verdict first, then the story of what failed, what to
/// do about it, the hosts, and what the capture cannot show.
public struct TextReport {
    private let outline: ReportOutline
    private var page: TextCanvas

    private var result: AnalysisResult { outline.result }
    private var isVerbose: Bool { outline.detail == .verbose }

    /// The report of a result as text.
    public static func text(_ result: AnalysisResult, style: TextStyle = TextStyle(), detail: ReportDetail = .normal)
        -> String
    {
        var report = TextReport(outline: ReportOutline(result, detail), page: TextCanvas(style))
        report.write()
        return report.page.text
    }

    private mutating func write() {
        writeVerdict()
        if outline.detail == .quiet { return }
        writeStories()
        writeFindings()
        writeHosts()
        writeLimitsOfSight()
        writeCaptures()
    }

    // MARK: Verdict

    private mutating func writeVerdict() {
        let verdict = outline.verdict
        let word = verdict.level.word
        let indent = SafeText.columns(word) + 2
        page.paragraph(verdict.headline, label: word + "  ", labelInk: verdict.level.ink, ink: .strong)
        for line in verdict.notes + outline.remarksOnVerdict { page.paragraph(line, indent: indent) }
    }

    // MARK: Stories

    private mutating func writeStories() {
        for signOn in outline.failed { writeStory(signOn) }
        if outline.untold > 0 {
            page.gap()
            page.paragraph(
                "\(Wording.count(outline.untold, "further failed sign-on")); --format json lists them.", ink: .faint)
        }
        writeOrphans()
        for signOn in outline.others { writeStory(signOn) }
        if !outline.listed.isEmpty { writeList(outline.listed) }
    }

    /// Sign-ons that need no story, one line each.
    private mutating func writeList(_ signOns: [SignOn]) {
        page.heading("Sign-ons")
        for signOn in signOns.prefix(ReportOutline.maximumLines) {
            page.paragraph(outline.line(of: signOn), indent: 2, hang: 4)
        }
        let total = result.signOnCounts.succeeded &+ result.signOnCounts.unknown
        if total > ReportOutline.maximumLines {
            page.paragraph("and \(total - UInt64(ReportOutline.maximumLines)) more", indent: 2, ink: .faint)
        }
    }

    private mutating func writeStory(_ signOn: SignOn) {
        page.gap()
        page.paragraph(outline.title(of: signOn), ink: .strong)
        page.paragraph(outline.parties(of: signOn), indent: 2, hang: 4, ink: .faint)
        writeLadder(Ladder(signOn, names: result.names))
    }

    private mutating func writeOrphans() {
        let orphans = outline.orphans
        if orphans.isEmpty { return }
        page.heading("What failed")
        writeLadder(Ladder(Array(orphans.prefix(ReportOutline.maximumOrphans)), names: result.names))
        if orphans.count > ReportOutline.maximumOrphans {
            page.paragraph("and \(orphans.count - ReportOutline.maximumOrphans) more", indent: 4, ink: .faint)
        }
    }

    private mutating func writeLadder(_ ladder: Ladder) {
        let rows = ladder.rows
        func widest(_ part: (Ladder.Row) -> String) -> Int {
            rows.map { SafeText.columns(SafeText.escaped(part($0))) }.max() ?? 0
        }
        let frames = widest(\.frames)
        let parties = widest(\.parties)
        // What was asked gives way to the outcome, which matters more.
        let fixed = 2 + 12 + 2 + frames + 2 + parties + 2
        let what = min(widest(\.what), max(12, (page.style.width - fixed) / 2))
        for row in rows {
            let mark = row.isFailure ? "! " : "  "
            let label =
                mark + row.time.padded(to: 12) + "  " + row.frames.rightAligned(to: frames) + "  "
                + SafeText.escaped(row.parties).padded(to: parties) + "  "
                + SafeText.escaped(row.what).shortened(to: what).padded(to: what) + "  "
            let ink = row.isFailure ? Ink.bad : .plain
            let longest =
                SafeText.escaped(row.outcome).split(separator: " ").map { SafeText.columns(String($0)) }.max() ?? 0
            if SafeText.columns(label) + longest <= page.style.width {
                page.paragraph(row.outcome, label: label, labelInk: ink, ink: ink)
            } else {
                // On a narrow terminal the outcome has a line of its own.
                page.paragraph("", label: label, labelInk: ink)
                page.paragraph(row.outcome, indent: 6, ink: ink)
            }
        }
    }

    // MARK: Findings

    private mutating func writeFindings() {
        if !outline.findings.isEmpty {
            page.heading("Findings")
            for (index, alike) in outline.findings.enumerated() {
                if index > 0 { page.gap() }
                if outline.isOnlyMentioned(alike) { writeConsequence(alike) } else { write(alike) }
            }
            if outline.hasCommands {
                page.gap()
                page.paragraph(DocumentedFix.shellNote, indent: 2, ink: .faint)
            }
        }
        if !outline.remarks.isEmpty {
            page.heading("Also seen")
            for alike in outline.remarks {
                page.paragraph(
                    """
                    \(outline.title(of: alike).closed) (\(outline.lead(alike).rule.slug), \
                    \(outline.frames(of: alike)))
                    """,
                    indent: 2,
                    label: "- ")
            }
        }
    }

    private mutating func writeConsequence(_ alike: AlikeFindings) {
        let finding = outline.lead(alike)
        page.paragraph(
            "\(outline.title(of: alike).closed) It follows from \(finding.consequenceOf?.description ?? ""). "
                + "(\(finding.rule.slug), \(outline.frames(of: alike)))",
            indent: 2, label: "then: ", labelInk: .faint)
    }

    private mutating func write(_ alike: AlikeFindings) {
        let finding = outline.lead(alike)
        let text = FindingText(finding, names: result.names)
        page.paragraph(
            outline.title(of: alike), indent: 2, label: "\(finding.severity.name): ", labelInk: finding.severity.ink,
            hang: 4, ink: .strong)
        page.paragraph(
            ([finding.rule.slug.description] + outline.facts(of: alike)).joined(separator: ", "), indent: 4, ink: .faint
        )
        page.paragraph(text.explanation, indent: 4)
        if alike.members.count > 1 { writeExamples(alike) }
        write(ToldCause.all(text.causes))
        if isVerbose {
            page.gap()
            for evidence in finding.evidence {
                page.paragraph(evidence.note, indent: 4, label: "frame \(outline.frame(evidence.frame)): ")
            }
            if !finding.rule.references.isEmpty {
                page.paragraph(
                    "References: " + finding.rule.references.map(\.description).joined(separator: "; "), indent: 4,
                    ink: .faint)
            }
        }
        let filter = outline.displayFilter(of: alike)
        if !filter.isEmpty {
            page.gap()
            page.paragraph("In Wireshark:", indent: 4)
            page.command(filter, indent: 8)
        }
    }

    private mutating func writeExamples(_ alike: AlikeFindings) {
        let examples = outline.examples(of: alike)
        for line in examples.lines { page.paragraph(line, indent: 4, label: "- ") }
        let names = ReportOutline.oneForAll
        page.paragraph(
            examples.more > 0 ? "and \(Wording.grouped(examples.more)) more. \(names)" : names, indent: 4, ink: .faint)
    }

    private mutating func write(_ causes: [ToldCause]) {
        for cause in causes {
            page.gap()
            page.paragraph(cause.text, indent: 4, label: causes.count > 1 ? "\(cause.number). " : "")
            let indent = causes.count > 1 ? 7 : 4
            for fix in cause.fixes {
                page.paragraph(
                    fix.text, indent: indent, label: "[\(fix.place.name)] ", labelInk: .faint, hang: indent + 2)
                if let command = fix.command {
                    for line in command.split(separator: "\n") { page.command(String(line), indent: indent + 4) }
                }
            }
            if let pointer = cause.pointer { page.paragraph(pointer, indent: indent, ink: .faint) }
        }
    }

    // MARK: Hosts and captures

    private mutating func writeHosts() {
        let hosts = outline.hosts
        if hosts.isEmpty { return }
        page.heading("Hosts")
        let shown = hosts.prefix(ReportOutline.maximumHosts)
        let width = shown.map { SafeText.columns($0.address.description) }.max() ?? 0
        let roles = shown.map { SafeText.columns($0.roles.words.joined(separator: ", ")) }.max() ?? 0
        for host in shown {
            let label =
                host.address.description.padded(to: width) + "  "
                + host.shownRoles.joined(separator: ", ").padded(to: roles) + "  "
            page.paragraph(outline.description(of: host), indent: 2, label: label)
        }
        if hosts.count > shown.count { page.paragraph("and \(hosts.count - shown.count) more", indent: 2, ink: .faint) }
    }

    private mutating func writeLimitsOfSight() {
        let sentences = outline.limitsOfSight
        if sentences.isEmpty { return }
        page.heading("What this capture cannot show")
        for sentence in sentences { page.paragraph(sentence, indent: 2, label: "- ") }
    }

    private mutating func writeCaptures() {
        let captures = outline.captures
        if captures.isEmpty { return }
        page.gap()
        for capture in captures { page.paragraph("\(capture.name): \(capture.what)", ink: .faint) }
        page.paragraph(outline.messages, ink: .faint)
    }
}

extension Verdict.Level {
    var ink: Ink {
        switch self {
        case .failed, .unreadable: .bad
        case .warning, .open: .warning
        case .healthy: .good
        }
    }
}

extension Severity {
    var ink: Ink {
        switch self {
        case .error: .bad
        case .warning: .warning
        case .info: .faint
        }
    }
}
