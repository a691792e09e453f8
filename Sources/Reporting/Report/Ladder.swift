import PacketModel

/// What happened as rows in order of time: when, in which frames, from whom to whom, what, and how it came out. A
/// table needs the texts alone; a sequence diagram has a column for each participant and an arrow for each row.
public struct Ladder: Sendable {
    /// Who takes part: the user, who asks, the domain controllers in order of appearance, the backend.
    public let participants: [Participant]
    /// The rows.
    public let rows: [Row]
    /// How many rows are left out at the end, in words: `3 more`; nil where none are.
    public let more: String?

    /// The row at which it failed.
    var failure: Row? { rows.last(where: \.isFailure) }

    /// One who takes part.
    public struct Participant: Sendable, Hashable {
        /// What it takes part as.
        public enum Role: Sendable, Hashable {
            case user, connector, client, kdc, backend
        }

        /// What it takes part as.
        public let role: Role
        /// What it is called in the rows: `connector`, `KDC 2`.
        public let label: String
        /// Its address, a backend's with the port; nil where none is known.
        public let address: String?
        /// The user, the account of a connector or client, or the name of a host.
        public let name: String?
        /// The realm of a KDC.
        public let realm: String?
    }

    /// Which way something went.
    public enum Arrow: Sendable, Hashable {
        /// There and back: a request and its answer.
        case exchange
        /// There alone: nothing answered.
        case request
        /// Back alone: the request was not captured.
        case reply
        /// The row stands for steps that are left out.
        case omission
    }

    /// One row: a request and its answer.
    public struct Row: Sendable {
        /// Who asked and who was asked, as indices of participants; nil where steps are left out.
        public let from: Int?
        public let to: Int?
        /// Which way it went.
        public let arrow: Arrow
        /// The time of day in UTC, to the millisecond; empty where it is not known.
        public let time: String
        /// The same as an instant.
        public let instant: CaptureTime?
        /// When the answer came, or it was clear that none would; nil where the capture does not show it.
        public let answerInstant: CaptureTime?
        /// How long after the row before it, in words: `1 min 29 s`; nil for the first one.
        public let gap: String?
        /// The same in nanoseconds.
        public let gapNanoseconds: Int64?
        /// The capture in which its frames are; nil where there is only one capture, or no frame.
        public let capture: String?
        /// The number of the request's frame, and of the last frame of the answer; one where they are the same or
        /// only one is known.
        public let frameNumbers: [UInt64]
        /// The same as it is shown: `5-6`.
        public let frames: String
        /// From whom to whom: `connector -> KDC 2`.
        public let parties: String
        /// What was asked.
        public let what: String
        /// How it came out.
        public let outcome: String
        /// Whether this is where it failed.
        public let isFailure: Bool
        /// How many tries this row stands for: other requests for the same thing, each with an answer of its own.
        public let attempts: Int
        /// How often the request was sent again as it was.
        public let retransmissions: Int
    }
}
