import PacketModel
import Dissectors

/// What one side of a transport flow did.
public struct ConnectionSide: Sendable, BitwiseCopyable {
    /// Address and port.
    public var endpoint: Endpoint
    /// Packets sent, copies of packets not counted.
    public var packets: UInt64 = 0
    /// Payload octets sent for the first time.
    public var payloadBytes: UInt64 = 0
    /// SYNs sent (a retransmitted one counts again).
    public var synCount: UInt32 = 0
    /// The first, the second and the last SYN.
    @NotedFrame public var synFrame: FrameReference?
    @NotedFrame public var secondSynFrame: FrameReference?
    @NotedFrame public var lastSynFrame: FrameReference?
    /// The first FIN and the first RST sent, of those that count.
    @NotedFrame public var finFrame: FrameReference?
    @NotedFrame public var resetFrame: FrameReference?
    @NotedTime public var resetTime: CaptureTime?
    /// Whether its FIN acknowledges the other side's: that one was the first, whatever the capture's order.
    public var isFinAnswer = false
    /// RSTs that the receiver did not heed (RFC 9293, 3.10.7.4: not in its window), and the first.
    public var ignoredResets: UInt32 = 0
    @NotedFrame public var firstIgnoredReset: FrameReference?
    /// The first and the last frame that carried payload, and when.
    @NotedFrame public var firstDataFrame: FrameReference?
    @NotedFrame public var lastDataFrame: FrameReference?
    @NotedTime public var lastDataTime: CaptureTime?
    /// The last frame of any kind.
    @NotedFrame public var lastFrame: FrameReference?
    /// Payload octets that were never seen although later ones were.
    public var missingBytes: UInt64 = 0
    /// Payload octets sent again.
    public var retransmittedBytes: UInt64 = 0
    /// Whether octets sent twice differed (the first ones were used).
    public var hasConflictingOverlap = false
    /// Time-to-live or hop limit of its first packet and of its RST.
    public var ttl: UInt8 = 0
    public var resetTTL: UInt8 = 0
    /// Whether the other side acknowledged everything that this side sent.
    public var isAllAcknowledged = false
    /// Most payload octets in one packet.
    public var largestPayload: UInt32 = 0

    /// A side of which nothing has been seen.
    public init(endpoint: Endpoint) { self.endpoint = endpoint }
}

/// One transport flow from its first packet to its end: what became of a connection.
public struct ConnectionSummary: Sendable, BitwiseCopyable {
    /// The flow's number.
    public var flow: FlowID
    /// The observation point.
    public var point: UInt16
    /// UDP or TCP.
    public var transport: Transport
    /// The side that opened the connection (sent the SYN, or spoke first).
    public var client: ConnectionSide
    /// The other side.
    public var server: ConnectionSide
    /// When and in which frame the flow was first and last seen.
    @NotedTime public var firstTime: CaptureTime?
    @NotedTime public var lastTime: CaptureTime?
    public var firstFrame: FrameReference
    public var lastFrame: FrameReference
    /// An ICMP error about this flow: its frame, type and code, and who sent it.
    @NotedFrame public var icmpFrame: FrameReference?
    @NotedTime public var icmpTime: CaptureTime?
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    public var icmpSource: IPAddress?
    /// Packets that were seen twice.
    public var duplicatePackets: UInt64 = 0
    /// Packets that the snaplen cut.
    public var cutPackets: UInt64 = 0
    /// The protocols that were read in the flow, those within others too.
    public var protocols: ProtocolSet = []
    /// Whether it looks like TLS (its first octets are a handshake record).
    public var isTLS = false
    /// Whether the flow ended by FIN or RST, by falling silent, or with the capture.
    public var ending = StreamEnding.abandoned
    /// Whether the capture ended before the flow's idle time had passed.
    public var endedWithCapture = false

    /// Makes a summary.
    public init(
        flow: FlowID, point: UInt16, transport: Transport, client: ConnectionSide, server: ConnectionSide,
        firstTime: CaptureTime?, lastTime: CaptureTime?, firstFrame: FrameReference, lastFrame: FrameReference
    ) {
        self.flow = flow
        self.point = point
        self.transport = transport
        self.client = client
        self.server = server
        self.firstTime = firstTime
        self.lastTime = lastTime
        self.firstFrame = firstFrame
        self.lastFrame = lastFrame
    }
}
