import PacketModel
import Diagnosis
import Dissectors

/// One finding in words, with the names of this run.
public struct ReportedFinding: Sendable {
    /// Its number among all findings, from 0: what stories and groups refer to.
    public let number: Int
    /// The stable identifier of the kind of finding: `delegation-denied`.
    public let id: String
    /// How bad it is.
    public let severity: Severity
    /// The part of the sign-on that it is about, in the words of machine output.
    public let stage: String
    /// How sure the wire alone makes it: `high`.
    public let confidence: String
    /// What is wrong, on one line.
    public let title: String
    /// What it means.
    public let explanation: String
    /// Occasions on which it was seen.
    public let count: UInt64
    /// When it was seen first and last.
    public let firstTime: CaptureTime?
    public let lastTime: CaptureTime?
    /// The frames that prove it, the first ones.
    public let evidence: [ReportedEvidence]
    /// How many more frames prove it.
    public let omittedEvidence: UInt64
    /// Connector events that it explains.
    public let eventIDs: [Int]
    /// The causes, the likeliest first.
    public let causes: [ReportedCause]
    /// What the wire cannot tell here: sentences.
    public let cannotTell: [String]
    /// The finding that explains this one, by id.
    public let consequenceOf: String?
    /// A Wireshark display filter for its frames; empty where it has none.
    public let displayFilter: String
    /// Standards and articles.
    public let references: [String]

    init(_ finding: Finding, number: Int, names: NameTable, captures: CaptureNames) {
        let text = FindingText(finding, names: names)
        self.number = number
        id = finding.rule.slug.description
        severity = finding.severity
        stage = finding.rule.stage.name
        confidence = finding.confidence.name
        title = text.title
        explanation = text.explanation
        count = finding.count
        firstTime = finding.firstTime
        lastTime = finding.lastTime
        evidence = finding.evidence.map { ReportedEvidence($0, captures) }
        omittedEvidence = finding.omittedEvidence
        eventIDs = finding.rule.eventIDs
        causes = ReportedCause.all(text.causes)
        cannotTell = text.cannotTell
        consequenceOf = finding.consequenceOf?.description
        displayFilter = text.displayFilter
        references = finding.rule.references.map(\.description)
    }
}

/// A frame that proves a finding.
public struct ReportedEvidence: Sendable {
    /// The capture's name.
    public let capture: String
    /// The frame's number within the capture.
    public let frame: UInt64
    /// The frame as it is shown: `12`, with several captures `connector.pcapng:12`.
    public let label: String
    /// When it was captured.
    public let time: CaptureTime?
    /// What it shows, in a few words.
    public let note: String

    init(_ evidence: Evidence, _ captures: CaptureNames) {
        capture = captures[evidence.frame.capture]
        frame = evidence.frame.frame
        label = captures.label(of: evidence.frame)
        time = evidence.time
        note = evidence.note
    }
}

/// Findings that a report shows as one: the same failure with the same causes, seen of many users, services or hosts.
/// Most groups have one member.
public struct FindingGroup: Sendable {
    /// The finding whose words are used: the most significant one.
    public let lead: ReportedFinding
    /// What is wrong, and how many more it concerns.
    public let title: String
    /// How sure it is, how often it was seen, and in which frames: phrases to be joined by commas.
    public let facts: [String]
    /// The frames of all of them: `frame 12`, `frames 12, 13 and 4 more`.
    public let frames: String
    /// The numbers of its members, the lead's first.
    public let members: [Int]
    /// Whether the title is enough, because another finding explains this one.
    public let isConsequence: Bool
    /// Of several members the first ones, a line each; nil where there is one.
    public let examples: Excerpt<String>?
    /// Every frame of the lead with a note; nil where that is more than the report is to say.
    public let evidence: [ReportedEvidence]?
    /// Standards and articles; empty where that is more than the report is to say.
    public let references: [String]
    /// A display filter for all of them, or for the lead where they are too many; empty where there is no frame.
    public let displayFilter: String

    /// What to say below the examples.
    static let examplesNote = "Causes and steps are told of the first; they are the same for all."
}
