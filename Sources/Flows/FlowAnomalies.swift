import PacketModel
import Dissectors

/// What only few flows have: copies of packets, and an ICMP error. Memory is taken for it when there is something to
/// record.
struct FlowAnomalies: Sendable, BitwiseCopyable {
    @NotedFrame var icmpFrame: FrameReference?
    @NotedTime var icmpTime: CaptureTime?
    var icmpSource = IPAddress(high: 0, low: 0)
    var icmpType: UInt8 = 0
    var icmpCode: UInt8 = 0
    /// In a free slot: the next free slot, or -1 in the last one.
    var nextFree: Int32 = -1
    var duplicatePackets: UInt64 = 0
    /// The newest packet that was a copy of another.
    var copyFrame = FrameReference(capture: 0, frame: 0)

    /// Writes it into the summary of the flow.
    func summarize(into out: inout ConnectionSummary) {
        out.duplicatePackets = duplicatePackets
        guard icmpFrame != nil else { return }
        out.icmpFrame = icmpFrame
        out.icmpTime = icmpTime
        out.icmpType = icmpType
        out.icmpCode = icmpCode
        out.icmpSource = icmpSource
    }
}

/// What only few sides of flows have: SYNs sent again, RSTs, octets lost or sent again (`ConnectionSide` explains it),
/// and messages in datagrams.
struct SideAnomalies: Sendable, BitwiseCopyable {
    /// Up to where the other side's acknowledgements of octets that were never seen are accepted.
    var forgiven = SequenceNumber(0)
    var ignoredResets: UInt32 = 0
    @NotedFrame var firstIgnoredReset: FrameReference?
    @NotedFrame var resetFrame: FrameReference?
    @NotedTime var resetTime: CaptureTime?
    var resetTTL: UInt8 = 0
    /// Of two SYNs and more.
    @NotedFrame var secondSynFrame: FrameReference?
    @NotedFrame var lastSynFrame: FrameReference?
    var missingBytes: UInt64 = 0
    var retransmittedBytes: UInt64 = 0
    /// Of UDP: the last datagram that was a message, to recognise repetitions.
    @NotedFrame var datagramFrame: FrameReference?
    var datagramHash: UInt64 = 0

    /// Writes it into the summary of the side.
    func summarize(into out: inout ConnectionSide) {
        out.ignoredResets = ignoredResets
        out.firstIgnoredReset = firstIgnoredReset
        out.resetFrame = resetFrame
        out.resetTime = resetTime
        out.resetTTL = resetTTL
        if let lastSynFrame {
            out.secondSynFrame = secondSynFrame
            out.lastSynFrame = lastSynFrame
        }
        out.missingBytes = missingBytes
        out.retransmittedBytes = retransmittedBytes
    }
}
