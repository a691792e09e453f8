import Dissectors
import Flows
import PacketModel

/// The half of the domain controller: requests and their replies, and the ticket requests that they are attempts at.
extension ExchangeTracker {
    /// A year: a host whose clock is further off would not get as far as this.
    private static var plausibleOffsetSeconds: Int64 { 365 * 86_400 }

    /// Takes a Kerberos message in.
    mutating func receive(_ message: inout KerberosMessage, _ envelope: MessageEnvelope) {
        if message.additionalTickets.count > 0 { lineage.prefetch(message.additionalTickets[0].digest) }
        if message.parts.contains(.ticket) { lineage.prefetch(message.ticket.digest) }
        pair(&message, envelope, clock.time(envelope.time, envelope.point))
        makeRoom()
    }

    /// A flow with Kerberos messages has ended.
    mutating func kerberosFlowEnded(_ summary: inout ConnectionSummary) {
        for (asked, silence) in kerberos.flowEnded(
            &summary, watermark: clock.now, meaningfulSilenceNanoseconds: settings.meaningfulSilenceNanoseconds)
        {
            unanswered(asked, silence, now: clock.time(silence.time ?? summary.lastTime, summary.point))
        }
        takeOrphanReplies()
    }

    private mutating func pair(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ now: CaptureTime) {
        switch kerberos.see(&message, envelope, krbtgt: krbtgt, maximumPending: settings.maximumPending, now: now) {
        case .nothing: break
        case .opened(let request):
            kerberos.assign(opened(kerberos.asked, &message, envelope, now: now), to: request)
        case .answered: answered(kerberos.asked, &message, envelope, now: now)
        case .answeredBefore(var reply):
            var asked = kerberos.asked
            asked.owner = opened(asked, &message, envelope, now: now)
            answered(asked, &reply.message, reply.envelope, now: now)
        case .alone: orphan(&message, envelope)
        }
        if !kerberos.orphans.isEmpty { takeOrphanReplies() }
    }

    /// Takes refusals to which no request came.
    mutating func takeOrphanReplies() {
        if kerberos.orphans.isEmpty { return }
        var orphans: [EarlyReplies.Reply] = []
        swap(&orphans, &kerberos.orphans)
        for place in orphans.indices { orphan(&orphans[place].message, orphans[place].envelope) }
    }

    /// Returns the ticket request to which the exchange belongs.
    private mutating func opened(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope,
        now: CaptureTime
    ) -> UInt64 {
        let (id, isNew) = requests.opened(
            asked, &message, envelope, &exchanges, lineage: lineage,
            retryPatienceNanoseconds: settings.retryPatienceNanoseconds, now: now)
        roles.note(asked.kdc.address, point: asked.point, .kdc, realm: message.realm)
        roles.note(asked.client.address, point: asked.point, .client)
        guard isNew else { return id }
        switch asked.kind {
        case .authenticationService:
            if !message.parts.contains(.preauthentication) {
                let account = accounts.number(of: message.cname.name, names)
                discoveries.note(
                    RealmDiscoveries.Candidate(request: id, user: message.cname.name, account: account),
                    by: asked.client.address)
            }
        case .s4U2Self: beginDelegation(id, now: now)
        case .s4U2Proxy:
            continueDelegation(
                id, evidence: message.additionalTickets.count > 0 ? message.additionalTickets[0].digest : nil, now: now)
        case .ticketGrantingTicket, .ticketGranting, .userToUser: break
        }
        return id
    }

    /// The reply to a request has come.
    private mutating func answered(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope,
        now: CaptureTime
    ) {
        if message.type == .krbError { readClocks(asked, &message, envelope) }
        guard let ended = requests.answered(asked, &message, envelope, krbtgt: krbtgt, now: now, &exchanges),
            ended.isOpen
        else { return }
        let (id, outcome) = (asked.owner, ended.outcome)
        keepNames(of: id)
        if outcome == .granted || outcome == .referred { remember(&message, outcome, of: id) }
        if asked.kind == .s4U2Proxy, message.cname.isPresent {
            let (name, realm) = (message.cname, message.crealm)
            requests.update(id) {
                if $0.user.isPresent { return }
                $0.user = name
                $0.userRealm = realm
            }
        }
        guard outcome == .granted else {
            if let signOn = requests.ask(id, { $0.signOn }) ?? nil {
                if case .refused = outcome { backend[refusedFor: asked.client.address] = signOn }
                refresh(id, in: signOn, now: now)
            }
            if requests.ask(id, { $0.isRealmDiscovery }) ?? false, requests.isAnswered(id),
                let done = requests.close(id)
            {
                self.ended(done)
            } else {
                requests.pack(id, &exchanges)
            }
            return
        }
        for refused in requests.supersede(by: id) {
            if let signOn = requests.ask(refused, { $0.signOn }) ?? nil { refresh(refused, in: signOn, now: now) }
        }
        // A granted ticket ends the request at once; a refusal may yet be followed by another attempt.
        if let done = requests.close(id) { self.ended(done) }
    }

