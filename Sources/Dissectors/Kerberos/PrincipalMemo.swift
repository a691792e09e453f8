import Collections
import ByteParsing

/// Principal names met lately, by their encoding: the same few stand in nearly every message.
struct PrincipalMemo: ~Copyable {
    /// What an encoding is known by.
    struct Place: Equatable, BitwiseCopyable {
        fileprivate var high: UInt64 = 0
        fileprivate var low: UInt64 = 0

        init() {}

        init(_ hash: (high: UInt64, low: UInt64)) {
            high = hash.high
            low = hash.low
        }
    }

    /// An encoding of 8 to 48 bytes, as words: its length, its words one after another, and its last eight bytes.
    private struct ShortEncoding: Equatable, BitwiseCopyable {
        var count: Int
        var last: UInt64
        var first: UInt64
        var second: UInt64 = 0
        var third: UInt64 = 0
        var fourth: UInt64 = 0
        var fifth: UInt64 = 0

        @inline(__always)
        init?(_ content: borrowing RawSpan) {
            count = content.byteCount
            guard count >= 8, count <= 48 else { return nil }
            last = content.le64(count &- 8)
            first = content.le64(0)
            if count > 16 { second = content.le64(8) }
            if count > 24 { third = content.le64(16) }
            if count > 32 { fourth = content.le64(24) }
            if count > 40 { fifth = content.le64(32) }
        }

        /// Principals of one realm and service differ in their last bytes.
        var hash: UInt64 { QuickHash.mix(last) }
    }

    private var all = DirectMappedCache<Place, Principal>(slotCount: 1024)
    /// By the encoding itself, which is compared to know it again without a hash of it all.
    private var short = DirectMappedCache<ShortEncoding, Principal>(slotCount: 64)

    /// The principal of an encoding of usual length that is one of the last.
    @inline(__always)
    func recent(_ content: borrowing RawSpan) -> Principal? {
        guard let encoding = ShortEncoding(content) else { return nil }
        return short[encoding, hash: encoding.hash]
    }

    /// Takes an encoding among the last ones.
    mutating func keep(_ content: borrowing RawSpan, _ principal: Principal) {
        if let encoding = ShortEncoding(content) { short.set(encoding, hash: encoding.hash, principal) }
    }

    /// The principal of an encoding.
    subscript(place: Place) -> Principal? { all[place, hash: place.low] }

    /// Remembers the principal of an encoding.
    mutating func remember(_ principal: Principal, at place: Place) {
        if principal.isPresent { all.set(place, hash: place.low, principal) }
    }

    /// Forgets all of them.
    mutating func removeAll() {
        all.removeAll()
        short.removeAll()
    }
}
