import CaptureFile
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// The report for a person at a terminal: the verdict first, then the story of what failed, what to
/// do about it, the hosts, and what the capture cannot show.
public struct TextReport {
    private let result: AnalysisResult
    private let detail: ReportDetail
    private let words: Wording
    private let verdict: Verdict
    private var page: TextCanvas

    /// Failed sign-ons told in full; the others are counted.
    private static let maximumStories = 5

    /// The report of a result as text.
    public static func text(_ result: AnalysisResult, style: TextStyle = TextStyle(), detail: ReportDetail = .normal) -> String {
        var report = TextReport(result, style, detail)
        report.write()
        return report.page.text
    }

    private init(_ result: AnalysisResult, _ style: TextStyle, _ detail: ReportDetail) {
        self.result = result
        self.detail = detail
        words = Wording(names: result.names)
        verdict = Verdict(result)
        page = TextCanvas(style)
    }

    private mutating func write() {
        writeVerdict()
        if detail == .quiet { return }
        writeStories()
        writeFindings()
        writeHosts()
        writeLimitsOfSight()
        writeCaptures()
    }

    // MARK: Verdict

    private mutating func writeVerdict() {
        let word = verdict.level.word
        let indent = SafeText.columns(word) + 2
        page.paragraph(verdict.headline, label: word + "  ", labelInk: verdict.level.ink, ink: .strong)
        for note in verdict.notes { page.paragraph(note, indent: indent) }
        if let events = verdict.eventSentence { page.paragraph(events, indent: indent) }
        let counts = result.signOnCounts
        if counts.failed > 1 || (counts.failed == 1 && counts.total > 1) {
            let together = "\(counts.failed) of \(Wording.count(counts.total, "sign-on")) \(verdict.level == .failed ? "failed" : "did not succeed")."
            page.paragraph(together, indent: indent)
        }
        if !result.isComplete, verdict.level != .unreadable {
            page.paragraph("The capture was only partly read; see the end of this report.", indent: indent)
        }
    }

    // MARK: Stories

    private mutating func writeStories() {
        var failed = result.signOns.filter { $0.outcome == .failed }
        // The sign-on that the verdict speaks of comes first.
        if let told = verdict.signOn {
            failed.removeAll { $0.id == result.signOns[told].id }
            failed.insert(result.signOns[told], at: 0)
        }
        for signOn in failed.prefix(Self.maximumStories) { writeStory(signOn) }
        let untold = Int(clamping: result.signOnCounts.failed) - min(failed.count, Self.maximumStories)
        if untold > 0 {
            page.gap()
            page.paragraph(
                "\(Wording.count(UInt64(untold), "further failed sign-on")); --format json lists them.", ink: .faint)
        }
        if failed.isEmpty { writeOrphans() }
        let others = result.signOns.filter { $0.outcome != .failed }
        if detail == .verbose {
            for signOn in others { writeStory(signOn) }
        } else if verdict.level == .open {
            for signOn in others.prefix(Self.maximumStories) { writeStory(signOn) }
        } else if failed.isEmpty, !others.isEmpty {
            writeList(others)
        }
    }

    /// Sign-ons that need no story, one line each.
    private mutating func writeList(_ signOns: [SignOn]) {
        page.heading("Sign-ons")
        for signOn in signOns.prefix(10) {
            let how = signOn.kind == .delegated ? "" : ", \(signOn.kind.name)"
            let end = signOn.transactions.last?.response.map { ", HTTP \($0.status)" } ?? ""
            page.paragraph("\(words.user(signOn)) -> \(words.service(signOn)): \(signOn.outcome.name)\(how)\(end)", indent: 2, hang: 4)
        }
        let total = result.signOnCounts.succeeded &+ result.signOnCounts.unknown
        if total > 10 { page.paragraph("and \(total - 10) more", indent: 2, ink: .faint) }
    }

