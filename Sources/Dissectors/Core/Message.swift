import ByteParsing
import CaptureFile

/// What carried a message.
public enum Transport: UInt8, Sendable, Hashable, BitwiseCopyable {
    case udp, tcp

    /// The word used in output.
    public var name: String { self == .udp ? "udp" : "tcp" }
}

/// Which way along a flow: from the endpoint that the flow key puts first, or from the other.
public enum Direction: UInt8, Sendable, Hashable, BitwiseCopyable {
    case forward = 0
    case backward = 1

    /// The other way.
    @inlinable public var reversed: Direction { self == .forward ? .backward : .forward }
    /// 0 or 1, for indexing pairs.
    @inlinable public var index: Int { Int(rawValue) }
}

/// An address and a port.
public struct Endpoint: Hashable, Sendable, Comparable, BitwiseCopyable {
    /// The address.
    public var address: IPAddress
    /// The TCP or UDP port.
    public var port: UInt16

    /// Makes an endpoint.
    @inlinable
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    @inlinable
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        left.address != right.address ? left.address < right.address : left.port < right.port
    }
}

/// A number that names one flow for as long as it lives in memory; never reused within a run.
public struct FlowID: RawRepresentable, QuicklyHashed, Sendable, BitwiseCopyable {
    /// Flows count from 1; 0 is "no flow".
    public var rawValue: UInt64
    /// Makes an id.
    @inlinable public init(rawValue: UInt64) { self.rawValue = rawValue }

    @inlinable public var hashWord: UInt64 { rawValue }
    // RawRepresentable brings a hash of its own, too.
    @inlinable public func _rawHashValue(seed: Int) -> Int { QuickHash.value(hashWord, seed: seed) }
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(hashWord) }
}

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

/// A decoded message's content. A further protocol adds its case here.
public enum MessageBody: Sendable {
    case kerberos(KerberosMessage)
    case http(HTTPMessage)
}

/// A decoded message with its envelope.
public struct Message: Sendable {
    /// Who, when, which frames.
    public var envelope: MessageEnvelope
    /// What was said.
    public var body: MessageBody

    /// Makes a message.
    public init(envelope: MessageEnvelope, body: MessageBody) {
        self.envelope = envelope
        self.body = body
    }
}
