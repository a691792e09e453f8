import ByteParsing
import CaptureFile
import Digests
import Dissectors

/// Gathers exchanges into ticket requests: attempts at the same ticket by the same host belong
/// together, from "preauthentication required" over another KDC to the end of a referral chain.
struct TicketRequests {
    private struct Key: QuicklyHashed {
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

        /// By which the key is found.
        var number: UInt64 { hashWord >> 1 }
    }

    /// Changed in place: a request is touched with each of its attempts.
    private struct Open {
        var facts: TicketRequestFacts
        var key: Key
        var lastTime: CaptureTime
        var awaited = 0
        /// Whether an attempt is being changed elsewhere.
        var isLent = false
        /// The entry of `queue` that stands for it.
        var queuedTime = CaptureTime(nanoseconds: .min)

        /// Begins a request where another has been: what is left of that one are only plain values.
        mutating func begin(_ id: UInt64, _ exchange: borrowing KerberosExchange, _ key: Key) {
            facts = TicketRequestFacts(id: id, kind: exchange.kind, point: exchange.point, client: exchange.client.address)
            self.key = key
            lastTime = CaptureTime(nanoseconds: .min)
            awaited = 0
            isLent = false
            queuedTime = CaptureTime(nanoseconds: .min)
        }

        /// Adds an attempt that is under way.
        mutating func append(_ exchange: KerberosExchange, realm: NameID, now: CaptureTime) {
            if facts.attempts.count >= 2 * keptAttempts {
                facts.attempts.remove(at: keptAttempts)
                facts.omittedAttempts += 1
            }
            if let last = facts.realms.last, last != realm, facts.realms.count < 16 { facts.realms.append(realm) }
            facts.attempts.append(exchange)
            lastTime = now
            awaited += 1
        }

        mutating func lend(_ exchange: UInt64, _ unread: KerberosExchange) {
            facts.attempts.changeAll { attempt in
                guard attempt.id == exchange else { return }
                attempt = unread
                isLent = true
            }
        }

        /// Puts a complete attempt in the place of the one under way.
        mutating func close(_ exchange: KerberosExchange, now: CaptureTime) {
            // One that was lent left nothing with a number.
            let id = isLent ? 0 : exchange.id
            isLent = false
            facts.attempts.changeAll { if $0.id == id { $0 = exchange } }
            awaited -= 1
            lastTime = max(lastTime, now)
            facts.outcome = TicketRequests.outcome(&facts)
        }
    }

    private var open = IDTable(vacant: Open(
        facts: TicketRequestFacts(id: 0, kind: .authenticationService, point: 0, client: IPAddress(v4: 0)),
        key: Key(client: IPAddress(v4: 0), point: 0, kind: .authenticationService, name: .none, service: .none, ticket: 0),
        lastTime: CaptureTime(nanoseconds: .min)))
    /// The newest open request of a wish, by the hash of its key.
    private var byKey = IDTable<UInt64>(vacant: 0)
    /// Open requests by age of their last attempt, for time-outs (lazily kept).
    private var queue = ArrivalQueue<Waiting<UInt64>>()
    private var nextID: UInt64 = 1
    /// No open request has a smaller id.
    private var oldestID: UInt64 = 1

    /// Attempts kept from the start and from the end of a long chain.
    static let keptAttempts = 4

    /// Open ticket requests.
    var count: Int { open.count }

    /// What told requests are kept in.
    private var pool = SharedPool<TicketRequestFacts>(maximumCount: 1024)
    private var sayings = SharedPool<TicketRequest.Said>(maximumCount: 1024)
    /// Stands for an attempt that is being changed elsewhere.
    private let unread = KerberosExchange(KerberosExchangeFacts(
        id: 0, kind: .authenticationService, client: Endpoint(address: IPAddress(v4: 0), port: 0),
        kdc: Endpoint(address: IPAddress(v4: 0), port: 0), transport: .tcp, flow: FlowID(rawValue: 0), point: 0))
    /// From so many open requests on, what has been refused waits packed.
    private static let roomyCount = 2048

    /// Takes back what a request is made of, as far as nobody else holds it, to be used for others.
    mutating func give(_ request: inout TicketRequest, _ kerberos: inout KerberosPairing) {
        if request.said != nil {
            sayings.give(&request.said!) { said in
                said.changeAll { if $0 != nil { kerberos.give(&$0!) } }
                said.removeAll()
            }
        }
        pool.give(&request.shared) { facts in
            facts.attempts.changeAll { kerberos.give(&$0) }
            facts.attempts.removeAll()
            facts.realms.removeAll()
        }
    }

