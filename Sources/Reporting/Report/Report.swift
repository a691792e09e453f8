import Pipeline

/// What there is to say about a run, in words and in the order in which a reader wants it.
///
/// It is built once from a result; everything is chosen, counted, named and cut to length. A printer adds headings,
/// layout and the marks of its format, escapes captured text as that format needs, and decides nothing about what is
/// shown: text, Markdown and whatever comes after them say the same.
public struct Report: Sendable {
    /// What the run comes to.
    public let verdict: Verdict
    /// What stands below the verdict: which events it explains, what else failed, and what was not read or not kept.
    public let notices: [String]
    /// Failed sign-ons step by step, the verdict's first; `3 further failed sign-ons` where there are more.
    public let failedSignOns: Excerpt<Story>
    /// Failed ticket requests of which no sign-on is known: of a connector that cannot even log on. Nil where there
    /// are none, or sign-ons show the failure.
    public let failedRequests: Ladder?
    /// Other sign-ons that are shown step by step.
    public let otherSignOns: [Story]
    /// Sign-ons that need no story, a line each.
    public let signOnLines: Excerpt<String>
    /// The findings, what the verdict is about first.
    public let findings: [FindingGroup]
    /// Findings of which the title is enough.
    public let remarks: [FindingGroup]
    /// What holds for every command of the remedies; nil where there is no command.
    public let commandNote: String?
    /// The hosts that have a role.
    public let hosts: Excerpt<ReportedHost>
    /// What the capture cannot show, and where reading stopped: sentences.
    public let limitations: [String]
    /// The captures that hold anything.
    public let captures: [ReportedCapture]
    /// How much was read, and how it came out.
    public let counts: ReportCounts

    /// The report of a result, with as much in it as `detail` says.
    public init(_ result: AnalysisResult, detail: ReportDetail = .normal) {
        self.init(ReportBuilder(result, detail))
    }

    init(_ builder: ReportBuilder) {
        verdict = builder.verdict
        notices = builder.notices
        counts = ReportCounts(builder.result)
        if builder.detail == .quiet {
            (failedSignOns, failedRequests, otherSignOns, signOnLines) = (Excerpt(), nil, [], Excerpt())
            (findings, remarks, commandNote) = ([], [], nil)
            (hosts, limitations, captures) = (Excerpt(), [], [])
            return
        }
        failedSignOns = builder.failedSignOns
        failedRequests = builder.failedRequests
        otherSignOns = builder.otherSignOns
        signOnLines = builder.signOnLines
        findings = builder.findingGroups
        remarks = builder.remarks
        commandNote = builder.commandNote(findings)
        hosts = builder.hosts
        limitations = builder.limitations(findings)
        captures = builder.reportedCaptures
    }

    /// The headings of its parts.
    enum Heading {
        static let failedRequests = "What failed"
        static let signOns = "Sign-ons"
        static let findings = "Findings"
        static let remarks = "Also seen"
        static let hosts = "Hosts"
        static let limitations = "What this capture cannot show"
        static let captures = "Captures"
    }
}

/// How much a report says.
public enum ReportDetail: Sendable, Hashable {
    /// The verdict alone.
    case quiet
    /// What failed, why, and what to do.
    case normal
    /// The healthy sign-ons and remarks too.
    case verbose
}

/// The first of many, and what is left out.
public struct Excerpt<Item: Sendable>: Sendable {
    /// What is shown.
    public let items: [Item]
    /// How many are left out, in words: `12 more`; nil where that is none.
    public let more: String?

    /// Everything there is.
    init(_ items: [Item] = []) { self.init(items, more: nil) }

    init(_ items: [Item], more: String?) {
        self.items = items
        self.more = more
    }
}
