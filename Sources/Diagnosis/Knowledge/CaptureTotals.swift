import PacketModel
import Exchanges

/// The facts of all observation points in one: a run over several captures has one finding for all.
public final class CaptureTotals: Knowledge {
    /// The sums, and the first frame of each kind.
    public private(set) var facts = CaptureFacts(point: 0)

    /// Has seen no capture.
    public init() {}

    public func learn(capture more: CaptureFacts, _ context: RuleContext) {
        facts.packets &+= more.packets
        facts.cutPackets &+= more.cutPackets
        facts.cutMessages &+= more.cutMessages
        facts.cutMessageFrame = facts.cutMessageFrame ?? more.cutMessageFrame
        facts.missingBytes &+= more.missingBytes
        facts.gapFrame = facts.gapFrame ?? more.gapFrame
        facts.gapCount &+= more.gapCount
        facts.duplicatePackets &+= more.duplicatePackets
        facts.duplicateFrame = facts.duplicateFrame ?? more.duplicateFrame
        facts.oneSidedFlows &+= more.oneSidedFlows
        facts.oneSidedFrame = facts.oneSidedFrame ?? more.oneSidedFrame
        facts.messages.add(more.messages)
        facts.clockStepBack = max(facts.clockStepBack, more.clockStepBack)
        facts.clockStepFrame = facts.clockStepFrame ?? more.clockStepFrame
        facts.clockSteps &+= more.clockSteps
        facts.dropped &+= more.dropped
    }
}

extension RuleContext {
    /// The facts of all observation points in one.
    public var captureTotals: CaptureFacts { knowledge(CaptureTotals.self).facts }
}

extension Observation {
    /// An observation about the capture as a whole, proved by one frame where there is one.
    init(ofCapture severity: Severity, at frame: FrameReference?, _ note: String, _ details: [Detail]) {
        self.init(severity, .high, subjects: Subjects(), evidence: frame.map { [Evidence($0, nil, note)] } ?? [])
        self.details = details
    }
}
