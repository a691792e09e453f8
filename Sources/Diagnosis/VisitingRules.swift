import Dissectors
import Exchanges

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
    /// Those that visit sign-ons in which nothing failed between connector and backend.
    let successfulSignOns: [Visitor<any SignOnRule>]
    let ticketRequests: [Visitor<any TicketRequestRule>]
    /// Those that visit ticket requests which were granted without an attempt that had no reply.
    private let grants: [Visitor<any TicketRequestRule>]
    /// Those that visit ticket requests which failed although every attempt had a reply: in general, and by the code
    /// with which they were finally refused, for the codes that a rule is about.
    private let failures: [Visitor<any TicketRequestRule>]
    private let refusals: [KerberosErrorCode: [Visitor<any TicketRequestRule>]]

    /// One instance of each.
    init(_ types: [any Rule.Type]) {
        let all = types.map { type in
            Visitor<any Rule>(
                rule: type.init(), source: FindingSource(type.documentation, keyedBy: type.keyedBy))
        }
        func visitors<Kind>(_ kind: (any Rule) -> Kind?) -> [Visitor<Kind>] {
            all.compactMap { known in kind(known.rule).map { Visitor(rule: $0, source: known.source) } }
        }
        self.all = all
        signOns = visitors { $0.signOnRule }
        successfulSignOns = signOns.filter { !type(of: $0.rule).isAboutFailures }
        transactions = visitors { $0.transactionRule }
        connections = visitors { $0.connectionRule }
        clocks = visitors { $0.clockRule }
        captures = visitors { $0.captureRule }
        ticking = visitors { $0.tickingRule }
        bySlug = Dictionary(all.map { ($0.source.slug, $0.rule) }) { first, _ in first }
        let requests = visitors { $0.ticketRequestRule }
        ticketRequests = requests
        grants = requests.filter { type(of: $0.rule).requestScope == .all }
        failures = requests.filter { [.all, .failed].contains(type(of: $0.rule).requestScope) }
        var refusals: [KerberosErrorCode: [Visitor<any TicketRequestRule>]] = [:]
        for known in requests {
            guard case .refused(let codes) = type(of: known.rule).requestScope else { continue }
            for code in codes where refusals[code] == nil {
                refusals[code] = requests.filter { Self.visits(type(of: $0.rule).requestScope, code) }
            }
        }
        self.refusals = refusals
    }

    /// Whether a ticket request that was refused with this code, and had a reply to each attempt, is in the scope.
    private static func visits(_ scope: RequestScope, _ code: KerberosErrorCode) -> Bool {
        switch scope {
        case .all, .failed: true
        case .noReply: false
        case .refused(let codes): codes.contains(code)
        }
    }

    /// Those that visit a ticket request, in the order of registration, and perhaps some that will pass it over.
    func visitors(of request: TicketRequest) -> [Visitor<any TicketRequestRule>] {
        if request.hasAttemptWithoutReply { return ticketRequests }
        if request.outcome.isGranted { return grants }
        return request.refusal.flatMap { refusals[$0] } ?? failures
    }

    /// The same of a sign-on.
    func visitors(of signOn: SignOn) -> [Visitor<any SignOnRule>] {
        signOn.hasFailedTransaction ? signOns : successfulSignOns
    }
}
