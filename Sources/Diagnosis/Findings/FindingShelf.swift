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
        var progress = Progress()
    }
    /// What a sink was told of a record.
    private struct Progress {
        /// Its id, once somebody has asked for it.
        var id: FindingID?
        /// Whether it was passed on, and whether something was added since.
        var isOpened = false
        var hasChanged = true
        /// Whether something was added since the passing of time was looked at last, and when that was so last, in
        /// nanoseconds.
        var wasAddedTo = true
        var lastAdded = Int64.min

        /// Passes the finding on as it is now.
        mutating func pass(_ finding: Finding) -> FindingChange {
            let isFirst = !isOpened
            (id, isOpened, hasChanged) = (finding.id, true, false)
            return isFirst ? .opened(finding) : .changed(finding)
        }
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
        var progress = Progress()

        /// The subjects by which folds differ: the source.
        var subjects: Subjects {
            var subjects = Subjects()
            subjects.connector = origin
            return subjects
        }
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
    /// Findings that were passed on and have been folded since.
    private var departed: [Finding] = []

    init(_ source: FindingSource, _ bounds: FindingBounds) {
        self.source = source
        self.bounds = bounds
    }

    /// Findings with a record of their own.
    var count: Int { rows.count }

    /// The findings kept, and what the others were folded into.
    func findings(_ names: NameTable) -> [Finding] {
        rows.map { finding($0, names) } + folds.map { finding($0, names) }
    }

    /// The same, at the end: the findings kept are here no more, and nothing may be added.
    mutating func takeAll(_ names: NameTable) -> [Finding] {
        let all = findings(names)
        (places, rows, weights, shares) = ([:], [], [], [:])
        return all
    }

    private func finding(_ row: Row, _ names: NameTable) -> Finding {
        let id = row.progress.id ?? FindingID(slug: source.slug, row.key.subjects, folded: false, names)
        return row.record.finding(id, of: source)
    }

    private func finding(_ fold: Fold, _ names: NameTable) -> Finding {
        let id = fold.progress.id ?? FindingID(slug: source.slug, fold.subjects, folded: true, names)
        return fold.record.finding(id, of: source, folded: FoldedFindings(count: fold.findings))
    }

    // MARK: Changes

    /// The ids of the findings that were passed on and are open.
    var openedIDs: [FindingID] {
        (rows.map(\.progress) + folds.map(\.progress)).compactMap { $0.isOpened ? $0.id : nil }
    }

    /// What has happened since this was called last: first what had to make room, then what is new or has changed.
    mutating func takeChanges(_ names: NameTable) -> [FindingChange] {
        var changes = departed.map(FindingChange.folded)
        departed.removeAll()
        for index in rows.indices where rows[index].progress.hasChanged {
            changes.append(rows[index].progress.pass(finding(rows[index], names)))
        }
        for index in folds.indices where folds[index].progress.hasChanged {
            changes.append(folds[index].progress.pass(finding(folds[index], names)))
        }
        return changes
    }

    /// Takes out the findings to which nothing was added for `patience` nanoseconds at the instant `now`. What findings
    /// were folded into stays, as it says what the bounds have cost.
    mutating func takeQuiet(
        at now: Int64, patience: Int64, _ names: NameTable
    ) -> [(finding: Finding, isOpened: Bool)] {
        var quiet: [(finding: Finding, isOpened: Bool)] = []
        for index in rows.indices.reversed() {
            // When something was added counts, not when it happened: a rule may report long after that.
            if rows[index].progress.wasAddedTo {
                rows[index].progress.wasAddedTo = false
                rows[index].progress.lastAdded = now
            }
            guard now.subtractingReportingOverflow(rows[index].progress.lastAdded).partialValue >= patience else {
                continue
            }
            quiet.append((finding(rows[index], names), rows[index].progress.isOpened))
            remove(index)
        }
        return quiet
    }

    /// What the bounds cost; nil where nothing.
    var fold: RuleFold? {
        if folds.isEmpty { return nil }
        return RuleFold(
            slug: source.slug, findings: folds.reduce(0) { $0 &+ $1.findings },
            occasions: folds.reduce(0) { $0 &+ $1.record.count })
    }

    /// Takes an occasion in. `now` is the latest instant so far.
    mutating func add(_ arrival: Arrival, now: Int64, _ foldedKeys: inout FoldedKeys, _ names: NameTable) {
        let key = Key(subjects: arrival.folded.masked(to: source.keyedBy))
        if let place = places[key] {
            rows[place].record.add(arrival.observation, folded: arrival.folded, arrival.standing)
            weights[place].note(arrival.observation.severity, arrival.standing, at: arrival.time)
            rows[place].progress.hasChanged = true
            rows[place].progress.wasAddedTo = true
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
                fold(place, &foldedKeys, names)
                replace(place, key, origin, arrival, weight)
                return
            }
            rival = weakestOfAll(now)
        }
        guard let rival else { return append(key, origin, arrival, weight) }
        if weight.isLessTelling(than: weights[rival], at: now) {
            fold(arrival, key, origin, &foldedKeys)
        } else {
            fold(rival, &foldedKeys, names)
            replace(rival, key, origin, arrival, weight)
        }
    }

    /// Gives up the least telling finding of the source that has the most.
    mutating func giveUpOne(now: Int64, _ foldedKeys: inout FoldedKeys, _ names: NameTable) {
        if rows.isEmpty { return }
        let place = weakest(of: largestShare().origin, now)
        fold(place, &foldedKeys, names)
        remove(place)
    }

    private mutating func remove(_ place: Int) {
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

    private mutating func fold(_ place: Int, _ foldedKeys: inout FoldedKeys, _ names: NameTable) {
        let row = rows[place]
        if row.progress.isOpened { departed.append(finding(row, names)) }
        let isNew = foldedKeys.isNew(hash(row.key))
        if let known = placeOfFold(row.origin) {
            folds[known].record.merge(row.record)
            folds[known].progress.hasChanged = true
            if isNew { folds[known].findings &+= 1 }
        } else {
            addFold(row.origin, row.record)
        }
    }

    private mutating func fold(_ arrival: Arrival, _ key: Key, _ origin: IPAddress?, _ foldedKeys: inout FoldedKeys) {
        let isNew = foldedKeys.isNew(hash(key))
        if let known = placeOfFold(origin) {
            folds[known].record.add(arrival.observation, folded: arrival.folded, arrival.standing)
            folds[known].progress.hasChanged = true
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

/// What has happened to a finding since that was asked last.
enum FindingChange {
    case opened(Finding)
    case changed(Finding)
    /// It had to make room for others.
    case folded(Finding)
}

extension Subjects {
    /// The host that sent what a finding is about: whoever fills a table with findings is one, and another is not made
    /// to pay for it.
    var origin: IPAddress? { connector ?? backend?.address ?? kdc }
}
