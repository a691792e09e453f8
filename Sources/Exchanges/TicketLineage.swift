import Digests
import Dissectors

/// What is remembered of a ticket: who got it, by which request, for whom.
struct TicketNode: Sendable {
    /// The kind of request that brought it.
    var kind: ExchangeKind
    /// Whether it is a krbtgt of another realm, issued in place of what was asked for.
    var isReferral: Bool
    /// The request that brought it.
    var request: UInt64
    /// Whom the ticket names.
    var cname: Principal
    var crealm: NameID
    /// The account that asked for it, and its realm.
    var requester: Principal
    var requesterRealm: NameID
    /// What it is for.
    var sname: Principal
    var realm: NameID
    /// The sign-on that it belongs to; 0 where none.
    var signOn: UInt64
}

/// Tickets by the digest of their cipher: the encrypted part of a ticket is the same octets wherever
/// it travels, so equal digests join exchanges with certainty. Bounded; the oldest are forgotten.
struct TicketLineage {
    private var nodes: [Digest128: TicketNode] = [:]
    private var order: [Digest128] = []
    private var oldest = 0
    private let maximumCount: Int
    private(set) var forgotten: UInt64 = 0

    init(maximumCount: Int) { self.maximumCount = maximumCount }

    /// What is known of a ticket.
    subscript(digest: Digest128) -> TicketNode? {
        digest.isZero ? nil : nodes[digest]
    }

    /// Remembers a ticket.
    mutating func remember(_ digest: Digest128, _ node: TicketNode) {
        if digest.isZero { return }
        if nodes.updateValue(node, forKey: digest) != nil { return }
        if order.count < maximumCount {
            order.append(digest)
            return
        }
        nodes[order[oldest]] = nil
        order[oldest] = digest
        oldest = (oldest + 1) % maximumCount
        forgotten += 1
    }

    /// Says which sign-on a known ticket belongs to.
    mutating func assign(_ digest: Digest128, signOn: UInt64) {
        nodes[digest]?.signOn = signOn
    }
}
