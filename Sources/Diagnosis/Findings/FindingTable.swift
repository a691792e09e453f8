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
        let source: FindingSource
        let key: Key
        /// Counts the rows that ever were.
        let number: UInt64
        var record: FindingRecord
    }
    private var places: [Key: Int] = [:]
    private var rows: [Row?] = []
    private var free: [Int] = []
    private var nextNumber: UInt64 = 0
    private var countBySeverity = [0, 0, 0]
    /// Who makes room, by severity; empty until the table has been full for the first time.
    private var latest: [LatestFirst] = []

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
    /// into its record and makes none of its own; one that finds no place makes none either.
    mutating func add(_ observation: Observation, of source: FindingSource, _ context: RuleContext) {
        let folded = observation.subjects.folded(context)
        let key = Key(slug: source.slug, subjects: folded.masked(to: source.keyedBy))
        if let place = places[key] {
            change(place) { $0.add(observation, folded: folded) }
        } else if hasRoom(for: observation.severity) {
            insert(FindingRecord(observation, folded: folded), at: key, of: source)
        }
    }

    /// Adds what another table saw of other units, whose names stand in the same name table.
    /// The order in which tables are merged does not matter while the bound is not reached.
    public mutating func merge(_ other: FindingTable) {
        for row in other.rows.compactMap({ $0 }).sorted(by: { $0.record.firstFrame < $1.record.firstFrame }) {
            if let place = places[row.key] {
                change(place) { $0.merge(row.record) }
            } else if hasRoom(for: row.record.severity) {
                insert(row.record, at: row.key, of: row.source)
            }
        }
        dropped &+= other.dropped
    }

    /// The findings, in no particular order.
    public func findings() -> [Finding] {
        rows.compactMap { $0.map { $0.record.finding(of: $0.source.documentation) } }
    }

    /// Whether there is a place for a further record, or one that makes room; counts what finds none.
    private mutating func hasRoom(for severity: Severity) -> Bool {
        if places.count < maximumFindings || makeRoom(for: severity) { return true }
        dropped &+= 1
        return false
    }

    private mutating func insert(_ record: FindingRecord, at key: Key, of source: FindingSource) {
        let row = Row(source: source, key: key, number: nextNumber, record: record)
        nextNumber += 1
        countBySeverity[Int(record.severity.rawValue)] += 1
        let place = free.popLast() ?? rows.count
        places[key] = place
        if place < rows.count { rows[place] = row } else { rows.append(row) }
        rank(place)
    }

    private mutating func change(_ place: Int, _ change: (inout FindingRecord) -> Void) {
        // Unwrapped where it is: bound to a name it would be copied.
        if rows[place] == nil { return }
        let before = rows[place]!.record.severity
        change(&rows[place]!.record)
        let after = rows[place]!.record.severity
        if before == after { return }
        countBySeverity[Int(before.rawValue)] -= 1
        countBySeverity[Int(after.rawValue)] += 1
        rank(place)
    }

    /// Puts a record among those that may make room.
    private mutating func rank(_ place: Int) {
        if latest.isEmpty { return }
        guard let row = rows[place] else { return }
        latest[Int(row.record.severity.rawValue)].push(
            LatestFirst.Entry(frame: row.record.firstFrame, slug: row.key.slug, number: row.number, place: place))
    }

    /// Gives up the latest record of the lowest severity below this one. Severity only rises, so
    /// this happens at most twice for each place.
    private mutating func makeRoom(for severity: Severity) -> Bool {
        guard let lowest = Severity.allCases.first(where: { countBySeverity[Int($0.rawValue)] > 0 }), lowest < severity
        else { return false }
        if latest.isEmpty {
            latest = Severity.allCases.map { _ in LatestFirst() }
            for place in rows.indices { rank(place) }
        }
        // What was ranked below this severity has risen or gone.
        for below in 0..<Int(lowest.rawValue) { latest[below].removeAll() }
        while let entry = latest[Int(lowest.rawValue)].pop() {
            guard let row = rows[entry.place], row.number == entry.number, row.record.severity == lowest else { continue }
            // Further occasions only move a record's first frame forward: then it stands where it no longer belongs.
            if row.record.firstFrame != entry.frame {
                rank(entry.place)
                continue
            }
            dropped &+= row.record.count
            places[row.key] = nil
            rows[entry.place] = nil
            free.append(entry.place)
            countBySeverity[Int(lowest.rawValue)] -= 1
            return true
        }
        return false
    }
}

/// Records by their first frames, the latest on top; of equal frames the one with the greatest slug, then the
/// newest. A heap: what has changed since is found out by whoever takes it.
private struct LatestFirst {
    struct Entry {
        var frame: UInt64
        var slug: String
        var number: UInt64
        var place: Int

        func precedes(_ other: Entry) -> Bool {
            if frame != other.frame { return frame > other.frame }
            return slug != other.slug ? slug > other.slug : number > other.number
        }
    }
    private var entries: [Entry] = []

    mutating func removeAll() {
        if !entries.isEmpty { entries.removeAll() }
    }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].precedes(entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Entry? {
        guard let top = entries.first else { return nil }
        let last = entries.removeLast()
        if entries.isEmpty { return top }
        entries[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            if child >= entries.count { return top }
            if child + 1 < entries.count, entries[child + 1].precedes(entries[child]) { child += 1 }
            guard entries[child].precedes(entries[parent]) else { return top }
            entries.swapAt(child, parent)
            parent = child
        }
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
