import PacketModel
import Dissectors

/// The order of findings, and which of them explains which.
struct FindingOrder {
    /// Candidates looked at for each finding, so that many findings cost no quadratic time.
    private static let maximumCandidates = 64

    /// Findings of one rule, and the rules whose findings may explain them.
    private struct Group {
        var findings: [Int] = []
        var causes: [Int]
    }
    /// Of each rule that a finding is of or that may explain one; and by its slug, where that is.
    private var groups: [Group] = []
    private var groupBySlug: [String: Int] = [:]
    /// The group of each finding.
    private var groupOfFinding: [Int] = []
    private var findingsByOccasion: [UInt64: [Int]] = [:]
    /// What decides which finding explains which, apart from the findings: these are large, and looked at in pairs.
    private var severities: [Severity] = []
    private var subjects: [Subjects] = []
    private var occasions: [[UInt64]] = []
    /// The cause of each finding, as far as it was looked for.
    private var causes: [Int?]

    /// Sorts findings by severity, stage, time of the first frame, slug and subjects, and names each one's cause.
    /// Returns their places in the order of a report: the same, but for causes, which come before their consequences.
    static func arrange(_ findings: inout [Finding]) -> [Int] {
        findings.sort(by: precedes)
        var order = FindingOrder(findings)
        for index in findings.indices {
            order.causes[index] = order.cause(of: index)
            findings[index].consequenceOf = order.causes[index].map { findings[$0].rule.slug }
        }
        return order.causesFirst()
    }

    private init(_ findings: [Finding]) {
        causes = Array(repeating: nil, count: findings.count)
        for index in findings.indices {
            let group = group(of: findings[index].source.slug)
            if groups[group].findings.isEmpty {
                groups[group].causes = findings[index].rule.consequenceOf.map { self.group(of: $0.description) }
            }
            groups[group].findings.append(index)
            groupOfFinding.append(group)
            severities.append(findings[index].severity)
            subjects.append(findings[index].subjects)
            occasions.append(findings[index].occasions)
            for occasion in findings[index].occasions { findingsByOccasion[occasion, default: []].append(index) }
        }
    }

    private mutating func group(of slug: String) -> Int {
        if let known = groupBySlug[slug] { return known }
        groupBySlug[slug] = groups.count
        groups.append(Group(causes: []))
        return groups.count - 1
    }

    private func causesFirst() -> [Int] {
        var places: [Int] = []
        places.reserveCapacity(causes.count)
        var isPlaced = [Bool](repeating: false, count: causes.count)
        for index in causes.indices {
            var chain: [Int] = []
            var next: Int? = index
            while let current = next, !isPlaced[current] {
                isPlaced[current] = true
                chain.append(current)
                next = causes[current]
            }
            places += chain.reversed()
        }
        return places
    }

    /// The first finding that explains another, by its rules in the order in which its own names them. Of many findings
    /// of one rule only the first and those of the same occasions are looked at.
    private func cause(of index: Int) -> Int? {
        func isCause(_ candidate: Int) -> Bool {
            candidate != index && explains(candidate, index) && !isExplained(candidate, by: index)
        }
        for group in groups[groupOfFinding[index]].causes {
            let candidates = groups[group].findings
            if let cause = candidates.prefix(Self.maximumCandidates).first(where: isCause) { return cause }
            if candidates.count <= Self.maximumCandidates { continue }
            let others = occasions[index].prefix(Self.maximumCandidates).compactMap { occasion in
                findingsByOccasion[occasion]?.prefix(Self.maximumCandidates)
                    .first { groupOfFinding[$0] == group && isCause($0) }
            }
            if let cause = others.min() { return cause }
        }
        return nil
    }

    /// Whether one finding is the cause of another, or of its cause, and so on: none explains its own cause.
    private func isExplained(_ index: Int, by other: Int) -> Bool {
        var next: Int? = index
        while let current = next, current != other { next = causes[current] }
        return next != nil
    }

    /// Whether both stand in one sign-on, or speak of the same subjects and contradict in none.
    private func explains(_ cause: Int, _ consequence: Int) -> Bool {
        // A cause that is only worth knowing explains no failure.
        if severities[cause] == .info, severities[consequence] != .info { return false }
        return Self.isAboutTheSame(subjects[cause], subjects[consequence])
            || Self.haveCommon(occasions[cause], occasions[consequence])
    }

    private static func isAboutTheSame(_ left: Subjects, _ right: Subjects) -> Bool {
        var shared = false
        func agree<Value: Equatable>(_ left: Value?, _ right: Value?) -> Bool {
            guard let left, let right else { return true }
            if left == right { shared = true }
            return left == right
        }
        func agree(_ left: NameID, _ right: NameID) -> Bool {
            agree(left.isPresent ? left : nil, right.isPresent ? right : nil)
        }
        return agree(left.user, right.user) && agree(left.service, right.service) && agree(left.account, right.account)
            && agree(left.connector, right.connector) && agree(left.backend?.address, right.backend?.address) && shared
    }

    /// Whether two rows of ascending numbers have one in common.
    private static func haveCommon(_ left: [UInt64], _ right: [UInt64]) -> Bool {
        var (l, r) = (0, 0)
        while l < left.count, r < right.count {
            if left[l] == right[r] { return true }
            if left[l] < right[r] { l += 1 } else { r += 1 }
        }
        return false
    }

    private static func precedes(_ left: Finding, _ right: Finding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.rule.stage != right.rule.stage { return left.rule.stage < right.rule.stage }
        // Which capture was named first must not matter.
        let moments = (left.firstMoment, right.firstMoment)
        if moments.0 != moments.1 { return moments.0 < moments.1 }
        let slugs = (left.source.slug, right.source.slug)
        if slugs.0 != slugs.1 { return slugs.0 < slugs.1 }
        if left.subjects != right.subjects { return left.subjects.order < right.subjects.order }
        return left.folded == nil && right.folded != nil
    }
}

extension Finding {
    fileprivate var firstMoment: FindingRecord.Moment {
        guard let first = evidence.first else { return FindingRecord.Moment(time: .max, frame: .max) }
        return FindingRecord.Moment(time: (first.time ?? firstTime)?.nanoseconds ?? .min, frame: first.frame.frame)
    }
}

extension Subjects {
    /// A number row by which subjects are put in order: ids are handed out in order of appearance.
    fileprivate var order: Order {
        Order(
            values: [user, service, account, realm, userRealm, serviceRealm, accountRealm].map { UInt64($0.rawValue) }
                + [connector, kdc, backend?.address].flatMap { [$0?.high ?? 0, $0?.low ?? 0] }
                + [UInt64(backend?.port ?? 0)])
    }

    fileprivate struct Order: Comparable {
        var values: [UInt64]
        static func < (left: Order, right: Order) -> Bool { left.values.lexicographicallyPrecedes(right.values) }
    }
}
