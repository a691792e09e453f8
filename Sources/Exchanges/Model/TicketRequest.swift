import PacketModel
import ByteParsing
import Dissectors

/// How surely two things were joined.
public enum JoinProof: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// The same ticket octets in both (equal digests).
    case digest
    /// Same client, names and nearness in time: a digest could not be had.
    case inferred

    /// The word used in output.
    public var name: String { self == .digest ? "digest" : "inferred" }
}

/// How a ticket request came out in the end, retries included.
public enum RequestOutcome: Sendable, Hashable, BitwiseCopyable {
    /// The ticket was issued, perhaps after benign refusals.
    case granted
    /// A referral was issued and nothing followed it.
    case referralNotFollowed
    /// The last word was a KRB-ERROR with this code.
    case refused(Int32)
    /// The last attempt had no answer.
    case unanswered(SilenceReason)
    /// It was refused, but the same host was granted the same ticket for the same user soon after; or
    /// the name was unknown, and another name for it was granted: nothing is wrong.
    case superseded

    /// Whether the ticket was issued.
    public var isGranted: Bool { self == .granted }
}

/// One request for one ticket, with all the attempts that it took: retransmission over TCP after
/// "response too big", preauthentication after "preauthentication required", a second try after
/// a clock correction, another KDC, a chain of referrals. It is judged by how it ended, so that
/// what was only a step on the way is never an error.
///
/// This is the request at one time of its life: never altered, so that sign-ons, rules and reports share
/// it without copies.
public struct TicketRequest: Sendable {
    typealias MessagePairs = ShortList<CopyOnWriteBox<KerberosMessagePair>?>

    @usableFromInline var shared: CopyOnWriteBox<TicketRequestFacts>
    /// What was said in each attempt; nil where the attempts have that themselves, or it is left out.
    var said: CopyOnWriteBox<MessagePairs>?

    /// Fixes what is known.
    public init(_ facts: TicketRequestFacts) { self.init(CopyOnWriteBox(facts), nil) }

    init(_ shared: CopyOnWriteBox<TicketRequestFacts>, _ said: CopyOnWriteBox<MessagePairs>?) {
        self.shared = shared
        self.said = said
    }

    /// The same request without what its messages say, for those who only need to know how it went.
    var withoutMessages: TicketRequest { TicketRequest(shared, nil) }

    /// The attempts in order, with what was said in them.
    public var attempts: ShortList<KerberosExchange> {
        guard let said else { return facts.attempts }
        var out = facts.attempts
        for place in 0..<min(out.count, said.value.count) {
            let messages = said.value[place]
            out.change(at: place) { $0.plain = messages }
        }
        return out
    }

    /// The attempt that decided the outcome: the last one.
    public var last: KerberosExchange? {
        guard let said else { return facts.attempts.last }
        guard let attempt = facts.attempts.last, let messages = said.value.last else { return nil }
        return KerberosExchange(attempt.shared, messages)
    }

    /// What is known; the attempts with no word of what was said in them.
    @inlinable public var facts: TicketRequestFacts {
        @inline(__always) _read { yield shared.value }
    }

    /// Whether a refusal says in which realm the user is.
    private static func tellsRealm(_ code: Int32) -> Bool {
        let error = KerberosErrorCode(rawValue: code)
        return error == .preauthenticationRequired || error == .wrongRealm
    }

    /// Whether it came to what it was for. A refusal that did no harm is none, an answer outside the capture may have
    /// been one;
    /// whoever only looks for a user's realm is told it in a refusal (MS-SFU 3.1.5.1.1.2).
    public var success: SignOnOutcome {
        switch facts.outcome {
        case .granted, .superseded: .succeeded
        case .refused(let code): facts.isRealmDiscovery && Self.tellsRealm(code) ? .succeeded : .failed
        case .referralNotFollowed: .failed
        case .unanswered(let reason):
            reason == .captureEnded || reason == .gap || reason == .oneSided ? .unknown : .failed
        }
    }

    /// Whether both are one and the same, told once.
    public func isSame(as other: TicketRequest) -> Bool { shared.isSame(as: other.shared) }
}

