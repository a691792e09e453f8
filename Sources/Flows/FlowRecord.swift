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

/// One flow in the table. What every packet touches comes first, and so it does in each of the sides.
struct FlowRecord: Sendable, BitwiseCopyable {
    var key: FlowKey
    /// When it was last seen, on the clock that all waiting runs on.
    var lastTime: CaptureTime
    /// The same on the capture's own clock.
    @NotedTime var lastSeen: CaptureTime?
    var lastFrame: FrameReference
    /// Index of the stream that reads it; -1 none yet, -2 of no interest.
    var stream: Int32 = -1
    /// Whether the record stands for a flow, and is not free.
    var isLive = true
    /// Set once the summary has been handed out; the record lingers to catch late packets.
    var isReported = false
    var transport: Transport
    var cutPackets: UInt64 = 0
    var recent = RecentPackets()
    /// The side that the key names first, and the other.
    private var sides = InlineArray<2, SideState>(repeating: SideState())

    var id: FlowID
    /// The direction in which the client sends.
    var clientDirection: Direction
    /// Whether the client is known (SYN) or guessed (who spoke first, the lower port).
    var isClientCertain = false
    /// Segments of an unclaimed flow that were offered to the dissectors.
    var probes: UInt16 = 0
    /// Of a record that is free: the next free one; -1 for the last.
    var nextFree: Int32 = -1
    @NotedTime var firstTime: CaptureTime?
    var firstFrame: FrameReference
    @NotedFrame var icmpFrame: FrameReference?
    @NotedTime var icmpTime: CaptureTime?
    var icmpType: UInt8 = 0
    var icmpCode: UInt8 = 0
    var icmpSource = IPAddress(high: 0, low: 0)
    var duplicatePackets: UInt64 = 0
    var isKerberos = false
    var isHTTP = false
    var isTLS = false
    var ending = StreamEnding.abandoned
    /// Of UDP: the last datagram that was a message in each direction, to recognise repetitions.
    var datagramFrame: (FrameReference, FrameReference) = (.init(capture: 0, frame: 0), .init(capture: 0, frame: 0))
    var datagramHash: (UInt64, UInt64) = (0, 0)

    /// The flow that begins with this packet.
    @inline(__always)
    init(_ arrival: inout Arrival, _ id: FlowID, _ transport: Transport) {
        key = arrival.key
        self.id = id
        self.transport = transport
        clientDirection = arrival.direction
        lastTime = arrival.time
        firstTime = arrival.record.time
        firstFrame = arrival.record.frame
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

    /// Address and port of the side that sends in this direction.
    func endpoint(_ direction: Direction) -> Endpoint { direction == .forward ? key.first : key.second }

    /// The summary of the flow as it stands.
    func summary() -> ConnectionSummary {
        let serverDirection = clientDirection.reversed
        var client = self[clientDirection].summary(of: endpoint(clientDirection))
        var server = self[serverDirection].summary(of: endpoint(serverDirection))
        if forward.hasFin, backward.hasFin {
            let isForwardSecond = Int32(bitPattern: forward.finAcknowledgment &- backward.finSequence) > 0
            let isBackwardSecond = Int32(bitPattern: backward.finAcknowledgment &- forward.finSequence) > 0
            client.isFinAnswer = clientDirection == .forward ? isForwardSecond : isBackwardSecond
            server.isFinAnswer = clientDirection == .forward ? isBackwardSecond : isForwardSecond
        }
        var out = ConnectionSummary(
            flow: id, point: key.point, transport: transport, client: client, server: server, firstTime: firstTime,
            lastTime: lastSeen, firstFrame: firstFrame, lastFrame: lastFrame)
        out.icmpFrame = icmpFrame
        out.icmpTime = icmpTime
        out.icmpType = icmpType
        out.icmpCode = icmpCode
        out.icmpSource = icmpFrame == nil ? nil : icmpSource
        out.duplicatePackets = duplicatePackets
        out.cutPackets = cutPackets
        out.isKerberos = isKerberos
        out.isHTTP = isHTTP
        out.isTLS = isTLS
        out.ending = ending
        return out
    }
}