    /// The open request with this id as it stands, for those who only need to know how it went.
    func outline(_ id: UInt64) -> TicketRequest? {
        guard let place = open.place(of: id) else { return nil }
        var facts = open[place: place].facts
        facts.attempts.changeAll { $0.plain = nil }
        return TicketRequest(facts)
    }

    private static let nothing = TicketRequestFacts(id: 0, kind: .authenticationService, point: 0, client: IPAddress(v4: 0))

    /// Packs what was said in the attempts at an open request, where many are open.
    mutating func pack(_ id: UInt64, _ kerberos: inout KerberosPairing) {
        if open.count < Self.roomyCount { return }
        guard let place = open.place(of: id), open[place: place].awaited == 0 else { return }
        open[place: place].facts.attempts.changeAll { kerberos.pack(&$0) }
    }

    /// Lets go of an attempt, which is about to be changed and closed.
    mutating func lend(_ exchange: UInt64, of id: UInt64) {
        guard id != 0, let place = open.place(of: id) else { return }
        open[place: place].lend(exchange, unread)
    }

    /// What is asked of the open request with this id.
    mutating func ask<Answer>(_ id: UInt64, _ question: (inout TicketRequestFacts) -> Answer) -> Answer? {
        // In its place: what is only lent to be read would be copied.
        guard let place = open.place(of: id) else { return nil }
        return question(&open[place: place].facts)
    }

    /// A request went out: finds the ticket request that it continues, or begins one. Returns its id,
    /// whether it is new.
    mutating func opened(_ exchange: KerberosExchange, _ message: inout KerberosMessage, lineage: borrowing TicketLineage,
                         retryPatience: Int64, now: CaptureTime) -> (id: UInt64, isNew: Bool) {
        let payer = lineage[message.headerTicket.digest]
        let evidence = message.additionalTickets.count > 0 ? lineage[message.additionalTickets[0].digest] : nil
        let key = Self.key(exchange, &message, payer: payer, evidence: evidence)
        // One that it does not continue stays open until its patience ends: it may yet be superseded.
        if let id = byKey[key.number], let place = open.place(of: id), open[place: place].key == key,
            continues(place, exchange, &message, evidence: evidence, now: now, retryPatience: retryPatience)
        {
            open[place: place].append(exchange, realm: message.realm, now: now)
            return (id, false)
        }
        let id = nextID
        nextID += 1
        let place = open.begin(id)
        open[place: place].begin(id, exchange, key)
        Self.fill(&open[place: place].facts, &message, payer: payer, evidence: evidence)
        byKey.insert(id, for: key.number)
        open[place: place].append(exchange, realm: message.realm, now: now)
        return (id, true)
    }