    private mutating func writeStory(_ signOn: SignOn) {
        page.gap()
        let outcome = signOn.outcome == .failed ? "" : " (\(signOn.outcome.name))"
        let kind = signOn.kind == .delegated ? "" : ", \(signOn.kind.name)"
        page.paragraph("\(words.user(signOn)) -> \(words.service(signOn))\(kind)\(outcome)", ink: .strong)
        page.paragraph(parties(of: signOn), indent: 2, hang: 4, ink: .faint)
        writeLadder(Ladder(signOn, names: result.names))
    }

    /// Failed ticket requests of which no sign-on is known: a connector that cannot even log on.
    private mutating func writeOrphans() {
        let failed = result.ticketRequests.filter {
            guard $0.signOn == nil, !$0.outcome.isGranted, !$0.isRealmDiscovery else { return false }
            if case .unanswered(.captureEnded) = $0.outcome { return false }
            return true
        }
        guard verdict.level == .failed, !failed.isEmpty else { return }
        page.heading("What failed")
        writeLadder(Ladder(Array(failed.prefix(8)), names: result.names))
        if failed.count > 8 { page.paragraph("and \(failed.count - 8) more", indent: 4, ink: .faint) }
    }

    private func parties(of signOn: SignOn) -> String {
        var parts: [String] = []
        let asker = signOn.kind == .delegated ? "connector" : "client"
        let account = words.principal(signOn.connectorAccount.name, signOn.connectorRealm).map { " (\($0))" } ?? ""
        parts.append("\(asker) \(signOn.connector)\(account)")
        var kdcs: [IPAddress] = []
        for step in signOn.steps {
            if let kdc = step.ticketRequest?.last?.kdc.address, !kdcs.contains(kdc) { kdcs.append(kdc) }
        }
        for (number, kdc) in kdcs.enumerated() { parts.append("KDC\(number > 0 ? " \(number + 1)" : "") \(kdc)") }
        if let backend = signOn.backend { parts.append("backend \(backend.address):\(backend.port)") }
        if result.captures.count > 1, let frame = signOn.steps.first?.firstFrame, Int(frame.capture) < result.captures.count {
            parts.append("in \(result.captures[Int(frame.capture)].name)")
        }
        let day = signOn.firstTime.map { ", \(CivilTime($0).dateText) UTC" } ?? ""
        return parts.joined(separator: ", ") + day
    }

    private mutating func writeLadder(_ ladder: Ladder) {
        let rows = ladder.rows
        func widest(_ part: (Ladder.Row) -> String) -> Int { rows.map { SafeText.columns(SafeText.escaped(part($0))) }.max() ?? 0 }
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
            let longest = SafeText.escaped(row.outcome).split(separator: " ").map { SafeText.columns(String($0)) }.max() ?? 0
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
        let told = result.findings.filter { $0.severity >= .warning || detail == .verbose }
        if !told.isEmpty {
            page.heading("Findings")
            for (index, finding) in told.enumerated() {
                if index > 0 { page.gap() }
                if finding.consequenceOf != nil, detail != .verbose { writeConsequence(finding) } else { write(finding) }
            }
            if told.contains(where: { $0.hasCommands }) {
                page.gap()
                page.paragraph(DocumentedFix.shellNote, indent: 2, ink: .faint)
            }
        }
        let remarks = detail == .verbose ? [] : result.findings.filter { $0.severity == .info }
        if !remarks.isEmpty {
            page.heading("Also seen")
            for finding in remarks {
                page.paragraph(
                    "\(FindingText(finding, names: result.names).title.closed) (\(finding.rule.slug), \(framesText(finding)))", indent: 2,
                    label: "- ")
            }
        }
    }

    private mutating func writeConsequence(_ finding: Finding) {
        let cause = finding.consequenceOf?.description ?? ""
        page.paragraph(
            "\(FindingText(finding, names: result.names).title.closed) It follows from \(cause). (\(finding.rule.slug), \(framesText(finding)))",
            indent: 2, label: "then: ", labelInk: .faint)
    }

