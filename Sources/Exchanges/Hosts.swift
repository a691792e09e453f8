import CaptureFile
import Dissectors

/// Who is who: roles inferred from what hosts do, or given by the user.
struct Hosts {
    private var hosts: [Clocks.HostKey: HostFacts] = [:]
    private let given: [IPAddress: HostRoles]
    /// Rises with every change.
    private(set) var version: UInt64 = 0
    static let maximumHosts = 16_384

    init(given: [IPAddress: HostRoles]) { self.given = given }

    /// A host did what this role does.
    mutating func note(_ address: IPAddress, point: UInt16, _ role: HostRoles, name: NameID = .none, realm: NameID = .none) {
        let key = Clocks.HostKey(point: point, host: address)
        var facts = hosts[key] ?? HostFacts(point: point, address: address, roles: [])
        if hosts[key] == nil, hosts.count >= Self.maximumHosts { return }
        if let roles = given[address] {
            facts.roles = roles.union(.given)
        } else {
            facts.roles.insert(role)
        }
        if name.isPresent, !facts.name.isPresent { facts.name = name }
        if realm.isPresent, !facts.realm.isPresent { facts.realm = realm }
        guard hosts[key] != facts else { return }
        hosts[key] = facts
        version += 1
    }

    /// What is known of a host.
    func facts(_ address: IPAddress, point: UInt16) -> HostFacts? { hosts[Clocks.HostKey(point: point, host: address)] }

    /// The hosts by observation point and address.
    var all: [HostFacts] {
        hosts.values.sorted { $0.point != $1.point ? $0.point < $1.point : $0.address < $1.address }
    }
}
