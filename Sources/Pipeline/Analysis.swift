import PacketModel
import ByteParsing
import CaptureFile
import Diagnosis
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
    private let settings: AnalysisSettings
    private let names: NameTable
    private var flows: FlowTracker
    private var walk = BatchWalk()
    private var exchanges: ExchangeTracker
    private var diagnostician: Diagnostician
    private var facts = CaptureFactsBuilder()
    private var requests: UnitKeeper<TicketRequest>
    private var ticketsIssued: UInt64 = 0
    private var transactions: UnitKeeper<HTTPTransaction>
    private var signOns: UnitKeeper<SignOn>
    private var faults: [AnalysisFault] = []
    /// The messages under way from the flows to the exchanges.
    private var messages = MessageList()
    private var omittedFaults: UInt64 = 0
    /// Which state of the hosts the rules have been told.
    private var knownHosts: UInt64 = 0

    private static let maximumFaults = 256

    private init(_ settings: AnalysisSettings) {
        self.settings = settings
        names = NameTable(ticketFingerprint: settings.ticketFingerprint, keepsTargets: settings.keepsTargets)
        flows = FlowTracker(context: DissectionContext(names: names), settings: settings.flows)
        exchanges = ExchangeTracker(names: names, settings: settings.exchanges, given: settings.roles)
        diagnostician = Diagnostician(names: names)
        requests = UnitKeeper(
            maximumTroubled: settings.maximumKeptTroubled, maximumHealthy: settings.maximumKeptHealthy)
        transactions = UnitKeeper(
            maximumTroubled: settings.maximumKeptTroubled, maximumHealthy: settings.maximumKeptHealthy)
        signOns = UnitKeeper(maximumTroubled: settings.maximumKeptTroubled, maximumHealthy: settings.maximumKeptHealthy)
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
        var batch = PacketBatch()
        var done = AnalysisProgress()
        reading: while true {
            switch source.next(into: &batch) {
            case .packets:
                take(batch)
                if let progress {
                    done.packets += UInt64(batch.records.count)
                    done.capturedBytes += UInt64(batch.buffer.count)
                    progress(done)
                }
            case .watermark(let time):
                flows.advance(to: time)
                exchanges.advance(to: time)
                drain()
            case .captureEnded(let end):
                if let fault = end.fault { faults.append(AnalysisFault(fault, capture: end.capture)) }
            case .finished: break reading
            case .interface, .drops, .secrets, .names: break
            }
        }
        return finish(source)
    }

    private mutating func take(_ batch: borrowing PacketBatch) {
        walk.restart()
        while flows.take(batch, &walk) { drain() }
        exchanges.advance(to: flows.watermark)
        drain()
    }

    /// Hands messages and flow events up, and complete units to the rules.
    private mutating func drain() {
        // A message is read by the clock that stands when its last frame comes.
        for index in flows.clockSets.indices { exchanges.see(flows.clockSets[index]) }
        if flows.context.hasMessages { drainMessages() }
        if flows.hasEvents {
            // What an end means depends on how long its capture runs on by then.
            exchanges.advance(to: flows.watermark)
            for index in 0..<flows.ended.count {
                facts.see(&flows.ended[index])
                exchanges.see(&flows.ended[index], isUnit: diagnostician.wants(&flows.ended[index]))
            }
            flows.removeEvents()
        }
        if exchanges.units.isEmpty { return }
        // Where very many hosts appear, telling of each would cost more than it is worth.
        let version = exchanges.hostsVersion
        if version > knownHosts + min(knownHosts / 8, 4096) {
            knownHosts = version
            diagnostician.note(hosts: exchanges.takeHostChanges())
        }
        judge(exchanges.units)
        exchanges.releaseUnits()
    }

    private mutating func drainMessages() {
        flows.context.takeMessages(into: &messages)
        exchanges.advance(to: flows.watermark)
        for index in 0..<messages.count {
            let envelope = messages.envelope(index)
            let place = messages.place(index)
            switch messages.kind(index) {
            case .kerberos:
                exchanges.see(&messages.kerberos[place], envelope)
                facts.see(envelope, isKerberos: true)
            case .http:
                exchanges.see(&messages.http[place], envelope)
                facts.see(envelope, isKerberos: false)
            }
            if envelope.fault != nil { note(envelope) }
        }
    }

    private mutating func note(_ envelope: MessageEnvelope) {
        guard let fault = envelope.fault, envelope.duplicateOf == nil else { return }
        note(fault, envelope.frame)
    }

    private mutating func note(_ fault: LayerFault, _ frame: FrameReference) {
        if faults.count >= Self.maximumFaults {
            omittedFaults += 1
            return
        }
        faults.append(
            AnalysisFault(
                capture: frame.capture, frame: frame.frame, offset: UInt64(max(fault.offset, 0)), kind: fault.kind,
                layer: fault.layer.name, message: "\(fault.layer.name) \(fault.kind.name) at octet \(fault.offset)"))
    }

    private mutating func judge(_ units: [Unit]) {
        // Each where it is: as an element of the array it would be copied.
        let span = units.span
        for index in span.indices { judge(span[index]) }
    }

    private mutating func judge(_ unit: Unit) {
        diagnostician.see(unit)
        switch unit {
        case .ticketRequest(let request):
            if requests.add(request, request.success, Standing(of: request)) { names.hold(request) }
            if request.outcome.isGranted { ticketsIssued += 1 }
        case .transaction(let transaction): add(transaction, isKept: false)
        case .signOn(let signOn):
            let isKept = signOns.add(signOn, signOn.outcome, Standing(of: signOn))
            if isKept { names.hold(signOn) }
            for step in signOn.steps {
                if isKept, let request = step.ticketRequest { names.hold(request) }
                guard let transaction = step.transaction else { continue }
                add(transaction, isKept: isKept)
            }
        case .connection, .clocks, .capture: break
        }
    }

    /// Counts a transaction; of one that is kept, by itself or in its sign-on, the texts are held on to until the
    /// report.
    private mutating func add(_ transaction: HTTPTransaction, isKept: Bool) {
        let isTroubled = transaction.status >= 400 || transaction.silence != nil
        guard transactions.add(transaction, isTroubled ? .failed : .succeeded, Standing(of: transaction)) || isKept
        else { return }
        names.hold(transaction)
    }

    private mutating func finish(_ source: any PacketSource) -> AnalysisResult {
        while flows.finishSome() { drain() }
        drain()
        exchanges.finish()
        diagnostician.note(hosts: exchanges.takeHostChanges())
        drain()
        var result = AnalysisResult(names: names)
        result.captures = source.captures
        result.points = facts.finish(points: flows.points, captures: source.captures)
        for point in result.points { judge(.capture(point)) }
        for fault in flows.faults { note(fault.fault, fault.frame) }
        let packetFaults = flows.points.reduce(0) { $0 &+ $1.faultCount }
        omittedFaults &+= packetFaults &- UInt64(flows.faults.count)
        result.faults = faults.sorted { ($0.capture, $0.frame ?? .max) < ($1.capture, $1.frame ?? .max) }
        result.omittedFaults = omittedFaults
        result.hosts = exchanges.hosts
        result.clocks = exchanges.hostClocks
        result.ticketRequests = requests.all
        result.omittedExchanges = requests.omitted
        result.transactions = transactions.all
        result.omittedTransactions = transactions.omitted
        result.signOns = signOns.all
        result.omittedSignOns = signOns.omitted
        result.signOnCounts = signOns.counts
        result.ticketRequestCounts = requests.counts
        result.ticketsIssued = ticketsIssued
        result.findings = diagnostician.finish()
        result.folds = diagnostician.folds
        result.limits = limits()
        result.isComplete = source.captures.allSatisfy { $0.fault == nil }
        return result
    }

    /// The bounds that were reached.
    private func limits() -> [ReachedLimit] {
        let flow = flows.counters
        let exchange = exchanges.counters
        let all: [(String, UInt64)] = [
            ("flows", flow.evictedFlows), ("fragments", flow.droppedFragments),
            ("findings", diagnostician.folds.reduce(0) { $0 &+ $1.findings }), ("held_bytes", flow.droppedHeldBytes),
            ("messages_too_large", flow.oversizedMessages), ("names", names.overflowCount),
            ("pending_requests", exchange.droppedPending), ("sign_ons", exchange.droppedSignOns),
            ("streams", flow.droppedStreams),
            ("ticket_requests", exchange.droppedTicketRequests), ("tickets", exchange.forgottenTickets),
            ("transactions", exchange.droppedTransactions),
            ("hosts", exchange.forgottenHosts), ("clocks", exchange.forgottenClocks),
        ]
        return all.filter { $0.1 > 0 }.map { ReachedLimit(name: $0.0, dropped: $0.1) }
    }
}
