import CaptureFile
import Dissectors

/// How the user is signed on to the backend.
public enum SignOnKind: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// A connector asks in the user's name (S4U2Self, S4U2Proxy).
    case delegated
    /// The user's own host asks with the user's own TGT, or sends a ticket that it already had.
    case direct
    /// NTLM in place of Kerberos.
    case ntlm
    /// Basic or Digest credentials.
    case password
    /// A delegated or direct ticket out of a cache: HTTP only, nothing on port 88.
    case cached

    /// The word used in output.
    public var name: String {
        switch self {
        case .delegated: "delegated"
        case .direct: "direct"
        case .ntlm: "ntlm"
        case .password: "password"
        case .cached: "cached"
        }
    }
}

/// How a sign-on ended.
public enum SignOnOutcome: UInt8, Sendable, Hashable, BitwiseCopyable {
    case succeeded, failed, unknown

    /// The word used in output.
    public var name: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }
}

/// What one step of a sign-on is.
public enum StepRole: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// The connector's own TGT: shared by many sign-ons.
    case connectorLogon
    /// The AS exchange for the user that only finds the user's realm.
    case realmDiscovery
    /// A krbtgt of another realm.
    case referral
    case s4U2Self
    case s4U2Proxy
    /// A service ticket asked for with the user's own TGT.
    case serviceTicket
    /// An HTTP request to the backend.
    case http

    /// The words used in output.
    public var name: String {
        switch self {
        case .connectorLogon: "connector logon"
        case .realmDiscovery: "realm discovery"
        case .referral: "referral"
        case .s4U2Self: "S4U2Self"
        case .s4U2Proxy: "S4U2Proxy"
        case .serviceTicket: "service ticket"
        case .http: "HTTP"
        }
    }
}

/// What a step consists of.
public enum StepBody: Sendable {
    case kerberos(TicketRequest)
    case http(HTTPTransaction)
}

/// One step of a sign-on, in order of time.
public struct SignOnStep: Sendable {
    public var role: StepRole
    public private(set) var body: StepBody
    /// The number of the ticket request or transaction.
    private(set) var id: UInt64
    private(set) var isTransaction: Bool
    /// Whether what it consists of is under way and not told yet.
    private(set) var isAwaited = false
    /// Where a transaction under way waits.
    private(set) var place = -1
    /// Whether the step also belongs to other sign-ons (the connector's TGT, a cached ticket).
    public var isShared: Bool
    /// How surely it belongs to this sign-on.
    public var proof: JoinProof

    /// Makes a step.
    public init(role: StepRole, body: StepBody, isShared: Bool, proof: JoinProof) {
        self.role = role
        self.body = body
        self.isShared = isShared
        self.proof = proof
        switch body {
        case .kerberos(let request): (id, isTransaction) = (request.id, false)
        case .http(let transaction): (id, isTransaction) = (transaction.id, true)
        }
    }

    /// A step whose ticket request is under way; `unread` stands in its place until it is told.
    init(role: StepRole, awaiting id: UInt64, unread: TicketRequest, proof: JoinProof) {
        self.init(role: role, body: .kerberos(unread), isShared: false, proof: proof)
        self.id = id
        isAwaited = true
    }

    /// The same of a transaction, which waits at a place.
    init(awaiting id: UInt64, at place: Int, unread: HTTPTransaction, proof: JoinProof) {
        self.init(role: .http, body: .http(unread), isShared: false, proof: proof)
        self.id = id
        isAwaited = true
        self.place = place
    }

    /// Puts the present state of what it consists of in the place of an earlier one.
    fileprivate mutating func update(_ body: StepBody) {
        self.body = body
        isAwaited = false
    }

    /// The Kerberos request, where the step is one.
    // Inlined into other modules, Swift 6.3.1's ownership verifier stops on the payload's projection.
    public var ticketRequest: TicketRequest? {
        @inline(never) get {
            if case .kerberos(let request) = body { return request }
            return nil
        }
    }
    /// The HTTP transaction, where the step is one.
    public var transaction: HTTPTransaction? {
        @inline(never) get {
            if case .http(let transaction) = body { return transaction }
            return nil
        }
    }
    /// The first frame of the step.
    public var firstFrame: FrameReference? { ticketRequest?.firstFrame ?? transaction?.firstFrame }
    /// When the step began.
    public var time: CaptureTime? { ticketRequest?.firstTime ?? transaction?.time }
}

/// One user's way to one service: from the ticket on the user's behalf to the backend's answer. It is
/// told at its end and never altered, so that rules and reports share it without copies.
public final class SignOn: Sendable {
    public let facts: SignOnFacts
    /// The HTTP transactions among its steps, in order.
    public let transactions: [HTTPTransaction]
    /// Those of them whose request carried a ticket.
    public let ticketTransactions: [HTTPTransaction]

