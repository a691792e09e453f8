import PacketModel
import Dissectors
import Exchanges

/// How bad a finding is.
public enum Severity: UInt8, Sendable, Hashable, Comparable, CaseIterable, BitwiseCopyable {
    /// Worth knowing; nothing failed because of it.
    case info
    /// It will fail soon, or it worked only by another way than meant.
    case warning
    /// A sign-on, or an AS exchange of it, failed, and this is why.
    case error

    /// The word used in output.
    public var name: String {
        switch self {
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    public static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }
}

/// The part of the sign-on that a finding is about, in the order in which they follow each other.
public enum Stage: UInt8, Sendable, Hashable, Comparable, CaseIterable, BitwiseCopyable {
    case clientPreauthentication, delegationService, targetApplication, cloud, capture

    /// The word used in machine output.
    public var name: String {
        switch self {
        case .clientPreauthentication: "client_preauthentication"
        case .delegationService: "delegation_service"
        case .targetApplication: "target_application"
        case .cloud: "cloud"
        case .capture: "capture"
        }
    }

    /// The words used in text for people.
    public var title: String {
        switch self {
        case .clientPreauthentication: "client preauthentication"
        case .delegationService: "delegation service (connector to KDC)"
        case .targetApplication: "target application (connector to backend)"
        case .cloud: "cloud (connector to Application Proxy)"
        case .capture: "the capture itself"
        }
    }

    public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
}

/// How sure the wire alone makes a finding.
public enum Confidence: UInt8, Sendable, Hashable, Comparable, CaseIterable, BitwiseCopyable {
    case low, medium, high

    /// The word used in output.
    public var name: String {
        switch self {
        case .low: "low"
        case .medium: "medium"
        case .high: "high"
        }
    }

    public static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }
}

/// Whom and what a finding is about. Absent parts are `.none` or nil.
public struct Subjects: Hashable, Sendable {
    public var user = NameID.none
    public var userRealm = NameID.none
    /// The service principal name, e.g. `http/app.corp.example`.
    public var service = NameID.none
    public var serviceRealm = NameID.none
    /// The account that asks: the connector's, or another client's.
    public var account = NameID.none
    public var accountRealm = NameID.none
    /// The host that asks.
    public var connector: IPAddress?
    public var kdc: IPAddress?
    public var backend: Endpoint?
    /// A realm in its own right (a missing trust, a referral).
    public var realm = NameID.none

    /// Nobody and nothing.
    public init() {}
}

/// One frame that proves something, with a short note of what it shows.
public struct Evidence: Hashable, Sendable {
    public var frame: FrameReference
    public var time: CaptureTime?
    /// What the frame shows.
    var fact: EvidenceFact

    /// Makes evidence.
    public init(_ frame: FrameReference, _ time: CaptureTime?, _ note: String) { self.init(frame, time, .words(note)) }

    init(_ frame: FrameReference, _ time: CaptureTime?, _ fact: EvidenceFact) {
        self.frame = frame
        self.time = time
        self.fact = fact
    }

    /// The note in words.
    public var note: String { fact.words }

    public static func == (left: Evidence, right: Evidence) -> Bool {
        left.frame == right.frame && left.time == right.time && (left.fact == right.fact || left.note == right.note)
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(frame) }
}

/// What a frame shows: put into words only where it is reported, as most occasions only add to a count.
enum EvidenceFact: Hashable, Sendable {
    case words(String)
    case request(ExchangeKind)
    /// A KRB-ERROR with this code, and the status beside it.
    case refusal(Int32, UInt32?)
    /// A response with this status.
    case response(UInt16)

    /// For people.
    var words: String {
        switch self {
        case .words(let words): words
        case .request(let kind): "\(kind.name) request"
        case .refusal(let code, let status):
            "KRB-ERROR \(KerberosErrorCode(rawValue: code).label)"
                + (status.map { ", status \(Evidence.statusLabel($0))" } ?? "")
        case .response(let status): "HTTP \(status)"
        }
    }
}

