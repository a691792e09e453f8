import PacketModel
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
                evidence.append(
                    Evidence(
                        FrameReference(capture: 0, frame: frame),
                        CaptureTime(nanoseconds: Int64(frame) * 1000), "frame \(frame)"))
            }
            var observation = Observation(
                Severity.allCases[Int(random.next() % 3)], .medium, subjects: subjects, evidence: evidence)
            observation.details = [Detail("n", "\(index)")]
            observation.occasion = random.next() % 40
            observation.connections = [
                ConnectionKey(
                    transport: .tcp, client: Endpoint(address: IPAddress(v4: 1), port: UInt16(random.next() % 100)),
                    server: Endpoint(address: IPAddress(v4: 2), port: 88))
            ]
            return observation
        }
    }

    private static func summary(_ table: FindingTable, _ names: NameTable) -> [String] {
        table.findings(names).map { finding in
            """
            \(finding.severity) \(finding.confidence) \(finding.count) \(finding.subjects) \
            \(finding.severalSubjects.rawValue)
            """
                + " \(finding.evidence.map(\.frame.frame)) \(finding.omittedEvidence) \(finding.details)"
                + " \(finding.occasions) \(finding.users) \(finding.connections.count) \(finding.omittedConnections)"
                + " \(finding.firstTime?.nanoseconds ?? 0) \(finding.lastTime?.nanoseconds ?? 0)"
        }.sorted()
    }

    @Test func theOrderOfOccasionsDoesNotMatter() {
        let names = NameTable()
        let context = RuleContext(names: names)
        let observations = Self.observations(names)
        var whole = FindingTable()
        for observation in observations { whole.add(observation, of: Self.page, keyedBy: [.service], context) }
        let expected = Self.summary(whole, names)
        #expect(expected.count == 2)
        var random = Generator(state: 99)
        for _ in 0..<60 {
            var table = FindingTable()
            for observation in observations.shuffled(using: &random) {
                table.add(observation, of: Self.page, keyedBy: [.service], context)
            }
            #expect(Self.summary(table, names) == expected)
        }
    }

    /// Which capture was named first says nothing: what was first is what was first in time.
    @Test func theOrderOfCapturesDoesNotMatter() {
        let names = NameTable()
        let context = RuleContext(names: names)
        func finding(capturesSwapped: Bool) -> Finding? {
            var table = FindingTable()
            for (place, time) in [30, 10, 20, 40].enumerated() {
                let capture = UInt16(place % 2 == 0 ? 0 : 1)
                let frame = FrameReference(capture: capturesSwapped ? 1 - capture : capture, frame: UInt64(100 - place))
                var observation = Observation(
                    .error, .high, subjects: Subjects(),
                    evidence: [
                        Evidence(frame, CaptureTime(nanoseconds: Int64(time)), "first"), Evidence(frame, nil, "again"),
                    ])
                observation.details = [Detail("time", "\(time)")]
                table.add(observation, of: Self.page, keyedBy: [], context)
            }
            return table.findings(names).first
        }
        let (one, other) = (finding(capturesSwapped: false), finding(capturesSwapped: true))
        #expect(one?.details == [Detail("time", "10")])
        #expect(one?.details == other?.details)
        #expect(one?.evidence.map(\.frame.frame) == [99, 99, 98, 98, 100, 100, 97, 97])
        #expect(one?.evidence.map(\.frame.frame) == other?.evidence.map(\.frame.frame))
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
        #expect(table.findings(names).map(\.count) == [3])
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

    /// A finding keeps a bounded number of everything, however often it occurs.
    @Test func boundsWhatItKeeps() throws {
        let names = NameTable()
        let context = RuleContext(names: names)
        var table = FindingTable()
        for index in 0..<10_000 as Range<UInt64> {
            var subjects = Subjects()
            subjects.user = names.intern("user\(index)")
            var observation = Observation(
                .error, .high, subjects: subjects,
                evidence: [Evidence(FrameReference(capture: 0, frame: index + 1), nil, "x")])
            observation.occasion = index
            observation.connections = [
                ConnectionKey(
                    transport: .tcp, client: Endpoint(address: IPAddress(v4: UInt32(index)), port: 1),
                    server: Endpoint(address: IPAddress(v4: 2), port: 88))
            ]
            table.add(observation, of: Self.page, keyedBy: [.service], context)
        }
        let finding = try #require(table.findings(names).first)
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
