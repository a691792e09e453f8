import Collections
import PacketModel
import ByteParsing
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
    /// Whether what it consists of is under way and not told yet.
    private(set) var isAwaited = false
    /// Whether the step also belongs to other sign-ons (the connector's TGT, a cached ticket).
    public var isShared: Bool
    /// How surely it belongs to this sign-on.
    public var proof: JoinProof
    private(set) var isTransaction: Bool
    /// The number of the ticket request or transaction.
    private(set) var id: UInt64
    /// What finds a transaction that is under way.
    private(set) var handle = SlotHandle.none
    /// What is known of the ticket request; what was said in it is left out.
    private var request: CopyOnWriteBox<TicketRequestFacts>?
    /// The HTTP transaction, where the step is one and has been told.
    public private(set) var transaction: HTTPTransaction?

    /// Makes a step.
    public init(role: StepRole, body: StepBody, isShared: Bool, proof: JoinProof) {
        self.role = role
        self.isShared = isShared
        self.proof = proof
        switch body {
        case .kerberos(let request):
            (id, isTransaction) = (request.id, false)
            self.request = request.shared
        case .http(let told):
            (id, isTransaction) = (told.id, true)
            transaction = told
        }
    }

    /// A step whose ticket request is under way.
    init(role: StepRole, awaiting id: UInt64, proof: JoinProof) {
        self.role = role
        self.proof = proof
        self.id = id
        isShared = false
        isTransaction = false
        isAwaited = true
    }

    /// The same of a transaction.
    init(awaiting id: UInt64, at handle: SlotHandle, proof: JoinProof) {
        role = .http
        self.proof = proof
        self.id = id
        self.handle = handle
        isShared = false
        isTransaction = true
        isAwaited = true
    }

    /// The Kerberos request, where the step is one and has been told.
    public var ticketRequest: TicketRequest? { request.map { TicketRequest($0, nil) } }

    /// What it consists of, once that has been told.
    public var body: StepBody? {
        if let transaction { return .http(transaction) }
        return ticketRequest.map { .kerberos($0) }
    }

    /// Takes the ticket request out of it; nil where it has none.
    mutating func takeTicketRequest() -> TicketRequest? {
        var taken: CopyOnWriteBox<TicketRequestFacts>?
        swap(&taken, &request)
        return taken.map { TicketRequest($0, nil) }
    }

    /// Takes the transaction out of it; nil where it has none.
    mutating func takeTransaction() -> HTTPTransaction? {
        var taken: HTTPTransaction?
        swap(&taken, &transaction)
        return taken
    }

    fileprivate mutating func prefetch() {
        if request != nil { request!.prefetch() }
        if transaction != nil { transaction!.shared.prefetch() }
    }

    /// Puts the present state of what it consists of in the place of an earlier one.
    fileprivate mutating func update(_ told: TicketRequest) {
        request = told.shared
        isAwaited = false
    }

    fileprivate mutating func update(_ told: HTTPTransaction) {
        transaction = told
        isAwaited = false
    }

    /// The first frame of the step.
    public var firstFrame: FrameReference? { ticketRequest?.firstFrame ?? transaction?.firstFrame }
    /// When the last of it was seen.
    var lastTime: CaptureTime? {
        // `!` and not `if let`, which copies the whole request.
        if request != nil,
            let last = request!.value.attempts.askLast({ $0.replyTime ?? $0.endTime ?? $0.lastRequestTime }) ?? nil
        {
            return last
        }
        return transaction?.responseTime ?? time
    }
    /// When the step began.
    public var time: CaptureTime? { ticketRequest?.firstTime ?? transaction?.time }
}

/// One user's way to one service: from the ticket on the user's behalf to the backend's answer. It is
/// told at its end and never altered, so that rules and reports share it without copies.
public struct SignOn: Sendable {
    /// What is known, and what every rule would look for in it.
    @usableFromInline
    struct Storage: Sendable {
        @usableFromInline var facts: SignOnFacts
        @usableFromInline var transactions: [HTTPTransaction] = []
        /// Nil where every one carries a ticket.
        @usableFromInline var ticketTransactions: [HTTPTransaction]?

        init(_ facts: SignOnFacts) { self.facts = facts }

        /// Looks through the steps.
        mutating func read() {
            var carryTickets = true
            for place in facts.steps.indices where facts.steps[place].isTransaction {
                guard let transaction = facts.steps[place].transaction else { continue }
                if !transaction.carriesTicket { carryTickets = false }
                transactions.append(transaction)
            }
            if !carryTickets { ticketTransactions = transactions.filter { $0.carriesTicket } }
        }
    }
    @usableFromInline var shared: CopyOnWriteBox<Storage>

    /// Fixes what is known.
    public init(_ facts: SignOnFacts) {
        var told = Storage(facts)
        told.read()
        shared = CopyOnWriteBox(told)
    }

    init(_ shared: CopyOnWriteBox<Storage>) { self.shared = shared }

    /// What is known.
    @inlinable public var facts: SignOnFacts {
        @inline(__always) _read { yield shared.value.facts }
    }
    /// The HTTP transactions among its steps, in order.
    @inlinable public var transactions: [HTTPTransaction] { shared.value.transactions }
    /// Those of them whose request carried a ticket.
    @inlinable public var ticketTransactions: [HTTPTransaction] {
        shared.value.ticketTransactions ?? shared.value.transactions
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
    public mutating func append(_ step: consuming SignOnStep) {
        if steps.isEmpty { steps.reserveCapacity(6) }
        steps.append(step)
    }

    /// Takes a step out.
    mutating func removeStep(at place: Int) -> SignOnStep { steps.remove(at: place) }

    /// Puts the present state of a transaction in the place of an earlier one.
    mutating func update(_ transaction: HTTPTransaction) {
        for place in steps.indices where steps[place].isTransaction && steps[place].id == transaction.id {
            steps[place].update(transaction)
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
            steps[place].update(request)
            isStep = true
        }
        return isStep
    }

    fileprivate mutating func removeSteps() { steps = [] }

    /// Begins anew, with room for the steps of the one that was here before.
    mutating func begin(id: UInt64, kind: SignOnKind, point: UInt16, connector: IPAddress) {
        var room: [SignOnStep] = []
        swap(&room, &steps)
        room.removeAll(keepingCapacity: true)
        self = SignOnFacts(id: id, kind: kind, point: point, connector: connector)
        swap(&room, &steps)
    }

    /// Takes all steps out; `release` sees each of them off.
    mutating func removeSteps(_ release: (inout SignOnStep) -> Void) {
        for place in steps.indices { release(&steps[place]) }
        steps.removeAll(keepingCapacity: true)
    }

    /// How far away from itself what a sign-on consists of is prefetched: its steps, and what each of them holds.
    enum Distance { case steps, contents }

    /// Prefetches what will soon be read.
    mutating func prefetch(_ distance: Distance) {
        switch distance {
        case .steps: steps.prefetch()
        case .contents: for place in steps.indices { steps[place].prefetch() }
        }
    }

    /// The step of this role that came last.
    public func last(_ role: StepRole) -> SignOnStep? {
        var place = steps.count
        while place > 0 {
            place -= 1
            if steps[place].role == role { return steps[place] }
        }
        return nil
    }
    /// When it began and ended.
    public var firstTime: CaptureTime? { steps.first?.time }
    public var lastTime: CaptureTime? {
        // By span, since `steps.last` copies the step.
        let span = steps.span
        return span.isEmpty ? nil : span[span.count - 1].lastTime
    }
}
