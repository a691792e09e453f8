import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// What a report tells, in which order and in which words, whatever it is written in: text and Markdown say the same.
struct ReportOutline {
    let result: AnalysisResult
    let detail: ReportDetail
    let words: Wording
    let verdict: Verdict

    /// Failed sign-ons told in full; the others are counted.
    private static let maximumStories = 5
    /// Sign-ons and ticket requests that have a line each.
    static let maximumLines = 10
    static let maximumOrphans = 8
    static let maximumHosts = 20
    private static let maximumFrames = 6
    /// Stands where many findings are told as one.
    static let oneForAll = "Causes and steps are told of the first; they are the same for all."
    private static let maximumSentences = 64

    /// Findings told with all there is to say, and findings of which only the title is told.
    let findings: [AlikeFindings]
    let remarks: [AlikeFindings]
    /// Failed sign-ons that are told step by step, the verdict's first; and how many are not.
    let failed: [SignOn]
    let untold: UInt64
    /// Other sign-ons that are told step by step, and those that have a line each.
    let others: [SignOn]
    let listed: [SignOn]

    init(_ result: AnalysisResult, _ detail: ReportDetail) {
        self.result = result
        self.detail = detail
        words = Wording(names: result.names)
        verdict = Verdict(result)
        let indices = Array(result.findings.indices)
        let isVerbose = detail == .verbose
        func groups(_ isChosen: (Finding) -> Bool) -> [AlikeFindings] {
            AlikeFindings.groups(indices.filter { isChosen(result.findings[$0]) }, in: result.findings, result.names)
        }
        var told = groups { $0.severity >= .warning || isVerbose }
        // What the verdict speaks of comes first, whatever else there is in masses.
        if let root = verdict.finding, result.findings[root].consequenceOf == nil,
            let place = told.firstIndex(where: { $0.members.contains(root) })
        {
            told.insert(told.remove(at: place), at: 0)
        }
        findings = told
        remarks = isVerbose ? [] : groups { $0.severity == .info }
        var failed = result.signOns.filter { $0.outcome == .failed }
        if let told = verdict.signOn {
            failed.removeAll { $0.id == result.signOns[told].id }
            failed.insert(result.signOns[told], at: 0)
        }
        self.failed = Array(failed.prefix(Self.maximumStories))
        untold = result.signOnCounts.failed - min(result.signOnCounts.failed, UInt64(self.failed.count))
        let rest = result.signOns.filter { $0.outcome != .failed }
        others = isVerbose ? rest : verdict.level == .open ? Array(rest.prefix(Self.maximumStories)) : []
        listed = isVerbose || verdict.level == .open || !failed.isEmpty ? [] : rest
    }

    // MARK: The first lines

    /// What stands below the verdict: which events it explains, what else failed, and what was not read or not kept.
    var remarksOnVerdict: [String] {
        var lines: [String] = []
        if let events = verdict.eventSentence { lines.append(events) }
        let counts = result.signOnCounts
        if counts.failed > 1 || (counts.failed == 1 && counts.total > 1) {
            let how = verdict.level == .failed ? "failed" : "did not succeed"
            lines.append("\(counts.failed) of \(Wording.count(counts.total, "sign-on")) \(how).")
        }
        if !result.isComplete, verdict.level != .unreadable {
            lines.append("The capture was only partly read; see the end of this report.")
        }
        if let cost = BoundsNotice.sentence(result.limits) { lines.append(cost) }
        return lines
    }

    // MARK: Sign-ons

    /// `alice@CORP.EXAMPLE -> http/app.corp.example, ntlm (unknown)`.
    func title(of signOn: SignOn) -> String {
        let outcome = signOn.outcome == .failed ? "" : " (\(signOn.outcome.name))"
        let kind = signOn.kind == .delegated ? "" : ", \(signOn.kind.name)"
        return "\(words.user(signOn)) -> \(words.service(signOn))\(kind)\(outcome)"
    }

