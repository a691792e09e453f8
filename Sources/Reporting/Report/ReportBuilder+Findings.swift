import PacketModel
import Diagnosis
import Pipeline

/// Which findings are shown, and how.
extension ReportBuilder {
    /// Members of a group that have a line each, and the same where much is to be said.
    private static let maximumExamples = 5
    private static let maximumVerboseExamples = 64
    /// Members whose frames a group's display filter selects, and frames of each but the first.
    private static let maximumFiltered = 16
    private static let maximumFilteredFrames = 4

    /// The findings that are shown with all there is to say.
    var findingGroups: [FindingGroup] { chosen.map { group($0) } }

    /// Findings of which the title is enough.
    var remarks: [FindingGroup] {
        if detail == .verbose { return [] }
        let remarks = result.findings.indices.filter { result.findings[$0].severity == .info }
        return SimilarFindings.groups(remarks, in: result.findings, result.names).map { group($0) }
    }

    /// What holds for every command; nil where no finding that is shown has one among its remedies.
    func commandNote(_ groups: [FindingGroup]) -> String? {
        let hasCommand = groups.contains { group in
            let rule = result.findings[group.lead.number].rule
            return !group.isConsequence && rule.causes.contains { $0.fixes.contains { $0.command != nil } }
        }
        return hasCommand ? DocumentedFix.shellNote : nil
    }

    /// A finding in words.
    func finding(_ number: Int) -> ReportedFinding {
        ReportedFinding(result.findings[number], number: number, names: result.names, captures: captures)
    }

    private func group(_ similar: SimilarFindings) -> FindingGroup {
        let lead = finding(similar.lead)
        let isVerbose = detail == .verbose
        return FindingGroup(
            lead: lead, title: similar.title(lead.title), facts: facts(of: similar),
            frames: frames(of: similar.members), members: similar.members,
            isConsequence: lead.consequenceOf != nil && !isVerbose,
            examples: similar.members.count > 1 ? examples(of: similar) : nil,
            evidence: isVerbose ? lead.evidence : nil, references: isVerbose ? lead.references : [],
            displayFilter: displayFilter(of: similar))
    }

    /// How sure it is, how often, in which frames.
    private func facts(of similar: SimilarFindings) -> [String] {
        let lead = result.findings[similar.lead]
        var facts = ["confidence \(lead.confidence.name)"]
        let times = similar.members.reduce(0) { $0 &+ result.findings[$1].count }
        if times > 1 { facts.append("\(times) times\(span(of: similar))") }
        facts.append(frames(of: similar.members))
        if let cause = lead.consequenceOf { facts.append("follows from \(cause)") }
        return facts
    }

    private func span(of similar: SimilarFindings) -> String {
        let first = similar.members.compactMap { result.findings[$0].firstTime }.min()
        let last = similar.members.compactMap { result.findings[$0].lastTime }.max()
        guard let first, let last, first != last else { return "" }
        return " from \(CivilTime(first).secondsText) to \(CivilTime(last).secondsText)"
    }

    /// A few of many, each with its frames.
    private func examples(of similar: SimilarFindings) -> Excerpt<String> {
        let most = detail == .verbose ? Self.maximumVerboseExamples : Self.maximumExamples
        let lines = similar.members.filter { result.findings[$0].folded == nil }.prefix(most).map { index in
            let difference = similar.difference.flatMap { result.findings[index].text(of: $0, result.names) }
            return "\(difference ?? finding(index).title): \(frames(of: [index]))"
        }
        let more = similar.count - min(similar.count, UInt64(lines.count))
        return Excerpt(lines, more: more > 0 ? "\(Wording.grouped(more)) more" : nil)
    }

    /// A display filter for all of them, where they are few enough; else for the first.
    private func displayFilter(of similar: SimilarFindings) -> String {
        var all = result.findings[similar.lead]
        for index in similar.members.dropFirst().prefix(Self.maximumFiltered - 1) {
            all.evidence += result.findings[index].evidence.prefix(Self.maximumFilteredFrames)
            all.connections += result.findings[index].connections
            all.omittedConnections &+= result.findings[index].omittedConnections
        }
        if similar.members.count > Self.maximumFiltered { all.omittedConnections &+= 1 }
        return DisplayFilter.text(of: all)
    }

    /// The frames of findings, by number.
    private func frames(of numbers: [Int]) -> String {
        var frames: [FrameReference] = []
        var more: UInt64 = 0
        for number in numbers {
            frames += result.findings[number].distinctFrames
            more &+= result.findings[number].omittedEvidence
        }
        return captures.phrase(frames, more: more)
    }
}

extension Finding {
    /// The frames of its evidence, each once.
    fileprivate var distinctFrames: [FrameReference] {
        var frames: [FrameReference] = []
        for evidence in evidence where frames.last != evidence.frame && !frames.contains(evidence.frame) {
            frames.append(evidence.frame)
        }
        return frames
    }
}
