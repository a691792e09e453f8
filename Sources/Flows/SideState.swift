import CaptureFile
import Dissectors

/// One side of a flow: its TCP state, and what is told of it in the end (`ConnectionSide` explains it).
///
/// What every packet touches comes first, in one cache line.
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
    var hasConflictingOverlap = false
    var ttl: UInt8 = 0
    var packets: UInt64 = 0
    var payloadBytes: UInt64 = 0
    @NotedFrame var lastFrame: FrameReference?
    @NotedFrame var firstDataFrame: FrameReference?
    @NotedFrame var lastDataFrame: FrameReference?
    @NotedTime var lastDataTime: CaptureTime?

    var largestPayload: UInt32 = 0
    /// The sequence number behind the last octet, once a FIN came.
    var finSequence: UInt32 = 0
    /// Up to where that FIN acknowledged the other side.
    var finAcknowledgment: UInt32 = 0
    /// Up to where the other side's acknowledgements of octets that were never seen are put up with.
    var forgiven: UInt32 = 0
    var hasForgiven = false
    var resetTTL: UInt8 = 0
    var synCount: UInt32 = 0
    var ignoredResets: UInt32 = 0
    @NotedFrame var synFrame: FrameReference?
    @NotedFrame var secondSynFrame: FrameReference?
    @NotedFrame var lastSynFrame: FrameReference?
    @NotedFrame var finFrame: FrameReference?
    @NotedFrame var resetFrame: FrameReference?
    @NotedTime var resetTime: CaptureTime?
    @NotedFrame var firstIgnoredReset: FrameReference?
    var missingBytes: UInt64 = 0
    var retransmittedBytes: UInt64 = 0

    /// Whether a FIN came and everything before it has been read, and that has not been noted yet.
    var isComplete: Bool { hasFin && !isFinished && Int32(bitPattern: next &- finSequence) >= 0 }

    /// What is told of the side, whose address and port its flow's key knows.
    func summary(of endpoint: Endpoint) -> ConnectionSide {
        var out = ConnectionSide(endpoint: endpoint)
        out.packets = packets
        out.payloadBytes = payloadBytes
        out.synCount = synCount
        out.synFrame = synFrame
        out.secondSynFrame = secondSynFrame
        out.lastSynFrame = lastSynFrame
        out.finFrame = finFrame
        out.resetFrame = resetFrame
        out.resetTime = resetTime
        out.ignoredResets = ignoredResets
        out.firstIgnoredReset = firstIgnoredReset
        out.firstDataFrame = firstDataFrame
        out.lastDataFrame = lastDataFrame
        out.lastDataTime = lastDataTime
        out.lastFrame = lastFrame
        out.missingBytes = missingBytes
        out.retransmittedBytes = retransmittedBytes
        out.hasConflictingOverlap = hasConflictingOverlap
        out.ttl = ttl
        out.resetTTL = resetTTL
        out.isAllAcknowledged = isAllAcknowledged
        out.largestPayload = largestPayload
        return out
    }
}