    /// Fixes what is known.
    public init(_ facts: SignOnFacts) {
        self.facts = facts
        let transactions = facts.steps.compactMap { $0.isTransaction ? $0.transaction : nil }
        self.transactions = transactions
        ticketTransactions = transactions.allSatisfy(\.carriesTicket) ? transactions : transactions.filter(\.carriesTicket)
    }

    /// The step of this role that came last.
    public func last(_ role: StepRole) -> SignOnStep? { facts.last(role) }

    /// The same sign-on with its steps forgotten: what is left says only whom it was for.
    public var withoutSteps: SignOn {
        var facts = facts
        facts.removeSteps()
        return SignOn(facts)
    }
}

/// What is known, each by its name.
extension SignOn {
    @inlinable public var id: UInt64 { facts.id }
    @inlinable public var kind: SignOnKind { facts.kind }
    @inlinable public var point: UInt16 { facts.point }
    @inlinable public var user: Principal { facts.user }
    @inlinable public var userRealm: NameID { facts.userRealm }
    @inlinable public var service: Principal { facts.service }
    @inlinable public var serviceRealm: NameID { facts.serviceRealm }
    @inlinable public var connector: IPAddress { facts.connector }
    @inlinable public var connectorAccount: Principal { facts.connectorAccount }
    @inlinable public var connectorRealm: NameID { facts.connectorRealm }
    @inlinable public var backend: Endpoint? { facts.backend }
    @inlinable public var steps: [SignOnStep] { facts.steps }
    @inlinable public var omittedSteps: UInt32 { facts.omittedSteps }
    @inlinable public var outcome: SignOnOutcome { facts.outcome }
    @inlinable public var failedStep: Int? { facts.failedStep }
    @inlinable public var captureContinues: Bool { facts.captureContinues }
    @inlinable public var firstTime: CaptureTime? { facts.firstTime }
    @inlinable public var lastTime: CaptureTime? { facts.lastTime }
}

/// What is known of a user's way to a service.
public struct SignOnFacts: Sendable {
    /// Counts from 1 within a run, in order of opening.
    public var id: UInt64
    public var kind: SignOnKind
    public var point: UInt16
    /// Whom it is for.
    public var user = Principal.none
    public var userRealm = NameID.none
    /// The service: the S4U2Proxy target, or the ticket's sname, or the Host.
    public var service = Principal.none
    public var serviceRealm = NameID.none
    /// The connector (or the user's own host): its address and account.
    public var connector: IPAddress
    public var connectorAccount = Principal.none
    public var connectorRealm = NameID.none
    /// The backend; absent where no HTTP was seen.
    public var backend: Endpoint?
    /// Steps in order of time, the first eight and the last eight where there were more.
    public private(set) var steps: [SignOnStep] = []
    public var omittedSteps: UInt32 = 0
    /// How it ended, and at which step it failed.
    public var outcome = SignOnOutcome.unknown
    public var failedStep: Int?
    /// Whether the capture runs on for long after the last step.
    public var captureContinues = false

    /// A sign-on without steps.
    public init(id: UInt64, kind: SignOnKind, point: UInt16, connector: IPAddress) {
        self.id = id
        self.kind = kind
        self.point = point
        self.connector = connector
    }

    /// Adds a step behind the others.
    public mutating func append(_ step: SignOnStep) {
        if steps.isEmpty { steps.reserveCapacity(6) }
        steps.append(step)
    }

    /// Takes a step out.
    mutating func removeStep(at place: Int) { steps.remove(at: place) }

    /// Puts the present state of a transaction in the place of an earlier one.
    mutating func update(_ transaction: HTTPTransaction) {
        for place in steps.indices where steps[place].isTransaction && steps[place].id == transaction.id {
            steps[place].update(.http(transaction))
        }
    }

    /// The steps whose content is under way and not told yet.
    var awaited: [SignOnStep] {
        steps.indices.contains { steps[$0].isAwaited } ? steps.filter(\.isAwaited) : []
    }

    /// Puts the present state of a ticket request in the place of an earlier one; whether it is a step.
    mutating func update(_ request: TicketRequest) -> Bool {
        var isStep = false
        for place in steps.indices where !steps[place].isTransaction && steps[place].id == request.id {
            steps[place].update(.kerberos(request))
            isStep = true
        }
        return isStep
    }

    fileprivate mutating func removeSteps() { steps = [] }

    /// The step of this role that came last.
    public func last(_ role: StepRole) -> SignOnStep? { steps.last { $0.role == role } }
    /// When it began and ended.
    public var firstTime: CaptureTime? { steps.first?.time }
    public var lastTime: CaptureTime? { steps.last.flatMap { $0.ticketRequest?.lastTime ?? $0.transaction?.responseTime ?? $0.time } }
}
