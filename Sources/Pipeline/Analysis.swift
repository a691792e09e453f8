import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Flows

/// How far an analysis has come.
public struct AnalysisProgress: Sendable {
    /// Packets and captured octets read so far.
    public var packets: UInt64 = 0
    public var capturedBytes: UInt64 = 0
}

/// The whole way from packets to findings. Files and live capture run the same code; all waiting is
/// on capture time.
public struct Analysis: ~Copyable {
    private let names: NameTable
    private var reconstruction: Reconstruction
    private var record: AnalysisRecord

    private init(_ settings: AnalysisSettings) {
        names = NameTable(ticketFingerprint: settings.ticketFingerprint, keepsTargets: settings.keepsTargets)
        reconstruction = Reconstruction(settings, names: names)
        record = AnalysisRecord(settings, names: names)
    }

    /// Reads a source to its end and says what was found. `progress` is called once a batch.
    public static func run(
        _ source: any PacketSource, settings: AnalysisSettings = AnalysisSettings(),
        progress: ((AnalysisProgress) -> Void)? = nil
    ) -> AnalysisResult {
        var analysis = Analysis(settings)
        return analysis.run(source, progress)
    }

    private mutating func run(_ source: any PacketSource, _ progress: ((AnalysisProgress) -> Void)?) -> AnalysisResult {
        var secrets = SecretsCollection(source, reconstruction.flows.context)
        var batch = PacketBatch()
        var done = AnalysisProgress()
        reading: while true {
            switch source.next(into: &batch) {
            case .packets:
                reconstruction.take(batch, &record)
                done.packets += UInt64(batch.records.count)
                done.capturedBytes += UInt64(batch.buffer.count)
                progress?(done)
            case .watermark(let time): reconstruction.advance(to: time, &record)
            case .captureEnded(let end):
                if let fault = end.fault { record.note(fault, capture: end.capture) }
            case .finished: break reading
            case .secrets(let found): secrets.add(found, followsPackets: done.packets > 0)
            case .interface, .drops, .names: break
            }
        }
        reconstruction.finish(&record)
        var result = record.finish(
            points: reconstruction.flows.points, faults: reconstruction.flows.faults, captures: source.captures)
        result.hosts = reconstruction.exchanges.hosts
        result.clocks = reconstruction.exchanges.hostClocks
        result.limits = limits(result)
        result.secretsMayComeLate = secrets.mayComeLate
        return result
    }

    /// The bounds that were reached.
    private func limits(_ result: AnalysisResult) -> [ReachedLimit] {
        let flow = reconstruction.flows.counters
        let context = reconstruction.flows.context
        let exchange = reconstruction.exchanges.counters
        let all: [(String, UInt64)] = [
            ("flows", flow.evictedFlows), ("fragments", flow.droppedFragments),
            ("findings", result.folds.reduce(0) { $0 &+ $1.findings }), ("held_bytes", flow.droppedHeldBytes),
            ("messages_too_large", context.oversizedMessages), ("names", names.overflowCount),
            ("nested_streams", context.streamsTooDeep),
            ("secrets", context.secrets.dropped), ("pending_requests", exchange.droppedPending),
            ("sign_ons", exchange.droppedSignOns),
            ("streams", flow.droppedStreams),
            ("ticket_requests", exchange.droppedTicketRequests), ("tickets", exchange.forgottenTickets),
            ("transactions", exchange.droppedTransactions),
            ("hosts", exchange.forgottenHosts), ("clocks", exchange.forgottenClocks),
        ]
        return all.filter { $0.1 > 0 }.map { ReachedLimit(name: $0.0, dropped: $0.1) }
    }
}
