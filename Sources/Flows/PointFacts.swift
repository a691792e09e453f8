import PacketModel
import CaptureFile
import Dissectors

/// What one observation point's packets showed as such: counted while flows are tracked.
public struct PointFacts: Sendable, BitwiseCopyable {
    public var point: UInt16
    public var packets: UInt64 = 0
    public var cutPackets: UInt64 = 0
    public var duplicatePackets: UInt64 = 0
    @NotedFrame public internal(set) var firstDuplicate: FrameReference?
    @NotedTime public internal(set) var firstTime: CaptureTime?
    @NotedTime public internal(set) var lastTime: CaptureTime?
    @NotedFrame public internal(set) var firstFrame: FrameReference?
    @NotedFrame public internal(set) var lastFrame: FrameReference?
    public var clockSteps: UInt64 = 0
    public var largestStepBack: Int64 = 0
    @NotedFrame public internal(set) var stepFrame: FrameReference?
    /// By how much the clock has been set back in all, in nanoseconds: added to a packet's time, it
    /// gives a clock that runs on.
    public var clockShift: Int64 = 0
    public var gapCount: UInt64 = 0
    public var missingBytes: UInt64 = 0
    @NotedFrame public internal(set) var firstGap: FrameReference?
    /// Packets whose layers could not be read to the end.
    public var faultCount: UInt64 = 0
    /// Packets whose link layer led neither to IPv4 nor to IPv6: it carries something else, or could not be read.
    public var packetsWithoutIP: UInt64 = 0

    init(point: UInt16) { self.point = point }

    /// A step backwards of more than this is the capturing clock being set, not reordering.
    static let stepThreshold: Int64 = 1_000_000_000

    /// Takes a packet into account; true where the clock has been set back before it.
    @inline(__always)
    mutating func recordPacket(_ record: PacketRecord) -> Bool {
        packets &+= 1
        lastFrame = record.frame
        if record.isCut { cutPackets &+= 1 }
        // Nearly always there is a time, and it is none before the last one.
        guard let time = record.time, let last = lastTime, time >= last else { return recordUnusualTime(record) }
        lastTime = time
        return false
    }

    @inline(never)
    private mutating func recordUnusualTime(_ record: PacketRecord) -> Bool {
        if firstFrame == nil { firstFrame = record.frame }
        guard let time = record.time else { return false }
        guard let last = lastTime else {
            firstTime = time
            lastTime = time
            return false
        }
        let step = last.nanoseconds(since: time)
        guard step > Self.stepThreshold else { return false }
        clockSteps += 1
        if step > largestStepBack {
            largestStepBack = step
            stepFrame = record.frame
        }
        // The clock was set: time runs on from here.
        lastTime = time
        clockShift = clockShift.addingReportingOverflow(step).overflow ? .max : clockShift + step
        return true
    }
}

/// A packet whose layers could not be read to the end.
public struct PacketFault: Sendable, Hashable {
    public var frame: FrameReference
    public var fault: LayerFault
}
