import ByteParsing

/// A key that hashes by multiplication: for the tables that every message touches, where Swift's own
/// hashing would cost more than all else that a table does.
///
/// The seed, which Swift chooses anew for each process, goes in before the multiplication, so nobody
/// can prepare keys that collide.
public protocol QuicklyHashed: Hashable {
    /// The key, or as much of it as tells keys apart.
    var hashWord: UInt64 { get }
}

extension QuicklyHashed {
    @inlinable
    public func _rawHashValue(seed: Int) -> Int { QuickHash.value(hashWord, seed: seed) }

    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(hashWord) }
}

/// The one hash of every table of this program, by multiplication with a seed, and where its seeds come from.
public enum QuickHash {
    /// 2^64 divided by the golden ratio: an odd number whose bits follow no pattern.
    public static let goldenRatio: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Random in each process, but where Swift's own hashing is told to be repeatable.
    public static let processSeed = seed(0)

    /// Another number that is random in each process; those of different purposes are independent of each other.
    public static func seed(_ purpose: Int...) -> UInt64 {
        var hasher = Hasher()
        for part in purpose { hasher.combine(part) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// A product of 128 bits, folded into 64: each bit of it depends on all bits of both factors.
    @inlinable @inline(__always)
    public static func mix(_ first: UInt64, _ second: UInt64 = goldenRatio) -> UInt64 {
        let product = first.multipliedFullWidth(by: second)
        return product.high ^ product.low
    }

    /// The hash of a word.
    @inlinable
    public static func value(_ word: UInt64, seed: Int = 0) -> Int {
        Int(truncatingIfNeeded: mix(word ^ UInt64(truncatingIfNeeded: seed) ^ processSeed))
    }

    /// The hash of two words.
    @inlinable
    public static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        mix(first ^ 0xD6E8_FEB8_6659_FD93, second ^ processSeed) ^ first
    }

    /// The hash of a run of bytes, from a seed of the caller's.
    @inlinable @inline(__always)
    public static func value(_ bytes: borrowing RawSpan, seed: UInt64) -> UInt64 {
        var state = seed
        var offset = 0
        let count = bytes.byteCount
        while count - offset >= 8 {
            state = mix(state ^ bytes.le64(offset))
            offset += 8
        }
        // The rest overlaps what has been read, where there is that much: alone it would be read byte by byte.
        let rest = count - offset
        var tail: UInt64 = 0
        if rest > 0 {
            if count >= 8 {
                tail = bytes.le64(count - 8)
            } else if count >= 4 {
                tail = UInt64(bytes.le32(0)) << 32 | UInt64(bytes.le32(count - 4))
            } else {
                tail = UInt64(bytes.u8(0)) << 16 | UInt64(bytes.u8(count / 2)) << 8 | UInt64(bytes.u8(count - 1))
            }
        }
        return mix(mix(state ^ tail) ^ UInt64(count))
    }
}
