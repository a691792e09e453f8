import ByteParsing
import Testing

/// What several owners share is never altered under them, and what waits as a difference comes back as it was.
@Suite struct CopyOnWriteBoxTests {
    @Test func whoChangesASharedValueGetsOneOfTheirOwn() {
        var one = CopyOnWriteBox([1, 2, 3])
        let other = one
        #expect(one.isSame(as: other))
        one.mutable.append(4)
        #expect(one.value == [1, 2, 3, 4] && other.value == [1, 2, 3])
        #expect(!one.isSame(as: other))
        // Alone, it stays where it is.
        var alone = CopyOnWriteBox(5)
        alone.mutable = 6
        let isAlone = alone.isUniquelyReferenced
        #expect(isAlone && alone.value == 6)
    }

    @Test func aPoolRecyclesOnlyWhatNobodyElseHolds() {
        var pool = BoxPool<Int>(maximumCount: 2)
        var first = pool.acquire { 1 }
        let witness = first
        pool.recycle(&first) { $0 = 0 }
        let fresh = pool.acquire { 2 }
        #expect(fresh.value == 2 && witness.value == 1)
        var second = pool.acquire { 3 }
        pool.recycle(&second) { $0 = 7 }
        // It is in the pool and here: who takes and changes it must not change it here.
        var acquired = pool.acquire { 4 }
        #expect(acquired.value == 7)
        acquired.mutable = 8
        #expect(second.value == 7 && acquired.value == 8)
    }

    /// Of every odd length, and with differences in the first, the last and any words.
    @Test func deltaEncodedValuesComeBack() {
        struct Plain: BitwiseCopyable, Equatable, Sendable {
            var words: InlineArray<150, UInt64> = .init(repeating: 7)
            var tail: (UInt8, UInt8, UInt8) = (1, 2, 3)

            static func == (left: Plain, right: Plain) -> Bool {
                (0..<150).allSatisfy { left.words[$0] == right.words[$0] } && left.tail == right.tail
            }
        }
        var state: UInt64 = 3
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        let blank = Plain()
        #expect(DeltaEncoded(blank, blank: blank).value(blank: blank) == blank)
        for changes in 0..<200 {
            var value = blank
            for _ in 0..<changes { value.words[next() % 150] = UInt64(next()) }
            value.words[0] = UInt64(changes)
            value.words[149] = UInt64(changes)
            value.tail.2 = UInt8(changes)
            #expect(DeltaEncoded(value, blank: blank).value(blank: blank) == value)
        }
        #expect(DeltaEncoded(UInt8(200), blank: 3).value(blank: 3) == 200)
    }
}
