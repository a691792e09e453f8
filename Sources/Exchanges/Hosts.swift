import CaptureFile
import Dissectors

/// Who is who: roles inferred from what hosts do, or given by the user.
struct Hosts {
    private var hosts: [Clocks.HostKey: HostFacts] = [:]
    private let given: [IPAddress: HostRoles]
    /// Rises with every change.
    private(set) var version: UInt64 = 0
    /// What has become known since it was last taken.
    private var changed: [HostFacts] = []
    static let maximumHosts = 16_384
    /// The hosts that were noted last: most notes say of them what is known already.
    private var latest: [HostFacts?] = Array(repeating: nil, count: recentPlaces)
    /// A power of two.
    private static let recentPlaces = 512

    init(given: [IPAddress: HostRoles]) { self.given = given }

    /// A host did what this role does.
    mutating func note(_ address: IPAddress, point: UInt16, _ role: HostRoles, name: NameID = .none, realm: NameID = .none) {
        let recent = Int(truncatingIfNeeded: (address.hashWord ^ address.hashWord >> 8) & UInt64(Self.recentPlaces - 1))
        if let known = latest[recent], known.address == address, known.point == point, known.roles.contains(role) || isGiven(known),
            !name.isPresent || known.name.isPresent, !realm.isPresent || known.realm.isPresent
        {
            return
        }
        let key = Clocks.HostKey(point: point, host: address)
        let place = hosts.index(forKey: key)
        if place == nil, hosts.count >= Self.maximumHosts { return }
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
        if let place { hosts.values[place] = facts } else { hosts[key] = facts }
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

    /// The hosts by observation point and address.
    var all: [HostFacts] {
        hosts.values.sorted { $0.point != $1.point ? $0.point < $1.point : $0.address < $1.address }
    }
}
