import CaptureFile
import Diagnosis
import Dissectors
import Exchanges
import Testing

@Suite struct FindingTableTests {
    private static let page = RuleDocumentation(
        slug: "test", title: "t", stage: .delegationService, severity: .error, meaning: "m", evidence: "e", causes: [])

    /// Observations that overlap in every way: subjects in several spellings, shared frames, equal
    /// occasions, more evidence and flows than are kept.
    private static func observations(_ names: NameTable, count: Int = 120) -> [Observation] {
        var random = Generator(state: 7)
        return (0..<count).map { index in
            var subjects = Subjects()
            subjects.user = names.intern(["alice", "Alice", "bob", "carol"][Int(random.next() % 4)])
            subjects.service = names.intern(["http/web", "HTTP/Web", "http/other"][Int(random.next() % 3)])
            subjects.connector = IPAddress(v4: UInt32(0xC000_0200 + random.next() % 2))
            var evidence: [Evidence] = []
            for _ in 0..<(1 + random.next() % 4) {
                let frame = 1 + random.next() % 150
                evidence.append(Evidence(FrameReference(capture: 0, frame: frame),
                    CaptureTime(nanoseconds: Int64(frame) * 1000), "frame \(frame)"))
            }
            var observation = Observation(
                Severity.allCases[Int(random.next() % 3)], .medium, subjects: subjects, evidence: evidence)
            observation.details = [Detail("n", "\(index)")]
            observation.occasion = random.next() % 40
            observation.connections = [ConnectionKey(
                transport: .tcp, client: Endpoint(address: IPAddress(v4: 1), port: UInt16(random.next() % 100)),
                server: Endpoint(address: IPAddress(v4: 2), port: 88))]
            return observation
        }
    }

    private static func summary(_ table: FindingTable, _ names: NameTable) -> [String] {
        table.findings().map { finding in
            "\(finding.severity) \(finding.confidence) \(finding.count) \(finding.subjects) \(finding.severalSubjects.rawValue)"
                + " \(finding.evidence.map(\.frame.frame)) \(finding.omittedEvidence) \(finding.details)"
                + " \(finding.occasions) \(finding.users) \(finding.connections.count) \(finding.omittedConnections)"
                + " \(finding.firstTime?.nanoseconds ?? 0) \(finding.lastTime?.nanoseconds ?? 0)"
        }.sorted()
    }

    @Test func mergesInAnyOrderAndGrouping() {
        let names = NameTable()
        let context = RuleContext(names: names)
        let observations = Self.observations(names)
        var whole = FindingTable()
        for observation in observations { whole.add(observation, of: Self.page, keyedBy: [.service], context) }
        let expected = Self.summary(whole, names)
        #expect(expected.count == 2)
        var random = Generator(state: 99)
        for _ in 0..<60 {
            let parts = 1 + Int(random.next() % 7)
            var tables = [FindingTable](repeating: FindingTable(), count: parts)
            for observation in observations.shuffled(using: &random) {
                tables[Int(random.next() % UInt64(parts))].add(observation, of: Self.page, keyedBy: [.service], context)
            }
            while tables.count > 1 {
                tables.shuffle(using: &random)
                let last = tables.removeLast()
                tables[tables.count - 1].merge(last)
            }
            #expect(Self.summary(tables[0], names) == expected)
        }
    }

    @Test func countsEqualOccasionsOnce() {
        let names = NameTable()
        let context = RuleContext(names: names)
        var table = FindingTable()
        for occasion in [1, 2, 2, 3, 1] as [UInt64] {
            var observation = Observation(.error, .high, subjects: Subjects(), evidence: [])
            observation.occasion = occasion
            table.add(observation, of: Self.page, keyedBy: .all, context)
        }
        #expect(table.findings().map(\.count) == [3])
    }

    @Test func keepsTheUserOnlyWhereItIsOne() throws {
        let build = UnitBuilder()
        var units: [Unit] = []
        for user in ["alice", "bob", "ALICE"] {
            let exchange = build.exchange(.s4U2Proxy, .refused(13), evidenceFor: "conn$")
            units.append(.ticketRequest(build.request(.s4U2Proxy, user: user, [exchange])))
        }
        let findings = build.findings(units)
        let finding = try #require(findings.first)
        #expect(findings.count == 1)
        #expect(finding.count == 3)
        #expect(finding.users.count == 2)
        #expect(!finding.subjects.user.isPresent)
        #expect(finding.severalSubjects.contains(.user))
        let text = FindingText(finding, names: build.names)
        #expect(text.title == "The KDC refused to delegate 2 users to http/web.corp.example")
    }

