import PacketModel
import Exchanges

/// The facts of all observation points in one: a run over several captures has one finding for all.
struct CaptureTotals {
    /// The sums, and the first frame of each kind.
    private(set) var facts = CaptureFacts(point: 0)

    mutating func see(_ unit: Unit) {
        guard case .capture(let more) = unit else { return }
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

    /// An observation about the capture as a whole, proved by one frame where there is one.
    func observation(_ severity: Severity, at frame: FrameReference?, _ note: String, _ details: [Detail])
        -> Observation
    {
        var observation = Observation(
            severity, .high, subjects: Subjects(), evidence: frame.map { [Evidence($0, nil, note)] } ?? [])
        observation.details = details
        return observation
    }
}
