import CaptureFile
import Dissectors

/// What is remembered of one packet to recognise its copy: every field that a copy shares, and when it came.
struct PacketSignature: Sendable, BitwiseCopyable {
    /// Sequence and acknowledgement number.
    var numbers: UInt64 = 0
    /// Identification, checksum, length and flags, and the direction. The upper half of an IPv6 identification is folded
    /// into the lower.
    var marks: UInt64 = 0
    /// On the clock that all waiting runs on; the earliest time stands for none.
    var nanoseconds = Int64.min

    init() {}

    @inline(__always)
    init(_ arrival: inout Arrival) {
        numbers = UInt64(arrival.packet.sequence) << 32 | UInt64(arrival.packet.acknowledgment)
        let identification = UInt16(truncatingIfNeeded: arrival.packet.identification ^ arrival.packet.identification >> 16)
        marks = UInt64(identification) << 48 | UInt64(arrival.packet.checksum) << 32
            | UInt64(UInt16(truncatingIfNeeded: arrival.packet.wirePayloadLength)) << 16
            | UInt64(arrival.packet.tcpFlags) << 8 | UInt64(arrival.direction.rawValue)
        nanoseconds = arrival.time.nanoseconds
    }

    /// Tells most packets apart.
    @inline(__always)
    var digest: UInt64 { numbers ^ marks &* 0x9E37_79B9_7F4A_7C15 }

    /// Whether the other is the same packet, come within `window` nanoseconds.
    func isCopy(of other: PacketSignature, within window: UInt64) -> Bool {
        other.numbers == numbers && other.marks == marks && other.nanoseconds != .min
            && nanoseconds.subtractingReportingOverflow(other.nanoseconds).partialValue.magnitude <= window
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
    var recentNext: UInt8 = 0
    var transport: Transport
    var cutPackets: UInt64 = 0
    /// The newest packets, to recognise copies: a ring, and first what tells most of them apart.
    var digests = InlineArray<4, UInt64>(repeating: 0)
    var recent = InlineArray<4, PacketSignature>(repeating: PacketSignature())
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
