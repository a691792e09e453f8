import CaptureFile
import Dissectors

/// The backend half: transactions, and the sign-on to which each belongs.
extension ExchangeTracker {
    func see(_ message: HTTPMessage, _ envelope: MessageEnvelope, _ now: CaptureTime) {
        switch http.see(message, envelope, maximumPending: settings.maximumTransactions, now: now) {
        case .nothing: break
        case .opened(let transaction): httpOpened(HTTPTransaction(transaction), now: now)
        case .closed(let transaction): httpClosed(HTTPTransaction(transaction), now: now)
        case .exchanged(let opened, let closed):
            httpOpened(HTTPTransaction(opened), now: now)
            httpClosed(HTTPTransaction(closed), now: now)
        }
        takeOrphans(now: now)
    }

    /// Hands out responses to which no request came.
    func takeOrphans(now: CaptureTime) {
        for transaction in http.orphans { httpClosed(HTTPTransaction(transaction), now: now) }
        http.orphans.removeAll(keepingCapacity: true)
    }

    private func httpOpened(_ transaction: HTTPTransaction, now: CaptureTime) {
        guard let id = signOn(for: transaction, now: now) else { return }
        let pair = BackendConversations.Pair(client: transaction.client.address, server: transaction.server,
                                             point: transaction.point)
        let before = transaction.credential == .none ? nil : backend.takeAnonymous(pair)
        backend[flow: transaction.flow] = id
        backend[transaction: transaction.id] = id
        let proof: JoinProof = ticket(of: transaction) == nil ? .inferred : .digest
        signOns.update(id, now: now) { entry in
            entry.isComplete = false
            entry.pendingSteps += 1
            if entry.signOn.backend == nil { entry.signOn.backend = transaction.server }
            if let before {
                SignOns.append(SignOnStep(role: .http, body: .http(before), isShared: false, proof: .inferred), to: entry)
            }
            SignOns.append(SignOnStep(role: .http, body: .http(transaction), isShared: false, proof: proof), to: entry)
        }
        roles.note(transaction.server.address, point: transaction.point, .backend,
                   name: transaction.request?.host ?? .none)
    }

    /// The digest of the ticket in a request's Authorization.
    private func ticket(of transaction: HTTPTransaction) -> TicketReference? {
        guard let request = transaction.request, request.tokenPlace == .authorization,
            request.token.kerberos.type == .apReq
        else { return nil }
        return request.token.kerberos.ticket
    }

    /// Finds the sign-on of a request, or begins one; nil where the request has nothing to do with
    /// signing on.
    private func signOn(for transaction: HTTPTransaction, now: CaptureTime) -> UInt64? {
        let pair = BackendConversations.Pair(client: transaction.client.address, server: transaction.server,
                                             point: transaction.point)
        if let ticket = ticket(of: transaction) { return signOn(withTicket: ticket, transaction, now) }
        switch transaction.credential {
        case .none:
            // On a connection that has been authenticated, what follows belongs to the same user.
            if let id = backend[flow: transaction.flow], signOns.isOpen(id) { return id }
            // After a refused ticket the connector may send the request without credentials.
            if let refused = backend[refusedFor: transaction.client.address], let signOn = signOns[refused],
                isFailed(signOn), let last = signOn.lastTime, now.nanoseconds(since: last) < 10_000_000_000,
                hostMatches(transaction, signOn)
            {
                return refused
            }
            return nil
        case .ntlm, .spnegoInit, .spnegoResponse, .unrecognised, .bareKerberos, .rawKerberos:
            if let id = backend[flow: transaction.flow], signOns.isOpen(id) { return id }
            if let id = backend[pair: pair], signOns.isOpen(id) { return id }
            // NTLM after a ticket was refused belongs to the same story.
            if let refused = backend[refusedFor: transaction.client.address], let signOn = signOns[refused],
                hostMatches(transaction, signOn)
            {
                return refused
            }
            let isNTLM = transaction.request?.token.ntlm.type != 0
            let id = begin(isNTLM ? .ntlm : .cached, transaction, now)
            backend[pair: pair] = id
            return id
        case .basic:
            if let id = backend[pair: pair], signOns.isOpen(id) { return id }
            let id = begin(.password, transaction, now)
            backend[pair: pair] = id
            return id
        }
    }

    private func begin(_ kind: SignOnKind, _ transaction: HTTPTransaction, _ now: CaptureTime) -> UInt64 {
        let id = signOns.begin(kind, point: transaction.point, connector: transaction.client.address, now: now)
        signOns.update(id, now: now) { entry in
            entry.signOn.backend = transaction.server
            if let ntlm = transaction.request?.token.ntlm, ntlm.user.isPresent {
                entry.signOn.user = Principal(nameType: 0, name: ntlm.user, first: ntlm.user, componentCount: 1)
                entry.signOn.userRealm = ntlm.domain
            }
        }
        roles.note(transaction.client.address, point: transaction.point, .client)
        return id
    }

