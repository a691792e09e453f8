import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Testing

/// Where not all findings can be kept, a crowd of them silences nobody: not another kind, not another host, not what
/// stands on more.
@Suite struct CrowdTests {
    private static let pages = ["first", "second", "third"].map { (slug: StaticString) in
        RuleDocumentation(
            slug: slug, title: "t", stage: .delegationService, severity: .error, meaning: "m", evidence: "e", causes: []
        )
    }
    private static let attacker = IPAddress("203.0.113.7")!
    private static let connector = IPAddress("192.0.2.20")!
    private static let day: Int64 = 86_400_000_000_000

    /// Fills a table by hand.
    private final class Filling {
        let names = NameTable()
        let context: RuleContext
        var table: FindingTable
        var frame: UInt64 = 0

        init(_ bounds: FindingBounds) {
            context = RuleContext(names: names)
            table = FindingTable(bounds: bounds)
        }

        func add(
            _ user: String, from source: IPAddress? = attacker, rule: Int = 0, _ severity: Severity = .error,
            _ standing: Standing = .answered, at time: Int64 = 0
        ) {
            frame += 1
            var subjects = Subjects()
            subjects.user = names.intern(user)
            subjects.connector = source
            table.add(
                Observation(
                    severity, .high, subjects: subjects,
                    evidence: [
                        Evidence(
                            FrameReference(capture: 0, frame: frame), CaptureTime(nanoseconds: time + Int64(frame)), "x"
                        )
                    ]), of: pages[rule], keyedBy: [.user, .connector], context, standing: standing)
        }

        /// The users of the findings of a rule that have a record of their own.
        func users(rule: Int = 0) -> [String] {
            table.findings(names).filter {
                $0.folded == nil && $0.rule.slug.description == pages[rule].slug.description
            }
            .compactMap { names.string($0.subjects.user) }
        }
    }

    private static func bounds(_ total: Int, _ perRule: Int, _ perSource: Int) -> FindingBounds {
        FindingBounds(total: total, perRule: perRule, perSource: perSource)
    }

    @Test func aNewKindAlwaysFindsRoom() {
        let filling = Filling(Self.bounds(8, 8, 8))
        for index in 0..<1000 { filling.add("user\(index)") }
        filling.add("alice", rule: 1, .warning)
        #expect(filling.users(rule: 1) == ["alice"])
        #expect(filling.table.count == 8)
    }

    @Test func anotherSourceAlwaysFindsRoom() {
        let filling = Filling(Self.bounds(100, 8, 8))
        for index in 0..<1000 { filling.add("user\(index)") }
        filling.add("alice", from: Self.connector)
        #expect(filling.users().contains("alice"))
        #expect(filling.table.count == 8)
    }

    /// Sources that are made up for each packet fill a rule; what was answered and proven still finds room.
    @Test(arguments: [Standing.answered, .proven])
    func whatStandsOnMoreFindsRoom(_ standing: Standing) {
        let filling = Filling(Self.bounds(100, 8, 8))
        for index in 0..<1000 { filling.add("user\(index)", from: IPAddress(v4: UInt32(index)), .error, .claimed) }
        filling.add("alice", from: Self.connector, .error, standing)
        #expect(filling.users().contains("alice"))
        for index in 0..<1000 {
            filling.add("later\(index)", from: IPAddress(v4: UInt32(5000 + index)), .error, .claimed)
        }
        #expect(filling.users().contains("alice"))
        #expect(filling.users().contains("user0"))
    }

    @Test func theWorseFindsRoom() {
        let filling = Filling(Self.bounds(100, 8, 8))
        for index in 0..<80 { filling.add("user\(index)", index % 10 == 9 ? .error : .info) }
        #expect(filling.users().sorted() == (0..<8).map { "user\($0 * 10 + 9)" }.sorted())
    }

    @Test func whatHappensOftenStays() {
        let filling = Filling(Self.bounds(100, 8, 8))
        for _ in 0..<5 { filling.add("often") }
        for index in 0..<100 { filling.add("user\(index)") }
        #expect(filling.users().contains("often"))
        #expect(filling.users().contains("user0"))
    }

    /// A run may last for months: what was long ago makes room for what is now.
    @Test func oldOnesGoFirst() {
        let filling = Filling(Self.bounds(100, 8, 8))
        for index in 0..<8 { filling.add("old\(index)") }
        for index in 0..<3 { filling.add("new\(index)", at: 2 * Self.day) }
        #expect(filling.users().sorted() == ["new0", "new1", "new2", "old0", "old1", "old2", "old3", "old4"])
    }

    /// Nothing is lost without a count: of the rule, of the source, of the occasions.
    @Test func whatIsFoldedIsCounted() throws {
        let filling = Filling(Self.bounds(100, 8, 4))
        for round in 0..<3 {
            for index in 0..<1004 { filling.add("user\(index)", .error, .answered, at: Int64(round)) }
        }
        let fold = try #require(filling.table.findings(filling.names).first { $0.folded != nil })
        #expect(fold.folded?.count == 1000)
        #expect(fold.count == 3000)
        #expect(fold.subjects.connector == Self.attacker)
        #expect(fold.severalSubjects.contains(.user))
        #expect(fold.evidence.first?.frame.frame == 5)
        #expect(filling.table.folds == [RuleFold(slug: "first", findings: 1000, occasions: 3000)])
        #expect(filling.table.findings(filling.names).reduce(0) { $0 + $1.count } == 3012)
    }

    /// Whatever comes: no bound is passed, no occasion is lost, and the same again gives the same.
    @Test(arguments: 1...12)
    func theBoundsHold(_ seed: Int) {
        func run() -> [String] {
            var random = Generator(state: UInt64(seed))
            let filling = Filling(Self.bounds(24, 12, 5))
            for draw in 0..<3000 {
                let source = random.next() % 3 == 0 ? UInt32(random.next() % 4) : UInt32(random.next() % 2000)
                filling.add(
                    "user\(random.next() % 400)", from: IPAddress(v4: source), rule: Int(random.next() % 3),
                    Severity.allCases[Int(random.next() % 3)], Standing.allCases[Int(random.next() % 3)],
                    at: Int64(draw) * 300_000_000_000)
                if filling.table.count > 24 { return ["more than the bound, seed \(seed)"] }
            }
            let findings = filling.table.findings(filling.names)
            #expect(findings.reduce(0) { $0 + $1.count } == 3000, "seed \(seed)")
            for page in Self.pages {
                let own = findings.filter { $0.rule.slug.description == page.slug.description && $0.folded == nil }
                #expect(!own.isEmpty && own.count <= 12, "seed \(seed)")
                let sources = Dictionary(grouping: own) { $0.subjects.connector }
                #expect(sources.values.allSatisfy { $0.count <= 5 }, "seed \(seed)")
                let folds = findings.filter { $0.rule.slug.description == page.slug.description && $0.folded != nil }
                #expect(folds.count <= FindingBounds.foldedSources + 1, "seed \(seed)")
            }
            return findings.map {
                "\($0.rule.slug) \($0.severity) \($0.standing) \($0.count) \($0.evidence.map(\.frame.frame))"
            }.sorted()
        }
        let first = run()
        #expect(first.count > 12)
        #expect(run() == first, "seed \(seed)")
    }
}
