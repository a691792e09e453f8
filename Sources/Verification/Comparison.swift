import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Pipeline

/// What an analysis showed, in the terms of an expectation.
extension Expectation {
    /// Everything that an analysis showed.
    public init(of result: AnalysisResult) {
        self.init()
        first = Self.first(of: result).map { .oneOf([$0]) } ?? .none
        findings = result.findings.map { finding in
            ExpectedFinding(
                id: finding.rule.slug.description, severity: finding.severity.name,
                frames: finding.evidence.map(\.frame.frame), count: finding.count)
        }
        signOns = result.signOns.sorted { $0.id < $1.id }.map { signOn in
            ExpectedSignOn(
                user: Self.user(of: signOn, result.names), service: result.names.string(signOn.service.name),
                outcome: signOn.outcome.name)
        }
        for module in result.protocols.counted(in: result.messages) {
            messages[module.name] = result.messages[module.id]
        }
    }

    static func first(of result: AnalysisResult) -> String? {
        result.findings.first { $0.severity >= .warning }?.rule.slug.description
    }

    static func user(of signOn: SignOn, _ names: NameTable) -> String? {
        guard let user = names.string(signOn.user.name) else { return nil }
        guard let realm = names.string(signOn.userRealm), !realm.isEmpty else { return user }
        return "\(user)@\(realm)"
    }

    /// How an analysis differs from what is expected: a line each, none where it does not.
    public func differences(from result: AnalysisResult) -> [String] {
        var lines: [String] = []
        let seen = Expectation(of: result)
        let first = Self.first(of: result)
        switch self.first {
        case .unspecified: break
        case .none:
            if let first { lines.append("expected a healthy capture, but the first finding is \(first)") }
        case .oneOf(let slugs):
            if first.map({ !slugs.contains($0) }) ?? true {
                lines.append(
                    """
                    expected \(slugs.joined(separator: " or ")) first, but it is \
                    \(first ?? "none: the capture seems healthy")
                    """
                )
            }
        }
        for finding in findings { lines += Self.differences(of: finding, seen.findings) }
        for slug in absent {
            if let found = seen.findings.first(where: { $0.id == slug }) {
                lines.append(
                    """
                    expected no \(slug), but it is there as \(found.severity ?? "a finding") at \
                    \(Self.list(found.frames))
                    """
                )
            }
        }
        for signOn in signOns where !seen.signOns.contains(where: { signOn.matches($0) }) {
            let others = seen.signOns.filter { $0.user == signOn.user || $0.service == signOn.service }
            let instead = (others.isEmpty ? seen.signOns : others).map(\.words).joined(separator: "; ")
            lines.append("expected a sign-on: \(signOn.words); found \(instead.isEmpty ? "none" : instead)")
        }
        for (name, count) in messages.sorted(by: { $0.key < $1.key }) where seen.messages[name] != count {
            lines.append("expected \(count) \(name) messages, found \(seen.messages[name] ?? 0)")
        }
        return lines
    }

    private static func differences(of expected: ExpectedFinding, _ found: [ExpectedFinding]) -> [String] {
        let candidates = found.filter { $0.id == expected.id }
        guard !candidates.isEmpty else { return ["expected \(expected.id), which is not there"] }
        // Several findings may share a slug: one of them must fit whole.
        var nearest: [String]?
        for candidate in candidates {
            var lines: [String] = []
            if let severity = expected.severity, severity != candidate.severity {
                lines.append("expected \(expected.id) as \(severity), but it is \(candidate.severity ?? "another")")
            }
            let missing = expected.frames.filter { !candidate.frames.contains($0) }
            if !missing.isEmpty {
                lines.append(
                    "expected \(expected.id) to rest on \(list(missing)), but it rests on \(list(candidate.frames))")
            }
            if let count = expected.count, count != candidate.count {
                lines.append("expected \(expected.id) \(count) times, but it is there \(candidate.count ?? 0) times")
            }
            if lines.isEmpty { return [] }
            if nearest.map({ lines.count < $0.count }) ?? true { nearest = lines }
        }
        return nearest ?? []
    }

    private static func list(_ frames: [UInt64]) -> String {
        (frames.count == 1 ? "frame " : "frames ") + frames.map { "\($0)" }.joined(separator: ", ")
    }
}

extension Expectation.ExpectedSignOn {
    /// Whether a sign-on is the one that is meant.
    func matches(_ other: Self) -> Bool {
        (user == nil || user == other.user) && (service == nil || service == other.service)
            && (outcome == nil || outcome == other.outcome)
    }

    /// The sign-on in words.
    var words: String {
        [user, service.map { "to \($0)" }, outcome].compactMap { $0 }.joined(separator: " ")
    }
}
