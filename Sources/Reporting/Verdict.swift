import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// What a run comes to, in a sentence or two: the first thing that a reader sees.
struct Verdict {
    /// How bad it is.
    enum Level {
        /// A sign-on, or a logon that it needs, failed.
        case failed
        /// Something works otherwise than meant, or soon will not.
        case warning
        /// What was seen worked.
        case healthy
        /// The capture does not allow a judgement.
        case open
        /// Nothing could be read.
        case unreadable

        /// The word that opens the report.
        var word: String {
            switch self {
            case .failed: "FAILED"
            case .warning: "WARNING"
            case .healthy: "HEALTHY"
            case .open: "OPEN"
            case .unreadable: "UNREADABLE"
            }
        }
    }

    /// How bad it is.
    let level: Level
    /// What happened to whom, one sentence.
    let headline: String
    /// Why, or what else there is to say of it: sentences that follow.
    let notes: [String]
    /// Connector events that this explains.
    let eventIDs: [Int]
    /// The sign-on that the headline is about, and the finding that explains it, by index.
    let signOn: Int?
    let finding: Int?

    /// Judges a result.
    init(_ result: AnalysisResult) {
        let names = Wording(names: result.names)
        let links = FindingLinks(result)
        if let (failed, root) = Self.explainedSignOn(result, links) {
            let signOn = result.signOns[failed]
            let told = result.findings[root]
            level = .failed
            headline =
                """
                Sign-on of \(names.user(signOn)) to \(names.service(signOn)) failed at the \
                \(signOn.failedStage.title).
                """
            notes = [Self.title(of: root, result).closed]
            eventIDs = told.rule.eventIDs
            (self.signOn, finding) = (failed, root)
            return
        }
        let counts = result.signOnCounts
        signOn = nil
        finding = Self.mostTelling(.error, result.findings) ?? Self.mostTelling(.warning, result.findings)
        if let finding {
            let told = result.findings[finding]
            level = told.severity == .error ? .failed : .warning
            headline = Self.title(of: finding, result).closed
            eventIDs = told.rule.eventIDs
            notes = [Self.place(of: told, counts)]
            return
        }
        eventIDs = []
        if let failed = result.signOns.first(where: { $0.outcome == .failed }) {
            level = .open
            headline =
                """
                Sign-on of \(names.user(failed)) to \(names.service(failed)) did not succeed, and no known \
                failure fits.
                """
            notes = [Self.lastAnswer(failed, result)]
            return
        }
        if result.packets == 0, let fault = result.faults.first {
            level = .unreadable
            let name = Int(fault.capture) < result.captures.count ? result.captures[Int(fault.capture)].name : ""
            headline = "\(name): \(fault.message)".closed
            notes = result.faults.count > 1 ? ["\(result.faults.count - 1) more could not be read."] : []
            return
        }
        (level, headline) = Self.withoutFindings(result)
        notes = []
    }

    /// All of it on one line.
    var sentence: String { ([headline] + notes).joined(separator: " ") }

    /// "Explains events 13019 and 12027 on the connector.", or nil.
    var eventSentence: String? {
        if eventIDs.isEmpty { return nil }
        let list = eventIDs.map { "\($0)" }
        if list.count == 1 { return "Explains event \(list[0]) on the connector." }
        return
            "Explains events \(list.dropLast().joined(separator: ", ")) and \(list[list.count - 1]) on the connector."
    }

    /// The first finding of a severity that was answered by others; where none was, the first one.
    private static func mostTelling(_ severity: Severity, _ findings: [Finding]) -> Int? {
        findings.firstIndex { $0.severity == severity && $0.standing > .claimed && $0.folded == nil }
            ?? findings.firstIndex { $0.severity == severity }
    }

    /// What a finding says, and of how many like it.
    private static func title(of index: Int, _ result: AnalysisResult) -> String {
        let severity = result.findings[index].severity
        let rivals = result.findings.indices.filter { result.findings[$0].severity == severity }
        let alike = AlikeFindings.groups(rivals, in: result.findings, result.names).first { $0.members.contains(index) }
        return (alike ?? AlikeFindings(only: index)).title(in: result.findings, result.names)
    }

