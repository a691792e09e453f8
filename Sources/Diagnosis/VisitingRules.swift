import Dissectors

/// The rules of a diagnosis, by what their types say that they visit.
struct VisitingRules {
    /// A rule and how its findings are known.
    struct Visitor<Kind> {
        let rule: Kind
        let source: FindingSource
    }

    let all: [Visitor<any Rule>]
    let signOns: [Visitor<any SignOnRule>]
    let transactions: [Visitor<any TransactionRule>]
    let connections: [Visitor<any ConnectionRule>]
    let clocks: [Visitor<any ClockRule>]
    let captures: [Visitor<any CaptureRule>]
    let ticking: [Visitor<any TickingRule>]
    let bySlug: [String: any Rule]
    /// Those that visit ticket requests which were not refused, or with a code that no rule is about.
    private let ticketRequests: [Visitor<any TicketRequestRule>]
    /// The same for each code that a rule is about.
    private let refusals: [KerberosErrorCode: [Visitor<any TicketRequestRule>]]

    /// One instance of each.
    init(_ types: [any Rule.Type]) {
        let all = types.map { type in
            Visitor<any Rule>(
                rule: type.init(), source: FindingSource(type.documentation, keyedBy: type.keyedBy))
        }
        func visitors<Kind>(_ cast: (any Rule) -> Kind?) -> [Visitor<Kind>] {
            all.compactMap { known in cast(known.rule).map { Visitor(rule: $0, source: known.source) } }
        }
        self.all = all
        signOns = visitors { $0 as? any SignOnRule }
        transactions = visitors { $0 as? any TransactionRule }
        connections = visitors { $0 as? any ConnectionRule }
        clocks = visitors { $0 as? any ClockRule }
        captures = visitors { $0 as? any CaptureRule }
        ticking = visitors { $0 as? any TickingRule }
        bySlug = Dictionary(all.map { ($0.source.slug, $0.rule) }) { first, _ in first }
        let requests = visitors { $0 as? any TicketRequestRule }
        func codes(_ visitor: Visitor<any TicketRequestRule>) -> Set<KerberosErrorCode>? {
            (visitor.rule as? any RefusalRule).map { type(of: $0).codes }
        }
        ticketRequests = requests.filter { codes($0) == nil }
        var refusals: [KerberosErrorCode: [Visitor<any TicketRequestRule>]] = [:]
        for code in Set(requests.compactMap(codes).joined()) {
            refusals[code] = requests.filter { codes($0)?.contains(code) ?? true }
        }
        self.refusals = refusals
    }

    /// Those that visit a ticket request, in the order of registration; `refusal` is the code with which it was finally
    /// refused.
    func ticketRequests(_ refusal: KerberosErrorCode?) -> [Visitor<any TicketRequestRule>] {
        refusal.flatMap { refusals[$0] } ?? ticketRequests
    }
}
