import Collections
import PacketModel
import ByteParsing
import Dissectors

/// The findings of one rule: so many of them, and of each source so many; the others are folded.
struct FindingShelf: Sendable {
    /// One occasion on its way to its place.
    struct Arrival {
        let observation: Observation
        /// Its subjects as compared.
        let folded: Subjects
        let standing: Standing
        /// When it was, in nanoseconds; the latest instant known so far where it says nothing.
        let time: Int64
    }

    private struct Key: QuicklyHashed {
        var subjects: Subjects
        var hashWord: UInt64 { subjects.hashWord }
    }
    private struct Row {
        let key: Key
        let origin: IPAddress?
        var record: FindingRecord
    }
    /// How many rows are of one source, and which of them is the least telling: -1 where that is not known.
    private struct Share {
        var count = 0
        var weakest = -1
    }
    private struct Fold {
        /// nil stands for every source that has none of its own.
        let origin: IPAddress?
        let isShared: Bool
        var record: FindingRecord
        var findings: UInt64
    }

    let source: FindingSource
    private let bounds: FindingBounds
    private var places: [Key: Int] = [:]
    private var rows: [Row] = []
    /// Beside the rows, for they are looked at all together.
    private var weights: [FindingWeight] = []
    private var shares: [IPAddress?: Share] = [:]
    private var weakest = -1
    /// The source with the most rows, as far as that is known.
    private var crowd: (origin: IPAddress?, count: Int)?
    private var folds: [Fold] = []
    private var nextNumber: UInt64 = 0

    init(_ source: FindingSource, _ bounds: FindingBounds) {
        self.source = source
        self.bounds = bounds
    }

    /// Findings with a record of their own.
    var count: Int { rows.count }

    /// The findings kept, and what the others were folded into.
    var findings: [Finding] {
        rows.map { $0.record.finding(of: source) }
            + folds.map { $0.record.finding(of: source, folded: FoldedFindings(count: $0.findings)) }
    }

    /// What the bounds cost; nil where nothing.
    var fold: RuleFold? {
        if folds.isEmpty { return nil }
        return RuleFold(
            slug: source.slug, findings: folds.reduce(0) { $0 &+ $1.findings },
            occasions: folds.reduce(0) { $0 &+ $1.record.count })
    }

    /// Takes an occasion in. `now` is the latest instant so far.
    mutating func add(_ arrival: Arrival, now: Int64, _ foldedKeys: inout FoldedKeys) {
        let key = Key(subjects: arrival.folded.masked(to: source.keyedBy))
        if let place = places[key] {
            rows[place].record.add(arrival.observation, folded: arrival.folded, arrival.standing)
            weights[place].note(arrival.observation.severity, arrival.standing, at: arrival.time)
            forgetWeakest(place)
            return
        }
        let origin = arrival.observation.subjects.origin
        let weight = FindingWeight(
            severity: arrival.observation.severity, standing: arrival.standing, lastSeen: arrival.time,
            number: nextNumber)
        nextNumber += 1
        let own = shares[origin]?.count ?? 0
        var rival: Int?
        if own >= bounds.perSource {
            rival = weakest(of: origin, now)
        } else if rows.count >= bounds.perRule {
            let (crowd, size) = largestShare()
            if size > own + 1 {
                let place = weakest(of: crowd, now)
                fold(place, &foldedKeys)
                replace(place, key, origin, arrival, weight)
                return
            }
            rival = weakestOfAll(now)
        }
        guard let rival else { return append(key, origin, arrival, weight) }
        if weight.isLessTelling(than: weights[rival], at: now) {
            fold(arrival, key, origin, &foldedKeys)
        } else {
            fold(rival, &foldedKeys)
            replace(rival, key, origin, arrival, weight)
        }
    }

    /// Gives up the least telling finding of the source that has the most.
    mutating func giveUpOne(now: Int64, _ foldedKeys: inout FoldedKeys) {
        if rows.isEmpty { return }
        let place = weakest(of: largestShare().origin, now)
        fold(place, &foldedKeys)
        leave(rows[place].origin)
        places[rows[place].key] = nil
        let last = rows.count - 1
        if place != last {
            rows.swapAt(place, last)
            weights.swapAt(place, last)
            places[rows[place].key] = place
            shares[rows[place].origin]?.weakest = -1
        }
        rows.removeLast()
        weights.removeLast()
        weakest = -1
    }

    // MARK: Rows

    private mutating func append(_ key: Key, _ origin: IPAddress?, _ arrival: Arrival, _ weight: FindingWeight) {
        places[key] = rows.count
        rows.append(
            Row(
                key: key, origin: origin,
                record: FindingRecord(arrival.observation, folded: arrival.folded, arrival.standing)))
        weights.append(weight)
        enter(origin)
    }

