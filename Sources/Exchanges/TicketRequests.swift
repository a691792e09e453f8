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
    }

    /// Changed in place: a request is touched with each of its attempts.
    private final class Open {
        var request: TicketRequest
        let key: Key
        var lastTime: CaptureTime
        var awaited = 0
        /// The entry of `queue` that stands for it.
        var queuedTime = CaptureTime(nanoseconds: .min)

        init(request: TicketRequest, key: Key, lastTime: CaptureTime) {
            self.request = request
            self.key = key
            self.lastTime = lastTime
        }
    }

    private var open = IDTable<Open>()
    private var byKey: [Key: UInt64] = [:]
    private var byExchange = IDTable<UInt64>()
    /// Open requests by age of their last attempt, for time-outs (lazily kept).
    private var queue = ArrivalQueue<Waiting<UInt64>>()
    private var nextID: UInt64 = 1
    /// No open request has a smaller id.
    private var oldestID: UInt64 = 1

    /// Attempts kept from the start and from the end of a long chain.
    static let keptAttempts = 4

    /// Open ticket requests.
    var count: Int { open.count }

    /// The open request with this id.
    subscript(id: UInt64) -> TicketRequest? { open[id]?.request }

    /// A request went out: finds the ticket request that it continues, or begins one. Returns its id,
    /// whether it is new.
    mutating func opened(_ exchange: KerberosExchange, lineage: TicketLineage, names: NameTable, retryPatience: Int64,
                         now: CaptureTime) -> (id: UInt64, isNew: Bool) {
        let payer = lineage[exchange.request.headerTicket.digest]
        let evidence = exchange.request.additionalTickets.count > 0
            ? lineage[exchange.request.additionalTickets[0].digest] : nil
        let key = key(exchange, payer: payer, evidence: evidence)
        // One that it does not continue stays open until its patience ends: it may yet be superseded.
        if let id = byKey[key], let known = open[id] {
            if continues(known, exchange, evidence: evidence, now: now, retryPatience: retryPatience) {
                append(exchange, to: id, now: now)
                return (id, false)
            }
        }
        let id = nextID
        nextID += 1
        var request = TicketRequest(id: id, kind: exchange.kind, point: exchange.point, client: exchange.client.address)
        fill(&request, exchange, payer: payer, evidence: evidence)
        open[id] = Open(request: request, key: key, lastTime: now)
        byKey[key] = id
        append(exchange, to: id, now: now)
        return (id, true)
    }

    private func key(_ exchange: KerberosExchange, payer: TicketNode?, evidence: TicketNode?) -> Key {
        var key = Key(client: exchange.client.address, point: exchange.point, kind: exchange.kind, name: .none,
                      service: .none, ticket: 0)
        switch exchange.kind {
        case .authenticationService:
            key.name = exchange.request.cname.name
        case .s4U2Self:
            key.name = exchange.request.forUser.name
        case .s4U2Proxy:
            key.service = exchange.request.sname.name
            if let evidence {
                key.name = evidence.cname.name
            } else if exchange.request.additionalTickets.count > 0 {
                key.ticket = exchange.request.additionalTickets[0].digest.low
            }
        case .ticketGrantingTicket, .ticketGranting, .userToUser:
            key.service = exchange.request.sname.name
            key.name = payer?.cname.name ?? .none
        }
        return key
    }

    private func continues(_ known: Open, _ exchange: KerberosExchange, evidence: TicketNode?, now: CaptureTime,
                           retryPatience: Int64) -> Bool {
        guard now.nanoseconds(since: known.lastTime) <= retryPatience else { return false }
        guard let last = known.request.attempts.last else { return true }
        if known.awaited > 0 {
            // A second request while the first is unanswered: the same wish, asked elsewhere or again.
            return last.flow != exchange.flow || last.request.nonce == exchange.request.nonce
                || exchange.transport == .udp
        }
        if known.request.kind == .s4U2Proxy, !exchange.request.additionalTickets.isEmpty,
            !last.request.additionalTickets.isEmpty,
            exchange.request.additionalTickets[0].digest != last.request.additionalTickets[0].digest,
            evidence?.request != known.request.id
        {
            // Another ticket of the user: a new sign-on, not a retry.
            return false
        }
        switch last.outcome {
        case .granted, .replyOnly: return false
        case .referred, .refused, .unanswered: return true
        }
    }

    private func fill(_ request: inout TicketRequest, _ exchange: KerberosExchange, payer: TicketNode?, evidence: TicketNode?) {
        let message = exchange.request
        request.service = message.sname
        request.serviceRealm = message.realm
        request.realms = [message.realm]
        switch exchange.kind {
        case .authenticationService:
            request.requester = message.cname
            request.requesterRealm = message.realm
            request.user = message.cname
            request.userRealm = message.realm
        case .s4U2Self:
            request.user = message.forUser
            request.userRealm = message.forUserRealm
            // Without the TGT's history the requester is the service that it asks for: itself.
            request.requester = payer?.cname ?? message.sname
            request.requesterRealm = payer?.crealm ?? message.realm
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

    private mutating func append(_ exchange: KerberosExchange, to id: UInt64, now: CaptureTime) {
        guard let entry = open[id] else { return }
        if entry.request.attempts.count >= 2 * Self.keptAttempts {
            entry.request.attempts.remove(at: Self.keptAttempts)
            entry.request.omittedAttempts += 1
        }
        if let last = entry.request.realms.last, last != exchange.request.realm, entry.request.realms.count < 16 {
            entry.request.realms.append(exchange.request.realm)
        }
        entry.request.attempts.append(exchange)
        entry.lastTime = now
        entry.awaited += 1
        byExchange[exchange.id] = id
        enqueue(id, entry, now)
    }

    /// Remembers when to look at a request again; once for each instant.
    private mutating func enqueue(_ id: UInt64, _ entry: Open, _ now: CaptureTime) {
        guard entry.queuedTime < now else { return }
        entry.queuedTime = now
        if queue.isCrowded(liveCount: open.count) {
            queue.compact { entry in open[entry.id]?.queuedTime == entry.since }
        }
        queue.append(Waiting(id: id, since: now))
    }

    /// An exchange is complete: puts its outcome into its ticket request and returns the request's id.
    mutating func closed(_ exchange: KerberosExchange, now: CaptureTime) -> UInt64? {
        guard let id = byExchange.removeValue(for: exchange.id), let entry = open[id] else { return nil }
        if let place = entry.request.attempts.lastIndex(where: { $0.id == exchange.id }) {
            entry.request.attempts[place] = exchange
        }
        entry.awaited -= 1
        entry.lastTime = max(entry.lastTime, now)
        entry.request.outcome = Self.outcome(entry.request)
        noteRefusal(entry.request)
        enqueue(id, entry, now)
        return id
    }

    /// A ticket was granted if any attempt was; else the last attempt decides, a definite answer
    /// before silence from another KDC asked at the same time.
    private static func outcome(_ request: borrowing TicketRequest) -> RequestOutcome {
        if request.attempts.contains(where: { $0.outcome == .granted }) { return .granted }
        guard let last = request.attempts.last else { return .unanswered(.captureEnded) }
        if request.supersededBy != nil { return .superseded }
        switch last.outcome {
        case .granted, .replyOnly: return .granted
        case .referred: return .referralNotFollowed
        case .refused(let code): return .refused(code)
        case .unanswered(let reason): return .unanswered(reason)
        }
    }

    /// A ticket was granted: what the same host was refused shortly before, for the same user and the
    /// same service (or, of an unknown service, for another name), did no harm.
    mutating func supersede(by granted: TicketRequest) -> [TicketRequest] {
        var out: [TicketRequest] = []
        let key = Refusal(client: granted.client, point: granted.point, kind: granted.kind, user: granted.user.name)
        for id in refusals.removeValue(forKey: key) ?? [] {
            guard let entry = open[id], id != granted.id else { continue }
            let isUnknownName = entry.request.outcome == .refused(7)
            guard entry.request.service.name == granted.service.name || isUnknownName else { continue }
            entry.request.supersededBy = granted.id
            entry.request.outcome = Self.outcome(entry.request)
            out.append(entry.request)
        }
        return out
    }

    /// Remembers a refusal, to forgive it where the wish is granted soon after.
    private mutating func noteRefusal(_ request: TicketRequest) {
        guard case .refused = request.outcome, request.kind == .s4U2Proxy || request.kind == .ticketGranting else { return }
        let key = Refusal(client: request.client, point: request.point, kind: request.kind, user: request.user.name)
        var ids = refusals[key] ?? []
        if ids.last != request.id { ids.append(request.id) }
        if ids.count > 8 { ids.removeFirst() }
        if refusals.count >= Self.maximumRefusals { refusals = [:] }
        refusals[key] = ids
    }

    private struct Refusal: QuicklyHashed {
        var client: IPAddress
        var point: UInt16
        var kind: ExchangeKind
        var user: NameID

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, UInt64(user.rawValue)) }
    }

    /// Open refusals by who asked for whom.
    private var refusals: [Refusal: [UInt64]] = [:]
    private static let maximumRefusals = 8192

    /// Changes an open request in place.
    mutating func update(_ id: UInt64, _ change: (inout TicketRequest) -> Void) {
        if let entry = open[id] { change(&entry.request) }
    }

    /// Takes a request out: nothing more is expected of it.
    mutating func close(_ id: UInt64) -> TicketRequest? {
        guard let entry = open.removeValue(for: id) else { return nil }
        if byKey[entry.key] == id { byKey[entry.key] = nil }
        for attempt in entry.request.attempts { byExchange[attempt.id] = nil }
        var request = entry.request
        request.outcome = Self.outcome(request)
        return request
    }

    /// Takes out the requests whose last attempt was answered before `limit` and not followed.
    mutating func expire(before limit: CaptureTime) -> [TicketRequest] {
        var out: [TicketRequest] = []
        while let next = queue.first, next.since < limit {
            _ = queue.popFirst()
            guard let entry = open[next.id], entry.awaited == 0, entry.lastTime < limit else { continue }
            if var request = close(next.id) {
                request.captureContinues = true
                out.append(request)
            }
        }
        return out
    }

    /// Takes out everything, oldest first.
    mutating func drain() -> [TicketRequest] { open.ids.compactMap { close($0) } }

    /// Takes out the oldest, to make room.
    mutating func dropOldest() -> TicketRequest? {
        while oldestID < nextID {
            if let oldest = close(oldestID) { return oldest }
            oldestID += 1
        }
        return nil
    }
}
