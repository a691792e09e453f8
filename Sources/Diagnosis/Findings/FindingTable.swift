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

    private struct Key: Hashable {
        var slug: String
        var subjects: Subjects
    }
    private struct Row {
        var rule: RuleDocumentation
        var record: FindingRecord
    }
    private var rows: [Key: Row] = [:]
    private var countBySeverity = [0, 0, 0]

    /// An empty table.
    public init(maximumFindings: Int = 4096) { self.maximumFindings = max(1, maximumFindings) }

    /// The findings kept.
    public var count: Int { rows.count }

    /// Adds one occasion on which a rule's condition was met.
    public mutating func add(_ observation: Observation, of rule: RuleDocumentation, keyedBy parts: SubjectParts,
                             _ context: RuleContext) {
        let key = Key(slug: rule.slug.description,
            subjects: observation.subjects.folded(context).masked(to: parts))
        insert(Row(rule: rule, record: FindingRecord(observation, context)), at: key)
    }

    /// Adds what another table saw of other units, whose names stand in the same name table.
    /// The order in which tables are merged does not matter while the bound is not reached.
    public mutating func merge(_ other: FindingTable) {
        for (key, row) in other.rows.sorted(by: { $0.value.record.firstFrame < $1.value.record.firstFrame }) {
            insert(row, at: key)
        }
        dropped &+= other.dropped
    }

    /// The findings, in no particular order.
    public func findings() -> [Finding] { rows.values.map { $0.record.finding(of: $0.rule) } }

    private mutating func insert(_ row: Row, at key: Key) {
        if let index = rows.index(forKey: key) {
            let before = rows.values[index].record.severity
            rows.values[index].record.merge(row.record)
            let after = rows.values[index].record.severity
            countBySeverity[Int(before.rawValue)] -= 1
            countBySeverity[Int(after.rawValue)] += 1
            return
        }
        if rows.count >= maximumFindings, !makeRoom(for: row.record.severity) {
            dropped &+= 1
            return
        }
        rows[key] = row
        countBySeverity[Int(row.record.severity.rawValue)] += 1
    }

    /// Gives up the latest record of the lowest severity below this one. Severity only rises, so
    /// this happens at most twice for each place.
    private mutating func makeRoom(for severity: Severity) -> Bool {
        guard let lowest = Severity.allCases.first(where: { countBySeverity[Int($0.rawValue)] > 0 }), lowest < severity
        else { return false }
        var victim: (key: Key, frame: UInt64)?
        for (key, row) in rows where row.record.severity == lowest {
            let frame = row.record.firstFrame
            if let best = victim, (best.frame, best.key.slug) >= (frame, key.slug) { continue }
            victim = (key, frame)
        }
        guard let victim else { return false }
        dropped &+= rows[victim.key].map { $0.record.finding(of: $0.rule).count } ?? 0
        rows[victim.key] = nil
        countBySeverity[Int(lowest.rawValue)] -= 1
        return true
    }
}
