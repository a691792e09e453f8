import ByteParsing
import Collections
import Testing

@Suite struct QuickHashTests {
    /// Words that differ in few bits, as addresses and numbers that count up do, fall on slots as if at random: of
    /// 4,096 words in as many slots a 1/e-th of the slots stays empty.
    @Test(arguments: [0, 8, 16, 32, 48])
    func wordsSpread(shift: UInt64) {
        var taken = Set<Int>()
        for word in 0..<4096 as Range<UInt64> { taken.insert(QuickHash.value(word << shift) & 4095) }
        #expect(taken.count > 2400, "seed \(QuickHash.processSeed)")
    }

    /// Every length up to several words, and every byte of each: all of them count.
    @Test func everyByteCounts() {
        var seen = Set<UInt64>()
        var count = 0
        for length in 0..<40 {
            let zeros = [UInt8](repeating: 0, count: length)
            seen.insert(QuickHash.value(zeros.rawBytes, seed: 7))
            count += 1
            for place in 0..<length where length > 3 || place == 0 || place == length - 1 || place == length / 2 {
                var bytes = zeros
                bytes[place] = 0x41
                seen.insert(QuickHash.value(bytes.rawBytes, seed: 7))
                count += 1
            }
        }
        #expect(seen.count == count)
    }

    @Test func seedsOfDifferentPurposesDiffer() {
        let seeds = [QuickHash.seed(0), QuickHash.seed(1), QuickHash.seed(1, 0), QuickHash.seed(1, 1)]
        #expect(Set(seeds).count == seeds.count && QuickHash.seed(1, 1) == seeds[3])
    }
}
