import CaptureFile
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
    /// Why: the root cause's title; nil where nothing failed or the cause stays open.
    let cause: String?
    /// Connector events that this explains.
    let eventIDs: [Int]
    /// The sign-on that the headline is about, and the finding that explains it, by index.
    let signOn: Int?
    let finding: Int?

    /// Judges a result.
    init(_ result: AnalysisResult) {
        let names = Wording(names: result.names)
        let worst = result.findings.firstIndex { $0.severity == .error }
        func title(_ index: Int?) -> String? { index.map { FindingText(result.findings[$0], names: result.names).title } }
        func events(_ index: Int?) -> [Int] { index.map { result.findings[$0].rule.eventIDs } ?? [] }

        if let failed = Self.tellingSignOn(result) {
            let signOn = result.signOns[failed]
            let root = result.rootCause(of: signOn)
            let stage = root.map { result.findings[$0].rule.stage } ?? signOn.failedStage
            level = .failed
            headline = "Sign-on of \(names.user(signOn)) to \(names.service(signOn)) failed at the \(stage.phrase)."
            cause = title(root)
            eventIDs = events(root)
            (self.signOn, finding) = (failed, root)
            return
        }
        (signOn, finding) = (nil, worst ?? result.findings.firstIndex { $0.severity == .warning })
        cause = title(finding)
        eventIDs = events(finding)
        let counts = result.signOnCounts
        if let worst {
            level = .failed
            headline = "\(result.findings[worst].rule.stage.subject) failed before any sign-on could be followed."
        } else if result.packets == 0, let fault = result.faults.first {
            level = .unreadable
            headline = fault.message
        } else if finding != nil {
            level = .warning
            headline =
                counts.total > 0 ? "No sign-on failed, but one thing needs attention." : "One thing needs attention."
        } else if counts.failed > 0 {
            level = .failed
            headline = "\(Wording.count(counts.failed, "sign-on")) failed."
        } else if counts.succeeded > 0 {
            level = .healthy
            headline = Self.healthyHeadline(counts)
        } else if counts.unknown > 0 {
            level = .open
            headline = "No failure is visible, but the capture does not show how "
                + "\(Wording.count(counts.unknown, "sign-on")) ended."
        } else if result.ticketRequestCounts.succeeded > 0 {
            level = .healthy
            headline = "No sign-on to a web application in this capture; "
                + "\(Wording.count(result.ticketRequestCounts.succeeded, "Kerberos ticket")) issued, none refused for good."
        } else {
            level = .open
            headline = "Nothing to judge: this capture shows no Kerberos exchange and no HTTP authentication."
        }
    }

    /// All of it on one line.
    var sentence: String {
        guard let cause else { return headline }
        return headline.dropLast() + ": " + cause + (cause.hasSuffix(".") ? "" : ".")
    }

    /// "Explains events 13019 and 12027 on the connector.", or nil.
    var eventSentence: String? {
        if eventIDs.isEmpty { return nil }
        let list = eventIDs.map { "\($0)" }
        if list.count == 1 { return "Explains event \(list[0]) on the connector." }
        return "Explains events \(list.dropLast().joined(separator: ", ")) and \(list[list.count - 1]) on the connector."
    }

    /// The failed sign-on that the first finding speaks of, else the first failed one.
    private static func tellingSignOn(_ result: AnalysisResult) -> Int? {
        let failed = result.signOns.indices.filter { result.signOns[$0].outcome == .failed }
        let roots = failed.map { ($0, result.rootCause(of: result.signOns[$0]) ?? .max) }
        return roots.min { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0 }?.0
    }

    private static func healthyHeadline(_ counts: OutcomeCounts) -> String {
        let seen = counts.total == 1 ? "The sign-on" : counts.unknown == 0 ? "All \(counts.total) sign-ons" : "\(Wording.count(counts.succeeded, "sign-on"))"
        let rest = counts.unknown > 0 ? "; how \(counts.unknown) more ended, the capture does not show" : ""
        return "\(seen) in this capture succeeded\(rest)."
    }
}

extension Stage {
    /// The words that follow "failed at the".
    fileprivate var phrase: String { self == .capture ? "edge of the capture" : title }

    /// What failed, where no sign-on is known.
    fileprivate var subject: String {
        switch self {
        case .clientPreauthentication: "Client preauthentication"
        case .delegationService: "A logon or ticket request at the delegation service"
        case .targetApplication: "A request to the target application"
        case .cloud: "The connection to the Application Proxy service"
        case .capture: "Reading the capture"
        }
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
