import Collections
import PacketModel
import ByteParsing
import Digests
import Dissectors

/// Gathers exchanges into ticket requests: attempts at the same ticket by the same host belong
/// together, from "preauthentication required" over another KDC to the end of a referral chain.
///
/// Functions that only read are `mutating`, too; see docs/compiler-workarounds.md.
struct TicketRequests: ~Copyable {
    private var open = IDTable(vacant: OpenTicketRequest.none)
    /// The slots of the newest open requests of each key.
    private var byKey = HashIndex()
    /// Open requests by age of their last attempt, for time-outs (lazily kept).
    private var queue = RingBuffer<Waiting<UInt64>>()
    private var nextID: UInt64 = 1
    /// No open request has a smaller id.
    private var oldestID: UInt64 = 1

    /// Attempts kept from the start and from the end of a long chain.
    static let keptAttempts = 4

    /// Open ticket requests.
    var count: Int { open.count }

    /// What told requests are kept in.
    private var pool = BoxPool<TicketRequestFacts>(maximumCount: 1024)
    private var sayings = BoxPool<TicketRequest.MessagePairs>(maximumCount: 1024)
    /// Attempts under way that their request has no room for, or that it was told before, by number. Each is waited
    /// for.
    private var strays: [UInt64: KerberosExchange] = [:]
    /// From so many open requests on, what has been refused waits packed.
    private static let roomyCount = 2048

    /// Takes back what a request is made of, as far as nobody else holds it, to be used for others.
    mutating func recycle(_ request: inout TicketRequest, _ exchanges: inout ExchangePool) {
        if request.said != nil {
            sayings.recycle(&request.said!) { said in
                said.changeAll { if $0 != nil { exchanges.recycle(&$0!) } }
                said.removeAll()
            }
        }
        pool.recycle(&request.shared) { facts in
            facts.attempts.changeAll { exchanges.recycle(&$0) }
            facts.attempts.removeAll()
            facts.realms.removeAll()
        }
    }

    /// The open request with this id as it stands, for those who only need to know how it went.
    mutating func outline(_ id: UInt64) -> TicketRequest? {
        guard let slot = open.slot(of: id) else { return nil }
        var facts = open[slot: slot].facts
        facts.attempts.changeAll { $0.plain = nil }
        return TicketRequest(facts)
    }

    private static let nothing = TicketRequestFacts(
        id: 0, kind: .authenticationService, point: 0, client: IPAddress(v4: 0))

    /// Packs what was said in the attempts at an open request, where many are open.
    mutating func pack(_ id: UInt64, _ exchanges: inout ExchangePool) {
        if open.count < Self.roomyCount { return }
        guard let slot = open.slot(of: id), open[slot: slot].awaited == 0 else { return }
        open[slot: slot].facts.attempts.changeAll { exchanges.pack(&$0) }
    }

    /// What is asked of the open request with this id.
    mutating func ask<Answer>(_ id: UInt64, _ question: (inout TicketRequestFacts) -> Answer) -> Answer? {
        guard let slot = open.slot(of: id) else { return nil }
        return question(&open[slot: slot].facts)
    }

    /// Whether an open request waits for no reply.
    mutating func isAnswered(_ id: UInt64) -> Bool { open.slot(of: id).map { open[slot: $0].awaited == 0 } ?? false }

    /// Whether no attempt at an open request preauthenticated itself.
    mutating func isUnauthenticated(_ id: UInt64) -> Bool {
        open.slot(of: id).map { !open[slot: $0].isPreauthenticated } ?? false
    }

