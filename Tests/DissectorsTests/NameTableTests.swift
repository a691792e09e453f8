import ByteParsing
@testable import Dissectors
import Testing

/// Names age, each among those of its rank; an id stands for one name only.
@Suite struct NameTableTests {
    static func asked(_ text: String, _ names: NameTable) -> NameID {
        let octets = Array(text.utf8)
        return names.intern(octets.rawBytes)
    }

    static func header(_ text: String, _ names: NameTable) -> NameID {
        let octets = Array(text.utf8)
        return names.internHeader(octets.rawBytes)
    }

    static func target(_ text: String, _ names: NameTable) -> NameID {
        var cleaner = AddressCleaner()
        let octets = Array(text.utf8)
        return names.internTarget(octets.rawBytes, &cleaner)
    }

    @Test func namesOfAnsweredRequestsAreNotPushedOutByWhatAnybodyCanSend() {
        let names = NameTable()
        let alice = Self.asked("alice", names), realm = Self.asked("CORP.EXAMPLE", names)
        names.keep(alice)
        names.keep(realm)
        for number in 0..<140_000 {
            _ = Self.asked("user\(number)", names)
            _ = Self.header("1.1 proxy\(number)", names)
        }
        let bob = Self.asked("bob", names)
        #expect(names.string(alice) == "alice" && names.string(realm) == "CORP.EXAMPLE" && names.string(bob) == "bob")
        #expect(Self.asked("alice", names) == alice && Self.header("alice", names) == alice)
        #expect(names.overflowCount == 0 && names.goneCount > 200_000 && names.count < 1 << 17)
    }

    @Test func headerFieldsDoNotPushOutWhatWasAsked() {
        let names = NameTable(maximumCount: 80)
        let asked = (0..<18).map { Self.asked("user\($0)", names) }
        for number in 0..<1000 { _ = Self.header("host\(number)", names) }
        #expect(asked.map { names.string($0) } == (0..<18).map { "user\($0)" })
    }

    @Test func whatIsUsedStays() {
        let names = NameTable(maximumCount: 800)
        let krbtgt = names.internKnown("krbtgt"), web = Self.asked("http/web", names),
            rare = Self.asked("http/rare", names)
        for number in 0..<20_000 {
            _ = Self.asked("user\(number)", names)
            if number % 50 == 0 { #expect(Self.asked("http/web", names) == web, "at \(number)") }
        }
        #expect(
            names.string(krbtgt) == "krbtgt" && names.string(web) == "http/web"
                && names.string(rare) == NameStorage.lostText)
        #expect(names.overflowCount == 1 && Self.asked("http/rare", names) != rare)
    }

    @Test func whatIsReportedIsHeld() {
        let names = NameTable(maximumCount: 800)
        let ids = (0..<100).map { number in
            let id = Self.asked("user\(number)", names)
            names.hold(id)
            return id
        }
        for number in 0..<20_000 { names.keep(Self.asked("other\(number)", names)) }
        #expect(ids.map { names.string($0) } == (0..<100).map { "user\($0)" })
    }

    /// What is remembered beside the table is forgotten with the names, whichever way those went.
    @Test func aRealmThatHasGoneIsMetAnew() {
        let names = NameTable(maximumCount: 80)
        let realm = Array("CORP.EXAMPLE".utf8)
        let id = names.realm(realm.rawBytes)
        names.keep(id)
        for number in 0..<200 {
            _ = Self.asked("user\(number)", names)
            _ = names.intern("user\(number)")
        }
        let again = names.realm(realm.rawBytes)
        #expect(names.string(id) == NameStorage.lostText && names.string(again) == "CORP.EXAMPLE")
    }

    /// Against a dictionary: what an id stood for it stands for, or for nothing any more.
    @Test(arguments: [(40, 1 << 20), (400, 3000), (3000, 1 << 20)]) func anIDStandsForOneName(count: Int, bytes: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let names = NameTable(maximumCount: count, maximumBytes: bytes)
        var texts: [NameID: String] = [:]
        var differences: [String] = []
        for step in 0..<20_000 {
            let number = Int.random(in: 0..<max(1, step / 4 + 10), using: &random)
            let text = number % 3 == 0 ? "name\(number % 40)" : "name number \(number)"
            let id: NameID
            switch Int.random(in: 0..<4, using: &random) {
            case 0: id = Self.header(text, names)
            case 1: id = names.intern(text)
            default: id = Self.asked(text, names)
            }
            if Int.random(in: 0..<8, using: &random) == 0 { names.hold(id) }
            if let known = texts[id], known != text { differences.append("\(known) and \(text) are one at \(step)") }
            if names.string(id) != text { differences.append("\(text) reads \(names.string(id) ?? "-") at \(step)") }
            texts[id] = text
            if names.count > count { differences.append("\(names.count) at \(step)") }
        }
        for (id, text) in texts where names.string(id) != text && names.string(id) != NameStorage.lostText {
            differences.append("\(text) has become \(names.string(id) ?? "-")")
        }
        #expect(differences.isEmpty, "seed \(seed): \(differences.prefix(5))")
    }

    @Test func aNameThatIsTooLongForTheTableIsNotKept() {
        let names = NameTable(maximumBytes: 80)
        #expect(
            Self.header("longer than ten bytes", names) == .overflow && names.string(.overflow) == NameStorage.lostText)
    }

    /// Targets are compared whole, whatever is shown of them.
    @Test func targetsThatDifferInWhatIsLeftOutDiffer() {
        let names = NameTable()
        let one = Self.target("/a?id=1", names), other = Self.target("/a?id=2", names), plain = Self.target("/a", names)
        #expect(one != other && one != plain && Self.target("/a?id=1", names) == one)
        #expect(
            names.string(one) == "/a?…(4 bytes)" && names.string(other) == "/a?…(4 bytes)"
                && names.string(plain) == "/a")
        // One that is written as another is shown is none of those.
        let written = Self.target("/a?…(4 bytes)", names)
        #expect(written != one && written != other)
        let long = String(repeating: "a/", count: 2000)
        #expect(Self.target(long + "1", names) != Self.target(long + "2", names))
    }

    @Test func wholeTargetsAreKeptWhereThatWasAsked() {
        let names = NameTable(keepsTargets: true)
        #expect(names.string(Self.target("/a?id=1", names)) == "/a?id=1")
        #expect(names.string(Self.target("http://user:PW@h/a?id=1", names)) == "http://…(7 bytes)@h/a?id=1")
    }

    @Test func namesOfPrincipalsHaveRoomForEveryID() {
        let last = NameID(rawValue: (1 << 27) - 1)
        let principal = Principal(nameType: 1, name: last, first: last, componentCount: 40)
        #expect(principal.first == last && principal.componentCount == 31)
    }
}
