import Collections
import Collections
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
struct TicketLineage {
    private var tickets: BoundedTable<Digest128, TicketNode>

    init(maximumCount: Int) { tickets = BoundedTable(maximumCount: maximumCount, evicting: .oldest) }

    /// Tickets that made room for others.
    var forgotten: UInt64 { tickets.forgottenCount }

    /// What is known of a ticket.
    subscript(digest: Digest128) -> TicketNode? { digest.isZero ? nil : tickets[digest] }

    /// Prefetches what says where a ticket is, for someone who will soon ask for it.
    func prefetch(_ digest: Digest128) { tickets.prefetch(digest) }

    /// Remembers a ticket.
    mutating func remember(_ digest: Digest128, _ node: TicketNode) {
        if !digest.isZero { tickets.set(digest, node) }
    }
}
