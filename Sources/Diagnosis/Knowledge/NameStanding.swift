import PacketModel
import Dissectors
import Exchanges

/// Whether the names of a finding may stand in a command that changes the directory.
///
/// Anybody who can send a packet past the capture can put any name into it, and an administrator pastes what the report
/// proposes: so a name stands in such a command only where the capture shows it to be what the advice takes it for.
public struct NameStanding: Sendable, Hashable {
    /// What the capture shows of a name.
    public enum Verdict: Sendable, Hashable {
        /// It is what the advice takes it for.
        case shown
        /// The capture does not show who asked: the name may be a stranger's.
        case notShown
        /// Whoever asked, no right may go to it: a privileged account, a domain controller, no web application.
        case refused
    }
    /// The account that asks.
    public var account = Verdict.notShown
    /// The user in whose name.
    public var user = Verdict.notShown
    /// The service, or the host of a request to it.
    public var service = Verdict.notShown

    /// Nothing is shown.
    public init() {}

    /// The verdict on the name that a placeholder stands for; nil where it stands for no name that is ever vouched for.
    func verdict(on key: String) -> Verdict? {
        switch key {
        case "account", "account_host", "account_realm": account
        case "user": user
        case "spn", "spn_host", "spn_realm", "http_host": service
        default: nil
        }
    }

    /// The one place that decides: by whom a finding's names were sent, then by what they name.
    init(of finding: Finding, _ context: RuleContext) {
        let subjects = finding.subjects
        let names = context.names
        let account = names.string(subjects.account)
        let (isConnector, isAtConnector) = Self.asker(finding, account, context)
        if let account, PrivilegedNames.isPrivileged(account: account) {
            self.account = .refused
        } else if isConnector {
            self.account = .shown
        }
        let isUserAlone = context.fold(subjects.user) == context.fold(subjects.account) || !subjects.account.isPresent
        let mayName = isConnector || isAtConnector && isUserAlone
        if let user = names.string(subjects.user), PrivilegedNames.isPrivileged(user: user) {
            self.user = .refused
        } else if mayName {
            user = .shown
        }
        let service = names.string(subjects.service)
        let host = finding.details.first { $0.key == "http_host" }?.value
        let isDomainController = subjects.backend.map { context.hosts.isDomainController($0.address) } ?? false
        if isDomainController || service.map({ !PrivilegedNames.isWebApplication(service: $0) }) ?? false
            || host.map(PrivilegedNames.isPrivileged(host:)) ?? false
        {
            self.service = .refused
        } else if mayName {
            self.service = .shown
        }
    }

    /// Whether the account that asks is a connector, and whether the host is that of one.
    private static func asker(_ finding: Finding, _ account: String?, _ context: RuleContext) -> (
        account: Bool, host: Bool
    ) {
        guard let address = finding.subjects.connector else { return (false, false) }
        let (name, realm) = (finding.subjects.account, finding.subjects.accountRealm)
        // Names that several occasions have in common are as good as the best of these.
        let isOverTCP = finding.connections.contains { $0.transport == .tcp && $0.client.address == address }
        if context.hosts.isGivenConnector(address) {
            let isComputer = account?.utf8.last == UInt8(ascii: "$")
            let isIts = isOverTCP || context.shownConnectors.wasIssuedTicket(name, realm, at: address, context)
            return (isComputer && isIts, isOverTCP)
        }
        guard isOverTCP else { return (false, false) }
        let isConnector = name.isPresent && context.shownConnectors.isConnector(name, realm, at: address, context)
        return (isConnector, context.shownConnectors.isHostOfConnector(address))
    }
}