    /// A sign-on that needs no story, in one line.
    func line(of signOn: SignOn) -> String {
        let how = signOn.kind == .delegated ? "" : ", \(signOn.kind.name)"
        let end = signOn.transactions.last?.response.map { ", HTTP \($0.status)" } ?? ""
        return "\(words.user(signOn)) -> \(words.service(signOn)): \(signOn.outcome.name)\(how)\(end)"
    }

    /// Who took part in a sign-on, in which capture, on which day.
    func parties(of signOn: SignOn) -> String {
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
        if result.captures.count > 1, let frame = signOn.steps.first?.firstFrame,
            Int(frame.capture) < result.captures.count
        {
            parts.append("in \(result.captures[Int(frame.capture)].name)")
        }
        let day = signOn.firstTime.map { ", \(CivilTime($0).dateText) UTC" } ?? ""
        return parts.joined(separator: ", ") + day
    }

    /// Failed ticket requests of which no sign-on is known: a connector that cannot even log on. Told where nothing
    /// else is.
    var orphans: [TicketRequest] {
        guard verdict.level == .failed, failed.isEmpty else { return [] }
        return result.ticketRequests.filter {
            guard $0.signOn == nil, !$0.outcome.isGranted, !$0.isRealmDiscovery else { return false }
            if case .unanswered(.captureEnded) = $0.outcome { return false }
            return true
        }
    }

    // MARK: Findings

    /// Whether any finding that is told in full has commands among its remedies.
    var hasCommands: Bool {
        findings.contains {
            !isOnlyMentioned($0) && lead($0).rule.causes.contains { $0.fixes.contains { $0.command != nil } }
        }
    }

    /// The finding whose words are used.
    func lead(_ alike: AlikeFindings) -> Finding { result.findings[alike.lead] }

    /// What is wrong, of all of them.
    func title(of alike: AlikeFindings) -> String { alike.title(in: result.findings, result.names) }

    /// Whether only the title is told, as the cause is told elsewhere.
    func isOnlyMentioned(_ alike: AlikeFindings) -> Bool { lead(alike).consequenceOf != nil && detail != .verbose }

    /// How sure it is, how often, in which frames.
    func facts(of alike: AlikeFindings) -> [String] {
        let finding = lead(alike)
        var facts = ["confidence \(finding.confidence.name)"]
        let times = alike.members.reduce(0) { $0 &+ result.findings[$1].count }
        if times > 1 { facts.append("\(times) times\(span(of: alike))") }
        facts.append(frames(of: alike))
        if let cause = finding.consequenceOf { facts.append("follows from \(cause)") }
        return facts
    }

    /// A few of many, each with its frames; and how many are left.
    func examples(of alike: AlikeFindings) -> (lines: [String], more: UInt64) {
        let shown = alike.members.filter { result.findings[$0].folded == nil }.prefix(detail == .verbose ? 64 : 5)
        let lines = shown.map { index in
            let finding = result.findings[index]
            let what =
                alike.difference.flatMap { finding.text(of: $0, result.names) }
                ?? FindingText(finding, names: result.names).title
            return "\(what): " + frames(of: AlikeFindings(only: index))
        }
        return (lines, alike.count - min(alike.count, UInt64(lines.count)))
    }

    /// A display filter for all of them, where they are few enough; else for the first.
    func displayFilter(of alike: AlikeFindings) -> String {
        var finding = lead(alike)
        for index in alike.members.dropFirst().prefix(15) {
            finding.evidence += result.findings[index].evidence.prefix(4)
            finding.connections += result.findings[index].connections
            finding.omittedConnections &+= result.findings[index].omittedConnections
        }
        if alike.members.count > 16 { finding.omittedConnections &+= 1 }
        return DisplayFilter.text(of: finding)
    }

    /// `frame 12`, `frames 12, 13 and 4 more`, `no frame of its own`.
    func frames(of alike: AlikeFindings) -> String {
        var shown: [FrameReference] = []
        var more: UInt64 = 0
        for index in alike.members {
            for frame in result.findings[index].distinctFrames {
                if shown.count < Self.maximumFrames { shown.append(frame) } else { more &+= 1 }
            }
            more &+= result.findings[index].omittedEvidence
        }
        if shown.isEmpty { return "no frame of its own" }
        let rest = more > 0 ? " and \(more) more" : ""
        return (shown.count == 1 && more == 0 ? "frame " : "frames ") + shown.map(frame).joined(separator: ", ") + rest
    }

