import PacketModel
import Dissectors

/// What is known of every flow besides what each packet touches: its beginning and its end. Half a cache line; what
/// few flows have is in `FlowAnomalies`.
struct FlowDetails: Sendable, BitwiseCopyable {
    var id: FlowID
    @NotedTime var firstTime: CaptureTime?
    var firstFrame: FrameReference
    /// The slot of its anomalies in their table.
    var anomalies = AnomalyTable.none
    var ending = StreamEnding.abandoned
    /// The protocols that were read in it.
    var protocols: ProtocolSet = []

    /// The flow that begins with this packet.
    init(_ packet: inout PacketContext, _ id: FlowID) {
        self.id = id
        firstTime = packet.record.time
        firstFrame = packet.record.frame
    }
}

/// The beginning and the end of one side of a flow (`ConnectionSide` explains it): those of both sides are one cache
/// line.
struct SideDetails: Sendable, BitwiseCopyable {
    /// The sequence number behind the last octet, once a FIN came.
    var finSequence = SequenceNumber(0)
    /// Up to where that FIN acknowledged the other side.
    var finAcknowledgment = SequenceNumber(0)
    var synCount: UInt32 = 0
    var cutPackets: UInt32 = 0
    @NotedFrame var synFrame: FrameReference?
    @NotedFrame var finFrame: FrameReference?

    /// Writes it into the summary of the side.
    func summarize(into out: inout ConnectionSide) {
        out.synCount = synCount
        out.synFrame = synFrame
        out.lastSynFrame = synFrame
        out.finFrame = finFrame
    }
}