    /// A request went out: finds the ticket request that it continues, or begins one. Returns its id,
    /// whether it is new.
    mutating func opened(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope,
        _ exchanges: inout ExchangePool, lineage: borrowing TicketLineage, retryPatienceNanoseconds: Int64,
        now: CaptureTime
    ) -> (id: UInt64, isNew: Bool) {
        let attempt = OpenTicketRequest.Attempt(
            exchange: asked.exchange, flow: envelope.flow, nonce: message.nonce,
            evidence: message.additionalTickets.count > 0 ? message.additionalTickets[0].digest : nil,
            outcome: .unanswered(.silence))
        let payer = lineage[message.headerTicket.digest]
        let evidence = attempt.evidence.flatMap { lineage[$0] }
        let key = Self.key(asked, &message, payer: payer, evidence: evidence)
        // One that it does not continue stays open until its patience ends: it may yet be superseded.
        let newest = byKey.find(key.hashWord) { open[slot: $0].key == key }
        if let slot = newest,
            continues(
                slot, asked, attempt, evidence: evidence?.request, now: now,
                retryPatienceNanoseconds: retryPatienceNanoseconds)
        {
            append(exchanges.make(asked, &message, envelope), attempt, &message, to: slot, now)
            return (open[slot: slot].id, false)
        }
        let id = nextID
        nextID += 1
        var told = pool.acquire { Self.nothing }
        Self.begin(&told.mutable, id, asked, &message, payer: payer, evidence: evidence)
        let slot = open.insertVacant(id)
        // Moved, not assigned: an assignment copies.
        var fresh = OpenTicketRequest(consume told, id, key: key)
        swap(&fresh, &open[slot: slot])
        if let newest { byKey.remove(newest, hash: key.hashWord) }
        byKey.insert(slot, hash: key.hashWord)
        append(exchanges.make(asked, &message, envelope), attempt, &message, to: slot, now)
        return (id, true)
    }

    private mutating func append(
        _ exchange: consuming KerberosExchange, _ attempt: OpenTicketRequest.Attempt, _ message: inout KerberosMessage,
        to slot: Int, _ now: CaptureTime
    ) {
        let crowded = open[slot: slot].append(
            exchange, attempt, realm: message.realm,
            isPreauthenticated: message.parts.contains(.preauthentication), now: now)
        if let crowded, crowded.isUnderWay { strays[crowded.id] = crowded }
    }

    private static func key(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, payer: TicketNode?,
        evidence: TicketNode?
    )
        -> TicketRequestKey
    {
        var key = TicketRequestKey(
            client: asked.client.address, point: asked.point, kind: asked.kind, name: .none, service: .none, ticket: 0)
        switch asked.kind {
        case .authenticationService:
            key.name = message.cname.name
        case .s4U2Self:
            key.name = message.forUser.name
        case .s4U2Proxy:
            key.service = message.sname.name
            if let evidence {
                key.name = evidence.cname.name
            } else if message.additionalTickets.count > 0 {
                key.ticket = message.additionalTickets[0].digest.low
            }
        case .ticketGrantingTicket, .ticketGranting, .userToUser:
            key.service = message.sname.name
            key.name = payer?.cname.name ?? .none
        }
        return key
    }

    private mutating func continues(
        _ slot: Int, _ asked: KerberosPairing.PendingRequest, _ attempt: OpenTicketRequest.Attempt, evidence: UInt64?,
        now: CaptureTime, retryPatienceNanoseconds: Int64
    ) -> Bool {
        guard now.nanoseconds(since: open[slot: slot].lastTime) <= retryPatienceNanoseconds else { return false }
        let last = open[slot: slot].last
        if open[slot: slot].awaited > 0 {
            // A second request while the first is unanswered: the same ticket, asked for elsewhere or again.
            return last.flow != attempt.flow || last.nonce == attempt.nonce || asked.transport == .udp
        }
        if asked.kind == .s4U2Proxy, let own = attempt.evidence, let other = last.evidence, own != other,
            evidence != open[slot: slot].facts.id
        {
            // Another ticket of the user: a new sign-on, not a retry.
            return false
        }
        switch last.outcome {
        case .granted, .replyOnly: return false
        case .referred, .refused, .unanswered: return true
        }
    }

