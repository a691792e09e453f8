import Dissectors
import Exchanges
import Flows
import PacketModel

/// From units to findings: shows every unit to the rules that visit its kind, and passes what they report on to a sink
/// as findings that are opened, change and are closed.
///
/// Units and time go in, and nothing else but what is known of hosts. A unit is a value of its own: rules reach all
/// that it is about through it and through the names of the context, and never go back to packets, flows or trackers.
/// So units of several machines could be sent to one `Diagnostician`. What that would need: a written form of units
/// that carries names as text (they are numbers in one `NameTable`), frames with the name of their capture instead of
/// its number, and ids that also say which machine counted them; and on the receiving side a merge of all machines'
/// units by time.
public struct Diagnostician {
    /// What rules get beside the units.
    public let context: RuleContext
    /// What was observed so far and is still open.
    public private(set) var table: FindingTable

    private let rules: VisitingRules
    /// For how long nothing may be added to a finding before it is closed, in nanoseconds.
    private let patience: Int64?
    private var lastTick = Int64.min
    /// How often rules are told of the passing of time, in nanoseconds of capture time.
    private static let tickLength: Int64 = 1_000_000_000

    /// One instance of each rule, over the names of this run.
    ///
    /// `patience` is in nanoseconds of capture time: a finding to which nothing was added for so long is closed.
    /// Without one, every finding stays open until the end: what a report over whole captures wants.
    public init(
        names: NameTable, rules: [any Rule.Type] = RuleRegistry.all,
        knowledge: [any Knowledge.Type] = KnowledgeRegistry.all, bounds: FindingBounds = FindingBounds(),
        patience: Int64? = nil
    ) {
        context = RuleContext(names: names, knowledge: knowledge)
        table = FindingTable(bounds: bounds)
        self.rules = VisitingRules(rules)
        self.patience = patience
    }

    /// What the bounds of the findings cost, by rule.
    public var folds: [RuleFold] { table.folds }

    /// Learns what has become known of hosts; what is known of others stands.
    public mutating func learn(hosts: [HostFacts]) {
        for module in context.modules { module.learn(hosts: hosts, context) }
    }

    /// Whether any rule is about this flow: if not, it need not be made a unit.
    public func concerns(_ connection: ConnectionSummary) -> Bool {
        rules.connections.contains { type(of: $0.rule).concerns(connection) }
    }

    // MARK: Units

    /// Visits a complete unit. Units come in the order in which they were completed; a ticket request comes before the
    /// sign-on that it belongs to.
    public mutating func visit(_ unit: Unit) {
        switch unit {
        case .ticketRequest(let request): visit(request)
        case .signOn(let signOn): visit(signOn)
        case .transaction(let transaction):
            for visitor in rules.transactions {
                visitor.rule.visit(transaction: transaction, context)
                collect(visitor.source) { Standing(of: transaction) }
            }
        case .connection(let connection):
            for visitor in rules.connections where type(of: visitor.rule).concerns(connection) {
                visitor.rule.visit(connection: connection, context)
                collect(visitor.source) { Standing(of: unit) }
            }
        case .clocks(let clocks):
            for module in context.modules { module.learn(clocks: clocks, context) }
            for visitor in rules.clocks {
                visitor.rule.visit(clocks: clocks, context)
                collect(visitor.source) { .answered }
            }
        case .capture(let facts):
            for module in context.modules { module.learn(capture: facts, context) }
            for visitor in rules.captures {
                visitor.rule.visit(capture: facts, context)
                collect(visitor.source) { .answered }
            }
        }
    }

    private mutating func visit(_ request: TicketRequest) {
        // By span: as elements of an array modules and rules would be retained and released for each call.
        let known = context.requestModules
        let modules = known.span
        for index in modules.indices { modules[index].learn(ticketRequest: request, context) }
        let visitors = rules.visitors(of: request)
        let span = visitors.span
        for index in span.indices {
            span[index].rule.visit(ticketRequest: request, context)
            if context.observationCount.value > 0 { add(span[index].source, Standing(of: request)) }
        }
    }