    /// The failed sign-on that the first finding explains, and that finding; one of which something was answered goes
    /// before one
    /// that anybody can send. Without an error that explains it a sign-on is not called failed: a refusal can be meant.
    private static func explainedSignOn(_ result: AnalysisResult, _ links: FindingLinks) -> (Int, Int)? {
        var best: (signOn: Int, root: Int)?
        var bestStanding = Standing.claimed
        for index in result.signOns.indices where result.signOns[index].outcome == .failed {
            guard let root = links.rootCause(of: result.signOns[index]), result.findings[root].severity == .error else {
                continue
            }
            let standing = Standing(of: result.signOns[index])
            if best == nil || standing > bestStanding || standing == bestStanding && root < best?.root ?? .max {
                (best, bestStanding) = ((index, root), standing)
            }
        }
        return best
    }

    /// What was answered where it failed.
    private static func lastAnswer(_ signOn: SignOn, _ result: AnalysisResult) -> String {
        guard let row = Ladder(signOn, names: result.names).failure else { return "The capture does not show why." }
        let frames =
            row.frames.isEmpty ? "" : row.frames.contains("-") ? " (frames \(row.frames))" : " (frame \(row.frames))"
        return "\(row.what): \(row.outcome)\(frames)."
    }

    /// Where a failure without a sign-on of its own stands.
    private static func place(of finding: Finding, _ counts: OutcomeCounts) -> String {
        let signOns: String
        if counts.failed > 0 {
            // What failed otherwise is counted further down.
            signOns = ""
        } else if counts.total == 0 {
            signOns = " No sign-on came so far."
        } else if counts.unknown == counts.total {
            signOns =
                counts.total == 1
                ? " How the one sign-on ended, the capture does not show."
                : " How \(counts.total) sign-ons ended, the capture does not show."
        } else {
            signOns = " No sign-on is seen to fail."
        }
        if finding.severity == .error { return "At the \(finding.rule.stage.title).\(signOns)" }
        return counts.failed > 0 ? "What else failed has no known cause." : "No sign-on failed."
    }

    private static func withoutFindings(_ result: AnalysisResult) -> (Level, String) {
        let counts = result.signOnCounts
        if counts.failed > 0 { return (.failed, "\(Wording.count(counts.failed, "sign-on")) failed.") }
        if counts.succeeded > 0 {
            let all =
                counts.total == 1
                ? "The one sign-on"
                : counts.unknown == 0 ? "All \(counts.total) sign-ons" : Wording.count(counts.succeeded, "sign-on")
            let rest = counts.unknown > 0 ? "; how \(counts.unknown) more ended, the capture does not show" : ""
            let tickets = result.ticketsIssued
            let issued = tickets > 0 ? " \(Wording.count(tickets, "Kerberos ticket")) issued." : ""
            return (.healthy, "\(all) in this capture succeeded\(rest).\(issued)")
        }
        if counts.unknown > 0 {
            return (
                .open,
                """
                No failure is visible, but the capture does not show how \
                \(Wording.count(counts.unknown, "sign-on")) ended.
                """
            )
        }
        let tickets = result.ticketRequestCounts
        if tickets.failed > 0 {
            return (
                .open,
                """
                No sign-on in this capture; \(Wording.count(tickets.failed, "ticket request")) failed, none of a \
                sign-on.
                """
            )
        }
        if result.ticketsIssued > 0 {
            return (
                .healthy,
                """
                No sign-on in this capture; \(Wording.count(result.ticketsIssued, "Kerberos ticket")) issued, \
                none refused.
                """
            )
        }
        if tickets.unknown > 0 {
            return (
                .open,
                """
                No sign-on in this capture; how \(Wording.count(tickets.unknown, "ticket request")) ended, it \
                does not show.
                """
            )
        }
        if tickets.succeeded > 0 {
            return (
                .open,
                """
                No sign-on in this capture, and no ticket; \(Wording.count(tickets.succeeded, "ticket request")), \
                none of which failed.
                """
            )
        }
        if result.messages[.http] > 0 {
            return (
                .open,
                """
                No Kerberos in this capture; \(Wording.count(result.messages[.http], "HTTP message")) without a \
                sign-on that could be judged.
                """
            )
        }
        if result.faults.contains(where: { $0.layer == Layer.kerberos.name }) {
            return (.open, "Nothing to judge: what came to the Kerberos port could not be read, and there is no HTTP.")
        }
        return (.open, "Nothing to judge: this capture shows no Kerberos and no HTTP.")
    }
}

extension SignOn {
    /// The stage of the step at which it failed.
    fileprivate var failedStage: Stage {
        guard let failedStep, steps.indices.contains(failedStep), steps[failedStep].transaction != nil else {
            return .delegationService
        }
        return .targetApplication
    }
}
