import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// Which users a backend let in, so that a refusal can be told to be of one user or of all. Bounded.
public final class ServedUsers: SignOnKnowledge {
    private struct Service: QuicklyHashed {
        var point: UInt16
        var service: NameID
        var address: IPAddress

        var hashWord: UInt64 { QuickHash.combine(address.hashWord, UInt64(service.rawValue)) }
    }
    private static let maximumServices = 1024
    private static let maximumUsers = 16
    private let users = RefCell(BoundedTable<Service, [NameID]>(maximumCount: maximumServices))

    /// Has seen nobody let in.
    public init() {}

    public func learn(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos, signOn.user.isPresent else { return }
        for transaction in signOn.ticketTransactions where transaction.isLetIn {
            let key = Service(
                point: signOn.point, service: context.fold(signOn.service.name), address: transaction.server.address)
            let user = context.fold(signOn.user.name)
            users.value.update(key, initial: []) {
                if $0.contains(user) { return }
                if $0.count >= Self.maximumUsers { $0.removeFirst() }
                $0.append(user)
            }
        }
    }

    public var forgottenCount: UInt64 { users.value.forgottenCount }

    /// Whether the same backend served somebody else than the users of this finding.
    public func hasOthers(than finding: Finding, _ context: RuleContext) -> Bool {
        guard let backend = finding.subjects.backend else { return false }
        let service = context.fold(finding.subjects.service)
        return users.value.contains { key, served in
            key.service == service && key.address == backend.address
                && served.contains { !finding.users.contains($0) }
        }
    }
}

extension RuleContext {
    /// Which users backends let in.
    public var served: ServedUsers { knowledge(ServedUsers.self) }
}
