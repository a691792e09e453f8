import PacketModel
import Dissectors

/// One side of a flow: where it stands, and what it has sent (`ConnectionSide` explains it). One cache line, and all
/// that a
/// packet touches of a side; what is seldom is in `SideDetails`.
struct FlowSide: Sendable, BitwiseCopyable {
    /// The sequence number expected next; meaningful once `isSynchronised`.
    var next: UInt32 = 0
    /// The highest sequence number that the other side acknowledged.
    var acknowledged: UInt32 = 0
    var marks: SideMarks = []
    var ttl: UInt8 = 0
    var largestPayload: UInt32 = 0
    var packets: UInt64 = 0
    var payloadBytes: UInt64 = 0
    @NotedFrame var lastFrame: FrameReference?
    @NotedFrame var firstDataFrame: FrameReference?
    @NotedFrame var lastDataFrame: FrameReference?
    @NotedTime var lastDataTime: CaptureTime?

    /// Puts it into what is told of the side.
    mutating func tell(_ out: inout ConnectionSide) {
        out.packets = packets
        out.payloadBytes = payloadBytes
        out.firstDataFrame = firstDataFrame
        out.lastDataFrame = lastDataFrame
        out.lastDataTime = lastDataTime
        out.lastFrame = lastFrame
        out.ttl = ttl
        out.largestPayload = largestPayload
        out.hasConflictingOverlap = marks.contains(.conflictingOverlap)
        out.isAllAcknowledged = marks.contains(.allAcknowledged)
    }
}

/// What is so or not of one side of a TCP connection.
struct SideMarks: OptionSet, Sendable, BitwiseCopyable {
    var rawValue: UInt16

    /// Its place in the sequence space is known.
    static let synchronised = SideMarks(rawValue: 1)
    /// The other side has acknowledged something.
    static let acknowledged = SideMarks(rawValue: 2)
    /// The last acknowledgement covered all that had been seen of it then.
    static let allAcknowledged = SideMarks(rawValue: 4)
    static let fin = SideMarks(rawValue: 8)
    /// It has delivered everything up to its FIN, or was reset.
    static let finished = SideMarks(rawValue: 16)
    /// Its first octet was seen to be its first (a SYN came before it).
    static let sawStart = SideMarks(rawValue: 32)
    /// Acknowledgements of octets that were never seen are put up with, up to `SideDetails.forgiven`.
    static let forgiven = SideMarks(rawValue: 64)
    static let conflictingOverlap = SideMarks(rawValue: 128)
    /// It is synchronised, and a segment of it has been counted that neither opened nor ended anything.
    static let begun = SideMarks(rawValue: 256)
}

extension FlowSide {
    @inline(__always) var isSynchronised: Bool { marks.contains(.synchronised) }
    @inline(__always) var hasAcknowledged: Bool { marks.contains(.acknowledged) }
    @inline(__always) var hasFin: Bool { marks.contains(.fin) }
    @inline(__always) var isFinished: Bool { marks.contains(.finished) }
    @inline(__always) var sawStart: Bool { marks.contains(.sawStart) }
    @inline(__always) var hasForgiven: Bool { marks.contains(.forgiven) }
}
