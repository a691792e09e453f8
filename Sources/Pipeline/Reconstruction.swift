import CaptureFile
import Dissectors
import Exchanges
import Flows
import PacketModel

/// What takes in what a reconstruction finds, as it is found.
public protocol ReconstructionSink: ~Copyable {
    /// A message was decoded; it has been joined to what it belongs to.
    mutating func receive(_ envelope: MessageEnvelope, _ protocolID: ProtocolID)
    /// A flow has ended. Whether it is to come as a unit, too: of most flows nobody wants to hear.
    mutating func flowEnded(_ summary: inout ConnectionSummary) -> Bool
    /// Something has become known of hosts.
    mutating func receive(hosts: [HostFacts])
    /// Units are complete.
    mutating func receive(units: [Unit])
    /// Capture time has come this far.
    mutating func advance(to time: CaptureTime)
}

/// The way from packets to units, which every run takes: flows, messages and exchanges, each told of what the one below
/// it has found in the one order that is right.
public struct Reconstruction: ~Copyable {
    /// From packets to messages.
    public private(set) var flows: FlowTracker
    /// From messages to units.
    public private(set) var exchanges: ExchangeTracker
    private var walk = BatchWalk()
    /// Which state of the hosts the sink has been told.
    private var knownHosts: UInt64 = 0

    /// One with nothing seen.
    public init(_ settings: AnalysisSettings, names: NameTable) {
        flows = FlowTracker(
            context: DissectionContext(names: names, protocols: settings.protocols), settings: settings.flows)
        exchanges = ExchangeTracker(
            names: names, settings: settings.exchanges, given: settings.roles, protocols: settings.protocols)
    }

    /// Takes in the packets of a batch.
    public mutating func take(_ batch: borrowing PacketBatch, _ sink: inout some ReconstructionSink & ~Copyable) {
        walk.restart()
        while flows.take(batch, &walk) { drain(&sink) }
        exchanges.advance(to: flows.watermark)
        drain(&sink)
        sink.advance(to: flows.watermark)
    }

    /// Says that capture time has come this far.
    public mutating func advance(to time: CaptureTime, _ sink: inout some ReconstructionSink & ~Copyable) {
        flows.advance(to: time)
        exchanges.advance(to: time)
        drain(&sink)
        sink.advance(to: time)
    }

    /// Nothing follows: everything open is closed as it stands.
    public mutating func finish(_ sink: inout some ReconstructionSink & ~Copyable) {
        while flows.finishSome() { drain(&sink) }
        drain(&sink)
        exchanges.finish()
        sink.receive(hosts: exchanges.takeHostChanges())
        drain(&sink)
    }

    private mutating func drain(_ sink: inout some ReconstructionSink & ~Copyable) {
        // A message is read by the clock that stands when its last frame comes.
        for index in flows.clockSets.indices { exchanges.receive(flows.clockSets[index]) }
        if flows.context.hasMessages { drainMessages(&sink) }
        if flows.hasEvents {
            // What an end means depends on how long its capture runs on by then.
            exchanges.advance(to: flows.watermark)
            for index in 0..<flows.ended.count {
                exchanges.receive(&flows.ended[index], isUnit: sink.flowEnded(&flows.ended[index]))
            }
            flows.removeEvents()
        }
        if exchanges.units.isEmpty { return }
        // Where very many hosts appear, telling of each would cost more than it is worth.
        let version = exchanges.hostsVersion
        if version > knownHosts + min(knownHosts / 8, 4096) {
            knownHosts = version
            sink.receive(hosts: exchanges.takeHostChanges())
        }
        sink.receive(units: exchanges.units)
        exchanges.releaseUnits()
    }

    private mutating func drainMessages(_ sink: inout some ReconstructionSink & ~Copyable) {
        let messages = flows.context.messages
        exchanges.advance(to: flows.watermark)
        for index in 0..<messages.count {
            exchanges.receive(messages, index)
            let entry = messages[index]
            sink.receive(entry.envelope, messages.stores[entry.store].protocolID)
        }
        flows.context.removeMessages()
    }
}
