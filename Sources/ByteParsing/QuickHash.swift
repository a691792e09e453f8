/// A key that hashes by multiplication: for the tables that every message touches, where Swift's own
/// hashing would cost more than all else that a table does.
///
/// The seed, which Swift chooses anew for each process, goes in before the multiplication, so nobody
/// can prepare keys that meet in one place.
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

/// What quick hashing starts from.
public enum QuickHash {
    /// Random in each process, but where Swift's own hashing is told to be repeatable.
    public static let processSeed: UInt64 = {
        var hasher = Hasher()
        hasher.combine(0)
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }()

    /// The hash of a word.
    @inlinable
    public static func value(_ word: UInt64, seed: Int) -> Int {
        let state = word ^ UInt64(truncatingIfNeeded: seed) ^ processSeed
        let product = state.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    /// Two words as one.
    @inlinable
    public static func combine(_ first: UInt64, _ second: UInt64) -> UInt64 {
        let product = (first ^ 0xD6E8_FEB8_6659_FD93).multipliedFullWidth(by: second ^ processSeed)
        return product.high ^ product.low ^ first
    }
}