    private mutating func visit(_ signOn: SignOn) {
        let known = context.signOnModules
        let modules = known.span
        for index in modules.indices { modules[index].learn(signOn: signOn, context) }
        let visitors = rules.visitors(of: signOn)
        let span = visitors.span
        for index in span.indices {
            span[index].rule.visit(signOn: signOn, context)
            if context.observationCount.value > 0 { add(span[index].source, Standing(of: signOn)) }
        }
    }

    /// Takes in what the rule that was just called has observed: most often nothing.
    private mutating func collect(_ source: FindingSource, _ standing: () -> Standing) {
        if context.observationCount.value > 0 { add(source, standing()) }
    }

    private mutating func add(_ source: FindingSource, _ standing: Standing) {
        for observation in context.observations.value {
            let isNamed = observation.subjects.connector.map { context.hosts.isGiven($0) } ?? false
            table.add(observation, of: source, context, isNamed ? .proven : standing)
        }
        context.observations.value.removeAll(keepingCapacity: true)
        context.observationCount.value = 0
    }

    // MARK: Time

    /// Tells that capture time has come to `time`: lets rules report what the passing of time shows, passes on which
    /// findings were opened and have changed, and closes those to which nothing was added for the patience of this
    /// diagnosis. Does something once in a second of capture time; may be called as often as is convenient.
    public mutating func advance(to time: CaptureTime, _ sink: inout some FindingSink) {
        let now = time.nanoseconds
        guard now.subtractingReportingOverflow(lastTick).overflow || now - lastTick >= Self.tickLength else { return }
        lastTick = now
        tick()
        pass(&sink)
        if let patience { closeQuiet(at: now, patience, &sink) }
    }

    private mutating func tick() {
        for visitor in rules.ticking {
            visitor.rule.tick(context)
            collect(visitor.source) { .answered }
        }
    }

    /// Lets the rules report what only the end shows, and closes every finding: causes before their consequences, then
    /// by severity, stage and first frame. Nothing may be visited afterwards.
    public mutating func finish(_ sink: inout some FindingSink) {
        tick()
        for visitor in rules.all {
            visitor.rule.finish(context)
            collect(visitor.source) { .answered }
        }
        pass(&sink)
        let opened = table.openedIDs
        let findings = table.takeAll(context.names)
        let closing = Dictionary(findings.map { ($0.id, opened.contains($0.id)) }) { first, _ in first }
        close(closing, .ended, among: findings, &sink)
    }

    /// The same for those who only want to know what was found.
    public mutating func finish() -> [Finding] {
        var sink = ClosedFindings()
        finish(&sink)
        return sink.findings
    }

    // MARK: Findings

    private mutating func pass(_ sink: inout some FindingSink) {
        guard sink.followsOpenFindings else { return }
        for change in table.takeChanges(context.names) {
            switch change {
            case .opened(let finding): sink.opened(concluded(finding))
            case .changed(let finding): sink.changed(concluded(finding))
            case .folded(let finding): sink.closed(concluded(finding), .folded)
            }
        }
    }

    private mutating func closeQuiet(at now: Int64, _ patience: Int64, _ sink: inout some FindingSink) {
        let quiet = table.takeQuiet(at: now, patience: patience, context.names)
        if quiet.isEmpty { return }
        let closing = Dictionary(quiet.map { ($0.finding.id, $0.isOpened) }) { first, _ in first }
        // A cause may still be open.
        close(closing, .quiet, among: quiet.map(\.finding) + table.findings(context.names), &sink)
    }

    /// Passes on findings that have come to their end, by their ids and with whether they were passed on before. `all`
    /// are they and the others among which their causes are.
    private func close(
        _ closing: [FindingID: Bool], _ reason: FindingClosure, among all: consuming [Finding],
        _ sink: inout some FindingSink
    ) {
        for index in all.indices { conclude(&all[index]) }
        for index in FindingOrder.arrange(&all) {
            guard let isOpened = closing[all[index].id] else { continue }
            if !isOpened, sink.followsOpenFindings { sink.opened(all[index]) }
            sink.closed(all[index], reason)
        }
    }

    /// The finding with what its rule says about all its occasions together.
    private func concluded(_ finding: Finding) -> Finding {
        var finding = finding
        conclude(&finding)
        return finding
    }

    private func conclude(_ finding: inout Finding) {
        rules.bySlug[finding.source.slug]?.conclude(&finding, context)
        finding.nameStanding = NameStanding(of: finding, context)
    }
}
