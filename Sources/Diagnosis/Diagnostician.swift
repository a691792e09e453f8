import PacketModel
import Dissectors
import Exchanges
import Flows

/// Shows every unit to every rule and makes the findings of what they observe.
public struct Diagnostician {
    /// What the rules share.
    public let context: RuleContext
    /// What was observed so far.
    public private(set) var table: FindingTable

    private struct Seat {
        let type: any Rule.Type
        let source: FindingSource
        var rule: any Rule
    }
    private var seats: [Seat]
    /// What each seat is interested in: most units pass by most rules.
    private let interests: [UnitInterests]
    private var reading = UnitReading()
    /// The latest sets of marks, and who is interested in them.
    private var audiences: [(marks: UnitInterests, seats: [Int])] = Array(repeating: ([], []), count: 256)

    /// One instance of each rule, over the names of this run.
    public init(names: NameTable, rules: [any Rule.Type] = RuleRegistry.all, bounds: FindingBounds = FindingBounds()) {
        self.init(names: names, rules: rules, bounds: bounds, asksEveryRule: false)
    }

    /// `asksEveryRule` shows every unit to every rule, whatever its interests: to prove that it makes no difference.
    init(
        names: NameTable, rules: [any Rule.Type] = RuleRegistry.all, bounds: FindingBounds = FindingBounds(),
        asksEveryRule: Bool
    ) {
        context = RuleContext(names: names)
        table = FindingTable(bounds: bounds)
        seats = rules.map {
            Seat(type: $0, source: FindingSource($0.documentation, keyedBy: $0.keyedBy), rule: $0.init())
        }
        interests = rules.map { asksEveryRule ? .all : $0.interests }
        learnsFromAll = asksEveryRule
    }
    private let learnsFromAll: Bool

    /// What the bounds of the findings cost, by rule.
    public var folds: [RuleFold] { table.folds }

    /// Tells what has become known of hosts; what was told of others stands.
    public mutating func note(hosts: [HostFacts]) { context.hosts.note(hosts) }

    /// Whether any rule would look at this flow.
    public mutating func wants(_ connection: inout ConnectionSummary) -> Bool {
        learnsFromAll || UnitReading.marks(of: &connection) != .connection
    }

    /// Looks at a complete unit.
    public mutating func see(_ unit: Unit) {
        if case .ticketRequest(let request) = unit { return see(request) }
        if case .clocks(let clocks) = unit { context.clocks = KnownClocks(clocks) }
        let marks = reading.marks(of: unit, context)
        if learnsFromAll || marks.contains(.withoutRequest) { context.latestTicketWithoutRequest = nil }
        if learnsFromAll || !marks.isDisjoint(with: KerberosExpectation.interests) {
            context.expectationCell.value.learn(unit, context)
        }
        if learnsFromAll || marks.contains(.letIn), case .signOn(let signOn) = unit, signOn.isKerberos {
            context.servedCell.value.see(signOn, context)
        }
        for index in audience(of: marks) {
            seats[index].rule.see(unit, context)
            if context.observationCount.value > 0 { collect(seats[index].source, Standing(of: unit)) }
        }
    }

    private mutating func see(_ request: TicketRequest) {
        let marks = reading.marks(of: request)
        if learnsFromAll || !marks.isDisjoint(with: KerberosExpectation.interests) {
            context.expectationCell.value.learn(request, context)
            context.shownConnectorsCell.value.learn(request, context)
        }
        if learnsFromAll || marks.contains(.grantedForUser) { context.grantedCell.value.see(request, context) }
        for index in audience(of: marks) {
            seats[index].rule.see(request: request, context)
            if context.observationCount.value > 0 { collect(seats[index].source, Standing(of: request)) }
        }
    }

    /// The seats interested in these marks: the same few sets of marks come again and again.
    private mutating func audience(of marks: UnitInterests) -> [Int] {
        let place = Int(truncatingIfNeeded: (marks.rawValue &* 0x9E37_79B9_7F4A_7C15) >> 56)
        if audiences[place].marks == marks { return audiences[place].seats }
        let found = interests.indices.filter { !interests[$0].isDisjoint(with: marks) }
        audiences[place] = (marks, found)
        return found
    }

    /// Lets the rules say what only the end can tell, and returns the findings in order: causes
    /// before their consequences, then by severity, stage and first frame.
    public mutating func finish() -> [Finding] {
        for index in seats.indices {
            seats[index].rule.finish(context)
            collect(seats[index].source, .answered)
        }
        var concluding: [String: any Rule] = [:]
        for seat in seats { concluding[seat.type.documentation.slug.description] = seat.rule }
        var findings = table.findings()
        for index in findings.indices {
            concluding[findings[index].rule.slug.description]?.conclude(&findings[index], context)
            findings[index].nameStanding = NameStanding(of: findings[index], context)
        }
        return FindingOrder.arrange(findings)
    }

    private mutating func collect(_ source: FindingSource, _ standing: Standing) {
        for index in context.observations.value.indices {
            let isNamed =
                context.observations.value[index].subjects.connector.map { context.hosts.isGiven($0) } ?? false
            table.add(context.observations.value[index], of: source, context, isNamed ? .proven : standing)
        }
        context.observations.value.removeAll(keepingCapacity: true)
        context.observationCount.value = 0
    }
}
