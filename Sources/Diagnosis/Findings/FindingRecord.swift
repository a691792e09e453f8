import CaptureFile
import Dissectors

/// What is kept of all occasions of one failure: bounded, and merged in any order.
struct FindingRecord: Sendable, Equatable {
    /// Frames kept as evidence.
    static let maximumEvidence = 24
    /// Sign-ons and requests remembered by number; up to here equal ones count once.
    static let maximumOccasions = 64
    /// Flows kept for the display filter.
    static let maximumConnections = 64
    /// Users kept by name.
    static let maximumUsers = 256

    /// The observation whose words are used: the worst, the surest, then the first.
    struct Lead: Sendable, Equatable {
        var severity: Severity
        var confidence: Confidence
        var frame: UInt64
        var details: [Detail]
        var causes: [String]
        var causeIDs: [StaticString]
        var variant: String?
        var variantID: StaticString?

        init(_ observation: Observation) {
            severity = observation.severity
            confidence = observation.confidence
            frame = Self.frame(observation)
            details = observation.details
            causes = observation.causes.map(\.description)
            causeIDs = observation.causes
            variant = observation.variant?.description
            variantID = observation.variant
        }

        /// The first frame that proves it.
        static func frame(_ observation: Observation) -> UInt64 {
            observation.evidence.reduce(.max) { min($0, $1.frame.rawValue) }
        }

        static func == (left: Lead, right: Lead) -> Bool { !left.precedes(right) && !right.precedes(left) }

        func precedes(_ other: Lead) -> Bool {
            if severity != other.severity { return severity > other.severity }
            if confidence != other.confidence { return confidence > other.confidence }
            if frame != other.frame { return frame < other.frame }
            if variant != other.variant { return (variant ?? "") < (other.variant ?? "") }
            if causes != other.causes { return causes.lexicographicallyPrecedes(other.causes) }
            return details.lexicographicallyPrecedes(other.details) { ($0.key, $0.value) < ($1.key, $1.value) }
        }
    }

    private var lead: Lead
    private(set) var severity: Severity
    private var confidence: Confidence
    private var subjects: JoinedSubjects
    private var firstTime: CaptureTime?
    private var lastTime: CaptureTime?
    private var evidence = SmallestCounts<Evidence>(capacity: maximumEvidence)
    private var occasions = SmallestCounts<UInt64>(capacity: maximumOccasions)
    private var unnumbered: UInt64 = 0
    private var connections = SmallestCounts<ConnectionKey>(capacity: maximumConnections)
    private var users = SmallestCounts<UInt32>(capacity: maximumUsers)

    /// `folded` are the observation's subjects as compared.
    init(_ observation: Observation, folded: Subjects) {
        severity = observation.severity
        confidence = observation.confidence
        lead = Lead(observation)
        subjects = JoinedSubjects(observation.subjects, folded: folded)
        count(observation, folded)
    }

    /// A further occasion: the same as merging a record of it alone.
    mutating func add(_ observation: Observation, folded: Subjects) {
        if mayLead(observation) {
            let other = Lead(observation)
            if other.precedes(lead) { lead = other }
        }
        severity = max(severity, observation.severity)
        confidence = max(confidence, observation.confidence)
        subjects.join(JoinedSubjects(observation.subjects, folded: folded))
        count(observation, folded)
    }

    /// Whether severity, confidence and frame let the observation's words come before those at hand.
    private func mayLead(_ observation: Observation) -> Bool {
        if observation.severity != lead.severity { return observation.severity > lead.severity }
        if observation.confidence != lead.confidence { return observation.confidence > lead.confidence }
        return Lead.frame(observation) <= lead.frame
    }

    private mutating func count(_ observation: Observation, _ folded: Subjects) {
        for item in observation.evidence {
            evidence.add(item)
            noteTime(item.time)
        }
        for connection in observation.connections { connections.add(connection) }
        if let occasion = observation.occasion { occasions.add(occasion) } else { unnumbered &+= 1 }
        if folded.user.isPresent { users.add(folded.user.rawValue) }
    }

    /// The first frame of the first occasion; the greatest number where there is no evidence.
    var firstFrame: UInt64 { evidence.entries.first?.element.frame.rawValue ?? .max }

    /// Occasions.
    var count: UInt64 { occasions.distinct &+ unnumbered }

    mutating func merge(_ other: FindingRecord) {
        if other.lead.precedes(lead) { lead = other.lead }
        severity = max(severity, other.severity)
        confidence = max(confidence, other.confidence)
        subjects.join(other.subjects)
        noteTime(other.firstTime)
        noteTime(other.lastTime)
        evidence.merge(other.evidence)
        occasions.merge(other.occasions)
        unnumbered &+= other.unnumbered
        connections.merge(other.connections)
        users.merge(other.users)
    }

    private mutating func noteTime(_ time: CaptureTime?) {
        guard let time else { return }
        firstTime = firstTime.map { min($0, time) } ?? time
        lastTime = lastTime.map { max($0, time) } ?? time
    }

    /// The finding as it stands.
    func finding(of rule: RuleDocumentation) -> Finding {
        Finding(
            rule: rule, severity: severity, confidence: confidence, subjects: subjects.shown,
            severalSubjects: subjects.several, count: count, firstTime: firstTime,
            lastTime: lastTime, evidence: evidence.elements, omittedEvidence: evidence.omitted,
            details: lead.details, causes: lead.causeIDs, variant: lead.variantID,
            connections: connections.elements, omittedConnections: connections.omitted,
            occasions: occasions.elements, users: users.elements.map(NameID.init(rawValue:)),
            omittedUsers: users.omitted > 0, consequenceOf: nil)
    }
}

extension Evidence: Comparable {
    /// By frame, then by note.
    public static func < (left: Evidence, right: Evidence) -> Bool {
        left.frame != right.frame ? left.frame < right.frame : left.note < right.note
    }
}

extension ConnectionKey: Comparable {
    /// By transport, client, server.
    public static func < (left: ConnectionKey, right: ConnectionKey) -> Bool {
        if left.transport != right.transport { return left.transport.rawValue < right.transport.rawValue }
        return left.client != right.client ? left.client < right.client : left.server < right.server
    }
}
