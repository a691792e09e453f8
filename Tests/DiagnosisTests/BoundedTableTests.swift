import ByteParsing
@testable import Diagnosis
import Testing

/// What rules remember.
struct BoundedTableTests {
    /// Keys that all begin their search in one place.
    private struct Crowded: QuicklyHashed {
        var number: Int
        var hashWord: UInt64 { UInt64(number % 3) }
    }

    @Test func keepsWhatFitsInTheOrderOfItsComing() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 1000)
        #expect(table.isEmpty)
        #expect(table[7] == nil)
        for key in (500..<1500).reversed() { table.set(UInt64(key), key) }
        #expect(table.entries.map(\.key) == (500..<1500).reversed().map(UInt64.init))
        for key in 500..<1500 { #expect(table[UInt64(key)] == key) }
        #expect(table[499] == nil)
        #expect(!table.holds(0))
        table.set(1499, -1)
        #expect(table[1499] == -1)
    }

    /// A run lasts for months: what was written again stays, what was not makes room for what is new.
    @Test func whatWasNotWrittenAgainMakesRoom() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 4)
        for key in 1...4 { table.set(UInt64(key), key) }
        table.update(2, initial: 0) { $0 += 10 }
        for key in 5...7 { table.set(UInt64(key), key) }
        #expect(table.entries.map(\.key) == [2, 5, 6, 7])
        #expect(table[2] == 12)
        #expect(table[1] == nil && table[3] == nil && table[4] == nil)
        table.set(8, 8)
        #expect(table.entries.map(\.key) == [5, 6, 7, 8] || table.entries.map(\.key) == [2, 6, 7, 8])
    }

    /// Keys come and go as in a table that is looked at from end to end.
    @Test(arguments: 1...8)
    func agreesWithAPlainList(_ seed: UInt64) {
        var random = Generator(state: seed)
        var table = BoundedTable<Crowded, Int>(maximumCount: 12)
        var plain: [(key: Int, value: Int, isKept: Bool)] = []
        var order: [Int] = []
        var hand = 0
        for draw in 0..<2000 {
            let key = Int(random.next() % 30)
            table.set(Crowded(number: key), draw)
            if let place = plain.firstIndex(where: { $0.key == key }) {
                (plain[place].value, plain[place].isKept) = (draw, true)
            } else if plain.count < 12 {
                plain.append((key, draw, false))
                order.append(key)
            } else {
                while plain[hand].isKept {
                    plain[hand].isKept = false
                    hand = (hand + 1) % 12
                }
                order.removeAll { $0 == plain[hand].key }
                order.append(key)
                plain[hand] = (key, draw, false)
                hand = (hand + 1) % 12
            }
            #expect(table.entries.map(\.key.number) == order, "seed \(seed), draw \(draw)")
            for number in 0..<30 where table[Crowded(number: number)] != plain.first(where: { $0.key == number })?.value {
                Issue.record("seed \(seed), draw \(draw), key \(number)")
                return
            }
        }
    }

    @Test func tellsKeysApartThatHashAlike() {
        var table = BoundedTable<Crowded, Int>(maximumCount: 100)
        for number in 0..<50 { table.update(Crowded(number: number), initial: 0) { $0 += number } }
        for number in 0..<50 { table.update(Crowded(number: number), initial: 0) { $0 += 1 } }
        for number in 0..<50 { #expect(table[Crowded(number: number)] == number + 1) }
        #expect(table[Crowded(number: 50)] == nil)
    }

    @Test func addsOnce() {
        var table = BoundedTable<UInt64, Int>(maximumCount: 2)
        let first = table.addOnce(1, 10), again = table.addOnce(1, 20), second = table.addOnce(2, 30), third = table.addOnce(3, 40)
        #expect([first, again, second, third] == [true, false, true, true])
        #expect(table.entries.map(\.value) == [10, 40])
    }
}
