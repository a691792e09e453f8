import ByteParsing
import Dissectors

/// Everything observed, aggregated: the same failure of the same subjects many times is one record.
///
/// Bounded. Beyond the bound a worse observation takes the place of the latest of the least bad
/// records; what finds no place is counted.
public struct FindingTable {
    /// The most findings kept.
    public let maximumFindings: Int
    /// Observations that found no place.
    public private(set) var dropped: UInt64 = 0

    private struct Key: QuicklyHashed {
        var slug: String
        var subjects: Subjects

        var hashWord: UInt64 { subjects.hashWord ^ UInt64(slug.utf8.count) << 56 }
    }
    private struct Row {
        var rule: RuleDocumentation
        var record: FindingRecord
    }
    private var places: [Key: Int] = [:]
    private var rows: [Row?] = []
    private var free: [Int] = []
    private var countBySeverity = [0, 0, 0]

    /// An empty table.
    public init(maximumFindings: Int = 4096) { self.maximumFindings = max(1, maximumFindings) }

    /// The findings kept.
    public var count: Int { places.count }

    /// Adds one occasion on which a rule's condition was met.
    public mutating func add(_ observation: Observation, of rule: RuleDocumentation, keyedBy parts: SubjectParts,
                             _ context: RuleContext) {
        add(observation, of: FindingSource(rule, keyedBy: parts), context)
    }

    /// The same, of a rule that is asked again and again. A further occasion of a known failure goes
    /// into its record and makes none of its own.
    mutating func add(_ observation: Observation, of source: FindingSource, _ context: RuleContext) {
        let folded = observation.subjects.folded(context)
        let key = Key(slug: source.slug, subjects: folded.masked(to: source.keyedBy))
        if let place = places[key] {
            change(place) { $0.add(observation, folded: folded) }
        } else {
            insert(Row(rule: source.documentation, record: FindingRecord(observation, folded: folded)), at: key)
        }
    }

    /// Adds what another table saw of other units, whose names stand in the same name table.
    /// The order in which tables are merged does not matter while the bound is not reached.
    public mutating func merge(_ other: FindingTable) {
        let theirs = other.places.compactMap { key, place in other.rows[place].map { (key, $0) } }
        for (key, row) in theirs.sorted(by: { $0.1.record.firstFrame < $1.1.record.firstFrame }) { insert(row, at: key) }
        dropped &+= other.dropped
    }

    /// The findings, in no particular order.
    public func findings() -> [Finding] { rows.compactMap { $0.map { $0.record.finding(of: $0.rule) } } }

    private mutating func insert(_ row: Row, at key: Key) {
        if let place = places[key] {
            change(place) { $0.merge(row.record) }
            return
        }
        if places.count >= maximumFindings, !makeRoom(for: row.record.severity) {
            dropped &+= 1
            return
        }
        countBySeverity[Int(row.record.severity.rawValue)] += 1
        if let place = free.popLast() {
            rows[place] = row
            places[key] = place
        } else {
            places[key] = rows.count
            rows.append(row)
        }
    }

    private mutating func change(_ place: Int, _ change: (inout FindingRecord) -> Void) {
        guard let before = rows[place]?.record.severity else { return }
        change(&rows[place]!.record)
        let after = rows[place]?.record.severity ?? before
        countBySeverity[Int(before.rawValue)] -= 1
        countBySeverity[Int(after.rawValue)] += 1
    }

    /// Gives up the latest record of the lowest severity below this one. Severity only rises, so
    /// this happens at most twice for each place.
    private mutating func makeRoom(for severity: Severity) -> Bool {
        guard let lowest = Severity.allCases.first(where: { countBySeverity[Int($0.rawValue)] > 0 }), lowest < severity
        else { return false }
        var victim: (key: Key, place: Int, frame: UInt64)?
        for (key, place) in places {
            guard let record = rows[place]?.record, record.severity == lowest else { continue }
            if let best = victim, (best.frame, best.key.slug) >= (record.firstFrame, key.slug) { continue }
            victim = (key, place, record.firstFrame)
        }
        guard let victim else { return false }
        dropped &+= rows[victim.place].map { $0.record.finding(of: $0.rule).count } ?? 0
        rows[victim.place] = nil
        free.append(victim.place)
        places[victim.key] = nil
        countBySeverity[Int(lowest.rawValue)] -= 1
        return true
    }
}

/// A rule as findings know it, read once: its manual page and what makes two occasions one finding.
struct FindingSource: Sendable {
    let documentation: RuleDocumentation
    let slug: String
    let keyedBy: SubjectParts

    init(_ documentation: RuleDocumentation, keyedBy: SubjectParts) {
        self.documentation = documentation
        slug = documentation.slug.description
        self.keyedBy = keyedBy
    }
}
