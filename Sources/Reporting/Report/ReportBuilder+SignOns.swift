import PacketModel
import Diagnosis
import Exchanges
import Pipeline

/// Which sign-ons are shown, and how.
extension ReportBuilder {
    /// Sign-ons that are shown step by step; of others only the number or a line is.
    private static let maximumStories = 5
    /// Sign-ons that have a line each.
    private static let maximumLines = 10
    private static let maximumRequests = 8

    /// Failed sign-ons step by step, the verdict's first.
    var failedSignOns: Excerpt<Story> {
        var failed = result.signOns.filter { $0.outcome == .failed }
        if let first = failed.firstIndex(where: { $0.id == verdict.signOn }) {
            failed.insert(failed.remove(at: first), at: 0)
        }
        let stories = failed.prefix(Self.maximumStories).map { story(of: $0) }
        let further = result.signOnCounts.failed - min(result.signOnCounts.failed, UInt64(stories.count))
        return Excerpt(stories, more: further > 0 ? Wording.count(further, "further failed sign-on") : nil)
    }

    /// Other sign-ons that are shown step by step: all of them where much is to be said, a few where nothing could be
    /// judged.
    var otherSignOns: [Story] {
        let others = result.signOns.filter { $0.outcome != .failed }
        if detail == .verbose { return others.map { story(of: $0) } }
        return verdict.level == .open ? others.prefix(Self.maximumStories).map { story(of: $0) } : []
    }

    /// Sign-ons that need no story, where no other is shown.
    var signOnLines: Excerpt<String> {
        if detail == .verbose || verdict.level == .open { return Excerpt() }
        if result.signOns.isEmpty || result.signOns.contains(where: { $0.outcome == .failed }) { return Excerpt() }
        let total = result.signOnCounts.succeeded &+ result.signOnCounts.unknown
        return Excerpt(
            result.signOns.prefix(Self.maximumLines).map { line(of: $0) },
            more: Wording.more(total - min(total, UInt64(Self.maximumLines))))
    }

    /// Failed ticket requests of which no sign-on is known, where nothing else is shown.
    var failedRequests: Ladder? {
        guard verdict.level == .failed, !result.signOns.contains(where: { $0.outcome == .failed }) else { return nil }
        let failed = result.ticketRequests.filter {
            guard $0.signOn == nil, !$0.outcome.isGranted, !$0.isRealmDiscovery else { return false }
            if case .unanswered(.captureEnded) = $0.outcome { return false }
            return true
        }
        if failed.isEmpty { return nil }
        let shown = Array(failed.prefix(Self.maximumRequests))
        return ladders.ladder(of: shown, more: Wording.more(UInt64(failed.count - shown.count)))
    }

    private func story(of signOn: SignOn) -> Story {
        let ladder = ladders.ladder(of: signOn)
        let outcome = signOn.outcome == .failed ? "" : " (\(signOn.outcome.name))"
        return Story(
            signOn: signOn.id,
            title: "\(words.user(signOn)) -> \(words.service(signOn))\(kind(of: signOn))\(outcome)",
            parties: parties(of: signOn, ladder), user: words.user(signOn), service: words.service(signOn),
            kind: signOn.kind.name, outcome: signOn.outcome.name, findings: links.findings(of: signOn),
            rootCause: links.rootCause(of: signOn), ladder: ladder)
    }

    /// A sign-on that needs no story, in one line.
    private func line(of signOn: SignOn) -> String {
        let end = signOn.transactions.last?.response.map { ", HTTP \($0.status)" } ?? ""
        return "\(words.user(signOn)) -> \(words.service(signOn)): \(signOn.outcome.name)\(kind(of: signOn))\(end)"
    }

    /// How the user is signed on, where that is another way than delegation.
    private func kind(of signOn: SignOn) -> String { signOn.kind == .delegated ? "" : ", \(signOn.kind.name)" }

    /// Who took part in a sign-on, in which capture, on which day.
    private func parties(of signOn: SignOn, _ ladder: Ladder) -> String {
        var parts: [String] = []
        for participant in ladder.participants {
            guard let address = participant.address else { continue }
            let isAsker = participant.role == .connector || participant.role == .client
            let account = isAsker ? participant.name.map { " (\($0))" } ?? "" : ""
            parts.append("\(participant.label) \(address)\(account)")
        }
        if result.captures.count > 1, let frame = signOn.steps.first?.firstFrame {
            parts.append("in \(captures[frame.capture])")
        }
        let day = signOn.firstTime.map { ", \(CivilTime($0).dateText) UTC" } ?? ""
        return parts.joined(separator: ", ") + day
    }
}
