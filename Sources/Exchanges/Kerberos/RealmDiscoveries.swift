import Collections
import Dissectors
import PacketModel

/// AS requests without preauthentication that may be realm discovery (MS-SFU 3.1.5.1.1.2), by the host that sent them.
///
/// Bounded: of each host the newest are kept, and a host not heard of for long makes room.
struct RealmDiscoveries {
    /// A request, for whom it was, and by what that account is found.
    struct Candidate: Sendable, BitwiseCopyable {
        let request: UInt64
        let user: NameID
        let account: Int
    }

    private var candidates = BoundedTable<IPAddress, ShortList<Candidate>>(maximumCount: maximumHosts)
    private static let maximumHosts = 4096
    private static let maximumCandidates = 16

    /// Hosts that have made room for others.
    var forgottenCount: UInt64 { candidates.forgottenCount }

    /// Remembers a request.
    mutating func note(_ candidate: Candidate, by client: IPAddress) {
        candidates.update(client, initial: []) { Self.add(candidate, to: &$0) }
    }

    private static func add(_ candidate: Candidate, to list: inout ShortList<Candidate>) {
        list.append(candidate)
        if list.count > maximumCandidates { list.remove(at: 0) }
    }

    /// Takes out the newest request of a host for this account that satisfies a condition.
    mutating func take(of client: IPAddress, account: Int, where isWanted: (Candidate) -> Bool) -> Candidate? {
        guard candidates.holds(client) else { return nil }
        var taken: Candidate?
        candidates.update(client, initial: []) { taken = Self.take(from: &$0, account, isWanted) }
        return taken
    }

    private static func take(from list: inout ShortList<Candidate>, _ account: Int, _ isWanted: (Candidate) -> Bool)
        -> Candidate?
    {
        var place = list.count
        while place > 0 {
            place -= 1
            let candidate = list[place]
            if candidate.account == account, isWanted(candidate) {
                list.remove(at: place)
                return candidate
            }
        }
        return nil
    }
}
