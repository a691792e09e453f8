import Collections
import PacketModel
import Dissectors
import Flows

/// The backend half: transactions, and the sign-on to which each belongs.
extension ExchangeTracker {
    /// Takes an HTTP message in.
    mutating func receive(_ message: inout HTTPMessage, _ envelope: MessageEnvelope) {
        if message.tokenPlace != .none { lineage.prefetch(message.token.kerberos.ticket.digest) }
        pair(&message, envelope, clock.time(envelope.time, envelope.point))
        makeRoom()
    }

    /// A flow with HTTP messages has ended.
    mutating func httpFlowEnded(_ summary: inout ConnectionSummary) {
        for closed in http.flowEnded(
            &summary, watermark: clock.now, meaningfulSilenceNanoseconds: settings.meaningfulSilenceNanoseconds)
        {
            httpClosed(
                closed.transaction, of: closed.owner,
                now: clock.time(closed.transaction.endTime ?? summary.lastTime, summary.point))
        }
        takeOrphans(now: clock.time(summary.lastTime, summary.point))
        backend.flowEnded(summary.flow)
    }

    private mutating func pair(_ message: inout HTTPMessage, _ envelope: MessageEnvelope, _ now: CaptureTime) {
        switch http.see(&message, envelope, maximumPending: settings.maximumTransactions, now: now) {
        case .nothing: break
        case .opened(let transaction, let handle):
            if let id = signOn(for: &message, envelope, now: now) {
                join(&message, envelope, as: transaction, at: handle, to: id, now: now)
                http.assign(id, to: handle)
            }
        case .closed(var closed):
            httpClosed(closed.transaction, of: closed.owner, now: now)
            http.recycle(&closed.transaction)
        case .exchanged(let closed):
            let id = signOn(for: &message, envelope, now: now)
            if let id { join(&message, envelope, as: closed.id, at: .none, to: id, now: now) }
            httpClosed(closed, of: id ?? 0, now: now)
        }
        takeOrphans(now: now)
    }

    /// Hands out responses to which no request came, and requests that made room for others.
    mutating func takeOrphans(now: CaptureTime) {
        if !http.crowdedOut.isEmpty {
            for closed in http.crowdedOut { httpClosed(closed.transaction, of: closed.owner, now: now) }
            http.crowdedOut.removeAll(keepingCapacity: true)
        }
        if http.orphans.isEmpty { return }
        for transaction in http.orphans { httpClosed(transaction, of: 0, now: now) }
        http.orphans.removeAll(keepingCapacity: true)
    }

    /// A request of a sign-on went out; its transaction waits for the response.
    private mutating func join(
        _ request: inout HTTPMessage, _ envelope: MessageEnvelope, as transaction: UInt64, at handle: SlotHandle,
        to id: UInt64, now: CaptureTime
    ) {
        let pair = BackendConversations.Pair(
            client: envelope.source.address, server: envelope.destination, point: envelope.point)
        let hasCredential = (request.authorization?.tokenKind ?? .none) != .none
        let before = hasCredential ? backend.takeAnonymous(pair) : nil
        backend[flow: envelope.flow] = id
        let proof: JoinProof = Self.carriesTicket(&request) ? .digest : .inferred
        var gone: SignOnStep?
        signOns.update(id, now: now) { entry in
            entry.isComplete = false
            entry.pendingSteps += 1
            if entry.facts.backend == nil { entry.facts.backend = envelope.destination }
            if let before {
                entry.append(SignOnStep(role: .http, body: .http(before), isShared: false, proof: .inferred))
            }
            gone = entry.append(SignOnStep(awaiting: transaction, at: handle, proof: proof))
        }
        if var transaction = gone?.takeTransaction() { http.recycle(&transaction) }
        roles.note(envelope.destination.address, point: envelope.point, .backend, name: request.host)
    }

    /// Whether a ticket stands in a request's Authorization.
    private static func carriesTicket(_ request: inout HTTPMessage) -> Bool {
        if request.tokenPlace != .authorization { return false }
        return request.token.kerberos.type == .apReq
    }

