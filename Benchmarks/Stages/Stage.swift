import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Flows
import Pipeline

/// A part of the pipeline, from the file upwards. Each does all that those before it do.
enum Stage: String, CaseIterable {
    /// Octets into records.
    case read
    /// Records into headers.
    case decode
    /// Headers into flows, with no dissector to read them.
    case flows
    /// Flows into messages.
    case messages
    /// Messages into exchanges and sign-ons.
    case exchanges
    /// All of it, with the rules.
    case analyze

    /// Reads the source to its end and returns how many of its own results the stage had: packets,
    /// TCP and UDP packets, flows, messages, units, findings.
    func run(_ source: any PacketSource) -> UInt64 {
        if self == .analyze {
            var settings = AnalysisSettings()
            settings.maximumKeptHealthy = 0
            settings.ticketFingerprint = .keyed
            return UInt64(Analysis.run(source, settings: settings).findings.count)
        }
        var runner = StageRunner(self)
        return runner.run(source)
    }
}

/// The stages below the rules.
private struct StageRunner: ~Copyable {
    private let stage: Stage
    private let names = NameTable(ticketFingerprint: .keyed)
    private var flows: FlowTracker
    private var walk = BatchWalk()
    private var reconstruction: Reconstruction
    private var count = UnitCount()

    init(_ stage: Stage) {
        self.stage = stage
        let protocols = stage == .flows ? ProtocolRegistry([]) : .standard
        flows = FlowTracker(context: DissectionContext(names: names, protocols: protocols))
        reconstruction = Reconstruction(AnalysisSettings(), names: names)
    }

    mutating func run(_ source: any PacketSource) -> UInt64 {
        var batch = PacketBatch()
        while true {
            switch source.next(into: &batch) {
            case .packets: take(batch)
            case .watermark(let time):
                if stage == .exchanges { reconstruction.advance(to: time, &count) } else { flows.advance(to: time) }
            case .finished:
                finish()
                return count.total
            case .captureEnded, .interface, .drops, .secrets, .names: break
            }
        }
    }

    private mutating func take(_ batch: borrowing PacketBatch) {
        switch stage {
        case .read: count.total += UInt64(batch.records.count)
        case .decode:
            var index = 0
            while index < batch.records.count {
                let record = batch.records[index]
                index += 1
                let bytes = batch.bytes(of: record)
                var header = FastHeader()
                if record.linkType == .ethernet, header.read(ethernet: bytes) {
                    count.total += 1
                    continue
                }
                var packet = DecodedPacket()
                let verdict = PacketDecoder.decode(
                    bytes, originalLength: record.originalLength, linkType: record.linkType, into: &packet)
                if verdict == .tcp || verdict == .udp { count.total += 1 }
            }
        case .flows, .messages:
            walk.restart()
            while flows.take(batch, &walk) { drain() }
        case .exchanges, .analyze: reconstruction.take(batch, &count)
        }
    }

    private mutating func drain() {
        count.total += UInt64(
            stage == .messages ? flows.context.messages.count : flows.ended.count + flows.clockSets.count)
        flows.context.removeMessages()
        flows.removeEvents()
    }

    private mutating func finish() {
        switch stage {
        case .read, .decode: break
        case .exchanges, .analyze: reconstruction.finish(&count)
        case .flows, .messages:
            while flows.finishSome() { drain() }
            drain()
        }
    }
}

/// Counts units. Of flows it wants to hear nothing, as the rules of most.
private struct UnitCount: ReconstructionSink {
    var total: UInt64 = 0

    mutating func receive(_ envelope: MessageEnvelope, _ protocolID: ProtocolID) {}
    mutating func flowEnded(_ summary: inout ConnectionSummary) -> Bool { false }
    mutating func receive(hosts: [HostFacts]) {}
    mutating func advance(to time: CaptureTime) {}
    mutating func receive(units: [Unit]) { total += UInt64(units.count) }
}
