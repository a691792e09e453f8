import CaptureFile
import Dissectors

/// What is known of a flow besides what every packet touches: its beginning, its end, and what is seldom.
struct FlowDetails: Sendable, BitwiseCopyable {
    @NotedTime var firstTime: CaptureTime?
    var firstFrame: FrameReference
    private var sides = InlineArray<2, SideDetails>(repeating: SideDetails())
    @NotedFrame var icmpFrame: FrameReference?
    @NotedTime var icmpTime: CaptureTime?
    var icmpType: UInt8 = 0
    var icmpCode: UInt8 = 0
    var ending = StreamEnding.abandoned
    var icmpSource = IPAddress(high: 0, low: 0)
    var duplicatePackets: UInt64 = 0
    /// Of UDP: the last datagram that was a message in each direction, to recognise repetitions.
    var datagramFrame: (FrameReference, FrameReference) = (.init(capture: 0, frame: 0), .init(capture: 0, frame: 0))
    var datagramHash: (UInt64, UInt64) = (0, 0)

    /// The flow that begins with this packet.
    init(_ arrival: inout Arrival) {
        firstTime = arrival.record.time
        firstFrame = arrival.record.frame
    }

    /// One side, in place.
    subscript(direction: Direction) -> SideDetails {
        @inline(__always) _read { yield sides[Int(direction.rawValue)] }
        @inline(__always) _modify { yield &sides[Int(direction.rawValue)] }
    }
    var forward: SideDetails {
        @inline(__always) _read { yield sides[0] }
        @inline(__always) _modify { yield &sides[0] }
    }
    var backward: SideDetails {
        @inline(__always) _read { yield sides[1] }
        @inline(__always) _modify { yield &sides[1] }
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
        out.resetTTL = resetTTL
    }
}
