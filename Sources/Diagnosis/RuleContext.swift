import ByteParsing
import Dissectors
import Exchanges
import PacketModel

/// What a rule gets beside the unit: the names, what other units have shown, and where its observations go.
public final class RuleContext {
    /// The names met in this run.
    public let names: NameTable
    /// Names in the forms in which rules compare them.
    let nameForms = RefCell(NameForms())
    /// Observations of the rule that is being called.
    let observations = RefCell([Observation]())
    /// How many they are: read after every call of a rule, and a plain number needs no check of exclusive access.
    let observationCount = Cell(0)
    /// Every module of knowledge, in the order in which they learn.
    private(set) var modules: [any Knowledge] = []
    private(set) var requestModules: [any TicketRequestKnowledge] = []
    private(set) var signOnModules: [any SignOnKnowledge] = []
    private var moduleByType: [ObjectIdentifier: any Knowledge] = [:]

    /// A context over the names of a run, in which nothing is known yet.
    public init(names: NameTable, knowledge: [any Knowledge.Type] = KnowledgeRegistry.all) {
        self.names = names
        for type in knowledge { add(type.init()) }
    }

    private func add(_ module: any Knowledge) {
        modules.append(module)
        moduleByType[ObjectIdentifier(type(of: module))] = module
        if let module = module.ticketRequestKnowledge { requestModules.append(module) }
        if let module = module.signOnKnowledge { signOnModules.append(module) }
    }

    /// What a module of knowledge has learnt. One that was not registered has learnt nothing, and learns from now on.
    public func knowledge<Module: Knowledge>(_ type: Module.Type) -> Module {
        if let known = moduleByType[ObjectIdentifier(type)] as? Module { return known }
        let fresh = Module()
        add(fresh)
        return fresh
    }

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
}
