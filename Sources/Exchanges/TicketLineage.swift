import Collections
import ByteParsing
import Digests
import Dissectors

/// What is remembered of a ticket: who got it, by which request, for whom.
struct TicketNode: Sendable, BitwiseCopyable {
    /// The request that brought it; 0 where that was not seen.
    var request: UInt64
    /// The sign-on that it belongs to; 0 where none.
    var signOn: UInt64
    /// Whom the ticket names.
    var cname: Principal
    /// The account that asked for it, and both realms.
    var requester: Principal
    var crealm: NameID
    var requesterRealm: NameID
    /// The kind of request that brought it.
    var kind: ExchangeKind
}

/// Tickets by the digest of their cipher: the encrypted part of a ticket is the same octets wherever
/// it travels, so equal digests join exchanges with certainty. Bounded; the oldest are forgotten.
///
/// A ring of nodes, and beside it a table of places: tens of thousands of tickets are remembered, and most of
/// them are never asked for again.
struct TicketLineage: ~Copyable {
    // Not private: other modules name it where they let go of a table, and then the compiler must find it.
    struct Entry: BitwiseCopyable {
        var digest: Digest128
        var node: TicketNode
    }
    private var entries: RecordArray<Entry>
    /// One more than the place of an entry, where its digest falls or behind that, and above it what its digest is
    /// hashed to,
    /// so that no entry is looked at but the one that is asked for; 0 is free.
    private var slots: RecordArray<UInt64>
    private var oldest = 0
    private let seed = QuickHash.processSeed
    private(set) var forgotten: UInt64 = 0

    init(maximumCount: Int) {
        entries = RecordArray(maximumCount: maximumCount, initialCapacity: 64)
        slots = RecordArray(count: 256, of: 0)
    }

    /// What is known of a ticket.
    subscript(digest: Digest128) -> TicketNode? {
        place(of: digest).map { entries[$0].node }
    }

    /// Prefetches what says where a ticket is, for someone who will soon ask for it.
    mutating func prefetch(_ digest: Digest128) { slots.prefetch(home(hash(digest))) }

    /// Remembers a ticket.
    mutating func remember(_ digest: Digest128, _ node: TicketNode) {
        if digest.isZero { return }
        if let known = place(of: digest) {
            entries[known].node = node
        } else if let place = entries.append(Entry(digest: digest, node: node)) {
            if entries.count * 2 > slots.count { grow() } else { link(place) }
        } else {
            unlink(oldest)
            entries[oldest] = Entry(digest: digest, node: node)
            link(oldest)
            oldest = (oldest + 1) % entries.count
            forgotten += 1
            // It is the next one to be forgotten.
            prefetch(entries[oldest].digest)
        }
    }

    private func place(of digest: Digest128) -> Int? {
        if digest.isZero { return nil }
        let hash = hash(digest)
        var slot = home(hash)
        while slots[slot] != 0 {
            let place = Self.place(slots[slot])
            if Self.hash(slots[slot]) == hash, entries[place].digest == digest { return place }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// 32 bits: as many as tables have slots, and more.
    @inline(__always)
    private func hash(_ digest: Digest128) -> UInt64 {
        let product = (digest.low ^ seed).multipliedFullWidth(by: digest.high | 1)
        return (product.high ^ product.low) &>> 32
    }

    @inline(__always)
    private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (slots.count - 1) }

    private static func place(_ slot: UInt64) -> Int { Int(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1 }
    private static func hash(_ slot: UInt64) -> UInt64 { slot &>> 32 }

    private mutating func link(_ place: Int) {
        let hash = hash(entries[place].digest)
        link(hash << 32 | UInt64(place + 1))
    }

    private mutating func link(_ entry: UInt64) {
        var slot = home(Self.hash(entry))
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = entry
    }

    private mutating func grow() {
        slots = RecordArray(count: slots.count * 2, of: 0)
        for place in 0..<entries.count { link(place) }
    }

    private mutating func unlink(_ place: Int) {
        let mask = slots.count - 1
        var hole = home(hash(entries[place].digest))
        while Self.place(slots[hole]) != place { hole = (hole + 1) & mask }
        // What follows without a gap moves up, where it stays findable.
        var next = (hole + 1) & mask
        while slots[next] != 0 {
            let distance = (next - home(Self.hash(slots[next]))) & mask
            if distance >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole] = 0
    }
}
