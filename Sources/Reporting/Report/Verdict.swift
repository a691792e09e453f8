/// What a run comes to, in a sentence or two: the first thing that a reader sees.
public struct Verdict: Sendable {
    /// How bad it is.
    public enum Level: Sendable, Hashable {
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
        public var word: String {
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
    public let level: Level
    /// What happened to whom, one sentence.
    public let headline: String
    /// Why, or what else there is to say of it: sentences that follow.
    public let notes: [String]
    /// Connector events that this explains.
    public let eventIDs: [Int]
    /// The id of the sign-on that the headline is about; nil where it is about none.
    public let signOn: UInt64?
    /// The number of the finding that the headline is about, or that explains it; nil where there is none.
    public let finding: Int?

    init(
        _ level: Level, _ headline: String, notes: [String] = [], eventIDs: [Int] = [], signOn: UInt64? = nil,
        finding: Int? = nil
    ) {
        self.level = level
        self.headline = headline
        self.notes = notes
        self.eventIDs = eventIDs
        self.signOn = signOn
        self.finding = finding
    }

    /// All of it on one line.
    public var sentence: String { ([headline] + notes).joined(separator: " ") }

    /// "Explains events 13019 and 12027 on the connector."; nil where it explains none.
    public var eventSentence: String? {
        if eventIDs.isEmpty { return nil }
        let list = eventIDs.map { "\($0)" }
        if list.count == 1 { return "Explains event \(list[0]) on the connector." }
        return
            "Explains events \(list.dropLast().joined(separator: ", ")) and \(list[list.count - 1]) on the connector."
    }
}