    /// What a domain controller has answered is not pushed out by requests that anybody can send.
    private mutating func keepNames(of id: UInt64) {
        let names = names
        _ = requests.ask(id) { request in
            names.keep(
                requester: request.requester, request.requesterRealm, user: request.user, request.userRealm,
                service: request.service, request.serviceRealm)
        }
    }

    /// There will be no reply to a request.
    mutating func unanswered(
        _ asked: KerberosPairing.PendingRequest, _ silence: KerberosPairing.NoReply?, now: CaptureTime
    ) {
        guard let ended = requests.unanswered(asked, silence, now: now, &exchanges), ended.isOpen,
            let signOn = requests.ask(asked.owner, { $0.signOn }) ?? nil
        else { return }
        refresh(asked.owner, in: signOn, now: now)
    }

    /// A reply without its request still brings a ticket that others may carry, or tells the time.
    private mutating func orphan(_ message: inout KerberosMessage, _ envelope: MessageEnvelope) {
        if message.type == .krbError {
            guard let captured = envelope.time else { return }
            readClocks(
                &message, kdc: envelope.source.address, client: envelope.destination.address, point: envelope.point,
                sent: nil,
                nonce: 0, captured, envelope.frame)
            return
        }
        guard message.parts.contains(.ticket) else { return }
        roles.note(envelope.source.address, point: envelope.point, .kdc, realm: message.realm)
        lineage.remember(
            message.ticket.digest,
            TicketNode(
                request: 0, signOn: 0, cname: message.cname, requester: .none, crealm: message.crealm,
                requesterRealm: .none,
                kind: message.type == .asRep ? .authenticationService : .ticketGranting))
    }

    private mutating func remember(_ reply: inout KerberosMessage, _ outcome: ExchangeOutcome, of id: UInt64) {
        // The ticket of S4U2Self and S4U2Proxy names the user; a referral on the way names whom the
        // KDC put there, and stands for the same request.
        let isReferral = outcome == .referred
        let (cname, crealm) = (reply.cname, reply.crealm)
        var isGranted = false
        let node = requests.ask(id) { request in
            isGranted = request.outcome.isGranted
            let keepsUser = request.kind == .s4U2Proxy && isReferral
            return TicketNode(
                request: request.id, signOn: request.signOn ?? 0, cname: keepsUser ? request.user : cname,
                requester: request.requester,
                crealm: keepsUser ? request.userRealm : crealm, requesterRealm: request.requesterRealm,
                kind: request.kind)
        }
        guard let node else { return }
        lineage.remember(reply.ticket.digest, node)
        // One that is granted is kept at its end, which is now.
        if isReferral || !isGranted, let request = requests.outline(id) { retain(request) }
    }

    private mutating func readClocks(
        _ asked: KerberosPairing.PendingRequest, _ message: inout KerberosMessage, _ envelope: MessageEnvelope
    ) {
        guard let captured = envelope.time else { return }
        readClocks(
            &message, kdc: asked.kdc.address, client: asked.client.address, point: asked.point, sent: asked.requestTime,
            nonce: asked.nonce, captured, envelope.frame)
    }

    private mutating func readClocks(
        _ message: inout KerberosMessage, kdc: IPAddress, client: IPAddress, point: UInt16, sent: CaptureTime?,
        nonce: UInt32, _ captured: CaptureTime, _ frame: FrameReference
    ) {
        guard let server = message.serverTime else { return }
        let reading = server.advanced(byNanoseconds: Int64(message.serverMicroseconds ?? 0) * 1000)
        let turnaround = sent.map { captured.nanoseconds(since: $0) } ?? Self.second
        clocks.read(
            .krbError, host: kdc, point: point, reading: reading,
            resolution: message.serverMicroseconds == nil ? Self.second : 1000, captured: captured,
            shift: clock.shift(point), turnaround: max(turnaround, 0), frame: frame)
        // Some KDCs put the request's nonce, or nothing sensible, where the client's time belongs.
        if let time = message.clientTime, let sent, time.nanoseconds / Self.second != Int64(nonce),
            (time.nanoseconds(since: sent) / Self.second).magnitude < UInt64(Self.plausibleOffsetSeconds)
        {
            clocks.read(
                .krbErrorClient, host: client, point: point,
                reading: time.advanced(byNanoseconds: Int64(message.clientMicroseconds ?? 0) * 1000),
                resolution: message.clientMicroseconds == nil ? Self.second : 1000, captured: sent,
                shift: clock.shift(point), turnaround: Self.second, frame: frame)
        }
    }
}
