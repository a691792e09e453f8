import Diagnosis
import PacketModel
import Dissectors
import Exchanges
import Flows

/// How an analysis is made: the bounds and patience of its stages, what the user knows of the hosts,
/// and how much detail is kept for the report.
public struct AnalysisSettings: Sendable {
    /// The protocols that are read.
    public var protocols = ProtocolRegistry.standard
    /// The bounds of flow tracking.
    public var flows = FlowSettings()
    /// The bounds and patience of reconstruction.
    public var exchanges = ExchangeSettings()
    /// Roles that the user gave.
    public var roles: [IPAddress: HostRoles] = [:]
    /// Ticket requests, transactions and sign-ons that failed, kept for the report: at most so many each.
    public var maximumKeptTroubled = 500
    /// The healthy ones kept beside them: at most so many each; 0 where the report does not show them.
    public var maximumKeptHealthy = 500

    /// The rules by which units are judged.
    public var rules: [any Rule.Type] = RuleRegistry.all

    /// By what tickets are known. Who writes their digests, as JSON does, must ask for the published ones.
    public var ticketFingerprint = TicketFingerprint.sha256

    /// Whether request targets and locations are kept with their queries, which may hold passwords and session ids.
    public var keepsTargets = false

    /// The usual settings.
    public init() {}
}
