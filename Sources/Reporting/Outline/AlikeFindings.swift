import PacketModel
import Diagnosis
import Dissectors

/// Findings that are told as one: the same failure with the same causes, of many users, services or hosts.
struct AlikeFindings {
    /// The finding whose words are used: the one on which most stands, and of these the first; by index.
    let lead: Int
    /// All of them by index, in their order, the lead first.
    let members: [Int]
    /// How many findings they are, those that were folded included.
    let count: UInt64
    /// In what they differ; nil where no single part of the subjects tells each apart.
    let difference: Difference?
    /// The host from which all of them came, where it is one.
    let source: IPAddress?

    /// A part of the subjects that is another one in each.
    enum Difference: CaseIterable {
        case user, service, backend, kdc, account, connector

        /// What there are several of.
        var noun: String {
            switch self {
            case .user: "user"
            case .service: "service"
            case .backend: "backend"
            case .kdc: "domain controller"
            case .account: "account"
            case .connector: "host"
            }
        }

        /// The part itself.
        var subject: SubjectParts {
            switch self {
            case .user: .user
            case .service: .service
            case .backend: .backend
            case .kdc: .kdc
            case .account: .account
            case .connector: .connector
            }
        }

        /// Whether it is something that a host asks for.
        var isAskedFor: Bool { self == .user || self == .service || self == .account }
    }

    /// So many alike findings are still told one by one; and so many of one kind, where they are alike in groups only.
    static let maximumSeparate = 3
    private static let maximumGroups = 6

    /// Whether several are told as one.
    var isFolded: Bool { count > 1 }

    /// Puts findings into groups, each where its first one stands. `chosen` are indices in order.
    static func groups(_ chosen: [Int], in findings: [Finding], _ names: NameTable) -> [AlikeFindings] {
        var kinds: [Kind: [Int]] = [:]
        for index in chosen { kinds[Kind(findings[index]), default: []].append(index) }
        var groups: [AlikeFindings] = []
        for members in kinds.values {
            for part in parts(of: members, in: findings) { groups.append(AlikeFindings(part, findings, names)) }
        }
        return groups.sorted { $0.members.min() ?? 0 < $1.members.min() ?? 0 }
    }

    /// A finding that is told by itself.
    init(only index: Int) {
        (lead, members, count, difference, source) = (index, [index], 1, nil, nil)
    }

    private init(_ members: [Int], _ findings: [Finding], _ names: NameTable) {
        let lead =
            members.min { left, right in
                let (a, b) = (findings[left], findings[right])
                if (a.folded == nil) != (b.folded == nil) { return a.folded == nil }
                return a.standing != b.standing ? a.standing > b.standing : left < right
            } ?? members[0]
        self.lead = lead
        self.members = [lead] + members.filter { $0 != lead }
        count = members.reduce(0) { $0 &+ (findings[$1].folded?.count ?? 1) }
        difference =
            members.count == 1
            ? nil
            : Difference.allCases.first { part in
                guard findings[lead].keyedBy.contains(part.subject) else { return false }
                var seen: Set<String> = []
                return members.allSatisfy { index in
                    if let folded = findings[index].folded, folded.count > 1 {
                        return findings[index].severalSubjects.contains(part.subject)
                    }
                    return findings[index].text(of: part, names).map { seen.insert($0).inserted } ?? false
                }
            }
        let source = findings[lead].subjects.connector
        self.source = members.allSatisfy { findings[$0].subjects.connector == source } ? source : nil
    }

    /// What makes findings alike.
    private struct Kind: Hashable {
        var slug: String
        var severity: Severity
        var variant: String?
        var causes: [String]
        var consequenceOf: String?

        init(_ finding: Finding) {
            slug = finding.rule.slug.description
            severity = finding.severity
            variant = finding.variant?.description
            causes = finding.causes.map(\.description)
            consequenceOf = finding.consequenceOf?.description
        }
    }

    private struct Place: Hashable {
        var kdc: IPAddress?
        var backend: Endpoint?
    }

    /// The findings of one kind in the parts that are told: each by itself where they are few; by domain controller and
    /// backend
    /// where these are few; else all together.
    private static func parts(of members: [Int], in findings: [Finding]) -> [[Int]] {
        if members.count <= maximumSeparate, !members.contains(where: { findings[$0].folded != nil }) {
            return members.map { [$0] }
        }
        var byPlace: [Place: [Int]] = [:]
        func place(_ index: Int) -> Place {
            Place(kdc: findings[index].subjects.kdc, backend: findings[index].subjects.backend)
        }
        for index in members where findings[index].folded == nil { byPlace[place(index), default: []].append(index) }
        // What was folded goes where it belongs, else to the most.
        let most = byPlace.max {
            $0.value.count != $1.value.count ? $0.value.count < $1.value.count : $0.value[0] > $1.value[0]
        }?.key
        for index in members where findings[index].folded != nil {
            byPlace[byPlace[place(index)] == nil ? most ?? place(index) : place(index), default: []].append(index)
        }
        let told = byPlace.values.reduce(0) { $0 + ($1.count > maximumSeparate ? 1 : $1.count) }
        if told > maximumGroups { return [members] }
        return byPlace.values.flatMap { part in
            part.count > maximumSeparate || part.contains { findings[$0].folded != nil } ? [part] : part.map { [$0] }
        }
    }
}

extension Finding {
    /// The words for a part of its subjects.
    func text(of part: AlikeFindings.Difference, _ names: NameTable) -> String? {
        switch part {
        case .user: names.string(subjects.user)
        case .service: names.string(subjects.service)
        case .account: names.string(subjects.account)
        case .backend: subjects.backend?.text
        case .kdc: subjects.kdc?.description
        case .connector: subjects.connector?.description
        }
    }
}

extension Endpoint {
    /// `address:port`, an IPv6 address in brackets.
    var text: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
