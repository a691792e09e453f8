import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// Makes a report of a result: chooses what is shown, in which order and in which words.
struct ReportBuilder {
    let result: AnalysisResult
    let detail: ReportDetail
    let words: Wording
    let captures: CaptureNames
    let links: FindingLinks
    let ladders: LadderBuilder
    let verdict: Verdict
    /// The findings that are shown with all there is to say, what the verdict is about first.
    let chosen: [SimilarFindings]

    /// Sentences on what cannot be seen, and on where reading stopped: so many of each.
    private static let maximumSentences = 64
    private static let maximumHosts = 20

    init(_ result: AnalysisResult, _ detail: ReportDetail) {
        self.result = result
        self.detail = detail
        words = Wording(names: result.names)
        captures = CaptureNames(result.captures)
        links = FindingLinks(result)
        ladders = LadderBuilder(result.hosts, words, captures)
        let lowest = detail == .verbose ? Severity.info : .warning
        var groups = SimilarFindings.groups(
            result.findings.indices.filter { result.findings[$0].severity >= lowest }, in: result.findings,
            result.names)
        verdict = VerdictBuilder(result: result, words: words, links: links, groups: groups, ladders: ladders)
            .verdict()
        // What the verdict is about comes first, whatever else there is in masses.
        if let root = verdict.finding, result.findings[root].consequenceOf == nil,
            let index = groups.firstIndex(where: { $0.members.contains(root) })
        {
            groups.insert(groups.remove(at: index), at: 0)
        }
        chosen = groups
    }

    /// What stands below the verdict: which events it explains, what else failed, and what was not read or not kept.
    var notices: [String] {
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

    // MARK: Hosts and captures

    /// The hosts that have a role.
    var hosts: Excerpt<ReportedHost> {
        let known = result.hosts.filter { !$0.roles.words.isEmpty }
        let shown = known.prefix(Self.maximumHosts).map { host in
            ReportedHost(
                address: "\(host.address)", roles: host.roles.words, name: result.names.string(host.name),
                realm: result.names.string(host.realm),
                clock: result.clocks.first { $0.host == host.address && $0.point == host.point }?.phrase,
                isRoleGiven: host.roles.contains(.given))
        }
        return Excerpt(shown, more: Wording.more(UInt64(known.count - shown.count)))
    }

    /// What the capture cannot show, and where reading stopped.
    func limitations(_ findings: [FindingGroup]) -> [String] {
        var sentences: [String] = []
        for group in findings where group.lead.severity >= .warning && group.lead.consequenceOf == nil {
            for sentence in group.lead.cannotTell
            where sentences.count < Self.maximumSentences && !sentences.contains(sentence) {
                sentences.append(sentence)
            }
        }
        if result.secretsMayComeLate {
            sentences.append(
                """
                What stood before the keys that open it: this capture could be read only once. From a file, keys are \
                looked for first.
                """)
        }
        for capture in result.captures where capture.decryptionSecrets > 0 && !result.protocols.usesSecrets {
            sentences.append(
                "\(capture.name): what TLS hides, though the capture holds keys for it: they are not used.")
        }
        // The first fault of what cannot be read at all is the verdict.
        let faults = FaultLines(result, skipping: verdict.level == .unreadable ? 1 : 0).sentences
        sentences += faults.prefix(Self.maximumSentences)
        let further = faults.count - Self.maximumSentences
        if further > 0 { sentences.append("\(Wording.count(UInt64(further), "further kind")) of fault.") }
        return sentences
    }

    /// The captures that hold anything.
    var reportedCaptures: [ReportedCapture] {
        result.captures.filter { $0.packets > 0 }.map { ReportedCapture($0) }
    }
}

extension String {
    /// The sentence with a full stop.
    var closed: String { hasSuffix(".") || hasSuffix("?") || hasSuffix("!") ? self : self + "." }
}
