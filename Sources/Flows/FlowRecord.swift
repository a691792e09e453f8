import PacketModel
import Dissectors

/// The newest packets of a flow, to recognise their copies: a ring buffer.
struct RecentPackets: Sendable, BitwiseCopyable {
    /// What a copy shares with its packet, folded into one word each.
    private var digests = InlineArray<4, UInt64>(repeating: 0)
    /// When they came, on the clock that all waiting runs on; the earliest time stands for none.
    private var stamps = InlineArray<4, Int64>(repeating: .min)

    /// Whether a packet is a copy of one of these. One that is none is recorded, over the oldest, which is at that
    /// index.
    @inline(__always)
    mutating func checkDuplicate(recording digest: UInt64, _ time: CaptureTime, hasID: Bool, at oldest: UInt8) -> Bool {
        if digest == digests[0] || digest == digests[1] || digest == digests[2] || digest == digests[3] {
            // A retransmission is a new packet with a new identification, or comes after a round trip at
            // the very least; a copy of the same packet follows at once.
            if isRecent(digest, time.nanoseconds, within: hasID ? 50_000_000 : 3_000_000) { return true }
        }
        digests[Int(oldest & 3)] = digest
        stamps[Int(oldest & 3)] = time.nanoseconds
        return false
    }

    @inline(never)
    private mutating func isRecent(_ digest: UInt64, _ nanoseconds: Int64, within window: UInt64) -> Bool {
        digests.indices.contains { index in
            digests[index] == digest && stamps[index] != .min
                && nanoseconds.subtractingReportingOverflow(stamps[index]).partialValue.magnitude <= window
        }
    }
}

/// What a packet touches of its flow besides its two sides: two cache lines, the second of which holds the newest
/// packets. Everything else is in `FlowDetails`.
///
/// With tens of thousands of flows alive, fetching these lines and those of the sides is what a packet costs.
struct FlowRecord: Sendable, BitwiseCopyable {
    var key: FlowKey
    /// When it was last seen, on the clock that all waiting runs on.
    var lastTime: CaptureTime
    /// When it was last seen, on the capture's own clock.
    @NotedTime var lastSeen: CaptureTime?
    /// Who reads its octets.
    @PackedStreamState var stream: StreamState = .unclaimed
    var flags: FlowFlags = .live
    /// The index of the oldest of `recent` in the lowest two bits, and `newest` in those above.
    private var ring: UInt8 = 0
    /// Segments of an unclaimed flow that were offered to the dissectors. Here, for each such segment looks at it.
    var probes: UInt16 = 0
    private var recent = RecentPackets()

    /// The newest packet is a copy of another: `FlowDetails.copyFrame`.
    static let newestIsCopy: UInt8 = 2

    /// The flow that begins with this packet.
    init(_ packet: inout PacketContext) {
        key = packet.key
        lastTime = packet.time
        clientDirection = packet.direction
    }

    /// Updates what every packet updates, and says whether the packet is a copy of one just seen.
    @inline(__always)
    mutating func recordPacket(
        _ digest: UInt64, _ time: CaptureTime, _ seen: CaptureTime?, _ direction: Direction, hasID: Bool
    ) -> Bool {
        if time > lastTime { lastTime = time }
        if let seen { lastSeen = seen }
        if recent.checkDuplicate(recording: digest, time, hasID: hasID, at: ring) {
            ring = ring & 3 | Self.newestIsCopy << 2
            return true
        }
        ring = (ring &+ 1) & 3 | direction.rawValue << 2
        return false
    }

    /// Which side sent its newest packet, or `newestIsCopy`.
    var newest: UInt8 { ring >> 2 }

    /// Address and port of the side that sends in this direction.
    func endpoint(_ direction: Direction) -> Endpoint { direction == .forward ? key.first : key.second }
}

/// What is true of a flow or not.
struct FlowFlags: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt8

    /// The record stands for a flow, and is not free.
    static let live = FlowFlags(rawValue: 1)
    /// The summary has been handed out; the record lingers to catch late packets.
    static let reported = FlowFlags(rawValue: 2)
    /// The client sends backward.
    static let clientIsBackward = FlowFlags(rawValue: 4)
    /// The client is known (SYN), and not guessed (who spoke first, the lower port).
    static let clientIsCertain = FlowFlags(rawValue: 8)
    /// Some protocol was read in it: `FlowDetails.protocols`.
    static let hasMessages = FlowFlags(rawValue: 16)
    static let tls = FlowFlags(rawValue: 64)
}

extension FlowRecord {
    var isLive: Bool { flags.contains(.live) }
    var isReported: Bool { flags.contains(.reported) }
    /// Nobody reads it, and nobody will.
    var isUnread: Bool { _stream.isIgnored || isReported }
    /// The index of the stream that reads it.
    var streamIndex: Int? { if case .reading(let index) = stream { index } else { nil } }
    var transport: Transport { key.numbers >> 16 & 0xFF == 17 ? .udp : .tcp }
    /// The direction in which the client sends.
    var clientDirection: Direction {
        get { flags.contains(.clientIsBackward) ? .backward : .forward }
        set {
            if newValue == .backward { flags.insert(.clientIsBackward) } else { flags.remove(.clientIsBackward) }
        }
    }
}
