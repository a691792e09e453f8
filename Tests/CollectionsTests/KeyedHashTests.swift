import ByteParsing
import Collections
import Testing

@Suite struct KeyedHashTests {
    private struct Value: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private static func value(_ hash: KeyedHash, _ octets: [UInt8]) -> Value {
        let (high, low) = hash.value(octets.rawBytes)
        return Value(high: high, low: low)
    }

    private static func octets(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: ($0 &+ 7) &* 2_654_435_761 >> 11) }
    }

    /// Nothing but the octets and the key counts: not where they lie, nor how often they are asked for.
    @Test func equalOctetsHaveEqualHashes() {
        let hash = KeyedHash(purpose: 5)
        for count in [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 127, 128, 129, 255, 256, 257, 1000] {
            let octets = Self.octets(count)
            for shift in 0..<9 {
                let padded = [UInt8](repeating: 0xEE, count: shift) + octets + [1, 2, 3]
                let (high, low) = hash.value(padded.rawBytes.extracting(shift..<shift + count))
                let expected = Self.value(KeyedHash(purpose: 5), octets)
                #expect(high == expected.high && low == expected.low, "\(count) \(shift)")
            }
        }
    }

    @Test func keysOfDifferentPurposesDiffer() {
        let one = KeyedHash(purpose: 1), other = KeyedHash(purpose: 2)
        for count in [0, 1, 8, 100, 300] {
            let octets = Self.octets(count)
            let (left, right) = (Self.value(one, octets), Self.value(other, octets))
            #expect(left.high != right.high && left.low != right.low, "\(count)")
        }
    }

    /// Near-equal octets: every bit of them turned, every two octets exchanged, runs of zero of every length.
    @Test func nearEqualOctetsDiffer() {
        let hash = KeyedHash(purpose: 3)
        var seen: Set<Value> = []
        var halves: Set<UInt64> = []
        var count = 0
        func see(_ octets: [UInt8]) {
            let value = Self.value(hash, octets)
            seen.insert(value)
            halves.insert(value.high)
            halves.insert(value.low)
            count += 1
        }
        for length in 0...600 { see([UInt8](repeating: 0, count: length)) }
        for length in [1, 2, 3, 5, 8, 13, 16, 17, 40, 128, 129, 145, 300] {
            let octets = [UInt8](repeating: 0x5A, count: length)
            see(octets)
            for bit in 0..<length * 8 {
                var turned = octets
                turned[bit / 8] ^= 1 << (bit & 7)
                see(turned)
            }
        }
        let octets = Self.octets(290).enumerated().map { UInt8(truncatingIfNeeded: $0.offset) ^ $0.element }
        see(octets)
        for place in 0..<octets.count - 1 where octets[place] != octets[place + 1] {
            var exchanged = octets
            exchanged.swapAt(place, place + 1)
            see(exchanged)
        }
        for place in stride(from: 0, to: 270, by: 8) where octets[place] != octets[place + 16] {
            var exchanged = octets
            for index in 0..<8 { exchanged.swapAt(place + index, place + index + 8) }
            see(exchanged)
        }
        #expect(seen.count == count)
        // Not even their halves meet: what depends on one word only would show here.
        #expect(halves.count == 2 * count)
    }
}
