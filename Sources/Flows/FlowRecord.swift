import CaptureFile
import Dissectors

/// The newest packets of a flow, to recognise their copies: a ring.
struct RecentPackets: Sendable, BitwiseCopyable {
    /// What a copy shares with its packet, folded into one word each.
    private var digests = InlineArray<4, UInt64>(repeating: 0)
    /// When they came, on the clock that all waiting runs on; the earliest time stands for none.
    private var stamps = InlineArray<4, Int64>(repeating: .min)
    private var oldest: UInt8 = 0

    /// Whether a packet is a copy of one of these; one that is none is remembered.
    @inline(__always)
    mutating func recognises(_ arrival: inout Arrival) -> Bool {
        let digest = Self.digest(&arrival)
        if digest == digests[0] || digest == digests[1] || digest == digests[2] || digest == digests[3] {
            // A retransmission is a new packet with a new identification, or comes after a round trip at
            // the very least; a copy of the same packet follows at once.
            if isRecent(digest, arrival.time.nanoseconds, within: arrival.packet.identification != 0 ? 50_000_000 : 3_000_000) { return true }
        }
        digests[Int(oldest & 3)] = digest
        stamps[Int(oldest & 3)] = arrival.time.nanoseconds
        oldest = (oldest &+ 1) & 3
        return false
    }

    @inline(never)
    private func isRecent(_ digest: UInt64, _ nanoseconds: Int64, within window: UInt64) -> Bool {
        digests.indices.contains { place in
            digests[place] == digest && stamps[place] != .min
                && nanoseconds.subtractingReportingOverflow(stamps[place]).partialValue.magnitude <= window
        }
    }

    /// Every field that a copy shares: sequence and acknowledgement number, identification, checksum, length, flags and
    /// direction. Two packets that differ have the same digest once in 2^64, or where somebody wants it: then one of them is
    /// taken for a copy of the other.
    @inline(__always)
    private static func digest(_ arrival: inout Arrival) -> UInt64 {
        let numbers = UInt64(arrival.packet.sequence) << 32 | UInt64(arrival.packet.acknowledgment)
        // The upper half of an IPv6 identification is folded into the lower.
        let identification = UInt16(truncatingIfNeeded: arrival.packet.identification ^ arrival.packet.identification >> 16)
        let marks = UInt64(identification) << 48 | UInt64(arrival.packet.checksum) << 32
            | UInt64(UInt16(truncatingIfNeeded: arrival.packet.wirePayloadLength)) << 16
            | UInt64(arrival.packet.tcpFlags) << 8 | UInt64(arrival.direction.rawValue)
        return numbers ^ marks &* 0x9E37_79B9_7F4A_7C15
    }
}

/// What a packet touches of its flow: five cache lines, in the order of their use. All else is in `FlowDetails`.
///
/// With tens of thousands of flows alive, fetching these lines is what a packet costs.
struct FlowRecord: Sendable, BitwiseCopyable {
    var key: FlowKey
    /// When it was last seen, on the clock that all waiting runs on.
    var lastTime: CaptureTime
    var lastFrame: FrameReference
    /// Index of the stream that reads it; -1 none yet, -2 of no interest.
    var stream: Int32 = -1
    /// Whether the record stands for a flow, and is not free.
    var isLive = true
    /// Set once the summary has been handed out; the record lingers to catch late packets.
    var isReported = false
    var transport: Transport
    /// The side that the key names first, and the other.
    private var sides = InlineArray<2, SideState>(repeating: SideState())
    var recent = RecentPackets()
    /// The direction in which the client sends.
    var clientDirection: Direction
    /// Whether the client is known (SYN) or guessed (who spoke first, the lower port).
    var isClientCertain = false
    var isKerberos = false
    var isHTTP = false
    var isTLS = false
    /// Segments of an unclaimed flow that were offered to the dissectors.
    var probes: UInt16 = 0
    /// When it was last seen, on the capture's own clock.
    @NotedTime var lastSeen: CaptureTime?
    var id: FlowID
    var cutPackets: UInt32 = 0
    /// Of a record that is free: the next free one; -1 for the last.
    var nextFree: Int32 = -1
    private var accounts = InlineArray<2, SideAccount>(repeating: SideAccount())

