import PacketModel
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

    /// When something first was: by time and by number in its capture. Which capture was named first says nothing.
    struct Moment: Sendable, Equatable, Comparable {
        var time: Int64
        var frame: UInt64

        static func < (left: Moment, right: Moment) -> Bool {
            left.time != right.time ? left.time < right.time : left.frame < right.frame
        }
    }

    /// Evidence at its place in time.
    struct PlacedEvidence: Sendable, Equatable, Comparable {
        /// Its time; where it has none, that of what stands before it in the same observation.
        var time: Int64
        var evidence: Evidence

        var moment: Moment { Moment(time: time, frame: evidence.frame.frame) }

        static func < (left: PlacedEvidence, right: PlacedEvidence) -> Bool {
            if left.moment != right.moment { return left.moment < right.moment }
            let (note, other) = (left.evidence.note, right.evidence.note)
            return note != other ? note < other : left.evidence.frame < right.evidence.frame
        }

        static func == (left: PlacedEvidence, right: PlacedEvidence) -> Bool {
            left.time == right.time && left.evidence == right.evidence
        }

        /// Shows the evidence of an observation in its places.
        static func forEach(_ observation: Observation, _ body: (PlacedEvidence) -> Void) {
            var time = Int64.min
            for item in observation.evidence {
                time = item.time?.nanoseconds ?? time
                body(PlacedEvidence(time: time, evidence: item))
            }
        }
    }

    /// The observation whose words are used: the worst, the surest, then the first.
    struct Lead: Sendable, Equatable {
        var severity: Severity
        var confidence: Confidence
        var moment: Moment
        var details: [Detail]
        var causes: [String]
        var causeIDs: [StaticString]
        var variant: String?
        var variantID: StaticString?

        init(_ observation: Observation) {
            severity = observation.severity
            confidence = observation.confidence
            moment = Self.moment(observation)
            details = observation.details
            causes = observation.causes.map(\.description)
            causeIDs = observation.causes
            variant = observation.variant?.description
            variantID = observation.variant
        }

        /// When it was first proven.
        static func moment(_ observation: Observation) -> Moment {
            var first = Moment(time: .max, frame: .max)
            PlacedEvidence.forEach(observation) { first = min(first, $0.moment) }
            return first
        }

        static func == (left: Lead, right: Lead) -> Bool { !left.precedes(right) && !right.precedes(left) }

        func precedes(_ other: Lead) -> Bool {
            if severity != other.severity { return severity > other.severity }
            if confidence != other.confidence { return confidence > other.confidence }
            if moment != other.moment { return moment < other.moment }
            if variant != other.variant { return (variant ?? "") < (other.variant ?? "") }
            if causes != other.causes { return causes.lexicographicallyPrecedes(other.causes) }
            return details.lexicographicallyPrecedes(other.details) { ($0.key, $0.value) < ($1.key, $1.value) }
        }
    }

    private var lead: Lead
    private var severity: Severity
    private var confidence: Confidence
    private var subjects: JoinedSubjects
    private var firstTime: CaptureTime?
    private var lastTime: CaptureTime?
    private var standing: Standing
    private var evidence = SmallestCounts<PlacedEvidence>(capacity: maximumEvidence)
    private var occasions = SmallestCounts<UInt64>(capacity: maximumOccasions)
    private var unnumbered: UInt64 = 0
    private var connections = SmallestCounts<ConnectionKey>(capacity: maximumConnections)
    private var users = SmallestCounts<UInt32>(capacity: maximumUsers)

    /// `folded` are the observation's subjects as compared.
    init(_ observation: Observation, folded: Subjects, _ standing: Standing) {
        self.standing = standing
        severity = observation.severity
        confidence = observation.confidence
        lead = Lead(observation)
        subjects = JoinedSubjects(observation.subjects, folded: folded)
        count(observation, folded)
    }

    /// A further occasion: the same as merging a record of it alone.
    mutating func add(_ observation: Observation, folded: Subjects, _ standing: Standing) {
        self.standing = max(self.standing, standing)
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
        return Lead.moment(observation) <= lead.moment
    }

    private mutating func count(_ observation: Observation, _ folded: Subjects) {
        PlacedEvidence.forEach(observation) {
            evidence.add($0)
            noteTime($0.evidence.time)
        }
        for connection in observation.connections { connections.add(connection) }
        if let occasion = observation.occasion { occasions.add(occasion) } else { unnumbered &+= 1 }
        if folded.user.isPresent { users.add(folded.user.rawValue) }
    }

    /// Occasions.
    var count: UInt64 { occasions.distinct &+ unnumbered }

    mutating func merge(_ other: FindingRecord) {
        if other.lead.precedes(lead) { lead = other.lead }
        severity = max(severity, other.severity)
        confidence = max(confidence, other.confidence)
        standing = max(standing, other.standing)
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
    func finding(_ id: FindingID, of source: FindingSource, folded: FoldedFindings? = nil) -> Finding {
        Finding(
            id: id, source: source, severity: severity, confidence: confidence, subjects: subjects.shown,
            severalSubjects: subjects.several, count: count, firstTime: firstTime, lastTime: lastTime,
            evidence: evidence.elements.map(\.evidence), omittedEvidence: evidence.omitted,
            details: lead.details, causes: lead.causeIDs, variant: lead.variantID,
            connections: connections.elements, omittedConnections: connections.omitted,
            occasions: occasions.elements, users: users.elements.map(NameID.init(rawValue:)),
            omittedUsers: users.omitted > 0, standing: standing, folded: folded, consequenceOf: nil)
    }
}

extension ConnectionKey: Comparable {
    /// By transport, client, server.
    public static func < (left: ConnectionKey, right: ConnectionKey) -> Bool {
        if left.transport != right.transport { return left.transport.rawValue < right.transport.rawValue }
        return left.client != right.client ? left.client < right.client : left.server < right.server
    }
}
