import ByteParsing
import Dissectors
import Exchanges

/// Which accounts were seen to be connectors: they logged on, and got tickets in the names of users. Bounded; what does not
/// fit is not taken for one.
///
/// Only TCP counts. Over UDP one host can make up both sides of an exchange by forging the sender of its datagrams; a
/// conversation over TCP that came to an answer took two hosts that really heard each other.
struct ShownConnectors {
    private struct Holder: Hashable {
        var address: IPAddress
        var account: NameID
        var realm: NameID
    }
    private struct Deeds: OptionSet {
        var rawValue: UInt8
        /// A domain controller issued it a ticket by its password.
        static let loggedOn = Deeds(rawValue: 1)
        /// A domain controller issued it a ticket in a user's name.
        static let actedForUser = Deeds(rawValue: 2)
        static let connector: Deeds = [.loggedOn, .actedForUser]
    }
    private static let maximumCount = 1024
    private var deeds = BoundedTable<Holder, Deeds>(maximumCount: maximumCount)
    /// Who was issued a ticket over whatever transport.
    private var issued = BoundedTable<Holder, Bool>(maximumCount: maximumCount)
    /// The hosts of those that are connectors.
    private var hosts = BoundedTable<IPAddress, Bool>(maximumCount: maximumCount)

    /// Learns from a ticket request. Those that are told to all others suffice: an account's first of each kind is among them.
    mutating func learn(_ request: TicketRequest, _ context: RuleContext) {
        guard request.outcome.isGranted, request.attemptCount > 0, request.requester.isPresent else { return }
        let deed: Deeds
        switch request.kind {
        case .authenticationService: deed = .loggedOn
        case .s4U2Self, .s4U2Proxy: deed = .actedForUser
        case .ticketGrantingTicket, .ticketGranting, .userToUser: return
        }
        let last = request.attempt(request.attemptCount - 1)
        guard last.outcome == .granted else { return }
        let holder = Holder(address: request.client, account: context.fold(request.requester.name), realm: context.fold(request.requesterRealm))
        issued.addOnce(holder, true)
        guard last.transport == .tcp else { return }
        deeds.update(holder, initial: []) { $0.insert(deed) }
        if deeds[holder] == .connector { hosts.addOnce(holder.address, true) }
    }

    /// Whether an account was seen to be a connector at this address.
    func isConnector(_ account: NameID, _ realm: NameID, at address: IPAddress, _ context: RuleContext) -> Bool {
        deeds[Holder(address: address, account: context.fold(account), realm: context.fold(realm))] == .connector
    }

    /// Whether some account was seen to be a connector at this address.
    func isHostOfConnector(_ address: IPAddress) -> Bool { hosts.holds(address) }

    /// Whether an account was issued a ticket at this address, over whatever transport.
    func wasIssuedTicket(_ account: NameID, _ realm: NameID, at address: IPAddress, _ context: RuleContext) -> Bool {
        issued.holds(Holder(address: address, account: context.fold(account), realm: context.fold(realm)))
    }
}
