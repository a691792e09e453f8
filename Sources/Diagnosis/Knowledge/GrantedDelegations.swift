import Collections
import ByteParsing
import Dissectors
import Exchanges

/// Which delegations were granted of late, so that a refusal can be told to be of one user, one service or all.
public final class GrantedDelegations: TicketRequestKnowledge {
    private struct Grant: QuicklyHashed {
        var account: NameID
        var service: NameID
        var user: NameID

        var hashWord: UInt64 {
            QuickHash.combine(UInt64(account.rawValue) << 32 | UInt64(service.rawValue), UInt64(user.rawValue))
        }
    }
    private let grants = RefCell(BoundedTable<Grant, Bool>(maximumCount: 4096))
    /// All grants by account, made when somebody asks after a new one: at the end every refusal does.
    private let grantsByAccount = RefCell<[NameID: [Grant]]?>(nil)

    /// Has seen nothing granted.
    public init() {}

    public func learn(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard request.kind == .s4U2Proxy, request.outcome.isGranted else { return }
        let grant = Grant(
            account: context.fold(request.requester.name), service: context.fold(request.service.name),
            user: context.fold(request.user.name))
        if grants.value.addOnce(grant, true) { grantsByAccount.value = nil }
    }

    private func grants(of account: NameID) -> [Grant] {
        if grantsByAccount.value == nil {
            grantsByAccount.value = Dictionary(grouping: grants.value.entries.map(\.key), by: \.account)
        }
        return grantsByAccount.value?[account] ?? []
    }

    public var forgottenCount: UInt64 { grants.value.forgottenCount }

    /// Whether the same account delegated somebody else to the same service.
    public func hasOtherUser(than finding: Finding, _ context: RuleContext) -> Bool {
        let account = context.fold(finding.subjects.account)
        let service = context.fold(finding.subjects.service)
        return grants(of: account).contains { $0.service == service && !finding.users.contains($0.user) }
    }

    /// Whether the same account delegated anybody to another service.
    public func hasOtherService(than finding: Finding, _ context: RuleContext) -> Bool {
        let service = context.fold(finding.subjects.service)
        return grants(of: context.fold(finding.subjects.account)).contains { $0.service != service }
    }
}

extension RuleContext {
    /// Which delegations were granted of late.
    public var granted: GrantedDelegations { knowledge(GrantedDelegations.self) }
}