/// What is known, each by its name.
extension TicketRequest {
    @inlinable public var id: UInt64 { facts.id }
    @inlinable public var kind: ExchangeKind { facts.kind }
    @inlinable public var point: UInt16 { facts.point }
    @inlinable public var client: IPAddress { facts.client }
    @inlinable public var requester: Principal { facts.requester }
    @inlinable public var requesterRealm: NameID { facts.requesterRealm }
    @inlinable public var user: Principal { facts.user }
    @inlinable public var userRealm: NameID { facts.userRealm }
    @inlinable public var service: Principal { facts.service }
    @inlinable public var serviceRealm: NameID { facts.serviceRealm }
    @inlinable public var omittedAttempts: UInt32 { facts.omittedAttempts }
    @inlinable public var outcome: RequestOutcome { facts.outcome }
    @inlinable public var realms: ShortList<NameID> { facts.realms }
    @inlinable public var parent: UInt64? { facts.parent }
    @inlinable public var parentProof: JoinProof { facts.parentProof }
    @inlinable public var evidence: UInt64? { facts.evidence }
    @inlinable public var evidenceProof: JoinProof { facts.evidenceProof }
    @inlinable public var isRealmDiscovery: Bool { facts.isRealmDiscovery }
    @inlinable public var supersededBy: UInt64? { facts.supersededBy }
    @inlinable public var signOn: UInt64? { facts.signOn }
    @inlinable public var captureContinues: Bool { facts.captureContinues }
    @inlinable public var kdcs: [IPAddress] { facts.kdcs }
    @inlinable public var firstTime: CaptureTime? { facts.firstTime }
    @inlinable public var lastTime: CaptureTime? { facts.lastTime }
    @inlinable public var firstFrame: FrameReference? { facts.firstFrame }
}

/// What is known of a ticket request.
public struct TicketRequestFacts: Sendable {
    /// Counts from 1 within a run.
    public var id: UInt64
    /// What was asked for.
    public var kind: ExchangeKind
    public var point: UInt16
    /// The host that asked.
    public var client: IPAddress
    /// The principal that asked: of an AS exchange its cname, else the owner of the TGT that paid.
    public var requester = Principal.none
    public var requesterRealm = NameID.none
    /// On whose behalf: the user of S4U2Self or S4U2Proxy; else the requester.
    public var user = Principal.none
    public var userRealm = NameID.none
    /// The service asked for, and the realm in which it was asked for first.
    public var service = Principal.none
    public var serviceRealm = NameID.none
    /// Every attempt in order, the first four and the last four where there were more.
    public var attempts = ShortList<KerberosExchange>()
    public var omittedAttempts: UInt32 = 0
    /// How it ended.
    public var outcome = RequestOutcome.unanswered(.captureEnded)
    /// The realms that were passed through, in order, the first one included.
    public var realms = ShortList<NameID>()
    /// The request that brought the TGT with which this one was paid.
    public var parent: UInt64?
    public var parentProof = JoinProof.inferred
    /// Of S4U2Proxy: the S4U2Self request that brought the evidence ticket.
    public var evidence: UInt64?
    public var evidenceProof = JoinProof.inferred
    /// Of an AS exchange without preauthentication for a name that the same host then impersonates:
    /// the realm discovery of MS-SFU 3.1.5.1.1.2.
    public var isRealmDiscovery = false
    /// The later request by which this one's refusal came to nothing.
    public var supersededBy: UInt64?
    /// The sign-on that owns or shares it; nil while none is known.
    public var signOn: UInt64?
    /// Whether the capture runs on for long after the last attempt, so that "nothing followed" means it.
    public var captureContinues = false

    /// A request without attempts.
    public init(id: UInt64, kind: ExchangeKind, point: UInt16, client: IPAddress) {
        self.id = id
        self.kind = kind
        self.point = point
        self.client = client
    }

    /// Whether neither who asked nor for what could be read, and nobody answered: octets that may have been anything.
    var isUnread: Bool {
        guard case .unanswered = outcome else { return false }
        return signOn == nil && !serviceRealm.isPresent && !service.isPresent && !requester.isPresent && !user.isPresent
    }

    /// Every KDC address that was asked, without repetition.
    public var kdcs: [IPAddress] {
        var seen: [IPAddress] = []
        for attempt in attempts where !seen.contains(attempt.kdc.address) { seen.append(attempt.kdc.address) }
        return seen
    }
    /// When it began and ended.
    public var firstTime: CaptureTime? { attempts.first?.time }
    public var lastTime: CaptureTime? { attempts.last.flatMap { $0.replyTime ?? $0.endTime ?? $0.lastRequestTime } }
    public var firstFrame: FrameReference? { attempts.first?.firstFrame }
}
