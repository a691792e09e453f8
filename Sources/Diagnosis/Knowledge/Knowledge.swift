import Dissectors
import Exchanges

/// Something that several rules need to know and that takes more than one unit to know: who was let in, which clock is
/// off, which host is a connector.
///
/// A module is one file in this folder and one line in `KnowledgeRegistry`. It learns from each unit before the rules
/// visit it. Modules read no findings and know no rules. Each is bounded; at its bound the entry that was not used for
/// the longest makes room for the new one and is counted, so that a module goes on learning for as long as a run lasts.
public protocol Knowledge: AnyObject, SendableMetatype {
    /// A module that knows nothing.
    init()
    /// Learns the clocks of all hosts; they replace those learnt before.
    func learn(clocks: [HostClock], _ context: RuleContext)
    /// Learns the facts of one more observation point.
    func learn(capture facts: CaptureFacts, _ context: RuleContext)
    /// Learns what has changed of these hosts; of others nothing has.
    func learn(hosts: [HostFacts], _ context: RuleContext)
    /// How many entries have made room for others.
    var forgottenCount: UInt64 { get }

    // The module as each of the kinds below, nil where it is none: given by the protocols below, as with `Rule`.
    var ticketRequestKnowledge: (any TicketRequestKnowledge)? { get }
    var signOnKnowledge: (any SignOnKnowledge)? { get }
}

/// Knowledge from ticket requests.
public protocol TicketRequestKnowledge: Knowledge {
    /// Learns from a ticket request at its end.
    func learn(ticketRequest request: TicketRequest, _ context: RuleContext)
}

extension TicketRequestKnowledge {
    public var ticketRequestKnowledge: (any TicketRequestKnowledge)? { self }
}

/// Knowledge from sign-ons.
public protocol SignOnKnowledge: Knowledge {
    /// Learns from a sign-on at its end.
    func learn(signOn: SignOn, _ context: RuleContext)
}

extension SignOnKnowledge {
    public var signOnKnowledge: (any SignOnKnowledge)? { self }
}

extension Knowledge {
    public func learn(clocks: [HostClock], _ context: RuleContext) {}
    public func learn(capture facts: CaptureFacts, _ context: RuleContext) {}
    public func learn(hosts: [HostFacts], _ context: RuleContext) {}
    public var forgottenCount: UInt64 { 0 }
    public var ticketRequestKnowledge: (any TicketRequestKnowledge)? { nil }
    public var signOnKnowledge: (any SignOnKnowledge)? { nil }
}

/// Every module of knowledge: a new one is a file in this folder and a line here.
public enum KnowledgeRegistry {
    /// In the order in which they learn from a unit.
    public static let all: [any Knowledge.Type] = [
        KnownHosts.self,
        KnownClocks.self,
        KerberosExpectation.self,
        ShownConnectors.self,
        ControllerAnswers.self,
        DelegationRefusals.self,
        GrantedDelegations.self,
        ServedUsers.self,
        TicketsWithoutRequest.self,
        CaptureTotals.self,
        HiddenOutcomes.self,
    ]
}
