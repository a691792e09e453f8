import ByteParsing
@testable import Dissectors
import Testing

/// Texts of which the newest are kept: an id stands for one text for ever, and what is held on to stays.
@Suite struct PassingNamesTests {
    /// The id of a text, asked for anew.
    static func intern(_ text: String, _ names: inout PassingNames) -> NameID {
        let octets = Array(text.utf8)
        return names.intern(octets.rawBytes)
    }

    /// 0 is where counting begins; the other one makes ids begin again on the way.
    @Test(arguments: [0, PassingNames.mark - 1000] as [UInt32]) func agreesWithWhatWasHandedOut(firstSerial: UInt32) {
        var names = PassingNames(maximumCount: 200, maximumBytes: 1 << 20, firstSerial: firstSerial)
        var random = SystemRandomNumberGenerator()
        var ids: [String: NameID] = [:]
        var texts: [NameID: String] = [:]
        var newest: [String] = []
        var differences: [String] = []
        for step in 0..<5000 {
            let isRepeated = step > 0 && UInt8.random(in: 0..<4, using: &random) == 0
            let text = isRepeated ? newest[Int.random(in: 0..<newest.count, using: &random)] : "/page/\(step)"
            let id = Self.intern(text, &names)
            // One of the hundred newest is there, so it has the id that it had.
            if isRepeated, ids[text] != id { differences.append("\(text) has another id at \(step)") }
            if let other = texts[id], other != text { differences.append("\(text) has the id of \(other)") }
            if !PassingNames.holds(id) { differences.append("\(text) has an id of other names") }
            ids[text] = id
            texts[id] = text
            if !isRepeated {
                newest.append(text)
                if newest.count > 100 { newest.removeFirst() }
            }
            for text in [newest[0], newest[newest.count / 2], newest[newest.count - 1]] {
                if let id = ids[text], names.string(id) != text { differences.append("\(text) reads otherwise") }
            }
            if names.count > 200 { differences.append("\(names.count) are kept") }
        }
        let lost = names.lostCount
        #expect(differences.isEmpty, "\(differences.prefix(5))")
        #expect(texts.count > 3000 && lost == 0)
    }

    @Test func whatHasGoneIsToldAndCounted() {
        var names = PassingNames(maximumCount: 20, maximumBytes: 1 << 20)
        let first = Self.intern("/first", &names)
        let held = Self.intern("/held", &names)
        names.hold(held)
        for number in 0..<100 { _ = Self.intern("/\(number)", &names) }
        let again = Self.intern("/first", &names)
        let (gone, kept, lost) = (names.string(first), names.string(held), names.lostCount)
        let (begins, isGone) = (names.begins(again, "/FIR", mayGoOn: true), !names.begins(first, "/fir", mayGoOn: true))
        let (ends, doesNotEnd) = (names.hasSuffix(again, UInt8(ascii: "t")), !names.hasSuffix(first, UInt8(ascii: "t")))
        #expect(gone == NameStorage.lostText && kept == "/held" && lost == 1)
        #expect(again != first && begins && isGone && ends && doesNotEnd)
    }

    @Test func roomIsBoundedByOctets() {
        var names = PassingNames(maximumCount: 1 << 16, maximumBytes: 10_000)
        for number in 0..<1000 { _ = Self.intern("/\(number)" + String(repeating: "x", count: 95), &names) }
        let (count, empty) = (names.count, Self.intern("", &names))
        #expect(count <= 100 && count >= 50 && empty == .empty)
        // One that no generation has room for, though nothing else is kept.
        var tight = PassingNames(maximumCount: 8, maximumBytes: 10)
        let (none, lost) = (Self.intern("/longer than that", &tight), tight.lostCount)
        #expect(none == .overflow && lost == 1)
    }

    @Test func holdingOnIsBounded() {
        var names = PassingNames(maximumCount: 4, maximumBytes: 1 << 20)
        var ids: [NameID] = []
        for number in 0..<PassingNames.maximumHeld + 10 {
            let id = Self.intern("/\(number)", &names)
            // What is named again takes no more room.
            names.hold(id)
            names.hold(id)
            ids.append(id)
        }
        let last = PassingNames.maximumHeld - 1
        let (first, kept, gone) = (names.string(ids[0]), names.string(ids[last]), names.string(ids[last + 1]))
        #expect(first == "/0" && kept == "/\(last)" && gone == NameStorage.lostText)
    }
}
