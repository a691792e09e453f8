import PacketModel
import Dissectors

/// One side of a flow: where it stands, and what it has sent (`ConnectionSide` explains it). One cache line, which is
/// all that most packets touch of a side; the rest is in `SideDetails`.
struct FlowSide: Sendable, BitwiseCopyable {
    /// The sequence number expected next; meaningful once `isSynchronised`.
    var next = SequenceNumber(0)
    /// The highest sequence number that the other side acknowledged.
    var acknowledged = SequenceNumber(0)
    var flags: SideFlags = []
    var ttl: UInt8 = 0
    var largestPayload: UInt32 = 0
    var packets: UInt64 = 0
    var payloadBytes: UInt64 = 0
    @NotedFrame var lastFrame: FrameReference?
    @NotedFrame var firstDataFrame: FrameReference?
    @NotedFrame var lastDataFrame: FrameReference?
    @NotedTime var lastDataTime: CaptureTime?

    /// Writes it into the summary of the side.
    func summarize(into out: inout ConnectionSide) {
        out.packets = packets
        out.payloadBytes = payloadBytes
        out.firstDataFrame = firstDataFrame
        out.lastDataFrame = lastDataFrame
        out.lastDataTime = lastDataTime
        out.lastFrame = lastFrame
        out.ttl = ttl
        out.largestPayload = largestPayload
        out.hasConflictingOverlap = flags.contains(.conflictingOverlap)
        out.isAllAcknowledged = flags.contains(.allAcknowledged)
    }
}

/// What is true or not of one side of a TCP connection.
struct SideFlags: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt16

    /// `next` is known.
    static let synchronised = SideFlags(rawValue: 1)
    /// The other side has acknowledged something.
    static let acknowledged = SideFlags(rawValue: 2)
    /// The last acknowledgement covered all that had been seen of it then.
    static let allAcknowledged = SideFlags(rawValue: 4)
    static let fin = SideFlags(rawValue: 8)
    /// It has delivered everything up to its FIN, or was reset.
    static let finished = SideFlags(rawValue: 16)
    /// Its first octet was seen to be its first (a SYN came before it).
    static let sawStart = SideFlags(rawValue: 32)
    /// Acknowledgements of octets that were never seen are accepted, up to `SideAnomalies.forgiven`.
    static let forgiven = SideFlags(rawValue: 64)
    static let conflictingOverlap = SideFlags(rawValue: 128)
    /// It is synchronised, and a segment of it has been counted that neither opened nor ended anything.
    static let begun = SideFlags(rawValue: 256)

    mutating func setAllAcknowledged(_ isAll: Bool) {
        self = subtracting(.allAcknowledged).union(isAll ? .allAcknowledged : [])
    }
}

extension FlowSide {
    var isSynchronised: Bool { flags.contains(.synchronised) }
    var hasAcknowledged: Bool { flags.contains(.acknowledged) }
    var hasFin: Bool { flags.contains(.fin) }
    var isFinished: Bool { flags.contains(.finished) }
    var sawStart: Bool { flags.contains(.sawStart) }
    var hasForgiven: Bool { flags.contains(.forgiven) }
}
