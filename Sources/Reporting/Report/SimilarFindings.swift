import PacketModel
import Diagnosis
import Dissectors

/// Findings that are shown as one, by their numbers: the same failure with the same causes, of many users, services or
/// hosts.
struct SimilarFindings {
    /// The finding whose words are used: the best supported one, and of these the first.
    let lead: Int
    /// All of them in their order, the lead first.
    let members: [Int]
    /// How many findings they are, those that were folded included.
    let count: UInt64
    /// In what they differ; nil where no single part of the subjects is another one in each.
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

    /// So many similar findings are still shown one by one; and so many groups, where one kind falls into several.
    private static let maximumSeparate = 3
    private static let maximumGroups = 6

    /// Puts findings into groups, in the order of their first members. `chosen` are indices in order.
    static func groups(_ chosen: [Int], in findings: [Finding], _ names: NameTable) -> [SimilarFindings] {
        var kinds: [Kind: [Int]] = [:]
        for index in chosen { kinds[Kind(findings[index]), default: []].append(index) }
        var groups: [SimilarFindings] = []
        for members in kinds.values {
            for part in parts(of: members, in: findings) { groups.append(SimilarFindings(part, findings, names)) }
        }
        return groups.sorted { $0.members.min() ?? 0 < $1.members.min() ?? 0 }
    }

    /// A finding that is shown by itself.
    init(only index: Int) {
        (lead, members, count, difference, source) = (index, [index], 1, nil, nil)
    }

    /// What is wrong with all of them: the lead's title, and how many more there are.
    func title(in findings: [Finding], _ names: NameTable) -> String {
        title(FindingText(findings[lead], names: names).title)
    }

    /// The same where the lead's title is known.
    func title(_ title: String) -> String {
        if count <= 1 { return title }
        if members.count == 1 { return "\(title) (\(Wording.grouped(count)) findings in one)" }
        guard let difference else { return "\(title) (and \(Wording.grouped(count - 1)) more like it)" }
        let noun = difference.noun + (count == 2 ? "" : "s")
        let asked = difference.isAskedFor ? source.map { " that \($0) asked for" } ?? "" : ""
        return "\(title) (and \(Wording.grouped(count - 1)) more \(noun)\(asked))"
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

    /// What makes findings similar.
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

    /// Where a failure was seen.
    private struct Server: Hashable {
        var kdc: IPAddress?
        var backend: Endpoint?
    }

    /// The findings of one kind in the parts that are shown: each by itself where they are few; by domain controller
    /// and backend where these are few; else all together.
    private static func parts(of members: [Int], in findings: [Finding]) -> [[Int]] {
        if members.count <= maximumSeparate, !members.contains(where: { findings[$0].folded != nil }) {
            return members.map { [$0] }
        }
        var byServer: [Server: [Int]] = [:]
        func server(_ index: Int) -> Server {
            Server(kdc: findings[index].subjects.kdc, backend: findings[index].subjects.backend)
        }
        for index in members where findings[index].folded == nil { byServer[server(index), default: []].append(index) }
        // Folded findings go to the others of their server; where there are none, to the server that has the most.
        let most = byServer.max {
            $0.value.count != $1.value.count ? $0.value.count < $1.value.count : $0.value[0] > $1.value[0]
        }?.key
        for index in members where findings[index].folded != nil {
            byServer[byServer[server(index)] == nil ? most ?? server(index) : server(index), default: []].append(index)
        }
        let shown = byServer.values.reduce(0) { $0 + ($1.count > maximumSeparate ? 1 : $1.count) }
        if shown > maximumGroups { return [members] }
        return byServer.values.flatMap { part in
            part.count > maximumSeparate || part.contains { findings[$0].folded != nil } ? [part] : part.map { [$0] }
        }
    }
}

extension Finding {
    /// The words for a part of its subjects.
    func text(of part: SimilarFindings.Difference, _ names: NameTable) -> String? {
        switch part {
        case .user: names.string(subjects.user)
        case .service: names.string(subjects.service)
        case .account: names.string(subjects.account)
        case .backend: subjects.backend?.description
        case .kdc: subjects.kdc?.description
        case .connector: subjects.connector?.description
        }
    }
}