/// One value that a documentation text can mention as `{key}`: a measured offset, a status, a size.
public struct Detail: Hashable, Sendable {
    public var key: String
    public var value: String

    /// Makes a detail; `value` is text for people, with its unit.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}

/// What a rule reports: one occasion on which its condition was met. Occasions of one rule about
/// the same subjects become one finding with a count.
public struct Observation: Sendable {
    public var severity: Severity
    public var confidence: Confidence
    public var subjects: Subjects
    public var evidence: [Evidence]
    /// Values for the texts.
    public var details: [Detail] = []
    /// Which causes of the documentation are likely here, most likely first (their ids); empty: all,
    /// in the documentation's order.
    public var causes: [StaticString] = []
    /// Another title or explanation than the documentation's, by the id of a documented variant.
    public var variant: StaticString?
    /// The sign-on or other unit on whose behalf this was seen: equal occasions count once, and
    /// findings of one occasion may explain each other. A sign-on's id as it is; other units as
    /// `Observation.occasion(ofRequest:)` and its like make them.
    public var occasion: UInt64?
    /// The flows whose frames prove it, for the display filter.
    public var connections: [ConnectionKey] = []
    /// What stands behind it; nil: as much as behind the unit in which it was seen.
    public var standing: Standing?

    /// Makes an observation.
    public init(_ severity: Severity, _ confidence: Confidence, subjects: Subjects, evidence: [Evidence]) {
        self.severity = severity
        self.confidence = confidence
        self.subjects = subjects
        self.evidence = evidence
    }
}

/// The endpoints of a flow, for display filters.
public struct ConnectionKey: Hashable, Sendable {
    public var transport: Transport
    public var client: Endpoint
    public var server: Endpoint

    /// Makes a key.
    public init(transport: Transport, client: Endpoint, server: Endpoint) {
        self.transport = transport
        self.client = client
        self.server = server
    }
}

/// A judged fact about the capture, aggregated over its occasions.
public struct Finding: Sendable {
    /// What tells this finding from all others, over its whole life.
    public let id: FindingID
    /// The rule that it is of: shared, for a page is larger than all else.
    var source: FindingSource
    public var severity: Severity
    public var confidence: Confidence
    /// Whom and what it is about: what all occasions have in common.
    public var subjects: Subjects
    /// The parts of the subjects by which the rule tells its findings apart.
    public var keyedBy: SubjectParts { source.keyedBy }
    /// Parts of the subjects that differ between occasions, and are therefore absent.
    public var severalSubjects: SubjectParts
    /// Occasions.
    public var count: UInt64
    public var firstTime: CaptureTime?
    public var lastTime: CaptureTime?
    /// The first frames that prove it, in order, bounded; and how many more there were.
    public var evidence: [Evidence]
    public var omittedEvidence: UInt64
    public var details: [Detail]
    public var causes: [StaticString]
    public var variant: StaticString?
    /// The flows of its evidence, bounded; and how many mentions of further flows there were.
    public var connections: [ConnectionKey]
    public var omittedConnections: UInt64
    /// Sign-ons (by id) and other units (`Observation.occasion(ofRequest:)`) concerned, the first few.
    public var occasions: [UInt64]
    /// The users concerned in order of appearance, in lower case, the first few; and whether there
    /// were more.
    public var users: [NameID]
    public var omittedUsers: Bool
    /// What stands behind it.
    public var standing: Standing
    /// Where this is the record of findings that had no place of their own: how many they are.
    public var folded: FoldedFindings?
    /// The slug of the finding that explains this one.
    public var consequenceOf: StaticString?
    /// Which of its names may stand in a command that changes the directory.
    public var nameStanding = NameStanding()

    /// The rule's documentation: its `slug` says what kind of finding this is.
    public var rule: RuleDocumentation {
        get { source.documentation }
        set { source = FindingSource(newValue, keyedBy: keyedBy) }
    }
}
