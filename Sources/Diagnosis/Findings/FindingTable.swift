import PacketModel
import Dissectors

/// Everything observed, aggregated: the same failure of the same subjects many times is one record.
///
/// Bounded, so that a crowd silences nobody: each rule has a shelf, and on it each source its share. What finds no
/// place
/// of its own is folded into a record of its rule and source, and counted.
public struct FindingTable {
    /// How many findings are kept.
    public let bounds: FindingBounds
    private var shelves: [FindingShelf] = []
    private var shelfBySlug: [String: Int] = [:]
    /// The shelf that was used last: most often it is the next one, too.
    private var latestShelf = -1
    private var foldedKeys = FoldedKeys()
    /// The findings kept, each with a record of its own.
    public private(set) var count = 0
    /// The latest instant of any evidence, in nanoseconds.
    private var now = Int64.min

    /// An empty table.
    public init(bounds: FindingBounds = FindingBounds()) { self.bounds = bounds }

    /// Adds one occasion on which a rule's condition was met.
    public mutating func add(
        _ observation: Observation, of rule: RuleDocumentation, keyedBy parts: SubjectParts,
        _ context: RuleContext, standing: Standing = .answered
    ) {
        add(observation, of: FindingSource(rule, keyedBy: parts), context, standing)
    }

    /// The same, of a rule that is asked again and again. A further occasion of a known failure goes
    /// into its record and makes none of its own.
    mutating func add(
        _ observation: Observation, of source: FindingSource, _ context: RuleContext, _ standing: Standing
    ) {
        var time = Int64.min
        for evidence in observation.evidence { time = max(time, evidence.time?.nanoseconds ?? .min) }
        now = max(now, time)
        let arrival = FindingShelf.Arrival(
            observation: observation, folded: observation.subjects.folded(context),
            standing: observation.standing ?? standing,
            time: time == .min ? now : time)
        let place = shelf(of: source)
        let before = shelves[place].count
        shelves[place].add(arrival, now: now, &foldedKeys, context.names)
        count += shelves[place].count - before
        if count > bounds.total { makeRoom(context.names) }
    }

    /// The findings, in no particular order: those kept, and for those that were not the records into which they were
    /// folded.
    public func findings(_ names: NameTable) -> [Finding] { shelves.flatMap { $0.findings(names) } }

    /// The ids of the findings that `takeChanges` has passed on and that are still here.
    var openedIDs: Set<FindingID> { Set(shelves.flatMap(\.openedIDs)) }

    /// What has happened since this was called last.
    mutating func takeChanges(_ names: NameTable) -> [FindingChange] {
        var changes: [FindingChange] = []
        for index in shelves.indices { changes += shelves[index].takeChanges(names) }
        return changes
    }

    /// Takes out the findings to which nothing was added for `patience` nanoseconds at the instant `now`; each with
    /// whether `takeChanges` has passed it on.
    mutating func takeQuiet(
        at now: Int64, patience: Int64, _ names: NameTable
    ) -> [(finding: Finding, isOpened: Bool)] {
        var quiet: [(finding: Finding, isOpened: Bool)] = []
        for index in shelves.indices {
            quiet += shelves[index].takeQuiet(at: now, patience: patience, names)
        }
        count -= quiet.count
        return quiet
    }

    /// Takes the findings out at the end, shelf by shelf, so that no two of each are in memory. What the bounds cost
    /// stays known.
    mutating func takeAll(_ names: NameTable) -> [Finding] {
        var all: [Finding] = []
        for index in shelves.indices { all += shelves[index].takeAll(names) }
        count = 0
        return all
    }

    /// What the bounds cost, by rule, in order of slugs.
    public var folds: [RuleFold] { shelves.compactMap(\.fold).sorted { $0.slug < $1.slug } }

    private mutating func shelf(of source: FindingSource) -> Int {
        if latestShelf >= 0, shelves[latestShelf].source === source { return latestShelf }
        if let known = shelfBySlug[source.slug] {
            latestShelf = known
            return known
        }
        latestShelf = shelves.count
        shelfBySlug[source.slug] = latestShelf
        shelves.append(FindingShelf(source, bounds))
        return latestShelf
    }

    /// The rule with the most findings gives up one; of equals the one that was met first.
    private mutating func makeRoom(_ names: NameTable) {
        var largest = 0
        for place in shelves.indices where shelves[place].count > shelves[largest].count { largest = place }
        shelves[largest].giveUpOne(now: now, &foldedKeys, names)
        count -= 1
    }
}

/// A rule as findings know it, read once and shared: its manual page and what makes two occasions one finding.
final class FindingSource: Sendable {
    let documentation: RuleDocumentation
    let slug: String
    let keyedBy: SubjectParts

    init(_ documentation: RuleDocumentation, keyedBy: SubjectParts) {
        self.documentation = documentation
        slug = documentation.slug.description
        self.keyedBy = keyedBy
    }
}