    /// A frame's number; with several captures also which capture.
    func frame(_ frame: FrameReference) -> String {
        guard result.captures.count > 1, Int(frame.capture) < result.captures.count else { return "\(frame.frame)" }
        return "\(result.captures[Int(frame.capture)].name):\(frame.frame)"
    }

    private func span(of alike: AlikeFindings) -> String {
        let first = alike.members.compactMap { result.findings[$0].firstTime }.min()
        let last = alike.members.compactMap { result.findings[$0].lastTime }.max()
        guard let first, let last, first != last else { return "" }
        return " from \(CivilTime(first).secondsText) to \(CivilTime(last).secondsText)"
    }

    // MARK: Hosts and captures

    /// The hosts that have a role.
    var hosts: [HostFacts] { result.hosts.filter { !$0.roles.words.isEmpty } }

    /// What is known of a host besides its roles.
    func description(of host: HostFacts) -> String {
        var parts: [String] = []
        if let name = result.names.string(host.name) { parts.append(name) }
        if let realm = result.names.string(host.realm) { parts.append("realm \(realm)") }
        if let clock = result.clocks.first(where: { $0.host == host.address && $0.point == host.point }) {
            parts.append(clock.phrase)
        }
        if host.roles.contains(.given) { parts.append("role given") }
        return parts.joined(separator: ", ")
    }

    /// What the capture cannot show, and where reading stopped.
    var limitsOfSight: [String] {
        var sentences: [String] = []
        for alike in findings where lead(alike).severity >= .warning && lead(alike).consequenceOf == nil {
            for sentence in FindingText(lead(alike), names: result.names).cannotTell
            where sentences.count < Self.maximumSentences && !sentences.contains(sentence) {
                sentences.append(sentence)
            }
        }
        for capture in result.captures where capture.decryptionSecrets > 0 {
            sentences.append(
                "\(capture.name): what TLS hides, though the capture holds keys for it: they are not used.")
        }
        let faults = FaultLines(result, skipping: verdict.level == .unreadable ? 1 : 0).sentences
        sentences += faults.prefix(Self.maximumSentences)
        let further = faults.count - Self.maximumSentences
        if further > 0 { sentences.append("\(Wording.count(UInt64(further), "further kind")) of fault.") }
        return sentences
    }

    /// The captures that hold anything: name, packets and times.
    var captures: [(name: String, what: String)] {
        result.captures.filter { $0.packets > 0 }.map { capture in
            var parts = [Wording.count(capture.packets, "packet")]
            if let first = capture.firstTime, let last = capture.lastTime {
                let length = Wording.duration(nanoseconds: last.nanoseconds(since: first))
                parts.append("\(CivilTime(first).dateText) \(CivilTime(first).secondsText) UTC, \(length)")
            }
            return (capture.name, parts.joined(separator: ", "))
        }
    }

    /// How many messages were read.
    var messages: String {
        """
        \(Wording.count(result.messages[.kerberos], "Kerberos message")), \
        \(Wording.count(result.messages[.http], "HTTP message")).
        """
    }
}

extension AlikeFindings {
    /// What is wrong: the lead's title, and how many more there are.
    func title(in findings: [Finding], _ names: NameTable) -> String {
        let title = FindingText(findings[lead], names: names).title
        if !isFolded { return title }
        if members.count == 1 { return "\(title) (\(Wording.grouped(count)) findings in one)" }
        guard let difference else { return "\(title) (and \(Wording.grouped(count - 1)) more like it)" }
        let noun = difference.noun + (count == 2 ? "" : "s")
        let asked = difference.isAskedFor ? source.map { " that \($0) asked for" } ?? "" : ""
        return "\(title) (and \(Wording.grouped(count - 1)) more \(noun)\(asked))"
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