    private static func begin(
        _ request: inout TicketRequestFacts, _ id: UInt64, _ asked: KerberosPairing.PendingRequest,
        _ message: inout KerberosMessage, payer: TicketNode?, evidence: TicketNode?
    ) {
        request = TicketRequestFacts(id: id, kind: asked.kind, point: asked.point, client: asked.client.address)
        request.service = message.sname
        request.serviceRealm = message.realm
        request.realms.append(message.realm)
        switch request.kind {
        case .authenticationService:
            request.requester = message.cname
            request.requesterRealm = message.realm
            request.user = message.cname
            request.userRealm = message.realm
        case .s4U2Self:
            request.user = message.forUser
            request.userRealm = message.forUserRealm
            // Without the TGT's history the requester is the service that it asks for: itself.
            request.requester = message.sname
            request.requesterRealm = message.realm
            if let payer { (request.requester, request.requesterRealm) = (payer.cname, payer.crealm) }
        case .s4U2Proxy:
            if let evidence {
                request.user = evidence.cname
                request.userRealm = evidence.crealm
                request.evidence = evidence.request
                request.evidenceProof = .digest
            }
            if let payer {
                request.requester = payer.cname
                request.requesterRealm = payer.crealm
            } else if !message.additionalTickets.isEmpty {
                request.requester = message.additionalTickets[0].sname
                request.requesterRealm = message.additionalTickets[0].realm
            }
        case .ticketGrantingTicket, .ticketGranting, .userToUser:
            if let payer {
                request.requester = payer.cname
                request.requesterRealm = payer.crealm
            }
            request.user = request.requester
            request.userRealm = request.requesterRealm
        }
        if let payer {
            request.parent = payer.request
            request.parentProof = .digest
        }
    }

    /// Remembers when to look at a request again, once answered; once for each instant.
    private mutating func enqueue(_ id: UInt64, _ slot: Int) {
        let now = open[slot: slot].lastTime
        guard open[slot: slot].queuedTime < now else { return }
        open[slot: slot].queuedTime = now
        if queue.isMostlyStale(liveCount: open.count) {
            queue.removeAll { entry in open.slot(of: entry.id).map { open[slot: $0].queuedTime != entry.since } ?? true
            }
        }
        queue.append(Waiting(id: id, since: now))
    }

    /// A reply has come: puts it into the attempt that it answers.
    mutating func answered(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope,
        krbtgt: NameID,
        now: CaptureTime, _ exchanges: inout ExchangePool
    ) -> Ended? {
        let copies = asked.copies.count > 0 ? asked.copies : nil
        return ended(asked, now: now, &exchanges) { $0.answer(&message, envelope, krbtgt, copies: copies) }
    }

    /// There will be no reply to an attempt; `silence` says why, where that is known.
    mutating func unanswered(
        _ asked: KerberosPairing.PendingRequest, _ silence: KerberosPairing.NoReply?, now: CaptureTime,
        _ exchanges: inout ExchangePool
    ) -> Ended? {
        ended(asked, now: now, &exchanges) { $0.endUnanswered(copies: asked.copies, silence) }
    }

    /// How an attempt ended, and whether the ticket request to which it belongs is open.
    struct Ended {
        var outcome: ExchangeOutcome
        var isOpen: Bool
    }

    private mutating func ended(
        _ asked: KerberosPairing.PendingRequest, now: CaptureTime, _ exchanges: inout ExchangePool,
        _ end: (inout KerberosExchange) -> Void
    ) -> Ended? {
        let slot = open.slot(of: asked.owner)
        var outcome: ExchangeOutcome?
        if let slot {
            outcome = open[slot: slot].facts.attempts.changeLast(where: { $0.id == asked.exchange }) {
                end(&$0)
                return $0.outcome
            }
        }
        if outcome == nil, var stray = strays.removeValue(forKey: asked.exchange) {
            end(&stray)
            outcome = stray.outcome
            exchanges.recycle(&stray)
        }
        guard let outcome else { return nil }
        guard let slot else { return Ended(outcome: outcome, isOpen: false) }
        open[slot: slot].note(asked.exchange, outcome, now: now)
        noteRefusal(slot)
        // A granted ticket ends the request at once.
        if outcome != .granted { enqueue(asked.owner, slot) }
        return Ended(outcome: outcome, isOpen: true)
    }

