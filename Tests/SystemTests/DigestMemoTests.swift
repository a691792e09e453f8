import ByteParsing
import Digests
import Testing

/// What the memo answers is always the digest; only how it comes by it differs.
@Suite struct DigestMemoTests {
    private static func octets(_ length: Int, seed: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ seed) &* 2_654_435_761 >> 7) }
    }

    @Test func everyLengthTwice() {
        var memo = DigestMemo()
        for length in [0, 1, 63, 64, 65, 1000, 16_384, 16_385, 40_000] {
            let octets = Self.octets(length, seed: length)
            let expected = Digests.sha256First128(octets.rawBytes)
            let first = memo.sha256First128(octets.rawBytes)
            let again = memo.sha256First128(octets.rawBytes)
            #expect(first == expected, "\(length)")
            #expect(again == expected, "\(length)")
        }
        // 64, 65, 1000 and 16 384 are remembered; the rest is too short or too long.
        let (computed, remembered) = (memo.computedCount, memo.rememberedCount)
        #expect(computed == 14)
        #expect(remembered == 4)
    }

    /// Octets that differ only in the middle fall on the same place and must not be taken for each other.
    @Test func sameEndsAreNotTheSame() {
        var memo = DigestMemo(entryCount: 1)
        var one = Self.octets(200, seed: 1)
        for round in 0..<50 {
            one[100] = UInt8(round)
            let expected = Digests.sha256First128(one.rawBytes)
            let found = memo.sha256First128(one.rawBytes)
            #expect(found == expected, "\(round)")
        }
        let remembered = memo.rememberedCount
        #expect(remembered == 0)
    }

    /// Through many generations of a small memo, old and new octets in turn.
    @Test func generationsPass() {
        var memo = DigestMemo(generationBytes: 1000, entryCount: 8)
        for round in 0..<400 {
            for seed in [round, round - 1, round - 3] {
                let octets = Self.octets(150 + (seed & 63), seed: seed)
                let expected = Digests.sha256First128(octets.rawBytes)
                let found = memo.sha256First128(octets.rawBytes)
                #expect(found == expected, "\(round) \(seed)")
            }
        }
        let (computed, remembered) = (memo.computedCount, memo.rememberedCount)
        #expect(computed + remembered == 1200)
        #expect(remembered > 0)
    }
}
