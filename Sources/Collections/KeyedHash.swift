import ByteParsing

/// A 128-bit hash under a key that is drawn for each run: what a run may know octets by, for a fraction
/// of what a digest costs, as long as nobody is shown it.
///
/// Two runs of octets that differ have the same hash with a chance of about 2^-64, whoever chose them,
/// because the key is not known to him. Blocks of 128 octets are sums of products under the key (NH, as in
/// RFC 4418, 5.2.2, with words of 64 bits), chained by one more multiplication each.
public final class KeyedHash: Sendable {
    /// Eight pairs for the words of a block, then two words to begin with, two for the chain, one for the length and
    /// two for the end.
    private let key: InlineArray<23, UInt64>

    private static let blockLength = 128

    /// A key of this process: random, but where Swift's own hashing is told to be repeatable. Keys of
    /// different purposes are independent of each other.
    public init(purpose: Int) {
        key = InlineArray { word in QuickHash.seed(purpose, word) }
    }

    /// The hash of octets.
    public func value(_ bytes: borrowing RawSpan) -> (high: UInt64, low: UInt64) {
        let count = bytes.byteCount
        var first = key[16], second = key[17]
        var offset = 0
        while count &- offset > Self.blockLength {
            let block = bytes.slice(offset, offset &+ Self.blockLength)
            var sum = product(block, 0)
            sum &+= product(block, 1)
            sum &+= product(block, 2)
            sum &+= product(block, 3)
            sum &+= product(block, 4)
            sum &+= product(block, 5)
            sum &+= product(block, 6)
            sum &+= product(block, 7)
            chain(sum, &first, &second, key[18], key[19])
            offset &+= Self.blockLength
        }
        // What is left, at most one block: a half of it, a quarter and an eighth, as far as there is more than that,
        // and the rest as one more pair of words. Octets that differ only by how many there are differ by that.
        var sum = UInt128(UInt64(count)) &* UInt128(key[20])
        if count &- offset > 64 {
            let half = bytes.slice(offset, offset &+ 64)
            sum &+= product(half, 0)
            sum &+= product(half, 1)
            sum &+= product(half, 2)
            sum &+= product(half, 3)
            offset &+= 64
        }
        if count &- offset > 32 {
            let quarter = bytes.slice(offset, offset &+ 32)
            sum &+= product(quarter.le64(0), quarter.le64(8), 4)
            sum &+= product(quarter.le64(16), quarter.le64(24), 5)
            offset &+= 32
        }
        if count &- offset > 16 {
            let eighth = bytes.slice(offset, offset &+ 16)
            sum &+= product(eighth.le64(0), eighth.le64(8), 6)
            offset &+= 16
        }
        let rest = count &- offset
        if rest >= 8 {
            sum &+= product(bytes.le64(offset), bytes.le64(count - 8), 7)
        } else if rest >= 4 {
            sum &+= product(UInt64(bytes.le32(offset)), UInt64(bytes.le32(count - 4)), 7)
        } else if rest > 0 {
            let ends = UInt64(bytes.u8(offset)) << 8 | UInt64(bytes.u8(count - 1))
            sum &+= product(ends, UInt64(bytes.u8(offset + rest / 2)), 7)
        }
        chain(sum, &first, &second, key[18], key[19])
        // Once more, so that each half depends on all of both.
        chain(0, &first, &second, key[21], key[22])
        return (first, second)
    }

    @inline(__always)
    private func product(_ block: borrowing RawSpan, _ pair: Int) -> UInt128 {
        product(block.le64(16 * pair), block.le64(16 * pair + 8), pair)
    }

    @inline(__always)
    private func product(_ left: UInt64, _ right: UInt64, _ pair: Int) -> UInt128 {
        UInt128(left &+ key[2 * pair]) &* UInt128(right &+ key[2 * pair + 1])
    }

    @inline(__always)
    private func chain(_ sum: UInt128, _ first: inout UInt64, _ second: inout UInt64, _ left: UInt64, _ right: UInt64) {
        let low = first ^ UInt64(truncatingIfNeeded: sum)
        let high = second ^ UInt64(truncatingIfNeeded: sum >> 64)
        let mixed = UInt128(low ^ left) &* UInt128(high ^ right)
        first = UInt64(truncatingIfNeeded: mixed) ^ high
        second = UInt64(truncatingIfNeeded: mixed >> 64) ^ low
    }
}
