import ByteParsing
import Dissectors
import Exchanges

/// What KDC_ERR_BADOPTION (13) on a request in a user's name means.
///
/// The status beside the code has a context: with the bit for resource-based delegation set in
/// PA-PAC-OPTIONS a KDC answers NOT_FOUND where it would else tell an empty list (NOT_SUPPORTED)
/// from one that lacks the name (NO_MATCH); MS-SFU 3.2.5.2. KDCs of other make send text or nothing.
public enum DelegationRefusal: Sendable {
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
    /// question what it may do itself.
    fileprivate init?(of request: TicketRequest, _ texts: inout NameReadings<DelegationRefusal>, _ context: RuleContext)
    {
        guard request.kind == .s4U2Proxy, request.refusal == .badOption, !request.isSelfProbe(context) else {
            return nil
        }
        switch request.refusalStatus {
        case KDCStatus.notSupported: self = .notConfigured
        case KDCStatus.noMatch: self = .targetNotListed
        case KDCStatus.accountRestriction: self = .notForwardable
        case KDCStatus.notFound: self = .neitherListNorTarget
        default:
            // MIT KDCs give the reason as text.
            let names = context.names
            self = texts.value(of: request.last?.reply.errorText ?? .none) {
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

/// What the latest refusal to delegate means: several rules ask it about the same request.
public final class DelegationRefusals: TicketRequestKnowledge {
    private var latest: (request: UInt64, meaning: DelegationRefusal?)?
    private var texts = NameReadings<DelegationRefusal>(count: 16)

    /// Has seen no refusal.
    public init() {}

    public func learn(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard request.kind == .s4U2Proxy, request.refusal == .badOption else { return }
        latest = (request.id, DelegationRefusal(of: request, &texts, context))
    }

    /// What the refusal of the request that is being visited means; nil where it was not refused for delegation.
    public func meaning(of request: TicketRequest) -> DelegationRefusal? {
        latest.flatMap { $0.request == request.id ? $0.meaning : nil }
    }
}

extension RuleContext {
    /// What the latest refusal to delegate means.
    public var delegationRefusals: DelegationRefusals { knowledge(DelegationRefusals.self) }
}
