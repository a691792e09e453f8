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

/// The stages below the rules, put together as `Analysis` puts them for a report in text.
private struct StageRunner: ~Copyable {
    private let stage: Stage
    private var flows: FlowTracker
    private var walk = BatchWalk()
    private var exchanges: ExchangeTracker
    private var messages = MessageList()
    private var count: UInt64 = 0

    init(_ stage: Stage) {
        self.stage = stage
        let names = NameTable(ticketFingerprint: .keyed)
        let context = DissectionContext(names: names)
        flows =
            stage == .flows
            ? FlowTracker(context: context, streams: [], datagrams: []) : FlowTracker(context: context)
        exchanges = ExchangeTracker(names: names)
    }

    mutating func run(_ source: any PacketSource) -> UInt64 {
        var batch = PacketBatch()
        while true {
            switch source.next(into: &batch) {
            case .packets: take(batch)
            case .watermark(let time):
                flows.advance(to: time)
                if stage == .exchanges { exchanges.advance(to: time) }
            case .finished:
                finish()
                return count
            case .captureEnded, .interface, .drops, .secrets, .names: break
            }
        }
    }

    private mutating func take(_ batch: borrowing PacketBatch) {
        switch stage {
        case .read: count += UInt64(batch.records.count)
        case .decode:
            var index = 0
            while index < batch.records.count {
                let record = batch.records[index]
                index += 1
                var packet = DecodedPacket()
                let verdict = PacketDecoder.decode(
                    batch.bytes(of: record), originalLength: record.originalLength,
                    linkType: record.linkType, into: &packet)
                if verdict == .tcp || verdict == .udp { count += 1 }
            }
        case .flows, .messages, .exchanges, .analyze:
            walk.restart()
            while flows.take(batch, &walk) { drain() }
        }
        if stage == .exchanges {
            exchanges.advance(to: flows.watermark)
            drain()
        }
    }

    private mutating func drain() {
        if flows.context.hasMessages {
            flows.context.takeMessages(into: &messages)
        } else {
            messages.removeAll()
        }
        switch stage {
        case .flows: count += UInt64(flows.ended.count + flows.clockSets.count)
        case .messages: count += UInt64(messages.count)
        default:
            // A message is read by the clock that stands when its last frame comes.
            for index in flows.clockSets.indices { exchanges.see(flows.clockSets[index]) }
            exchanges.advance(to: flows.watermark)
            seeMessages()
            // Of most flows the rules want to hear nothing.
            for index in 0..<flows.ended.count { exchanges.see(&flows.ended[index], isUnit: false) }
            count += UInt64(exchanges.units.count)
            exchanges.releaseUnits()
        }
        flows.removeEvents()
    }

    private mutating func seeMessages() {
        for index in 0..<messages.count {
            let place = messages.place(index)
            switch messages.kind(index) {
            case .kerberos: exchanges.see(&messages.kerberos[place], messages.envelope(index))
            case .http: exchanges.see(&messages.http[place], messages.envelope(index))
            }
        }
    }

    private mutating func finish() {
        guard stage != .read, stage != .decode else { return }
        while flows.finishSome() { drain() }
        drain()
        if stage == .exchanges {
            exchanges.finish()
            drain()
        }
    }
}
