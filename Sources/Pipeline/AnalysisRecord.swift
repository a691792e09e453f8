import ByteParsing
import CaptureFile
import Diagnosis
import Dissectors
import Exchanges
import Flows
import PacketModel

/// What an analysis keeps for its report, and the rules that judge what comes by.
struct AnalysisRecord: ~Copyable, ReconstructionSink {
    private let names: NameTable
    private let protocols: ProtocolRegistry
    private var diagnostician: Diagnostician
    private var findings = ClosedFindings()
    private var facts = CaptureFactsBuilder()
    private var requests: UnitKeeper<TicketRequest>
    private var ticketsIssued: UInt64 = 0
    private var transactions: UnitKeeper<HTTPTransaction>
    private var signOns: UnitKeeper<SignOn>
    private var faults: [AnalysisFault] = []
    private var omittedFaults: UInt64 = 0

    private static let maximumFaults = 256

    init(_ settings: AnalysisSettings, names: NameTable) {
        self.names = names
        protocols = settings.protocols
        diagnostician = Diagnostician(names: names, rules: settings.rules)
        requests = UnitKeeper(
            maximumTroubled: settings.maximumKeptTroubled, maximumHealthy: settings.maximumKeptHealthy)
        transactions = UnitKeeper(
            maximumTroubled: settings.maximumKeptTroubled, maximumHealthy: settings.maximumKeptHealthy)
        signOns = UnitKeeper(maximumTroubled: settings.maximumKeptTroubled, maximumHealthy: settings.maximumKeptHealthy)
    }

    // MARK: In

    mutating func receive(_ envelope: MessageEnvelope, _ protocolID: ProtocolID) {
        facts.receive(envelope, protocolID)
        if let fault = envelope.fault, envelope.duplicateOf == nil { note(fault, envelope.frame) }
    }

    mutating func flowEnded(_ summary: inout ConnectionSummary) -> Bool {
        facts.receive(&summary)
        return diagnostician.concerns(summary)
    }

    mutating func receive(hosts: [HostFacts]) { diagnostician.learn(hosts: hosts) }

    mutating func receive(units: [Unit]) {
        // By span, since a loop over the array copies each element.
        let span = units.span
        for index in span.indices { judge(span[index]) }
    }

    mutating func advance(to time: CaptureTime) { diagnostician.advance(to: time, &findings) }

    private mutating func judge(_ unit: Unit) {
        diagnostician.visit(unit)
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

    /// A capture could not be read to its end.
    mutating func note(_ fault: CaptureFault, capture: UInt16) {
        faults.append(AnalysisFault(fault, capture: capture))
    }

    private mutating func note(_ fault: LayerFault, _ frame: FrameReference) {
        if faults.count >= Self.maximumFaults {
            omittedFaults += 1
            return
        }
        let layer = protocols.name(of: fault.layer)
        faults.append(
            AnalysisFault(
                capture: frame.capture, frame: frame.frame, offset: UInt64(max(fault.offset, 0)), kind: fault.kind,
                layer: layer, message: "\(layer) \(fault.kind.name) at octet \(fault.offset)"))
    }

    // MARK: Out

    /// What there is to report, but for hosts, clocks and limits.
    mutating func finish(
        points: [PointFacts], faults packetFaults: [PacketFault], captures: [CaptureDescription]
    ) -> AnalysisResult {
        var result = AnalysisResult(names: names, protocols: protocols)
        result.captures = captures
        result.points = facts.finish(points: points, captures: captures)
        for point in result.points { judge(.capture(point)) }
        for fault in packetFaults { note(fault.fault, fault.frame) }
        omittedFaults &+= points.reduce(0) { $0 &+ $1.faultCount } &- UInt64(packetFaults.count)
        result.faults = faults.sorted { ($0.capture, $0.frame ?? .max) < ($1.capture, $1.frame ?? .max) }
        result.omittedFaults = omittedFaults
        result.ticketRequests = requests.all
        result.omittedExchanges = requests.omitted
        result.transactions = transactions.all
        result.omittedTransactions = transactions.omitted
        result.signOns = signOns.all
        result.omittedSignOns = signOns.omitted
        result.signOnCounts = signOns.counts
        result.ticketRequestCounts = requests.counts
        result.ticketsIssued = ticketsIssued
        diagnostician.finish(&findings)
        result.findings = findings.findings
        result.folds = diagnostician.folds
        result.isComplete = captures.allSatisfy { $0.fault == nil }
        return result
    }
}