    /// The flow that begins with this packet.
    @inline(__always)
    init(_ arrival: inout Arrival, _ id: FlowID, _ transport: Transport) {
        key = arrival.key
        self.id = id
        self.transport = transport
        clientDirection = arrival.direction
        lastTime = arrival.time
        lastFrame = arrival.record.frame
    }

    /// One side, in place.
    ///
    /// By index, for an accessor with two ways out is never inlined, and takes memory of its own at each call.
    subscript(direction: Direction) -> SideState {
        @inline(__always) _read { yield sides[Int(direction.rawValue)] }
        @inline(__always) _modify { yield &sides[Int(direction.rawValue)] }
    }
    var forward: SideState {
        @inline(__always) _read { yield sides[0] }
        @inline(__always) _modify { yield &sides[0] }
    }
    var backward: SideState {
        @inline(__always) _read { yield sides[1] }
        @inline(__always) _modify { yield &sides[1] }
    }
    /// What one side has sent.
    subscript(account direction: Direction) -> SideAccount {
        @inline(__always) _read { yield accounts[Int(direction.rawValue)] }
        @inline(__always) _modify { yield &accounts[Int(direction.rawValue)] }
    }

    /// A word of each cache line that a packet of this direction touches.
    @inline(__always)
    func touched(_ direction: Direction) -> UInt64 {
        key.firstAddress.low ^ UInt64(sides[0].next) ^ id.rawValue ^ accounts[Int(direction.rawValue)].packets
    }

    /// How many packets both sides have sent.
    var packets: UInt64 { accounts[0].packets &+ accounts[1].packets }

    /// Address and port of the side that sends in this direction.
    func endpoint(_ direction: Direction) -> Endpoint { direction == .forward ? key.first : key.second }

    /// The summary of the flow as it stands.
    mutating func summary(_ details: inout FlowDetails, endedWithCapture: Bool) -> ConnectionSummary {
        var out = ConnectionSummary(
            flow: id, point: key.point, transport: transport, client: ConnectionSide(endpoint: endpoint(clientDirection)),
            server: ConnectionSide(endpoint: endpoint(clientDirection.reversed)), firstTime: details.firstTime,
            lastTime: lastSeen, firstFrame: details.firstFrame, lastFrame: lastFrame)
        tell(clientDirection, &details, &out.client)
        tell(clientDirection.reversed, &details, &out.server)
        if forward.hasFin, backward.hasFin {
            let isForwardSecond = Int32(bitPattern: details.forward.finAcknowledgment &- details.backward.finSequence) > 0
            let isBackwardSecond = Int32(bitPattern: details.backward.finAcknowledgment &- details.forward.finSequence) > 0
            out.client.isFinAnswer = clientDirection == .forward ? isForwardSecond : isBackwardSecond
            out.server.isFinAnswer = clientDirection == .forward ? isBackwardSecond : isForwardSecond
        }
        if details.icmpFrame != nil {
            out.icmpFrame = details.icmpFrame
            out.icmpTime = details.icmpTime
            out.icmpType = details.icmpType
            out.icmpCode = details.icmpCode
            out.icmpSource = details.icmpSource
        }
        out.duplicatePackets = details.duplicatePackets
        out.cutPackets = UInt64(cutPackets)
        out.isKerberos = isKerberos
        out.isHTTP = isHTTP
        out.isTLS = isTLS
        out.ending = details.ending
        out.endedWithCapture = endedWithCapture
        return out
    }

    private mutating func tell(_ direction: Direction, _ details: inout FlowDetails, _ out: inout ConnectionSide) {
        self[account: direction].tell(&out)
        details[direction].tell(&out)
        out.hasConflictingOverlap = self[direction].hasConflictingOverlap
        out.isAllAcknowledged = self[direction].isAllAcknowledged
    }
}