    private func signOn(withTicket ticket: TicketReference, _ transaction: HTTPTransaction, _ now: CaptureTime) -> UInt64 {
        let node = lineage[ticket.digest]
        if let node, node.signOn != 0, signOns.isOpen(node.signOn) { return node.signOn }
        let kind: SignOnKind
        switch node?.kind {
        case .s4U2Proxy, .s4U2Self: kind = .delegated
        case .some: kind = .direct
        case nil: kind = .cached
        }
        let id = begin(kind, transaction, now)
        signOns.update(id, now: now) { entry in
            entry.signOn.service = ticket.sname
            entry.signOn.serviceRealm = ticket.realm
            guard let node else { return }
            entry.signOn.user = node.cname
            entry.signOn.userRealm = node.crealm
            entry.signOn.connectorAccount = node.requester
            entry.signOn.connectorRealm = node.requesterRealm
            if let request = self.retained[node.request] {
                SignOns.append(SignOnStep(role: kind == .delegated ? .s4U2Proxy : .serviceTicket, body: .kerberos(request),
                                          isShared: node.signOn != 0, proof: .digest), to: entry)
            }
        }
        if var node {
            node.signOn = id
            lineage.remember(ticket.digest, node)
        } else {
            // A ticket out of a cache: later requests that carry it belong to the same sign-on.
            lineage.remember(ticket.digest, TicketNode(
                kind: .ticketGranting, isReferral: false, request: 0, cname: .none, crealm: .none, requester: .none,
                requesterRealm: .none, sname: ticket.sname, realm: ticket.realm, signOn: id))
        }
        return id
    }

    private func isFailed(_ signOn: SignOn) -> Bool {
        signOn.steps.contains { step in
            guard let request = step.ticketRequest else { return false }
            if case .refused = request.outcome { return step.role == .s4U2Self || step.role == .s4U2Proxy }
            return false
        }
    }

    private func hostMatches(_ transaction: HTTPTransaction, _ signOn: SignOn) -> Bool {
        guard let host = names.string(transaction.request?.host ?? .none)?.lowercased() else { return false }
        guard let service = names.string(signOn.service.name)?.lowercased() else { return true }
        let bare = host.prefix { $0 != ":" }
        let parts = service.split(separator: "/")
        return parts.count < 2 || parts[1].prefix { $0 != ":" } == bare || parts[1].hasPrefix(bare.prefix { $0 != "." })
    }

    func httpClosed(_ transaction: HTTPTransaction, now: CaptureTime) {
        readClocks(transaction)
        guard let id = backend[transaction: transaction.id] else {
            if transaction.status == 401, transaction.request != nil, transaction.credential == .none {
                if let old = backend.keepAnonymous(transaction, now: now, maximumCount: settings.maximumTransactions / 4)
                { units.append(.transaction(old)) }
            } else {
                units.append(.transaction(transaction))
            }
            return
        }
        backend[transaction: transaction.id] = nil
        guard signOns.isOpen(id) else {
            units.append(.transaction(transaction))
            return
        }
        signOns.update(id, now: now) { entry in
            entry.pendingSteps = max(0, entry.pendingSteps - 1)
            entry.signOn.update(transaction)
            if (200..<400).contains(transaction.status) { entry.isComplete = true }
            if let ntlm = transaction.request?.token.ntlm, ntlm.type == 3, ntlm.user.isPresent, !entry.signOn.user.isPresent {
                entry.signOn.user = Principal(nameType: 0, name: ntlm.user, first: ntlm.user, componentCount: 1)
                entry.signOn.userRealm = ntlm.domain
            }
        }
    }

    private func readClocks(_ transaction: HTTPTransaction) {
        guard let response = transaction.response, let captured = transaction.responseTime,
            let frame = transaction.responseFrame
        else { return }
        let turnaround = max(transaction.requestTime.map { captured.nanoseconds(since: $0) } ?? 1_000_000_000, 0)
        if let date = response.date {
            clocks.read(.httpDate, host: transaction.server.address, point: transaction.point, reading: date,
                        resolution: 1_000_000_000, captured: captured, shift: clockShift(transaction.point), turnaround: turnaround, frame: frame)
        }
        if let timestamp = response.token.ntlm.timestamp {
            clocks.read(.ntlmChallenge, host: transaction.server.address, point: transaction.point, reading: timestamp,
                        resolution: 100, captured: captured, shift: clockShift(transaction.point), turnaround: turnaround, frame: frame)
        }
    }
}
