import Dissectors
import Exchanges
import Flows

/// A judgement over the reconstructed units. It never sees bytes.
///
/// A rule is one file with one class, and one line in `RuleRegistry`. What it visits it says by its type: it conforms
/// to `TicketRequestRule`, `RefusalRule`, `SignOnRule`, `TransactionRule`, `ConnectionRule`, `ClockRule` or
/// `CaptureRule`, to several of them where it joins units of several kinds, and to `TickingRule` where the passing of
/// time shows it something. When its condition is met, it calls `RuleContext.report`.
///
/// A rule is a class, because one and the same instance is called for units of different kinds. There is one instance
/// in each run. What it remembers between units must be bounded, and the oldest must give way: a run may last for
/// months. A table that is used with almost every unit is best kept in an `RefCell`: to read one that is a
/// property of a class may copy it, and to change it costs more to check than to do.
public protocol Rule: AnyObject, SendableMetatype {
    /// The rule's manual page.
    static var documentation: RuleDocumentation { get }
    /// The subjects that make two occasions of this failure the same finding; by default all.
    static var keyedBy: SubjectParts { get }
    /// A rule that has seen nothing.
    init()
    /// Reports what only the end of the input shows: that something never came. What can be said earlier belongs into
    /// `visit` or `tick`, for a live capture has no end to wait for.
    func finish(_ context: RuleContext)
    /// Corrects a finding of this rule by what all its occasions together show, before it is passed on.
    func conclude(_ finding: inout Finding, _ context: RuleContext)

    // The rule as each of the kinds below, nil where it is none. The protocols below give these by themselves; no rule
    // writes them. To ask the run time instead (`as?`) would search the whole program for each rule and kind, which
    // takes longer than a small capture.
    var ticketRequestRule: (any TicketRequestRule)? { get }
    var signOnRule: (any SignOnRule)? { get }
    var transactionRule: (any TransactionRule)? { get }
    var connectionRule: (any ConnectionRule)? { get }
    var clockRule: (any ClockRule)? { get }
    var captureRule: (any CaptureRule)? { get }
    var tickingRule: (any TickingRule)? { get }
    static var requestScope: RequestScope { get }
    static var isAboutFailures: Bool { get }
}

extension Rule {
    public static var keyedBy: SubjectParts { .all }
    public func finish(_ context: RuleContext) {}
    public func conclude(_ finding: inout Finding, _ context: RuleContext) {}
    public var ticketRequestRule: (any TicketRequestRule)? { nil }
    public var signOnRule: (any SignOnRule)? { nil }
    public var transactionRule: (any TransactionRule)? { nil }
    public var connectionRule: (any ConnectionRule)? { nil }
    public var clockRule: (any ClockRule)? { nil }
    public var captureRule: (any CaptureRule)? { nil }
    public var tickingRule: (any TickingRule)? { nil }
    public static var requestScope: RequestScope { .all }
    public static var isAboutFailures: Bool { false }
}

/// A rule about requests for tickets.
public protocol TicketRequestRule: Rule {
    /// Visits a ticket request at its end, however it ended. Comes before the sign-on that the request belongs to.
    func visit(ticketRequest request: TicketRequest, _ context: RuleContext)
}

extension TicketRequestRule {
    public var ticketRequestRule: (any TicketRequestRule)? { self }
}

/// A rule about ticket requests that were finally refused with certain codes. Benign refusals on the way to a ticket
/// are none.
public protocol RefusalRule: TicketRequestRule {
    /// The codes that the rule is about. It is the rule's whole condition on the code: `visit` need not look again.
    static var codes: Set<KerberosErrorCode> { get }
    /// Visits a ticket request that was finally refused with one of `codes`.
    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext)
}

extension RefusalRule {
    public static var requestScope: RequestScope { .refused(codes) }

    public func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard let code = request.refusal, Self.codes.contains(code) else { return }
        visit(refusal: code, of: request, context)
    }
}

