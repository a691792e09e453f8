import PacketModel
import Testing
@testable import Reporting

/// Quantities and codes in words.
@Suite struct WordingTests {
    @Test(arguments: [
        (0, "0 ms"), (999_999_999, "999 ms"), (-250_000_000, "-250 ms"), (1_250_000_000, "1.2 s"),
        (3_000_000_000, "3 s"), (89_900_000_000, "1 min 29 s"), (7_200_000_000_000, "2 h"),
        (-90_061_000_000_000, "-1 d 1 h"),
        (Int64.min, "-106751 d 23 h"),
    ])
    func durationsHaveTheUnitsThatMatter(_ nanoseconds: Int64, _ words: String) {
        #expect(DurationText.text(nanoseconds: nanoseconds) == words)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (UInt64.max, "18,446,744,073,709,551,615"),
    ])
    func largeNumbersAreGrouped(_ number: UInt64, _ words: String) { #expect(Wording.grouped(number) == words) }

    @Test func codesHaveNames() {
        #expect(Wording.error(13) == "KDC_ERR_BADOPTION (13)")
        #expect(Wording.error(-7) == "error -7")
        #expect(Wording.status(0xC000_0225) == "STATUS_NOT_FOUND")
        #expect(Wording.status(0xC0DE) == "0xc0de")
    }

    @Test(arguments: [
        (0, 0, ""), (6, 0, "1 2 3 4 5 6"), (6, 2, "1 2 3 4 5 6 and 2 more"), (9, 2, "1 2 3 4 5 6 and 5 more"),
    ])
    func ofManyTheFirstAreListed(_ count: Int, _ omitted: UInt64, _ words: String) {
        let list = Wording.firsts(Array(0..<count), omitted: omitted) { "\($0 + 1)" }
        #expect(list.replacing(",", with: "") == words)
    }
}
