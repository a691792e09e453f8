import ByteParsing

/// Everything about a message but its content: who sent it to whom, when, in which frames.
public struct MessageEnvelope: Sendable, BitwiseCopyable {
    /// The frame that holds the message's first octet.
    public var firstFrame: FrameReference
    /// The frame that completed the message, or the last one seen of it.
    public var frame: FrameReference
    /// The time of `frame`.
    public var time: CaptureTime?
    /// The flow.
    public var flow: FlowID
    /// The observation point.
    public var point: UInt16
    /// UDP or TCP.
    public var transport: Transport
    /// Which way along the flow.
    public var direction: Direction
    /// The sender.
    public var source: Endpoint
    /// The receiver.
    public var destination: Endpoint
    /// The frame of the message of which this one is a copy (a retransmission or a packet seen
    /// twice); nil for an original.
    public var duplicateOf: FrameReference?
    /// Whether the copy is the same packet captured twice, rather than the message sent again.
    public var isPacketCopy = false
    /// Why the message is incomplete; nil where it is whole.
    public var fault: LayerFault?
    /// The IP time-to-live or hop limit of the completing packet.
    public var ttl: UInt8

    /// Makes an envelope.
    @inlinable
    public init(
        firstFrame: FrameReference, frame: FrameReference, time: CaptureTime?, flow: FlowID, point: UInt16,
        transport: Transport, direction: Direction, source: Endpoint, destination: Endpoint,
        duplicateOf: FrameReference? = nil, fault: LayerFault? = nil, ttl: UInt8 = 0
    ) {
        self.firstFrame = firstFrame
        self.frame = frame
        self.time = time
        self.flow = flow
        self.point = point
        self.transport = transport
        self.direction = direction
        self.source = source
        self.destination = destination
        self.duplicateOf = duplicateOf
        self.fault = fault
        self.ttl = ttl
    }
}
