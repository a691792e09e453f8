import Collections
import PacketModel
import ByteParsing
import Digests
import Dissectors

/// By what attempts at the same ticket are known to be one request.
struct TicketRequestKey: QuicklyHashed, BitwiseCopyable {
    var client: IPAddress
    var point: UInt16
    var kind: ExchangeKind
    var name: NameID
    var service: NameID
    var ticket: UInt64

    var hashWord: UInt64 {
        let names = UInt64(name.rawValue) << 32 | UInt64(service.rawValue)
        return QuickHash.combine(client.hashWord ^ ticket, names ^ UInt64(kind.rawValue) << 60)
    }
}

/// A ticket request to which attempts may still come. What decides how it goes on lies here; what will be told of it
/// lies aside,
/// where it stays when it is.
struct OpenTicketRequest {
    /// What the last attempt said, as far as the next one is compared with it.
    struct Attempt: BitwiseCopyable {
        var exchange: UInt64
        var flow: FlowID
        var nonce: UInt32
        /// The ticket that came with it as evidence.
        var evidence: Digest128?
        var outcome: ExchangeOutcome
    }

    /// None where there is no request.
    var told: CopyOnWriteBox<TicketRequestFacts>?
    /// Its number.
    let id: UInt64
    var key: TicketRequestKey
    var lastTime = CaptureTime(nanoseconds: .min)
    var last = Attempt(exchange: 0, flow: FlowID(rawValue: 0), nonce: 0, evidence: nil, outcome: .replyOnly)
    /// How many attempts are under way.
    var awaited = 0
    /// Whether an attempt was granted, and whether one preauthenticated itself.
    var isGranted = false
    var isPreauthenticated = false
    /// The entry of the queue that stands for it.
    var queuedTime = CaptureTime(nanoseconds: .min)

    /// None.
    static let none = OpenTicketRequest(
        key: TicketRequestKey(
            client: IPAddress(v4: 0), point: 0, kind: .authenticationService, name: .none, service: .none, ticket: 0))

    private init(key: TicketRequestKey) {
        id = 0
        self.key = key
    }

    /// A request without attempts.
    init(_ told: consuming CopyOnWriteBox<TicketRequestFacts>, _ id: UInt64, key: TicketRequestKey) {
        self.told = told
        self.id = id
        self.key = key
    }

    /// What will be told, changed in its place.
    var facts: TicketRequestFacts {
        _read { yield told!.value }
        _modify { yield &told!.mutable }
    }

    /// Adds an attempt that is under way; returns one for which there is no room any more.
    mutating func append(
        _ exchange: consuming KerberosExchange, _ attempt: Attempt, realm: NameID, isPreauthenticated: Bool,
        now: CaptureTime
    )
        -> KerberosExchange?
    {
        last = attempt
        lastTime = now
        awaited += 1
        if isPreauthenticated { self.isPreauthenticated = true }
        return Self.append(exchange, realm, to: &told!.mutable)
    }

    private static func append(
        _ exchange: consuming KerberosExchange, _ realm: NameID, to facts: inout TicketRequestFacts
    ) -> KerberosExchange? {
        var crowded: KerberosExchange?
        if facts.attempts.count >= 2 * TicketRequests.keptAttempts {
            crowded = facts.attempts[TicketRequests.keptAttempts]
            facts.attempts.remove(at: TicketRequests.keptAttempts)
            facts.omittedAttempts += 1
        }
        if let last = facts.realms.last, last != realm, facts.realms.count < 16 { facts.realms.append(realm) }
        facts.attempts.append(exchange)
        return crowded
    }

    /// An attempt has ended.
    mutating func note(_ exchange: UInt64, _ outcome: ExchangeOutcome, now: CaptureTime) {
        if exchange == last.exchange { last.outcome = outcome }
        if outcome == .granted { isGranted = true }
        awaited -= 1
        lastTime = max(lastTime, now)
        let outcome = self.outcome(isSuperseded: told!.value.supersededBy != nil)
        told!.mutable.outcome = outcome
    }

    /// A ticket was granted if any attempt was; else the last attempt decides, a definite answer
    /// before silence from another KDC asked at the same time.
    mutating func outcome(isSuperseded: Bool) -> RequestOutcome {
        if isGranted { return .granted }
        if isSuperseded { return .superseded }
        switch last.outcome {
        case .granted, .replyOnly: return .granted
        case .referred: return .referralNotFollowed
        case .refused(let code): return .refused(code)
        case .unanswered(let reason): return .unanswered(reason)
        }
    }
}
