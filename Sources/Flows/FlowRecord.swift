import CaptureFile
import Dissectors

/// What is remembered of one packet to recognise its copy.
struct PacketSignature: Hashable, Sendable, BitwiseCopyable {
    var sequence: UInt32 = 0
    var acknowledgment: UInt32 = 0
    var identification: UInt32 = 0
    var checksum: UInt16 = 0
    var length: UInt16 = 0
    var flags: UInt8 = 0
    var direction: Direction = .forward
}

/// The TCP state of one side of a flow.
struct SideState: Sendable, BitwiseCopyable {
    var summary: ConnectionSide
    /// The sequence number expected next; meaningful once `isSynchronised`.
    var next: UInt32 = 0
    var isSynchronised = false
    /// The first octet of the direction was seen to be its first (a SYN came before it).
    var sawStart = false
    /// The sequence number behind the last octet, once a FIN came.
    var finSequence: UInt32 = 0
    /// Up to where that FIN acknowledged the other side.
    var finAcknowledgment: UInt32 = 0
    var hasFin = false
    /// The direction has delivered everything up to its FIN, or was reset.
    var isFinished = false
    /// The highest sequence number that the other side acknowledged.
    var acknowledged: UInt32 = 0
    var hasAcknowledged = false
    /// Up to where the other side's acknowledgements of octets that were never seen are put up with.
    var forgiven: UInt32 = 0
    var hasForgiven = false

    init(endpoint: Endpoint) { summary = ConnectionSide(endpoint: endpoint) }
}

/// One flow in the table.
struct FlowRecord: Sendable, BitwiseCopyable {
    var key: FlowKey
    var id: FlowID
    /// Whether the record stands for a flow, and is not free.
    var isLive = true
    /// Set once the summary has been handed out; the record lingers to catch late packets.
    var isReported = false
    var transport: Transport
    /// The direction in which the client sends.
    var clientDirection: Direction
    /// Whether the client is known (SYN) or guessed (who spoke first, the lower port).
    var isClientCertain = false
    /// Index of the stream that reads it; -1 none yet, -2 of no interest.
    var stream: Int32 = -1
    /// Segments of an unclaimed flow that were offered to the dissectors.
    var probes: UInt16 = 0
    /// Of a record that is free: the next free one; -1 for the last.
    var nextFree: Int32 = -1
    var firstTime: CaptureTime?
    /// When it was last seen, on the clock that all waiting runs on.
    var lastTime: CaptureTime
    /// The same on the capture's own clock.
    var lastSeen: CaptureTime?
    var firstFrame: FrameReference
    var lastFrame: FrameReference
    var forward: SideState
    var backward: SideState
    var icmpFrame: FrameReference?
    var icmpTime: CaptureTime?
    var icmpType: UInt8 = 0
    var icmpCode: UInt8 = 0
    var icmpSource: IPAddress?
    var duplicatePackets: UInt64 = 0
    var cutPackets: UInt64 = 0
    var isKerberos = false
    var isHTTP = false
    var isTLS = false
    var ending = StreamEnding.abandoned
    /// The newest packets, to recognise copies: a ring.
    var recent: (PacketSignature, PacketSignature, PacketSignature, PacketSignature) = (.init(), .init(), .init(), .init())
    var recentTimes: (Int64, Int64, Int64, Int64) = (.min, .min, .min, .min)
    var recentNext: UInt8 = 0
    /// Of UDP: the last datagram that was a message in each direction, to recognise repetitions.
    var datagramFrame: (FrameReference, FrameReference) = (.init(capture: 0, frame: 0), .init(capture: 0, frame: 0))
    var datagramHash: (UInt64, UInt64) = (0, 0)

    init(key: FlowKey, id: FlowID, direction: Direction, transport: Transport, time: CaptureTime, frame: FrameReference) {
        self.key = key
        self.id = id
        self.transport = transport
        clientDirection = direction
        lastTime = time
        firstFrame = frame
        lastFrame = frame
        forward = SideState(endpoint: key.first)
        backward = SideState(endpoint: key.second)
    }

    /// The summary of the flow as it stands.
    func summary() -> ConnectionSummary {
        var client = clientDirection == .forward ? forward.summary : backward.summary
        var server = clientDirection == .forward ? backward.summary : forward.summary
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
        out.icmpSource = icmpSource
        out.duplicatePackets = duplicatePackets
        out.cutPackets = cutPackets
        out.isKerberos = isKerberos
        out.isHTTP = isHTTP
        out.isTLS = isTLS
        out.ending = ending
        return out
    }
}
