import Collections
import ByteParsing
import Dissectors
import Exchanges

/// What KDC_ERR_BADOPTION (13) on a request in a user's name means.
///
/// The status beside the code has a context: with the bit for resource-based delegation set in
/// PA-PAC-OPTIONS a KDC answers NOT_FOUND where it would else tell an empty list (NOT_SUPPORTED)
/// from one that lacks the name (NO_MATCH); MS-SFU 3.2.5.2. KDCs of other make send text or nothing.
enum DelegationRefusal {
    /// The delegation list is empty.
    case notConfigured
    /// The delegation list lacks this service.
    case targetNotListed
    /// The user's ticket is not forwardable.
    case notForwardable
    /// Neither the list nor the target's own permission allows it.
    case neitherListNorTarget
    /// The KDC gave no reason.
    case bare

    /// The meaning; nil where the request was not refused for delegation, or is only a host's
    /// question what it may do itself. Several rules ask it of the same request.
    static func of(_ request: TicketRequest, _ context: RuleContext) -> DelegationRefusal? {
        guard request.kind == .s4U2Proxy, request.refusal == 13 else { return nil }
        if let latest = context.latestRefusal, latest.request.isSame(as: request) { return latest.meaning }
        let meaning = DelegationRefusal(of: request, context)
        context.latestRefusal = (request, meaning)
        return meaning
    }

    private init?(of request: TicketRequest, _ context: RuleContext) {
        guard request.kind == .s4U2Proxy, request.refusal == 13, !request.isSelfProbe(context) else { return nil }
        switch request.refusalStatus {
        case KDCStatus.notSupported: self = .notConfigured
        case KDCStatus.noMatch: self = .targetNotListed
        case KDCStatus.accountRestriction: self = .notForwardable
        case KDCStatus.notFound: self = .neitherListNorTarget
        default:
            // MIT KDCs give the reason as text.
            let names = context.names
            self = context.refusalTexts.value.value(of: request.last?.reply.errorText ?? .none) {
                Self(text: names.string($0)?.uppercased() ?? "")
            }
        }
    }

    private init(text: String) {
        if text.holds("NOT_FORWARDABLE") || text.holds("NOT FORWARDABLE") {
            self = .notForwardable
        } else if text.holds("UNSUPPORTED_S4U2PROXY_REQUEST") || text.holds("NOT_ALLOWED_TO_DELEGATE") {
            self = .targetNotListed
        } else {
            self = .bare
        }
    }

    /// Whether the service is of another realm than the one asked: a referral was on the way, or the
    /// KDC names the other realm's krbtgt in its refusal.
    static func crossesRealms(_ request: TicketRequest, _ context: RuleContext) -> Bool {
        if request.realms.count > 1 { return true }
        guard let reply = request.last?.reply else { return false }
        return context.names.equals(reply.sname.first, "krbtgt")
            && !request.isForTicketGrantingService(context.names)
    }
}

/// Which delegations were granted of late, so that a refusal can be told to be of one user, one service or all.
struct GrantedDelegations {
    private struct Grant: QuicklyHashed {
        var account: NameID
        var service: NameID
        var user: NameID

        var hashWord: UInt64 {
            QuickHash.combine(UInt64(account.rawValue) << 32 | UInt64(service.rawValue), UInt64(user.rawValue))
        }
    }
    private var grants = BoundedTable<Grant, Bool>(maximumCount: 4096)

    mutating func see(_ request: TicketRequest, _ context: RuleContext) {
        guard request.kind == .s4U2Proxy, request.outcome.isGranted else { return }
        grants.addOnce(
            Grant(
                account: context.fold(request.requester.name), service: context.fold(request.service.name),
                user: context.fold(request.user.name)), true)
    }

    /// Whether the same account delegated somebody else to the same service.
    func hasOtherUser(than finding: Finding, _ context: RuleContext) -> Bool {
        let account = context.fold(finding.subjects.account)
        let service = context.fold(finding.subjects.service)
        return grants.entries.map(\.key).contains { grant in
            grant.account == account && grant.service == service && !finding.users.contains(grant.user)
        }
    }

    /// Whether the same account delegated anybody to another service.
    func hasOtherService(than finding: Finding, _ context: RuleContext) -> Bool {
        let account = context.fold(finding.subjects.account)
        let service = context.fold(finding.subjects.service)
        return grants.entries.map(\.key).contains { $0.account == account && $0.service != service }
    }
}
