import Collections
import PacketModel
import Dissectors

/// Who is who: roles inferred from what hosts do, or given by the user. Bounded: a host of which nothing has been noted
/// for long
/// makes room for one of its kind. Hosts that only ask have a table of their own, for anybody can make those up.
struct Hosts {
    private var clients = BoundedTable<Clocks.HostKey, HostFacts>(maximumCount: maximumHosts / 2)
    private var others = BoundedTable<Clocks.HostKey, HostFacts>(maximumCount: maximumHosts / 2)
    private let given: [IPAddress: HostRoles]
    /// Rises with every change.
    private(set) var version: UInt64 = 0
    /// What has become known since it was last taken.
    private var changed: [HostFacts] = []
    static let maximumHosts = 16_384
    /// The hosts that were noted last: most notes say of them what is known already.
    private var latest = DirectMappedCache<Clocks.HostKey, Recent>(slotCount: 512)
    private struct Recent {
        var facts: HostFacts
        /// How many batches of hosts had been forgotten then: behind that, it is asked whether this one is still known.
        var batch: UInt64
    }
    private static let batchLength: UInt64 = 1024

    init(given: [IPAddress: HostRoles]) { self.given = given }

    /// A host did what this role does.
    mutating func note(
        _ address: IPAddress, point: UInt16, _ role: HostRoles, name: NameID = .none, realm: NameID = .none
    ) {
        // Without the seed of a run: who is looked up anew must not decide who is forgotten.
        let word = address.low ^ address.high &* QuickHash.goldenRatio
        let hash = word ^ word >> 8
        let key = Clocks.HostKey(point: point, host: address)
        let batch = forgottenCount / Self.batchLength
        if let recent = latest[key, hash: hash], recent.batch == batch,
            recent.facts.roles.contains(role) || isGiven(recent.facts),
            !name.isPresent || recent.facts.name.isPresent, !realm.isPresent || recent.facts.realm.isPresent
        {
            return
        }
        let before = others[key] ?? clients[key]
        var facts = before ?? HostFacts(point: point, address: address, roles: [])
        if let roles = given.isEmpty ? nil : given[address] {
            facts.roles = roles.union(.given)
        } else {
            facts.roles.insert(role)
        }
        if name.isPresent, !facts.name.isPresent { facts.name = name }
        if realm.isPresent, !facts.realm.isPresent { facts.realm = realm }
        latest.set(key, hash: hash, Recent(facts: facts, batch: batch))
        if facts.roles == .client { clients.set(key, facts) } else { others.set(key, facts) }
        guard before != facts else { return }
        changed.append(facts)
        version += 1
    }

    /// What has become known of hosts since this was last asked, in order.
    mutating func takeChanges() -> [HostFacts] {
        let taken = changed
        changed = []
        return taken
    }

    private func isGiven(_ facts: HostFacts) -> Bool { facts.roles.contains(.given) }

    /// Hosts that have made room for others.
    var forgottenCount: UInt64 { clients.forgottenCount &+ others.forgottenCount }

    /// The hosts by observation point and address.
    var all: [HostFacts] {
        let onlyClients = clients.entries.filter { !others.holds($0.key) }
        return (onlyClients + others.entries).map(\.value).sorted {
            $0.point != $1.point ? $0.point < $1.point : $0.address < $1.address
        }
    }
}
