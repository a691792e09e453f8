import CaptureFile
import Dissectors

/// What is known of a flow besides what every packet touches: its beginning, its end, and what is seldom.
struct FlowDetails: Sendable, BitwiseCopyable {
    var id: FlowID
    @NotedTime var firstTime: CaptureTime?
    var firstFrame: FrameReference
    var cutPackets: UInt32 = 0
    /// Of a record that is free: the next free one; -1 for the last.
    var nextFree: Int32 = -1
    @NotedFrame var icmpFrame: FrameReference?
    @NotedTime var icmpTime: CaptureTime?
    var icmpType: UInt8 = 0
    var icmpCode: UInt8 = 0
    var ending = StreamEnding.abandoned
    var icmpSource = IPAddress(high: 0, low: 0)
    var duplicatePackets: UInt64 = 0
    /// The newest packet that was a copy of another.
    var copyFrame = FrameReference(capture: 0, frame: 0)
    /// The flow that begins with this packet.
    init(_ arrival: inout Arrival, _ id: FlowID) {
        self.id = id
        firstTime = arrival.record.time
        firstFrame = arrival.record.frame
    }
}

/// The beginning and the end of one side of a flow, and what is seldom (`ConnectionSide` explains it).
struct SideDetails: Sendable, BitwiseCopyable {
    /// The sequence number behind the last octet, once a FIN came.
    var finSequence: UInt32 = 0
    /// Up to where that FIN acknowledged the other side.
    var finAcknowledgment: UInt32 = 0
    /// Up to where the other side's acknowledgements of octets that were never seen are put up with.
    var forgiven: UInt32 = 0
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
    /// Of UDP: the last datagram that was a message, to recognise repetitions.
    @NotedFrame var datagramFrame: FrameReference?
    var datagramHash: UInt64 = 0

    /// Puts it into what is told of the side.
    mutating func tell(_ out: inout ConnectionSide) {
        out.synCount = synCount
        out.synFrame = synFrame
        out.secondSynFrame = secondSynFrame
        out.lastSynFrame = lastSynFrame
        out.finFrame = finFrame
        out.resetFrame = resetFrame
        out.resetTime = resetTime
        out.ignoredResets = ignoredResets
        out.firstIgnoredReset = firstIgnoredReset
        out.missingBytes = missingBytes
        out.retransmittedBytes = retransmittedBytes
        out.resetTTL = resetTTL
    }
}