    /// Finds the sign-on of a request, or begins one; nil where the request has nothing to do with
    /// signing on.
    private mutating func signOn(for request: inout HTTPMessage, _ envelope: MessageEnvelope, now: CaptureTime)
        -> UInt64?
    {
        let client = envelope.source.address
        let host = request.host
        if Self.carriesTicket(&request) {
            return signOn(withTicket: request.token.kerberos.ticket, &request, envelope, now)
        }
        let pair = BackendConversations.Pair(client: client, server: envelope.destination, point: envelope.point)
        switch request.authorization?.tokenKind ?? .none {
        case .none:
            // On a connection that has been authenticated, what follows belongs to the same user.
            if let id = backend[flow: envelope.flow], signOns.isOpen(id) { return id }
            // After a refused ticket the connector may send the request without credentials.
            if let refused = backend[refusedFor: client], settle(refused),
                signOns.ask(
                    refused,
                    { Self.isFailed($0) && Self.isRecent($0, now) && hostMatches.isMatch(host, $0.service.name, names) }
                ) ?? false
            {
                return refused
            }
            return nil
        case .ntlm, .spnegoInit, .spnegoResponse, .unrecognised, .bareKerberos, .rawKerberos:
            if let id = backend[flow: envelope.flow], signOns.isOpen(id) { return id }
            if let id = backend[pair: pair], signOns.isOpen(id) { return id }
            // NTLM after a ticket was refused belongs to the same story.
            if let refused = backend[refusedFor: client],
                signOns.ask(refused, { hostMatches.isMatch(host, $0.service.name, names) }) ?? false
            {
                return refused
            }
            let isNTLM = request.token.ntlm.type != 0
            let id = begin(isNTLM ? .ntlm : .cached, &request, envelope, now)
            backend[pair: pair] = id
            return id
        case .basic:
            if let id = backend[pair: pair], signOns.isOpen(id) { return id }
            let id = begin(.password, &request, envelope, now)
            backend[pair: pair] = id
            return id
        }
    }

    private mutating func begin(
        _ kind: SignOnKind, _ request: inout HTTPMessage, _ envelope: MessageEnvelope,
        _ now: CaptureTime
    ) -> UInt64 {
        let id = signOns.begin(kind, point: envelope.point, connector: envelope.source.address, now: now)
        let user = request.token.ntlm.user, domain = request.token.ntlm.domain
        signOns.update(id, now: now) { entry in
            entry.facts.backend = envelope.destination
            if user.isPresent {
                entry.facts.user = Principal(nameType: 0, name: user, first: user, componentCount: 1)
                entry.facts.userRealm = domain
            }
        }
        roles.note(envelope.source.address, point: envelope.point, .client)
        return id
    }

    private mutating func signOn(
        withTicket ticket: TicketReference, _ message: inout HTTPMessage, _ envelope: MessageEnvelope,
        _ now: CaptureTime
    ) -> UInt64 {
        let node = lineage[ticket.digest]
        if let node, node.signOn != 0, signOns.isOpen(node.signOn) { return node.signOn }
        let kind: SignOnKind
        switch node?.kind {
        case .s4U2Proxy, .s4U2Self: kind = .delegated
        case .some: kind = .direct
        case nil: kind = .cached
        }
        let id = begin(kind, &message, envelope, now)
        let request = node.flatMap { retained.use($0.request) }
        signOns.update(id, now: now) { entry in
            entry.facts.service = ticket.sname
            entry.facts.serviceRealm = ticket.realm
            guard let node else { return }
            entry.facts.user = node.cname
            entry.facts.userRealm = node.crealm
            entry.facts.connectorAccount = node.requester
            entry.facts.connectorRealm = node.requesterRealm
            if let request {
                entry.append(
                    SignOnStep(
                        role: kind == .delegated ? .s4U2Proxy : .serviceTicket, body: .kerberos(request),
                        isShared: node.signOn != 0, proof: .digest))
            }
        }
        if var node {
            node.signOn = id
            lineage.remember(ticket.digest, node)
        } else {
            // A ticket out of a cache: later requests that carry it belong to the same sign-on.
            lineage.remember(
                ticket.digest,
                TicketNode(
                    request: 0, signOn: id, cname: .none, requester: .none, crealm: .none, requesterRealm: .none,
                    kind: .ticketGranting))
        }
        return id
    }

    private static func isFailed(_ signOn: borrowing SignOnFacts) -> Bool {
        signOn.steps.contains { step in
            guard let request = step.ticketRequest else { return false }
            if case .refused = request.outcome { return step.role == .s4U2Self || step.role == .s4U2Proxy }
            return false
        }
    }

