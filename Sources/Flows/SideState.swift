import CaptureFile
import Dissectors

/// Where one side of a TCP connection stands: what every segment asks of either side.
struct SideState: Sendable, BitwiseCopyable {
    /// The sequence number expected next; meaningful once `isSynchronised`.
    var next: UInt32 = 0
    /// The highest sequence number that the other side acknowledged.
    var acknowledged: UInt32 = 0
    var isSynchronised = false
    var hasAcknowledged = false
    var isAllAcknowledged = false
    var hasFin = false
    /// The direction has delivered everything up to its FIN, or was reset.
    var isFinished = false
    /// The first octet of the direction was seen to be its first (a SYN came before it).
    var sawStart = false
    /// Acknowledgements of octets that were never seen are put up with, up to `SideDetails.forgiven`.
    var hasForgiven = false
    var hasConflictingOverlap = false
}

/// What one side of a flow has sent (`ConnectionSide` explains it): what every packet of that side changes.
struct SideAccount: Sendable, BitwiseCopyable {
    var packets: UInt64 = 0
    var payloadBytes: UInt64 = 0
    @NotedFrame var lastFrame: FrameReference?
    @NotedFrame var firstDataFrame: FrameReference?
    @NotedFrame var lastDataFrame: FrameReference?
    @NotedTime var lastDataTime: CaptureTime?
    var retransmittedBytes: UInt64 = 0
    var largestPayload: UInt32 = 0
    var ttl: UInt8 = 0

    /// Puts it into what is told of the side.
    mutating func tell(_ out: inout ConnectionSide) {
        out.packets = packets
        out.payloadBytes = payloadBytes
        out.firstDataFrame = firstDataFrame
        out.lastDataFrame = lastDataFrame
        out.lastDataTime = lastDataTime
        out.lastFrame = lastFrame
        out.retransmittedBytes = retransmittedBytes
        out.ttl = ttl
        out.largestPayload = largestPayload
    }
}
