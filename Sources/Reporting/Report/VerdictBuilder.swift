import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// Judges a result: what a report says first.
struct VerdictBuilder {
    let result: AnalysisResult
    let words: Wording
    let links: FindingLinks
    /// The errors and warnings in groups.
    let groups: [SimilarFindings]
    let ladders: LadderBuilder

    /// The verdict on the result.
    func verdict() -> Verdict {
        if let (failed, root) = explainedSignOn() {
            let signOn = result.signOns[failed]
            let headline =
                """
                Sign-on of \(words.user(signOn)) to \(words.service(signOn)) failed at the \
                \(signOn.failedStage.title).
                """
            return Verdict(
                .failed, headline, notes: [title(of: root).closed], eventIDs: result.findings[root].rule.eventIDs,
                signOn: signOn.id, finding: root)
        }
        if let index = mostTelling(.error) ?? mostTelling(.warning) {
            let finding = result.findings[index]
            return Verdict(
                finding.severity == .error ? .failed : .warning, title(of: index).closed,
                notes: [outlook(for: finding)], eventIDs: finding.rule.eventIDs, finding: index)
        }
        if let failed = result.signOns.first(where: { $0.outcome == .failed }) {
            return Verdict(
                .open,
                """
                Sign-on of \(words.user(failed)) to \(words.service(failed)) did not succeed, and no known \
                failure fits.
                """, notes: [lastAnswer(failed)])
        }
        if result.packets == 0, let fault = result.faults.first {
            let name = CaptureNames(result.captures)[fault.capture]
            let others = result.faults.count - 1
            return Verdict(
                .unreadable, "\(name): \(fault.message)".closed,
                notes: others > 0 ? ["\(others) more could not be read."] : [])
        }
        return withoutFindings()
    }

    /// The failed sign-on that the first finding explains, and that finding, both by index; one of which something was
    /// answered goes before one that anybody can send. Without an error that explains it a sign-on is not called
    /// failed: a refusal can be meant.
    private func explainedSignOn() -> (Int, Int)? {
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

    /// The first finding of a severity that was answered by others; where none was, the first one.
    private func mostTelling(_ severity: Severity) -> Int? {
        let findings = result.findings
        return findings.firstIndex { $0.severity == severity && $0.standing > .claimed && $0.folded == nil }
            ?? findings.firstIndex { $0.severity == severity }
    }

    /// What a finding says, and of how many like it.
    private func title(of index: Int) -> String {
        let group = groups.first { $0.members.contains(index) } ?? SimilarFindings(only: index)
        return group.title(in: result.findings, result.names)
    }

    /// What was answered where a sign-on failed.
    private func lastAnswer(_ signOn: SignOn) -> String {
        guard let row = ladders.ladder(of: signOn).failure else { return "The capture does not show why." }
        let noun = row.frameNumbers.count == 1 ? "frame" : "frames"
        let frames = row.frameNumbers.isEmpty ? "" : " (\(noun) \(row.frames))"
        return "\(row.what): \(row.outcome)\(frames)."
    }

    /// At which stage a failure without a sign-on of its own is, and how the sign-ons ended.
    private func outlook(for finding: Finding) -> String {
        let counts = result.signOnCounts
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

    /// Without findings: what was seen, and whether it worked.
    private func withoutFindings() -> Verdict {
        let counts = result.signOnCounts
        if counts.failed > 0 { return Verdict(.failed, "\(Wording.count(counts.failed, "sign-on")) failed.") }
        if counts.succeeded > 0 {
            let all =
                counts.total == 1
                ? "The one sign-on"
                : counts.unknown == 0 ? "All \(counts.total) sign-ons" : Wording.count(counts.succeeded, "sign-on")
            let rest = counts.unknown > 0 ? "; how \(counts.unknown) more ended, the capture does not show" : ""
            let tickets = result.ticketsIssued
            let issued = tickets > 0 ? " \(Wording.count(tickets, "Kerberos ticket")) issued." : ""
            return Verdict(.healthy, "\(all) in this capture succeeded\(rest).\(issued)")
        }
        if counts.unknown > 0 {
            return Verdict(
                .open,
                """
                No failure is visible, but the capture does not show how \
                \(Wording.count(counts.unknown, "sign-on")) ended.
                """
            )
        }
        return withoutSignOns()
    }

    /// Without sign-ons: what else was seen.
    private func withoutSignOns() -> Verdict {
        let tickets = result.ticketRequestCounts
        if tickets.failed > 0 {
            return Verdict(
                .open,
                """
                No sign-on in this capture; \(Wording.count(tickets.failed, "ticket request")) failed, none of a \
                sign-on.
                """
            )
        }
        if result.ticketsIssued > 0 {
            return Verdict(
                .healthy,
                """
                No sign-on in this capture; \(Wording.count(result.ticketsIssued, "Kerberos ticket")) issued, \
                none refused.
                """
            )
        }
        if tickets.unknown > 0 {
            return Verdict(
                .open,
                """
                No sign-on in this capture; how \(Wording.count(tickets.unknown, "ticket request")) ended, it \
                does not show.
                """
            )
        }
        if tickets.succeeded > 0 {
            return Verdict(
                .open,
                """
                No sign-on in this capture, and no ticket; \(Wording.count(tickets.succeeded, "ticket request")), \
                none of which failed.
                """
            )
        }
        if result.messages[.http] > 0 {
            return Verdict(
                .open,
                """
                No Kerberos in this capture; \(Wording.count(result.messages[.http], "HTTP message")) without a \
                sign-on that could be judged.
                """
            )
        }
        if result.faults.contains(where: { $0.layer == KerberosProtocol.name }) {
            return Verdict(
                .open, "Nothing to judge: what came to the Kerberos port could not be read, and there is no HTTP.")
        }
        return Verdict(.open, "Nothing to judge: this capture shows no Kerberos and no HTTP.")
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
