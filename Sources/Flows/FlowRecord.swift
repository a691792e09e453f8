import PacketModel
import Dissectors

/// The newest packets of a flow, to recognise their copies: a ring.
struct RecentPackets: Sendable, BitwiseCopyable {
    /// What a copy shares with its packet, folded into one word each.
    private var digests = InlineArray<4, UInt64>(repeating: 0)
    /// When they came, on the clock that all waiting runs on; the earliest time stands for none.
    private var stamps = InlineArray<4, Int64>(repeating: .min)

    @inline(__always) var first: UInt64 { digests[0] }

    /// Whether a packet is a copy of one of these; one that is none takes the place of the oldest.
    @inline(__always)
    mutating func recognises(_ digest: UInt64, _ time: CaptureTime, _ identification: UInt32, at oldest: UInt8) -> Bool
    {
        if digest == digests[0] || digest == digests[1] || digest == digests[2] || digest == digests[3] {
            // A retransmission is a new packet with a new identification, or comes after a round trip at
            // the very least; a copy of the same packet follows at once.
            if isRecent(digest, time.nanoseconds, within: identification != 0 ? 50_000_000 : 3_000_000) { return true }
        }
        digests[Int(oldest & 3)] = digest
        stamps[Int(oldest & 3)] = time.nanoseconds
        return false
    }

    @inline(never)
    private mutating func isRecent(_ digest: UInt64, _ nanoseconds: Int64, within window: UInt64) -> Bool {
        digests.indices.contains { place in
            digests[place] == digest && stamps[place] != .min
                && nanoseconds.subtractingReportingOverflow(stamps[place]).partialValue.magnitude <= window
        }
    }

}

/// What a packet touches of its flow besides its two sides: two cache lines, of which the second are the newest
/// packets. All
/// else is in `FlowDetails`.
///
/// With tens of thousands of flows alive, fetching these lines and those of the sides is what a packet costs.
struct FlowRecord: Sendable, BitwiseCopyable {
    var key: FlowKey
    /// When it was last seen, on the clock that all waiting runs on.
    var lastTime: CaptureTime
    /// When it was last seen, on the capture's own clock.
    @NotedTime var lastSeen: CaptureTime?
    /// Index of the stream that reads it; -1 none yet, -2 of no interest.
    var stream: Int32 = -1 {
        didSet { if stream == -2 { marks.insert(.passed) } else { marks.remove(.passed) } }
    }
    var marks: FlowMarks = .live
    /// Where the oldest of `recent` is, in the lowest two bits; `newest` in those above.
    private var ring: UInt8 = 0
    /// Segments of an unclaimed flow that were offered to the dissectors: here, for until then each segment asks.
    var probes: UInt16 = 0
    private var recent = RecentPackets()

    /// The newest packet is a copy of another: `FlowDetails.copyFrame`.
    static let newestIsCopy: UInt8 = 2

    /// The flow that begins with this packet.
    @inline(__always)
    init(_ arrival: inout Arrival) {
        key = arrival.key
        lastTime = arrival.time
        clientDirection = arrival.direction
    }

    /// Updates what every packet updates, and says whether the packet is a copy of one just seen.
    @inline(__always)
    mutating func touch(
        _ digest: UInt64, _ time: CaptureTime, _ seen: CaptureTime?, _ direction: Direction, _ identification: UInt32
    ) -> Bool {
        if time > lastTime { lastTime = time }
        if let seen { lastSeen = seen }
        if recent.recognises(digest, time, identification, at: ring) {
            ring = ring & 3 | Self.newestIsCopy << 2
            return true
        }
        ring = (ring &+ 1) & 3 | direction.rawValue << 2
        return false
    }

    /// Which side sent its newest packet, or `newestIsCopy`.
    var newest: UInt8 { @inline(__always) get { ring >> 2 } }

    /// Address and port of the side that sends in this direction.
    func endpoint(_ direction: Direction) -> Endpoint { direction == .forward ? key.first : key.second }
}

/// What is so or not of a flow.
struct FlowMarks: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt8

    /// The record stands for a flow, and is not free.
    static let live = FlowMarks(rawValue: 1)
    /// The summary has been handed out; the record lingers to catch late packets.
    static let reported = FlowMarks(rawValue: 2)
    /// The client sends backward.
    static let clientIsBackward = FlowMarks(rawValue: 4)
    /// The client is known (SYN), and not guessed (who spoke first, the lower port).
    static let clientIsCertain = FlowMarks(rawValue: 8)
    /// Some protocol was read in it: `FlowDetails.protocols`.
    static let hasMessages = FlowMarks(rawValue: 16)
    static let tls = FlowMarks(rawValue: 64)
    /// It is of no interest: `stream` says so.
    static let passed = FlowMarks(rawValue: 128)
}

extension FlowRecord {
    @inline(__always) var isLive: Bool { marks.contains(.live) }
    @inline(__always) var isReported: Bool { marks.contains(.reported) }
    /// Nobody reads it, and nobody will.
    @inline(__always) var isUnread: Bool { !marks.isDisjoint(with: [.passed, .reported]) }
    @inline(__always) var transport: Transport { key.numbers >> 16 & 0xFF == 17 ? .udp : .tcp }
    /// The direction in which the client sends.
    var clientDirection: Direction {
        @inline(__always) get { marks.contains(.clientIsBackward) ? .backward : .forward }
        @inline(__always) set {
            if newValue == .backward { marks.insert(.clientIsBackward) } else { marks.remove(.clientIsBackward) }
        }
    }
}
