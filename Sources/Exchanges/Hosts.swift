import CaptureFile
import Dissectors

/// Who is who: roles inferred from what hosts do, or given by the user. Anybody can make up hosts: where there are too many, one
/// that was met long ago makes room; it is known again once it does something.
struct Hosts {
    private var hosts: [Clocks.HostKey: HostFacts] = [:]
    private let given: [IPAddress: HostRoles]
    /// Rises with every change.
    private(set) var version: UInt64 = 0
    /// What has become known since it was last taken.
    private var changed: [HostFacts] = []
    static let maximumHosts = 16_384
    /// The hosts in a ring, and where the search for one to forget goes on.
    private var order: [Clocks.HostKey] = []
    private var hand = 0
    /// The hosts that were noted last: most notes say of them what is known already.
    private var latest: [HostFacts?] = Array(repeating: nil, count: recentPlaces)
    /// A power of two.
    private static let recentPlaces = 512

    init(given: [IPAddress: HostRoles]) { self.given = given }

    /// A host did what this role does.
    mutating func note(_ address: IPAddress, point: UInt16, _ role: HostRoles, name: NameID = .none, realm: NameID = .none) {
        let recent = Self.recentPlace(address)
        if let known = latest[recent], known.address == address, known.point == point, known.roles.contains(role) || isGiven(known),
            !name.isPresent || known.name.isPresent, !realm.isPresent || known.realm.isPresent
        {
            return
        }
        let key = Clocks.HostKey(point: point, host: address)
        let place = hosts.index(forKey: key)
        let before = place.map { hosts.values[$0] }
        var facts = before ?? HostFacts(point: point, address: address, roles: [])
        if let roles = given.isEmpty ? nil : given[address] {
            facts.roles = roles.union(.given)
        } else {
            facts.roles.insert(role)
        }
        if name.isPresent, !facts.name.isPresent { facts.name = name }
        if realm.isPresent, !facts.realm.isPresent { facts.realm = realm }
        latest[recent] = facts
        guard before != facts else { return }
        if let place {
            hosts.values[place] = facts
        } else {
            enter(key)
            hosts[key] = facts
        }
        changed.append(facts)
        version += 1
    }

    private static func recentPlace(_ address: IPAddress) -> Int {
        Int(truncatingIfNeeded: (address.hashWord ^ address.hashWord >> 8) & UInt64(recentPlaces - 1))
    }

    /// Puts a new host into the ring; in a full one in the place of another: of the next few the first that only asked, else the
    /// first that nobody named.
    private mutating func enter(_ key: Clocks.HostKey) {
        if order.count < Self.maximumHosts {
            order.append(key)
            return
        }
        var victim = hand
        var best = 3
        for step in 0..<16 {
            let place = (hand + step) % order.count
            let roles = hosts[order[place]]?.roles ?? []
            let rank = roles == .client ? 0 : roles.contains(.given) ? 2 : 1
            if rank < best { (victim, best) = (place, rank) }
        }
        let old = order[victim]
        hosts[old] = nil
        let recent = Self.recentPlace(old.host)
        if latest[recent]?.address == old.host, latest[recent]?.point == old.point { latest[recent] = nil }
        changed.append(HostFacts(point: old.point, address: old.host, roles: []))
        order.swapAt(victim, hand)
        order[hand] = key
        hand = (hand + 1) % order.count
    }

    /// What has become known of hosts since this was last asked, in order; one without roles is known no more.
    mutating func takeChanges() -> [HostFacts] {
        let taken = changed
        changed = []
        return taken
    }

    private func isGiven(_ facts: HostFacts) -> Bool { facts.roles.contains(.given) }

    /// The hosts by observation point and address.
    var all: [HostFacts] {
        hosts.values.sorted { $0.point != $1.point ? $0.point < $1.point : $0.address < $1.address }
    }
}
