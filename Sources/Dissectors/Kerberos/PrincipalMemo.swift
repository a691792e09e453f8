import ByteParsing

/// Principal names met lately, by their encoding: the same few stand in nearly every message.
struct PrincipalMemo: ~Copyable {
    /// What an encoding is known by.
    struct Place: BitwiseCopyable {
        fileprivate var high: UInt64 = 0
        fileprivate var low: UInt64 = 0

        init() {}

        init(_ hash: (high: UInt64, low: UInt64)) {
            high = hash.high
            low = hash.low
        }
    }

    struct Entry: BitwiseCopyable {
        var place = Place()
        /// `.none` in a free entry.
        var principal = Principal.none
    }

    /// An encoding of 8 to 48 octets: its length, its words one after another, and its last eight octets.
    struct Recent: BitwiseCopyable {
        var count = 0
        var last: UInt64 = 0
        var words: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)
        var principal = Principal.none
    }

    /// By a hash of the encoding; a later name takes the place of an earlier one.
    private var entries = RecordArray<Entry>(count: 1024, of: Entry())
    /// By the last octets of the encoding, which are compared to know them again without a hash of them all.
    private var recent = RecordArray<Recent>(count: 64, of: Recent())

    private static func isShort(_ content: borrowing RawSpan) -> Bool {
        content.byteCount >= 8 && content.byteCount <= 48
    }

    @inline(__always)
    private static func slot(_ last: UInt64) -> Int { Int(truncatingIfNeeded: (last &* 0x9E37_79B9_7F4A_7C15) >> 58) }

    /// The principal of an encoding of usual length that is one of the last.
    @inline(__always)
    func recent(_ content: borrowing RawSpan) -> Principal? {
        guard Self.isShort(content) else { return nil }
        let count = content.byteCount
        let last = content.le64(count &- 8)
        let slot = Self.slot(last)
        guard recent[slot].count == count, recent[slot].last == last, recent[slot].words.0 == content.le64(0),
            count <= 16 || recent[slot].words.1 == content.le64(8),
            count <= 24 || recent[slot].words.2 == content.le64(16),
            count <= 32 || recent[slot].words.3 == content.le64(24),
            count <= 40 || recent[slot].words.4 == content.le64(32)
        else { return nil }
        return recent[slot].principal
    }

    /// Takes an encoding among the last ones.
    mutating func keep(_ content: borrowing RawSpan, _ principal: Principal) {
        guard Self.isShort(content) else { return }
        let count = content.byteCount
        var kept = Recent(count: count, last: content.le64(count - 8), principal: principal)
        kept.words.0 = content.le64(0)
        if count > 16 { kept.words.1 = content.le64(8) }
        if count > 24 { kept.words.2 = content.le64(16) }
        if count > 32 { kept.words.3 = content.le64(24) }
        if count > 40 { kept.words.4 = content.le64(32) }
        recent[Self.slot(kept.last)] = kept
    }

    /// The principal of an encoding.
    subscript(place: Place) -> Principal? {
        let slot = Int(truncatingIfNeeded: place.low) & 1023
        guard entries[slot].place.low == place.low, entries[slot].place.high == place.high,
            entries[slot].principal.isPresent
        else {
            return nil
        }
        return entries[slot].principal
    }

    /// Remembers the principal of an encoding.
    mutating func remember(_ principal: Principal, at place: Place) {
        entries[Int(truncatingIfNeeded: place.low) & 1023] = Entry(place: place, principal: principal)
    }

    /// Forgets all of them.
    mutating func removeAll() {
        entries = RecordArray(count: 1024, of: Entry())
        recent = RecordArray(count: 64, of: Recent())
    }
}
