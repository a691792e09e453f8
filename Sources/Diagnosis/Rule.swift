import ByteParsing
import CaptureFile
import Dissectors
import Exchanges

/// A judgement over the reconstructed model. It sees every unit once and never sees bytes.
///
/// What a rule remembers between units must be bounded.
public protocol Rule: SendableMetatype {
    /// The rule's manual page.
    static var documentation: RuleDocumentation { get }
    /// The subjects that make two occasions of this failure the same finding.
    static var keyedBy: SubjectParts { get }
    /// The marks of the units that the rule wants to see; all units, where it does not say.
    static var interests: UnitInterests { get }
    init()
    /// Looks at a complete unit.
    mutating func see(_ unit: Unit, _ context: RuleContext)
    /// Says what only the end can tell.
    mutating func finish(_ context: RuleContext)
    /// Corrects a finding of this rule by what all its occasions together show.
    func conclude(_ finding: inout Finding, _ context: RuleContext)
}

extension Rule {
    public static var keyedBy: SubjectParts { .all }
    public static var interests: UnitInterests { .all }
    public mutating func finish(_ context: RuleContext) {}
    public func conclude(_ finding: inout Finding, _ context: RuleContext) {}
}

/// What rules share: the names, the hosts, and the place where observations go.
public final class RuleContext {
    /// The names met in this run.
    public let names: NameTable
    /// What is known of the hosts so far.
    var hosts = KnownHosts()
    /// The latest clock estimates.
    var clocks = KnownClocks([])
    /// Observations of the rule that is being asked.
    var observations: [Observation] = []
    /// How many they are: asked after every rule, and a plain number needs no check of exclusive access.
    let observationCount = PlainCell(0)
    private var folded: [NameID: NameID] = [:]
    /// The latest names that were folded, and those made bare, each beside what came of it: a plain
    /// number in a place of its own needs no check of exclusive access.
    private let latestFolded = (0..<256).map { _ in PlainCell(UInt64(0)) }
    let latestBare = (0..<256).map { _ in PlainCell(UInt64(0)) }
    /// Where Kerberos was expected, learnt from all units.
    var expectation = KerberosExpectation()
    /// Which users backends let in, learnt from all sign-ons with tickets.
    var served = ServedUsers()
    /// Which delegations were granted, learnt from all requests.
    var granted = GrantedDelegations()
    /// What the latest refusal that was asked about means.
    var latestRefusal: (request: TicketRequest, meaning: DelegationRefusal?)?
    /// The ticket without a request of the latest sign-on that was asked about.
    var latestTicketWithoutRequest: (signOn: UInt64, ticket: TicketsWithoutRequest.Ticket?)?
    var hostNames = NameReadings<HostName?>()
    var serviceHosts = NameReadings<HostName?>()
    var hostLabels = NameReadings<NameID>()

    /// A context over a name table.
    public init(names: NameTable) { self.names = names }

    /// Reports that the rule's condition was met.
    public func report(_ observation: Observation) {
        observations.append(observation)
        observationCount.value += 1
    }

    /// Whether a principal is a computer account (its name ends in `$`).
    public func isComputer(_ principal: Principal) -> Bool { names.hasSuffix(principal.name, UInt8(ascii: "$")) }

    /// The name in lower case, as one id for all its spellings: directories compare names that way.
    public func fold(_ name: NameID) -> NameID {
        if name == .none || name == .overflow || name == .empty { return name }
        let cell = latestFolded[Int(name.rawValue) % latestFolded.count]
        if cell.value >> 32 == UInt64(name.rawValue) { return NameID(rawValue: UInt32(truncatingIfNeeded: cell.value)) }
        let id = foldAnew(name)
        cell.value = UInt64(name.rawValue) << 32 | UInt64(id.rawValue)
        return id
    }

    private func foldAnew(_ name: NameID) -> NameID {
        if let known = folded[name] { return known }
        guard let text = names.string(name) else { return name }
        let lower = text.lowercased()
        var id = lower == text ? name : names.intern(lower)
        if id == .overflow { id = name }
        // As many entries as the table has names: no more than its own bound.
        folded[name] = id
        return id
    }
}