    private static func isRecent(_ signOn: borrowing SignOnFacts, _ now: CaptureTime) -> Bool {
        signOn.lastTime.map { now.nanoseconds(since: $0) < 10_000_000_000 } ?? false
    }

    /// From so many on that wait for the same, they wait packed.
    private static let roomyCount = 512

    mutating func httpClosed(_ transaction: HTTPTransaction, of id: UInt64, now: CaptureTime) {
        readClocks(transaction)
        if id == 0 {
            if transaction.status == 401, transaction.hasRequest, transaction.credential == .none {
                var kept = transaction
                if backend.anonymousCount >= Self.roomyCount { http.pack(&kept) }
                if let old = backend.keepAnonymous(kept, now: now, maximumCount: settings.maximumTransactions / 4) {
                    units.append(.transaction(old))
                }
            } else {
                units.append(.transaction(transaction))
            }
            return
        }
        if transaction.hasResponse { names.keep(namesOf: transaction) }
        guard signOns.isOpen(id) else {
            units.append(.transaction(transaction))
            return
        }
        // What was let in is soon over.
        let isOver = (200..<400).contains(transaction.status)
        var kept = transaction
        if signOns.count >= (isOver ? 4 * Self.roomyCount : Self.roomyCount) { http.pack(&kept) }
        signOns.update(id, now: now) { entry in
            entry.pendingSteps = max(0, entry.pendingSteps - 1)
            entry.facts.update(kept)
            if isOver { entry.isComplete = true }
            if transaction.outline.requestNTLMType == 3, !entry.facts.user.isPresent,
                let ntlm = transaction.request?.token.ntlm, ntlm.user.isPresent
            {
                entry.facts.user = Principal(nameType: 0, name: ntlm.user, first: ntlm.user, componentCount: 1)
                entry.facts.userRealm = ntlm.domain
            }
        }
    }

    private mutating func readClocks(_ transaction: HTTPTransaction) {
        guard let captured = transaction.responseTime, let frame = transaction.responseFrame else { return }
        let (date, timestamp) = (transaction.outline.responseDate, transaction.outline.responseTimestamp)
        if date == nil, timestamp == nil { return }
        let turnaround = max(transaction.requestTime.map { captured.nanoseconds(since: $0) } ?? 1_000_000_000, 0)
        if let date {
            clocks.read(
                .httpDate, host: transaction.server.address, point: transaction.point, reading: date,
                resolution: 1_000_000_000, captured: captured, shift: clock.shift(transaction.point),
                turnaround: turnaround, frame: frame)
        }
        if let timestamp {
            clocks.read(
                .ntlmChallenge, host: transaction.server.address, point: transaction.point, reading: timestamp,
                resolution: 100, captured: captured, shift: clock.shift(transaction.point), turnaround: turnaround,
                frame: frame)
        }
    }
}

/// Whether a Host field and a service name the same host, a short name standing for the full one. What was found
/// for the latest ones is kept.
struct HostMatches {
    private struct Names: QuicklyHashed {
        var host: NameID
        var service: NameID
        var hashWord: UInt64 { UInt64(host.rawValue) << 32 | UInt64(service.rawValue) }
    }
    private var latest = DirectMappedCache<Names, Bool>(slotCount: 64)

    mutating func isMatch(_ host: NameID, _ service: NameID, _ names: NameTable) -> Bool {
        latest.value(of: Names(host: host, service: service)) { Self.read($0.host, $0.service, names) }
    }

    private static func read(_ host: NameID, _ service: NameID, _ names: NameTable) -> Bool {
        guard let host = names.string(host) else { return false }
        guard let service = names.string(service), let own = HostName(servicePrincipalName: service) else {
            return true
        }
        return own.isSameHost(as: HostName(host))
    }
}

extension NameTable {
    /// What a backend has answered is not pushed out by header fields that anybody can send.
    fileprivate func keep(namesOf transaction: HTTPTransaction) {
        keep(transaction.outline.host)
        if let ticket = transaction.outline.ticket {
            keep(ticket.sname.name)
            keep(ticket.realm)
        }
        if transaction.outline.requestNTLMType == 3, let ntlm = transaction.request?.token.ntlm {
            keep(ntlm.user)
            keep(ntlm.domain)
        }
    }
}
