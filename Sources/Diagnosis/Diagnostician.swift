import CaptureFile
import Dissectors
import Exchanges

/// Shows every unit to every rule and makes the findings of what they observe.
public struct Diagnostician {
    /// What the rules share.
    public let context: RuleContext
    /// What was observed so far.
    public private(set) var table: FindingTable

    private struct Seat {
        let type: any Rule.Type
        var rule: any Rule
    }
    private var seats: [Seat]
    /// Which seats want a kind of unit, by its bit: most units pass by most rules.
    private let seatsByInterest: [[Int]]

    /// One instance of each rule, over the names of this run.
    public init(names: NameTable, rules: [any Rule.Type] = RuleRegistry.all, maximumFindings: Int = 4096) {
        context = RuleContext(names: names)
        table = FindingTable(maximumFindings: maximumFindings)
        seats = rules.map { Seat(type: $0, rule: $0.init()) }
        seatsByInterest = (0..<UInt8.bitWidth).map { bit in
            rules.indices.filter { rules[$0].interests.rawValue & 1 << UInt8(bit) != 0 }
        }
    }

    /// Observations that found no place in the table.
    public var droppedObservations: UInt64 { table.dropped }

    /// Tells what is known of the hosts.
    public mutating func note(hosts: [HostFacts]) { context.hosts = hosts }

    /// Looks at a complete unit.
    public mutating func see(_ unit: Unit) {
        if case .clocks(let clocks) = unit { context.clocks = clocks }
        context.expectation.learn(unit, context)
        for index in seatsByInterest[UnitInterests(of: unit).rawValue.trailingZeroBitCount] {
            seats[index].rule.see(unit, context)
            if context.observationCount.value > 0 { collect(seats[index].type) }
        }
    }

    /// Lets the rules say what only the end can tell, and returns the findings in order: causes
    /// before their consequences, then by severity, stage and first frame.
    public mutating func finish() -> [Finding] {
        for index in seats.indices {
            seats[index].rule.finish(context)
            collect(seats[index].type)
        }
        var concluding: [String: any Rule] = [:]
        for seat in seats { concluding[seat.type.documentation.slug.description] = seat.rule }
        var findings = table.findings()
        for index in findings.indices {
            concluding[findings[index].rule.slug.description]?.conclude(&findings[index], context)
        }
        return FindingOrder.arrange(findings)
    }

    private mutating func collect(_ type: any Rule.Type) {
        for observation in context.observations {
            table.add(observation, of: type.documentation, keyedBy: type.keyedBy, context)
        }
        context.observations.removeAll(keepingCapacity: true)
        context.observationCount.value = 0
    }
}
