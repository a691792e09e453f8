import PacketModel
import Dissectors

/// The order of findings, and which of them explains which.
enum FindingOrder {
    /// Candidates looked at for each finding, so that many findings cost no quadratic time.
    private static let maximumCandidates = 64

    /// Names each finding's cause and puts causes before their consequences, else by severity,
    /// stage, time of the first frame, slug and subjects.
    static func arrange(_ findings: [Finding]) -> [Finding] {
        var sorted = findings.sorted(by: precedes)
        var bySlug: [String: [Int]] = [:]
        var byOccasion: [UInt64: [Int]] = [:]
        for index in sorted.indices {
            bySlug[sorted[index].rule.slug.description, default: []].append(index)
            for occasion in sorted[index].occasions { byOccasion[occasion, default: []].append(index) }
        }
        var causes = [Int?](repeating: nil, count: sorted.count)
        for index in sorted.indices {
            causes[index] = cause(of: index, in: sorted, bySlug, byOccasion, causes)
            sorted[index].consequenceOf = causes[index].map { sorted[$0].rule.slug }
        }
        var out: [Finding] = []
        out.reserveCapacity(sorted.count)
        var emitted = [Bool](repeating: false, count: sorted.count)
        for index in sorted.indices {
            var chain: [Int] = []
            var next: Int? = index
            while let current = next, !emitted[current] {
                emitted[current] = true
                chain.append(current)
                next = causes[current]
            }
            for current in chain.reversed() { out.append(sorted[current]) }
        }
        return out
    }

    private static func cause(
        of index: Int, in findings: [Finding], _ bySlug: [String: [Int]],
        _ byOccasion: [UInt64: [Int]], _ causes: [Int?]
    ) -> Int? {
        let finding = findings[index]
        for slug in finding.rule.consequenceOf {
            for candidate in candidates(for: finding, slug.description, in: findings, bySlug, byOccasion)
            where candidate != index && explains(findings[candidate], finding) {
                // No finding explains its own cause.
                var walk: Int? = candidate
                while let step = walk, step != index { walk = causes[step] }
                if walk == nil { return candidate }
            }
        }
        return nil
    }

    /// Findings that may explain another: where they are very many, those of its own occasions and the first.
    private static func candidates(
        for finding: Finding, _ slug: String, in findings: [Finding], _ bySlug: [String: [Int]],
        _ byOccasion: [UInt64: [Int]]
    ) -> [Int] {
        let all = bySlug[slug] ?? []
        if all.count <= maximumCandidates { return all }
        var chosen = Set(all.prefix(maximumCandidates))
        for occasion in finding.occasions.prefix(maximumCandidates) {
            chosen.formUnion(
                (byOccasion[occasion] ?? []).prefix(maximumCandidates).filter {
                    findings[$0].rule.slug.description == slug
                })
        }
        return chosen.sorted()
    }

    /// Whether both stand in one sign-on, or speak of the same subjects and contradict in none.
    static func explains(_ cause: Finding, _ consequence: Finding) -> Bool {
        // A cause that is only worth knowing explains no failure.
        if cause.severity == .info, consequence.severity != .info { return false }
        if !Set(cause.occasions).isDisjoint(with: consequence.occasions) { return true }
        let a = cause.subjects
        let b = consequence.subjects
        var shared = false
        func agree<Value: Equatable>(_ left: Value?, _ right: Value?) -> Bool {
            guard let left, let right else { return true }
            if left == right { shared = true }
            return left == right
        }
        func agree(_ left: NameID, _ right: NameID) -> Bool {
            agree(left.isPresent ? left : nil, right.isPresent ? right : nil)
        }
        return agree(a.user, b.user) && agree(a.service, b.service) && agree(a.account, b.account)
            && agree(a.connector, b.connector) && agree(a.backend?.address, b.backend?.address) && shared
    }

    static func precedes(_ left: Finding, _ right: Finding) -> Bool {
        if left.severity != right.severity { return left.severity > right.severity }
        if left.rule.stage != right.rule.stage { return left.rule.stage < right.rule.stage }
        // Which capture was named first must not matter.
        let moments = (left.firstMoment, right.firstMoment)
        if moments.0 != moments.1 { return moments.0 < moments.1 }
        let slugs = (left.rule.slug.description, right.rule.slug.description)
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