    private mutating func write(_ finding: Finding) {
        let text = FindingText(finding, names: result.names)
        page.paragraph(text.title, indent: 2, label: "\(finding.severity.name): ", labelInk: finding.severity.ink, hang: 4, ink: .strong)
        var facts = ["\(finding.rule.slug)", "confidence \(finding.confidence.name)"]
        if finding.count > 1 { facts.append("\(finding.count) times\(span(of: finding))") }
        facts.append(framesText(finding))
        if let cause = finding.consequenceOf { facts.append("follows from \(cause)") }
        page.paragraph(facts.joined(separator: ", "), indent: 4, ink: .faint)
        page.paragraph(text.explanation, indent: 4)
        write(text.causes)
        if detail == .verbose {
            page.gap()
            for evidence in finding.evidence {
                page.paragraph(evidence.note, indent: 4, label: "frame \(frameText(evidence.frame)): ")
            }
            if !finding.rule.references.isEmpty {
                page.paragraph("References: " + finding.rule.references.map(\.description).joined(separator: "; "), indent: 4, ink: .faint)
            }
        }
        if !text.displayFilter.isEmpty {
            page.gap()
            page.paragraph("In Wireshark:", indent: 4)
            page.command(text.displayFilter, indent: 8)
        }
    }

    private mutating func write(_ causes: [FindingText.CauseText]) {
        // A step that another cause has already told is only pointed to.
        var told: [String: Int] = [:]
        for (number, cause) in causes.enumerated() {
            page.gap()
            page.paragraph(cause.text, indent: 4, label: causes.count > 1 ? "\(number + 1). " : "")
            let indent = causes.count > 1 ? 7 : 4
            var again: [Int] = []
            for fix in cause.fixes {
                let step = fix.text + "\n" + (fix.command ?? "")
                if let earlier = told[step] {
                    if !again.contains(earlier) { again.append(earlier) }
                    continue
                }
                told[step] = number + 1
                page.paragraph(fix.text, indent: indent, label: "[\(fix.place.name)] ", labelInk: .faint, hang: indent + 2)
                if let command = fix.command {
                    for line in command.split(separator: "\n") { page.command(String(line), indent: indent + 4) }
                }
            }
            if !again.isEmpty {
                page.paragraph(
                    "The remaining steps are those of \(again.map { "\($0)" }.joined(separator: " and ")).", indent: indent, ink: .faint)
            }
        }
    }

    private func span(of finding: Finding) -> String {
        guard let first = finding.firstTime, let last = finding.lastTime, first != last else { return "" }
        return " from \(CivilTime(first).secondsText) to \(CivilTime(last).secondsText)"
    }

    private func framesText(_ finding: Finding) -> String {
        let frames = finding.distinctFrames
        if frames.isEmpty { return "no frame of its own" }
        let shown = frames.prefix(6).map { frameText($0) }
        let more = UInt64(frames.count - shown.count) &+ finding.omittedEvidence
        return (frames.count == 1 ? "frame " : "frames ") + shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }

    /// A frame's number; with several captures also which capture.
    private func frameText(_ frame: FrameReference) -> String {
        guard result.captures.count > 1, Int(frame.capture) < result.captures.count else { return "\(frame.frame)" }
        return "\(result.captures[Int(frame.capture)].name):\(frame.frame)"
    }

    // MARK: Hosts and captures

    private mutating func writeHosts() {
        let hosts = result.hosts.filter { !$0.roles.words.isEmpty }
        if hosts.isEmpty { return }
        page.heading("Hosts")
        let width = hosts.map { SafeText.columns($0.address.description) }.max() ?? 0
        let roles = hosts.map { SafeText.columns($0.roles.words.joined(separator: ", ")) }.max() ?? 0
        for host in hosts.prefix(20) {
            var parts: [String] = []
            if let name = result.names.string(host.name) { parts.append(name) }
            if let realm = result.names.string(host.realm) { parts.append("realm \(realm)") }
            if let clock = result.clocks.first(where: { $0.host == host.address && $0.point == host.point }) {
                parts.append(clock.phrase)
            }
            if host.roles.contains(.given) { parts.append("role given") }
            let label = host.address.description.padded(to: width) + "  " + host.shownRoles.joined(separator: ", ").padded(to: roles) + "  "
            page.paragraph(parts.joined(separator: ", "), indent: 2, label: label)
        }
        if hosts.count > 20 { page.paragraph("and \(hosts.count - 20) more", indent: 2, ink: .faint) }
    }

