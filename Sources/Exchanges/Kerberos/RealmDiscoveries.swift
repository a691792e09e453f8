import PacketModel
import Dissectors

/// AS requests without preauthentication that may be realm discovery (MS-SFU 3.1.5.1.1.2), by the host that sent them.
/// Bounded: of
/// each host the newest are kept, and where there are very many hosts all are forgotten.
struct RealmDiscoveries {
    /// A request, for whom it was, and by what that account is found.
    struct Candidate: Sendable, BitwiseCopyable {
        let request: UInt64
        let user: NameID
        let account: Int
    }

    private var candidates: [IPAddress: ShortList<Candidate>] = [:]
    private static let maximumHosts = 4096
    private static let maximumCandidates = 16

    /// Remembers a request.
    mutating func note(_ candidate: Candidate, by client: IPAddress) {
        if let place = candidates.index(forKey: client) {
            Self.add(candidate, to: &candidates.values[place])
        } else {
            if candidates.count >= Self.maximumHosts { candidates = [:] }
            candidates[client] = [candidate]
        }
    }

    private static func add(_ candidate: Candidate, to list: inout ShortList<Candidate>) {
        list.append(candidate)
        if list.count > maximumCandidates { list.remove(at: 0) }
    }

    /// Takes out the newest request of a host for this account that satisfies a condition.
    mutating func take(of client: IPAddress, account: Int, where isWanted: (Candidate) -> Bool) -> Candidate? {
        guard let place = candidates.index(forKey: client) else { return nil }
        return Self.take(from: &candidates.values[place], account, isWanted)
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