/// A rule about ticket requests that were not granted, for whatever reason.
public protocol FailedRequestRule: TicketRequestRule {
    /// Visits a ticket request that was not granted.
    func visit(failed request: TicketRequest, _ context: RuleContext)
}

extension FailedRequestRule {
    public static var requestScope: RequestScope { .failed }

    public func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        if !request.outcome.isGranted { visit(failed: request, context) }
    }
}

/// A rule about domain controllers that did not answer, even if another one then did.
public protocol NoReplyRule: TicketRequestRule {
    /// Visits a ticket request of which an attempt had no reply.
    func visit(noReplyTo request: TicketRequest, _ context: RuleContext)
}

extension NoReplyRule {
    public static var requestScope: RequestScope { .noReply }

    public func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        if request.hasAttemptWithoutReply { visit(noReplyTo: request, context) }
    }
}

/// Which ticket requests a rule visits. It follows from the rule's type and only saves time, as the protocols look at
/// the request once more.
public enum RequestScope: Sendable, Hashable {
    /// All of them.
    case all
    /// Those that were not granted.
    case failed
    /// Those of which an attempt had no reply.
    case noReply
    /// Those that were finally refused with one of these codes.
    case refused(Set<KerberosErrorCode>)
}

/// A rule about sign-ons.
public protocol SignOnRule: Rule {
    /// Visits a sign-on at its end.
    func visit(signOn: SignOn, _ context: RuleContext)
}

extension SignOnRule {
    public var signOnRule: (any SignOnRule)? { self }
}

/// A rule about sign-ons in which something failed between connector and backend.
public protocol FailedTransactionRule: SignOnRule {
    /// Visits a sign-on in which a request was not answered by a page or a redirect: by any other status, or not at
    /// all.
    func visit(failuresOf signOn: SignOn, _ context: RuleContext)
}

extension FailedTransactionRule {
    public static var isAboutFailures: Bool { true }

    public func visit(signOn: SignOn, _ context: RuleContext) {
        if signOn.hasFailedTransaction { visit(failuresOf: signOn, context) }
    }
}

/// A rule about HTTP transactions that belong to no sign-on. Those of a sign-on come with it.
public protocol TransactionRule: Rule {
    /// Visits a transaction at its end.
    func visit(transaction: HTTPTransaction, _ context: RuleContext)
}

extension TransactionRule {
    public var transactionRule: (any TransactionRule)? { self }
}

/// A rule about transport flows.
public protocol ConnectionRule: Rule {
    /// Whether the rule is about this flow; by default it is about every one. It is the rule's first condition: `visit`
    /// need not look again. A flow that no rule is about is not made a unit at all, which matters as most captures are
    /// full of flows that have nothing to do with Kerberos.
    static func concerns(_ connection: ConnectionSummary) -> Bool
    /// Visits a flow that concerns the rule, at its end.
    func visit(connection: ConnectionSummary, _ context: RuleContext)
}

extension ConnectionRule {
    public var connectionRule: (any ConnectionRule)? { self }
    public static func concerns(_ connection: ConnectionSummary) -> Bool { true }
}

/// A rule about the clocks of hosts.
public protocol ClockRule: Rule {
    /// Visits the clocks of all hosts. An analysis of captures has them at the end, after all other units but the
    /// facts of the captures.
    func visit(clocks: [HostClock], _ context: RuleContext)
}

extension ClockRule {
    public var clockRule: (any ClockRule)? { self }
}

/// A rule about captures as a whole.
public protocol CaptureRule: Rule {
    /// Visits the facts of one observation point, at the end of its captures. The sums over all observation points are
    /// in `RuleContext.captureTotals`.
    func visit(capture facts: CaptureFacts, _ context: RuleContext)
}

extension CaptureRule {
    public var captureRule: (any CaptureRule)? { self }
}

/// A rule that reports as time passes, what no single unit shows.
public protocol TickingRule: Rule {
    /// Called about once in a second of capture time, and before `finish`.
    func tick(_ context: RuleContext)
}

extension TickingRule {
    public var tickingRule: (any TickingRule)? { self }
}