    private mutating func replace(
        _ place: Int, _ key: Key, _ origin: IPAddress?, _ arrival: Arrival, _ weight: FindingWeight
    ) {
        places[rows[place].key] = nil
        leave(rows[place].origin)
        rows[place] = Row(
            key: key, origin: origin,
            record: FindingRecord(arrival.observation, folded: arrival.folded, arrival.standing))
        weights[place] = weight
        places[key] = place
        enter(origin)
    }

    private mutating func enter(_ origin: IPAddress?) {
        let count = (shares[origin]?.count ?? 0) + 1
        shares[origin] = Share(count: count)
        if let known = crowd, Self.isLarger((origin, count), than: known) { crowd = (origin, count) }
        weakest = -1
    }

    private mutating func leave(_ origin: IPAddress?) {
        guard let share = shares[origin] else { return }
        shares[origin] = share.count > 1 ? Share(count: share.count - 1) : nil
        if crowd?.origin == origin { crowd = nil }
    }

    // MARK: Who gives way

    /// The source with the most rows; of equals the one with the lowest address.
    private mutating func largestShare() -> (origin: IPAddress?, count: Int) {
        if let known = crowd { return known }
        var best: (origin: IPAddress?, count: Int) = (nil, 0)
        for (origin, share) in shares where Self.isLarger((origin, share.count), than: best) {
            best = (origin, share.count)
        }
        crowd = best
        return best
    }

    private static func isLarger(
        _ share: (origin: IPAddress?, count: Int), than other: (origin: IPAddress?, count: Int)
    ) -> Bool {
        if share.count != other.count { return share.count > other.count }
        guard let address = other.origin else { return false }
        return share.origin.map { $0 < address } ?? true
    }

    private mutating func weakest(of origin: IPAddress?, _ now: Int64) -> Int {
        if let known = shares[origin]?.weakest, known >= 0 { return known }
        let found = leastTelling(now) { rows[$0].origin == origin }
        shares[origin]?.weakest = found
        return found
    }

    private mutating func weakestOfAll(_ now: Int64) -> Int {
        if weakest < 0 { weakest = leastTelling(now) { _ in true } }
        return weakest
    }

    private func leastTelling(_ now: Int64, among isCandidate: (Int) -> Bool) -> Int {
        var best = -1
        for place in weights.indices where isCandidate(place) {
            if best < 0 || weights[place].isLessTelling(than: weights[best], at: now) { best = place }
        }
        return max(best, 0)
    }

    private mutating func forgetWeakest(_ place: Int) {
        if weakest == place { weakest = -1 }
        // Before anything had to give way nobody asked.
        if folds.isEmpty { return }
        let origin = rows[place].origin
        if shares[origin]?.weakest == place { shares[origin]?.weakest = -1 }
    }

    // MARK: Folding

    private mutating func fold(_ place: Int, _ foldedKeys: inout FoldedKeys) {
        let row = rows[place]
        let isNew = foldedKeys.isNew(hash(row.key))
        if let known = placeOfFold(row.origin) {
            folds[known].record.merge(row.record)
            if isNew { folds[known].findings &+= 1 }
        } else {
            addFold(row.origin, row.record)
        }
    }

    private mutating func fold(_ arrival: Arrival, _ key: Key, _ origin: IPAddress?, _ foldedKeys: inout FoldedKeys) {
        let isNew = foldedKeys.isNew(hash(key))
        if let known = placeOfFold(origin) {
            folds[known].record.add(arrival.observation, folded: arrival.folded, arrival.standing)
            if isNew { folds[known].findings &+= 1 }
        } else {
            addFold(origin, FindingRecord(arrival.observation, folded: arrival.folded, arrival.standing))
        }
    }

    private func hash(_ key: Key) -> Int {
        var hasher = Hasher()
        hasher.combine(source.slug)
        hasher.combine(key.subjects)
        return hasher.finalize()
    }

    /// The fold of a source, or the one that it shares with others; nil where it may have one and has none yet.
    private func placeOfFold(_ origin: IPAddress?) -> Int? {
        if let own = folds.firstIndex(where: { !$0.isShared && $0.origin == origin }) { return own }
        return folds.count > FindingBounds.foldedSources ? folds.count - 1 : nil
    }

    private mutating func addFold(_ origin: IPAddress?, _ record: FindingRecord) {
        let isShared = folds.count == FindingBounds.foldedSources
        folds.append(Fold(origin: isShared ? nil : origin, isShared: isShared, record: record, findings: 1))
    }
}

extension Subjects {
    /// The host that sent what a finding is about: whoever fills a table with findings is one, and another is not made
    /// to pay for it.
    var origin: IPAddress? { connector ?? backend?.address ?? kdc }
}
