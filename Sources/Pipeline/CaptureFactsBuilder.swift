import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Flows

/// Puts together what each observation point holds and lacks, from its packets, its messages and its
/// flows.
struct CaptureFactsBuilder {
    private var facts: [CaptureFacts] = []

    private mutating func at(_ point: UInt16) -> Int {
        while facts.count <= Int(point) { facts.append(CaptureFacts(point: UInt16(facts.count))) }
        return Int(point)
    }

    /// Takes a message into account.
    mutating func receive(_ envelope: MessageEnvelope, _ protocolID: ProtocolID) {
        let index = at(envelope.point)
        facts[index].messages[protocolID] += 1
        if let fault = envelope.fault, fault.kind == .truncated {
            facts[index].cutMessages += 1
            if facts[index].cutMessageFrame == nil { facts[index].cutMessageFrame = envelope.frame }
        }
    }

    /// Takes an ended flow into account.
    mutating func receive(_ summary: inout ConnectionSummary) {
        guard !summary.protocols.isEmpty else { return }
        let index = at(summary.point)
        if summary.client.packets > 0, summary.server.packets > 0 {
            facts[index].twoSidedFlows += 1
        } else if summary.transport == .tcp {
            // A side that sends data over TCP was answered, whether the answer was captured or not.
            facts[index].oneSidedFlows += 1
            if facts[index].oneSidedFrame == nil { facts[index].oneSidedFrame = summary.firstFrame }
        }
    }

    /// The facts of every point, completed by what its packets showed.
    mutating func finish(points: [PointFacts], captures: [CaptureDescription]) -> [CaptureFacts] {
        for point in points {
            let index = at(point.point)
            facts[index].packets = point.packets
            facts[index].firstTime = point.firstTime
            facts[index].lastTime = point.lastTime
            facts[index].firstFrame = point.firstFrame
            facts[index].lastFrame = point.lastFrame
            facts[index].cutPackets = point.cutPackets
            facts[index].packetsWithoutIP = point.packetsWithoutIP
            facts[index].undecodedPackets = point.faultCount
            facts[index].missingBytes = point.missingBytes
            facts[index].gapCount = point.gapCount
            facts[index].gapFrame = point.firstGap
            facts[index].duplicatePackets = point.duplicatePackets
            facts[index].duplicateFrame = point.firstDuplicate
            facts[index].clockSteps = point.clockSteps
            facts[index].clockStepBack = point.largestStepBack
            facts[index].clockStepFrame = point.stepFrame
            if point.cutPackets == 0 { facts[index].cutMessages = 0 }
        }
        for capture in captures where capture.dropped > 0 {
            facts[at(capture.point)].dropped += capture.dropped
        }
        return facts
    }
}