    private static func key(_ exchange: borrowing KerberosExchange, _ message: inout KerberosMessage, payer: TicketNode?,
                            evidence: TicketNode?) -> Key {
        var key = Key(client: exchange.client.address, point: exchange.point, kind: exchange.kind, name: .none,
                      service: .none, ticket: 0)
        switch exchange.kind {
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

    private func continues(_ place: Int, _ exchange: borrowing KerberosExchange, _ message: inout KerberosMessage,
                           evidence: TicketNode?, now: CaptureTime, retryPatience: Int64) -> Bool {
        guard now.nanoseconds(since: open[place: place].lastTime) <= retryPatience else { return false }
        guard let last = open[place: place].facts.attempts.last else { return true }
        let (nonce, own) = (message.nonce, message.additionalTickets)
        if open[place: place].awaited > 0 {
            // A second request while the first is unanswered: the same wish, asked elsewhere or again.
            return last.flow != exchange.flow || last.messages.request.nonce == nonce || exchange.transport == .udp
        }
        if exchange.kind == .s4U2Proxy, !own.isEmpty,
            !last.messages.request.additionalTickets.isEmpty,
            own[0].digest != last.messages.request.additionalTickets[0].digest,
            evidence?.request != open[place: place].facts.id
        {
            // Another ticket of the user: a new sign-on, not a retry.
            return false
        }
        switch last.outcome {
        case .granted, .replyOnly: return false
        case .referred, .refused, .unanswered: return true
        }
    }

    private static func fill(_ request: inout TicketRequestFacts, _ message: inout KerberosMessage, payer: TicketNode?,
                             evidence: TicketNode?) {
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
    private mutating func enqueue(_ id: UInt64, _ place: Int) {
        let now = open[place: place].lastTime
        guard open[place: place].queuedTime < now else { return }
        open[place: place].queuedTime = now
        if queue.isCrowded(liveCount: open.count) {
            queue.compact { entry in open.place(of: entry.id).map { open[place: $0].queuedTime == entry.since } ?? false }
        }
        queue.append(Waiting(id: id, since: now))
    }

    /// An exchange is complete: puts its outcome into the ticket request that its own request was given
    /// to; whether that is open.
    mutating func closed(_ exchange: KerberosExchange, of id: UInt64, now: CaptureTime) -> Bool {
        guard let place = open.place(of: id) else { return false }
        open[place: place].close(exchange, now: now)
        noteRefusal(place)
        // A granted ticket ends the wish at once.
        if exchange.outcome != .granted { enqueue(id, place) }
        return true
    }

    /// A ticket was granted if any attempt was; else the last attempt decides, a definite answer
    /// before silence from another KDC asked at the same time.
    private static func outcome(_ request: inout TicketRequestFacts) -> RequestOutcome {
        if request.attempts.place(where: { $0.outcome == .granted }) != nil { return .granted }
        guard let last = request.attempts.askLast({ $0.outcome }) else { return .unanswered(.captureEnded) }
        if request.supersededBy != nil { return .superseded }
        switch last {
        case .granted, .replyOnly: return .granted
        case .referred: return .referralNotFollowed
        case .refused(let code): return .refused(code)
        case .unanswered(let reason): return .unanswered(reason)
        }
    }

    /// A ticket was granted: what the same host was refused shortly before, for the same user and the
    /// same service (or, of an unknown service, for another name), did no harm. Returns those that did none.
    mutating func supersede(by id: UInt64) -> [UInt64] {
        guard !refusals.isEmpty, let granted = open.place(of: id), Self.mayBeForgiven(open[place: granted].facts.kind)
        else { return [] }
        var out: [UInt64] = []
        for id in refusals.take(of: asker(granted)) {
            guard let place = open.place(of: id), place != granted else { continue }
            let isUnknownName = open[place: place].facts.outcome == .refused(7)
            guard open[place: place].facts.service.name == open[place: granted].facts.service.name || isUnknownName
            else { continue }
            open[place: place].facts.supersededBy = open[place: granted].facts.id
            open[place: place].facts.outcome = Self.outcome(&open[place: place].facts)
            out.append(id)
        }
        return out
    }

    /// Remembers a refusal, to forgive it where the wish is granted soon after.
    private mutating func noteRefusal(_ place: Int) {
        guard case .refused = open[place: place].facts.outcome else { return }
        guard Self.mayBeForgiven(open[place: place].facts.kind) else { return }
        refusals.note(open[place: place].facts.id, of: asker(place))
    }

    private static func mayBeForgiven(_ kind: ExchangeKind) -> Bool { kind == .s4U2Proxy || kind == .ticketGranting }

    private func asker(_ place: Int) -> ForgivableRefusals.Asker {
        ForgivableRefusals.Asker(client: open[place: place].facts.client, point: open[place: place].facts.point,
                                 kind: open[place: place].facts.kind, user: open[place: place].facts.user.name)
    }

    private var refusals = ForgivableRefusals()

    /// Changes an open request in place.
    mutating func update(_ id: UInt64, _ change: (inout TicketRequestFacts) -> Void) {
        guard let place = open.place(of: id) else { return }
        change(&open[place: place].facts)
    }

    /// Takes a request out: nothing more is expected of it.
    mutating func close(_ id: UInt64, captureContinues: Bool = false) -> TicketRequest? {
        guard let place = open.unlink(id) else { return nil }
        let key = open[place: place].key.number
        if byKey[key] == id { byKey.removeValue(for: key) }
        var told = pool.take { Self.nothing }
        var said = sayings.take { TicketRequest.Said() }
        Self.end(&told.own, &said.own, &open[place: place].facts)
        if captureContinues { told.own.captureContinues = true }
        return TicketRequest(told, said)
    }

    /// Moves what is known of a request to where it is told, and what was said in its attempts beside it.
    private static func end(_ told: inout TicketRequestFacts, _ said: inout TicketRequest.Said, _ facts: inout TicketRequestFacts) {
        swap(&told, &facts)
        told.outcome = outcome(&told)
        told.attempts.changeAll {
            said.append($0.plain)
            $0.plain = nil
        }
    }

    /// Takes out the requests whose last attempt was answered before `limit` and not followed.
    mutating func expire(before limit: CaptureTime, into out: inout [TicketRequest]) {
        while let next = queue.first, next.since < limit {
            _ = queue.popFirst()
            guard let place = open.place(of: next.id), open[place: place].awaited == 0, open[place: place].lastTime < limit
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