    /// A ticket was granted: what the same host was refused shortly before, for the same user and the
    /// same service (or, of an unknown service, for another name), did no harm. Returns those that did none.
    mutating func supersede(by id: UInt64) -> [UInt64] {
        guard !refusals.isEmpty, let granted = open.slot(of: id), Self.mayBeForgiven(open[slot: granted].key.kind)
        else { return [] }
        var out: [UInt64] = []
        for id in refusals.take(of: asker(granted)) {
            guard let slot = open.slot(of: id), slot != granted else { continue }
            let isUnknownName = open[slot: slot].facts.outcome == .refused(7)
            guard open[slot: slot].facts.service.name == open[slot: granted].facts.service.name || isUnknownName
            else { continue }
            open[slot: slot].facts.supersededBy = open[slot: granted].facts.id
            let outcome = open[slot: slot].outcome(isSuperseded: true)
            open[slot: slot].facts.outcome = outcome
            out.append(id)
        }
        return out
    }

    /// Remembers a refusal, to forgive it where the ticket is granted soon after.
    private mutating func noteRefusal(_ slot: Int) {
        guard Self.mayBeForgiven(open[slot: slot].key.kind), case .refused = open[slot: slot].facts.outcome else {
            return
        }
        refusals.note(open[slot: slot].id, of: asker(slot))
    }

    private static func mayBeForgiven(_ kind: ExchangeKind) -> Bool { kind == .s4U2Proxy || kind == .ticketGranting }

    private mutating func asker(_ slot: Int) -> ForgivableRefusals.Asker {
        let key = open[slot: slot].key
        return ForgivableRefusals.Asker(
            client: key.client, point: key.point, kind: key.kind, user: open[slot: slot].facts.user.name)
    }

    private var refusals = ForgivableRefusals()
    /// Askers of refused requests that have made room for others.
    var forgottenRefusals: UInt64 { refusals.forgottenCount }

    /// Changes an open request in place.
    mutating func update(_ id: UInt64, _ change: (inout TicketRequestFacts) -> Void) {
        guard let slot = open.slot(of: id) else { return }
        change(&open[slot: slot].facts)
    }

    /// Takes a request out: nothing more is expected of it.
    mutating func close(_ id: UInt64, captureContinues: Bool = false) -> TicketRequest? {
        guard let slot = open.removeVacated(id) else { return nil }
        byKey.remove(slot, hash: open[slot: slot].key.hashWord)
        let outcome = open[slot: slot].outcome(isSuperseded: open[slot: slot].facts.supersededBy != nil)
        let isAwaited = open[slot: slot].awaited > 0
        var taken: CopyOnWriteBox<TicketRequestFacts>?
        swap(&taken, &open[slot: slot].told)
        guard var told = taken.take() else { return nil }
        if isAwaited { separate(&told.mutable.attempts) }
        var said = sayings.acquire { TicketRequest.MessagePairs() }
        Self.end(&told.mutable, &said.mutable, outcome)
        if captureContinues { told.mutable.captureContinues = true }
        return TicketRequest(told, said)
    }

    /// Attempts under way are told as they stand, and go on by themselves.
    private mutating func separate(_ attempts: inout ShortList<KerberosExchange>) {
        attempts.changeAll { attempt in
            guard attempt.isUnderWay else { return }
            attempt.endUnanswered()
            strays[attempt.id] = attempt
        }
    }

    /// Parts what is known of a request from what was said in its attempts.
    private static func end(
        _ told: inout TicketRequestFacts, _ said: inout TicketRequest.MessagePairs, _ outcome: RequestOutcome
    ) {
        told.outcome = outcome
        told.attempts.changeAll {
            var messages: CopyOnWriteBox<KerberosMessagePair>?
            swap(&messages, &$0.plain)
            said.append(messages)
        }
    }

    /// Takes out the requests whose last attempt was answered before `limit` and not followed.
    mutating func expire(before limit: CaptureTime, into out: inout [TicketRequest]) {
        while let next = queue.first, next.since < limit {
            _ = queue.popFirst()
            guard let slot = open.slot(of: next.id), open[slot: slot].awaited == 0,
                open[slot: slot].lastTime < limit
            else { continue }
            if let request = close(next.id, captureContinues: true) { out.append(request) }
        }
    }

    /// Every open request, oldest first.
    var ids: [UInt64] { open.ids }

    /// Takes out the oldest, to make room.
    mutating func dropOldest() -> TicketRequest? {
        while oldestID < nextID {
            if let oldest = close(oldestID) { return oldest }
            oldestID += 1
        }
        return nil
    }
}
