import Collections
import ByteParsing
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
    /// Looks at a complete ticket request. Most units are one, and to take it out of its unit costs more than most
    /// rules
    /// ask of it: a rule that says nothing of its own here sees it as a unit.
    mutating func see(request: TicketRequest, _ context: RuleContext)
    /// Says what only the end can tell.
    mutating func finish(_ context: RuleContext)
    /// Corrects a finding of this rule by what all its occasions together show.
    func conclude(_ finding: inout Finding, _ context: RuleContext)
}

extension Rule {
    public static var keyedBy: SubjectParts { .all }
    public static var interests: UnitInterests { .all }
    public mutating func see(request: TicketRequest, _ context: RuleContext) { see(.ticketRequest(request), context) }
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
    let observations = RefCell([Observation]())
    /// How many they are: asked after every rule, and a plain number needs no check of exclusive access.
    let observationCount = Cell(0)
    private var folded = BoundedTable<NameID, NameID>(maximumCount: 16_384)
    /// The latest names that were folded, and those made bare, each beside what came of it. Cells check exclusive
    /// access
    /// with a number of their own, for a tenth of what it costs of a class's property.
    private let latestFolded = RefCell(InlineArray<256, UInt64>(repeating: 0))
    let latestBare = RefCell(InlineArray<256, UInt64>(repeating: 0))
    /// Where Kerberos was expected, learnt from all units.
    var expectation: KerberosExpectation { expectationCell.value }
    let expectationCell = RefCell(KerberosExpectation())
    /// Which users backends let in, learnt from all sign-ons with tickets.
    var served: ServedUsers { servedCell.value }
    let servedCell = RefCell(ServedUsers())
    /// Which delegations were granted, learnt from all requests.
    var granted: GrantedDelegations { grantedCell.value }
    let grantedCell = RefCell(GrantedDelegations())
    /// Which accounts were seen to be connectors, learnt from all requests.
    var shownConnectors: ShownConnectors { shownConnectorsCell.value }
    let shownConnectorsCell = RefCell(ShownConnectors())
    /// What the latest refusal that was asked about means.
    var latestRefusal: (request: TicketRequest, meaning: DelegationRefusal?)?
    /// The ticket without a request of the latest sign-on that was asked about.
    var latestTicketWithoutRequest: (signOn: UInt64, ticket: TicketsWithoutRequest.Ticket?)?
    let hostNames = RefCell(NameReadings<HostName?>())
    let serviceHosts = RefCell(NameReadings<HostName?>())
    let hostLabels = RefCell(NameReadings<NameID>())
    /// What the texts of refusals to delegate mean.
    let refusalTexts = RefCell(NameReadings<DelegationRefusal>(count: 16))

    /// A context over a name table.
    public init(names: NameTable) { self.names = names }

    /// Reports that the rule's condition was met. The names that it is about stay until the report is made.
    public func report(_ observation: Observation) {
        let subjects = observation.subjects
        names.hold(subjects.user)
        names.hold(subjects.userRealm)
        names.hold(subjects.service)
        names.hold(subjects.serviceRealm)
        names.hold(subjects.account)
        names.hold(subjects.accountRealm)
        names.hold(subjects.realm)
        observations.value.append(observation)
        observationCount.value += 1
    }

    /// Whether a principal is a computer account (its name ends in `$`).
    public func isComputer(_ principal: Principal) -> Bool { names.hasSuffix(principal.name, UInt8(ascii: "$")) }

    /// The name in lower case, as one id for all its spellings: directories compare names that way.
    public func fold(_ name: NameID) -> NameID {
        if name == .none || name == .overflow || name == .empty { return name }
        let place = Int(name.rawValue & 255)
        let latest = latestFolded.value[place]
        if latest >> 32 == UInt64(name.rawValue) { return NameID(rawValue: UInt32(truncatingIfNeeded: latest)) }
        let id = foldAnew(name)
        latestFolded.value[place] = UInt64(name.rawValue) << 32 | UInt64(id.rawValue)
        return id
    }

    private func foldAnew(_ name: NameID) -> NameID {
        if let known = folded[name] { return known }
        guard let text = names.string(name) else { return name }
        let lower = text.lowercased()
        var id = lower == text ? name : names.intern(lower)
        if id == .overflow { id = name }
        folded.set(name, id)
        return id
    }
}