    private mutating func writeLimitsOfSight() {
        var sentences: [String] = []
        for finding in result.findings where finding.severity >= .warning && finding.consequenceOf == nil {
            for sentence in FindingText(finding, names: result.names).cannotTell where !sentences.contains(sentence) { sentences.append(sentence) }
        }
        for fault in result.faults.dropFirst(verdict.level == .unreadable ? 1 : 0) {
            let place = fault.frame.map { "after frame \($0)" } ?? "at offset \(fault.offset)"
            let name = Int(fault.capture) < result.captures.count ? result.captures[Int(fault.capture)].name : ""
            sentences.append("\(name): \(fault.kind.name) \(place): \(fault.message)")
        }
        if result.omittedFaults > 0 { sentences.append("\(Wording.count(result.omittedFaults, "further fault")).") }
        for limit in result.limits where limit.dropped > 0 {
            sentences.append("A bound was reached (\(limit.name)): \(limit.dropped) left out.")
        }
        if sentences.isEmpty { return }
        page.heading("What this capture cannot show")
        for sentence in sentences { page.paragraph(sentence, indent: 2, label: "- ") }
    }

    private mutating func writeCaptures() {
        let readable = result.captures.filter { $0.packets > 0 }
        if readable.isEmpty { return }
        page.gap()
        for capture in readable {
            var parts = [Wording.count(capture.packets, "packet")]
            if let first = capture.firstTime, let last = capture.lastTime {
                let length = Wording.duration(nanoseconds: last.nanoseconds(since: first))
                parts.append("\(CivilTime(first).dateText) \(CivilTime(first).secondsText) UTC, \(length)")
            }
            page.paragraph("\(capture.name): " + parts.joined(separator: ", "), ink: .faint)
        }
        page.paragraph(
            "\(Wording.count(result.kerberosMessages, "Kerberos message")), \(Wording.count(result.httpMessages, "HTTP message")).",
            ink: .faint)
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

extension HostFacts {
    /// The roles worth showing: that a connector or backend is a client too goes without saying.
    var shownRoles: [String] {
        let words = roles.words
        return words.count > 1 ? words.filter { $0 != "client" } : words
    }
}

extension Finding {
    /// Whether its remedies hold commands.
    var hasCommands: Bool { rule.causes.contains { cause in cause.fixes.contains { $0.command != nil } } }

    /// The frames of its evidence, each once.
    var distinctFrames: [FrameReference] {
        var frames: [FrameReference] = []
        for evidence in evidence where frames.last != evidence.frame && !frames.contains(evidence.frame) {
            frames.append(evidence.frame)
        }
        return frames
    }
}

extension HostClock {
    /// `clock 6 min 3 s behind`, with its uncertainty where that matters.
    var phrase: String {
        let half = (highestOffset / 2 &- lowestOffset / 2).magnitude
        let uncertainty = half > 1_000_000 ? " (+/- \(Wording.duration(nanoseconds: Int64(clamping: half))))" : ""
        if offset.magnitude <= max(half, 1_000_000_000) { return "clock in step\(uncertainty)" }
        let size = Wording.duration(nanoseconds: Int64(clamping: offset.magnitude))
        return "clock \(size) \(offset < 0 ? "behind" : "ahead")\(uncertainty)"
    }
}

extension String {
    /// The sentence with a full stop.
    var closed: String { hasSuffix(".") || hasSuffix("?") || hasSuffix("!") ? self : self + "." }
}
