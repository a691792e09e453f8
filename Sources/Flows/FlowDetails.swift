import PacketModel
import Dissectors

/// What is known of every flow besides what each packet touches: its beginning and its end. Half a cache line; what is
/// out of the
/// ordinary is in `FlowOddities`.
struct FlowDetails: Sendable, BitwiseCopyable {
    var id: FlowID
    @NotedTime var firstTime: CaptureTime?
    var firstFrame: FrameReference
    /// Where its oddities are.
    var oddities = OddityTable.none
    var ending = StreamEnding.abandoned
    /// The protocols that were read in it.
    var protocols: ProtocolSet = []

    /// The flow that begins with this packet.
    init(_ arrival: inout Arrival, _ id: FlowID) {
        self.id = id
        firstTime = arrival.record.time
        firstFrame = arrival.record.frame
    }
}

/// The beginning and the end of one side of a flow (`ConnectionSide` explains it): those of both sides are one cache
/// line.
struct SideDetails: Sendable, BitwiseCopyable {
    /// The sequence number behind the last octet, once a FIN came.
    var finSequence: UInt32 = 0
    /// Up to where that FIN acknowledged the other side.
    var finAcknowledgment: UInt32 = 0
    var synCount: UInt32 = 0
    var cutPackets: UInt32 = 0
    @NotedFrame var synFrame: FrameReference?
    @NotedFrame var finFrame: FrameReference?

    /// Puts it into what is told of the side.
    mutating func tell(_ out: inout ConnectionSide) {
        out.synCount = synCount
        out.synFrame = synFrame
        out.lastSynFrame = synFrame
        out.finFrame = finFrame
    }
}
