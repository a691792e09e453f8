import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// Which accounts were seen to be connectors: they logged on, and asked for tickets in the names of users, which a
/// domain
/// controller answered. Bounded; what does not fit is not taken for one.
///
/// Only TCP counts. Over UDP one host can make up both sides of an exchange by forging the sender of its datagrams; a
/// conversation over TCP that came to an answer took two hosts that really heard each other.
public final class ShownConnectors: TicketRequestKnowledge {
    private struct Holder: QuicklyHashed {
        var address: IPAddress
        var account: NameID
        var realm: NameID

        var hashWord: UInt64 {
            QuickHash.combine(address.hashWord, UInt64(account.rawValue) << 32 | UInt64(realm.rawValue))
        }
    }
    private struct Deeds: OptionSet {
        var rawValue: UInt8
        /// A domain controller issued it a ticket by its password.
        static let loggedOn = Deeds(rawValue: 1)
        /// A domain controller answered its request for a ticket in a user's name. A refusal counts as well: most
        /// domains
        /// let any account ask, so that a ticket would show no more.
        static let actedForUser = Deeds(rawValue: 2)
        /// A domain controller issued it a ticket of whatever kind.
        static let issued = Deeds(rawValue: 4)
        static let connector: Deeds = [.loggedOn, .actedForUser]
    }
    private static let maximumCount = 1024
    private let deeds = RefCell(BoundedTable<Holder, Deeds>(maximumCount: maximumCount))
    /// Who was issued a ticket over UDP: a table of its own, which a forger may fill.
    private let issued = RefCell(BoundedTable<Holder, Bool>(maximumCount: maximumCount))
    /// The hosts of those that are connectors.
    private let hosts = RefCell(BoundedTable<IPAddress, Bool>(maximumCount: maximumCount))

    /// Has seen no connector.
    public init() {}

    public func learn(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard request.attemptCount > 0, request.requester.isPresent else { return }
        let last = request.attempt(request.attemptCount - 1)
        let isGranted = request.outcome.isGranted && last.outcome == .granted
        let isAnswered: Bool
        if case .refused = last.outcome { isAnswered = true } else { isAnswered = isGranted }
        let deed: Deeds
        switch request.kind {
        case .authenticationService where isGranted: deed = .loggedOn
        case .s4U2Self where isAnswered, .s4U2Proxy where isGranted: deed = .actedForUser
        default: return
        }
        let holder = Holder(
            address: request.client, account: context.fold(request.requester.name),
            realm: context.fold(request.requesterRealm))
        guard last.transport == .tcp else {
            if isGranted { issued.value.addOnce(holder, true) }
            return
        }
        var isConnector = false
        deeds.value.update(holder, initial: []) {
            $0.insert(deed)
            if isGranted { $0.insert(.issued) }
            isConnector = $0.isSuperset(of: .connector)
        }
        if isConnector { hosts.value.addOnce(holder.address, true) }
    }

    public var forgottenCount: UInt64 {
        deeds.value.forgottenCount &+ issued.value.forgottenCount &+ hosts.value.forgottenCount
    }

    /// Whether an account was seen to be a connector at this address.
    public func isConnector(_ account: NameID, _ realm: NameID, at address: IPAddress, _ context: RuleContext) -> Bool {
        deeds.value[Holder(address: address, account: context.fold(account), realm: context.fold(realm))]?
            .isSuperset(of: .connector) ?? false
    }

    /// Whether some account was seen to be a connector at this address.
    public func isHostOfConnector(_ address: IPAddress) -> Bool { hosts.value.holds(address) }

    /// Whether an account was issued a ticket at this address, over whatever transport.
    public func wasIssuedTicket(_ account: NameID, _ realm: NameID, at address: IPAddress, _ context: RuleContext)
        -> Bool
    {
        let holder = Holder(address: address, account: context.fold(account), realm: context.fold(realm))
        return deeds.value[holder]?.contains(.issued) ?? false || issued.value.holds(holder)
    }
}

extension RuleContext {
    /// Which accounts were seen to be connectors.
    public var shownConnectors: ShownConnectors { knowledge(ShownConnectors.self) }
}
