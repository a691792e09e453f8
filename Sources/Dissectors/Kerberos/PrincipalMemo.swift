/// Principal names met lately, by the hash of their encoding: the same few stand in nearly every message.
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

    private struct Entry: BitwiseCopyable {
        var place = Place()
        /// `.none` in a free entry.
        var principal = Principal.none
    }

    /// A later name takes the place of an earlier one.
    private var entries = [Entry](repeating: Entry(), count: 1024)

    /// The principal of an encoding.
    subscript(place: Place) -> Principal? {
        let entry = entries[Int(truncatingIfNeeded: place.low) & 1023]
        guard entry.place.low == place.low, entry.place.high == place.high, entry.principal.isPresent else { return nil }
        return entry.principal
    }

    /// Remembers the principal of an encoding.
    mutating func remember(_ principal: Principal, at place: Place) {
        entries[Int(truncatingIfNeeded: place.low) & 1023] = Entry(place: place, principal: principal)
    }
}