    @Test func dropsTheLeastBadWhenFull() {
        let names = NameTable()
        let context = RuleContext(names: names)
        var table = FindingTable(maximumFindings: 8)
        for index in 0..<80 {
            var subjects = Subjects()
            subjects.user = names.intern("user\(index)")
            let severity: Severity = index % 10 == 9 ? .error : .info
            table.add(Observation(severity, .high, subjects: subjects, evidence: []), of: Self.page, keyedBy: .all, context)
        }
        #expect(table.count == 8)
        #expect(table.findings().allSatisfy { $0.severity == .error })
        #expect(table.dropped == 72)
    }

    /// Who makes room is the record that a look at every one would choose, whatever its severity and first
    /// frame have become since it was added: that look took two fifths of the time of a busy capture.
    @Test func makesRoomByTheLatestOfTheLeastBad() {
        struct Model: Equatable {
            var slug: String
            var severity: Severity
            var frame: UInt64
            var count: UInt64 = 1
        }
        let names = NameTable()
        let context = RuleContext(names: names)
        let pages = ["one", "two", "three"].map { (slug: StaticString) in
            RuleDocumentation(slug: slug, title: "t", stage: .capture, severity: .error, meaning: "m", evidence: "e", causes: [])
        }
        for seed in 1...12 as ClosedRange<UInt64> {
            var random = Generator(state: seed)
            var table = FindingTable(maximumFindings: 16)
            var model: [String: Model] = [:]
            var dropped: UInt64 = 0
            // Late runs of the same draw are worse ones, so that all three severities are given up.
            for draw in 0..<600 as Range<UInt64> {
                let page = pages[Int(random.next() % 3)]
                let user = random.next() % 60
                let severity = Severity.allCases[Int(min(2, random.next() % (2 + draw / 100)))]
                // Of one slug no two records share a frame: there any choice would do.
                let frame = 1 + (random.next() % 20) * 60 + user
                var subjects = Subjects()
                subjects.user = names.intern("user\(user)")
                table.add(Observation(severity, .high, subjects: subjects,
                                      evidence: [Evidence(FrameReference(capture: 0, frame: frame), nil, "x")]),
                          of: page, keyedBy: .all, context)
                let key = "\(page.slug) \(user)"
                if var known = model[key] {
                    known.severity = max(known.severity, severity)
                    known.frame = min(known.frame, frame)
                    known.count += 1
                    model[key] = known
                    continue
                }
                if model.count >= 16 {
                    let lowest = model.values.map(\.severity).min() ?? .error
                    let victim = model.filter { $0.value.severity == lowest }.max {
                        ($0.value.frame, $0.value.slug) < ($1.value.frame, $1.value.slug)
                    }
                    guard lowest < severity, let victim else {
                        dropped += 1
                        continue
                    }
                    dropped += victim.value.count
                    model[victim.key] = nil
                }
                model[key] = Model(slug: page.slug.description, severity: severity, frame: frame)
            }
            let expected = model.values.map { "\($0.slug) \($0.severity) \($0.frame) \($0.count)" }.sorted()
            let found = table.findings().map {
                "\($0.rule.slug) \($0.severity) \($0.evidence.first?.frame.frame ?? 0) \($0.count)"
            }.sorted()
            #expect(found == expected)
            #expect(table.dropped == dropped)
        }
    }

    /// A finding keeps a bounded number of everything, however often it occurs.
    @Test func boundsWhatItKeeps() throws {
        let names = NameTable()
        let context = RuleContext(names: names)
        var table = FindingTable()
        for index in 0..<10_000 as Range<UInt64> {
            var subjects = Subjects()
            subjects.user = names.intern("user\(index)")
            var observation = Observation(.error, .high, subjects: subjects,
                evidence: [Evidence(FrameReference(capture: 0, frame: index + 1), nil, "x")])
            observation.occasion = index
            observation.connections = [ConnectionKey(
                transport: .tcp, client: Endpoint(address: IPAddress(v4: UInt32(index)), port: 1),
                server: Endpoint(address: IPAddress(v4: 2), port: 88))]
            table.add(observation, of: Self.page, keyedBy: [.service], context)
        }
        let finding = try #require(table.findings().first)
        #expect(finding.count == 10_000)
        #expect(finding.evidence.map(\.frame.frame) == Array(1...24))
        #expect(finding.omittedEvidence == 9976)
        #expect(finding.users.count == 256)
        #expect(finding.omittedUsers)
        #expect(finding.connections.count == 64)
        #expect(DisplayFilter.text(of: finding).hasPrefix("frame.number in {1, 2, 3"))
    }
}

/// A small generator whose numbers are the same in every run.
struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        return mixed ^ (mixed >> 33)
    }
}
