import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// The roles and realms of hosts, as far as they are known by now.
public final class KnownHosts: Knowledge {
    private struct Key: QuicklyHashed {
        var point: UInt16
        var address: IPAddress

        var hashWord: UInt64 { address.hashWord ^ UInt64(point) << 40 }
    }
    private struct Known {
        var roles: HostRoles
        var realm: NameID
    }
    private var hosts = BoundedTable<Key, Known>(maximumCount: 16_384)
    /// The observation points at which there are any, in order.
    private var points: [UInt16] = []

    /// Knows no host.
    public init() {}

    public func learn(hosts changed: [HostFacts], _ context: RuleContext) {
        for host in changed {
            let key = Key(point: host.point, address: host.address)
            // Nothing is asked about hosts that are clients only, and anybody can make those up.
            if host.roles == .client, !host.realm.isPresent { continue }
            hosts.update(key, initial: Known(roles: host.roles, realm: host.realm)) {
                $0.roles = host.roles
                if host.realm.isPresent { $0.realm = host.realm }
            }
            if let known = points.firstIndex(where: { $0 >= host.point }) {
                if points[known] != host.point { points.insert(host.point, at: known) }
            } else {
                points.append(host.point)
            }
        }
    }

    public var forgottenCount: UInt64 { hosts.forgottenCount }

    /// Whether a host is known in this role.
    public func has(_ role: HostRoles, _ address: IPAddress, point: UInt16) -> Bool {
        hosts[Key(point: point, address: address)]?.roles.contains(role) ?? false
    }

    /// Whether the user named the host.
    public func isGiven(_ address: IPAddress) -> Bool { isAnywhere(.given, address) }

    /// Whether the user said that a host is a connector.
    public func isGivenConnector(_ address: IPAddress) -> Bool { isAnywhere([.given, .connector], address) }

    /// Whether a host answered as a domain controller.
    public func isDomainController(_ address: IPAddress) -> Bool { isAnywhere(.kdc, address) }

    private func isAnywhere(_ role: HostRoles, _ address: IPAddress) -> Bool {
        points.contains { has(role, address, point: $0) }
    }

    /// The realm of a host, as the first observation point knows it that knows the host.
    public func realm(of address: IPAddress) -> NameID {
        for point in points {
            if let known = hosts[Key(point: point, address: address)] { return known.realm }
        }
        return .none
    }
}

extension RuleContext {
    /// The roles and realms of hosts.
    public var hosts: KnownHosts { knowledge(KnownHosts.self) }

    /// Whether a host is known in this role.
    public func has(_ role: HostRoles, _ address: IPAddress, point: UInt16) -> Bool {
        hosts.has(role, address, point: point)
    }
}
