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
        for key in (0..<1500).reversed() { table.set(UInt64(key), key) }
        #expect(table.entries.map(\.key) == (500..<1500).reversed().map(UInt64.init))
        for key in 500..<1500 { #expect(table[UInt64(key)] == key) }
        #expect(table[499] == nil)
        #expect(!table.holds(0))
        table.set(1499, -1)
        #expect(table[1499] == -1)
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
        #expect([first, again, second, third] == [true, false, true, false])
        #expect(table.entries.map(\.value) == [10, 30])
    }
}
