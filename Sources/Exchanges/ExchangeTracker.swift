import Collections
import PacketModel
import ByteParsing
import Dissectors
import Flows

/// From messages to units: pairs, joins and closes.
///
/// The caller hands in messages and flow events in order, and takes the complete units from `units`.
public struct ExchangeTracker: ~Copyable {
    public let names: NameTable
    public let settings: ExchangeSettings
    /// Complete units since the caller last emptied it, each exactly once.
    public var units: [Unit] = []
    /// What was dropped for a bound.
    public private(set) var counters = ExchangeCounters()

    var kerberos = KerberosPairing()
    var exchanges = ExchangePool()
    var http = HTTPPairing()
    var lineage: TicketLineage
    var requests = TicketRequests()
    var signOns = SignOns()
    var clocks = Clocks()
    var roles: Hosts
    var backend = BackendConversations()
    var accounts = AccountNames()
    var hostMatches = HostMatches()
    var discoveries = RealmDiscoveries()
    /// A part of its own: a question to the whole would copy all of it.
    var clock = SteadyClock()
    let krbtgt: NameID
    private var inlets: MessageInlets

    private var nextExpiry = CaptureTime(nanoseconds: .min)
    /// Empty, but for their room, which is used again each time.
    private var expiredRequests: [TicketRequest] = []
    private var expiredSignOns: [CopyOnWriteBox<SignOn.Told>] = []
    private static let second: Int64 = 1_000_000_000
    /// A year: a host whose clock is further off would not get as far as this.
    private static let plausibleOffsetSeconds: Int64 = 365 * 86_400

    /// A tracker with nothing seen. `given` are roles that the user knows.
    public init(
        names: NameTable, settings: ExchangeSettings = ExchangeSettings(), given: [IPAddress: HostRoles] = [:],
        protocols: ProtocolRegistry = .standard
    ) {
        self.names = names
        inlets = MessageInlets(protocols)
        self.settings = settings
        lineage = TicketLineage(maximumCount: settings.maximumTickets)
        roles = Hosts(given: given)
        krbtgt = names.internKnown("krbtgt")
    }

    /// What is known of the hosts, by address.
    public var hosts: [HostFacts] { roles.all }
    /// What has become known of hosts since this was last asked, in order.
    public mutating func takeHostChanges() -> [HostFacts] { roles.takeChanges() }
    /// Rises whenever something new is known of a host.
    public var hostsVersion: UInt64 {
        // What is only lent to be read would be copied.
        mutating get { roles.version }
    }
    /// The clocks, by host.
    public var hostClocks: [HostClock] { clocks.all }

    // MARK: In

    /// Takes a message in.
    public mutating func receive(_ messages: MessageList, _ index: Int) {
        let entry = messages[index]
        inlets.inlet(entry.store, of: messages)?.receive(entry.index, entry.envelope, &self)
    }

    /// A clock was set.
    public mutating func receive(_ set: ClockSet) { clock.set(set.point, shift: set.shift) }

    /// A flow has ended: what waits on it gets no answer. `isUnit` says whether the flow itself is of
    /// interest: of most it is known beforehand that nobody would look at them.
    public mutating func receive(_ summary: inout ConnectionSummary, isUnit: Bool) {
        if !summary.protocols.isEmpty {
            for receiver in inlets.receivers where summary.protocols.contains(receiver.protocolID) {
                receiver.flowEnded(&summary, &self)
            }
        }
        if isUnit { units.append(.connection(summary)) }
    }

    /// Says that capture time has come this far.
    public mutating func advance(to time: CaptureTime) {
        guard time > clock.now else { return }
        if time >= nextExpiry { expire(at: Self.lastExpiry(upTo: time)) }
        clock.now = time
    }

    /// The instant of the last expiry that is due at a time. Expiries stand at whole half seconds of capture time,
    /// however often
    /// the clock is told: that depends on how packets arrive, and must not show.
    private static func lastExpiry(upTo time: CaptureTime) -> CaptureTime {
        let interval = second / 2
        let past = time.nanoseconds % interval
        return time.advanced(byNanoseconds: past < 0 ? -interval - past : -past)
    }

    /// Gives up what has waited long enough at an instant.
    private mutating func expire(at time: CaptureTime) {
        clock.now = max(clock.now, time)
        nextExpiry = time.advanced(byNanoseconds: Self.second / 2)
        for asked in kerberos.expire(before: time.advanced(byNanoseconds: -settings.replyPatienceNanoseconds)) {
            unanswered(asked, nil, now: asked.heard.advanced(byNanoseconds: settings.replyPatienceNanoseconds))
        }
        kerberos.takeOrphans(before: time.advanced(byNanoseconds: -EarlyReplies.window))
        takeOrphanReplies()
        var given: [TicketRequest] = []
        swap(&given, &expiredRequests)
        requests.expire(before: time.advanced(byNanoseconds: -settings.retryPatienceNanoseconds), into: &given)
        for request in given { ended(request) }
        given.removeAll(keepingCapacity: true)
        swap(&given, &expiredRequests)
        for transaction in backend.expire(before: time.advanced(byNanoseconds: -5 * Self.second)) {
            units.append(.transaction(transaction))
        }
        var told: [CopyOnWriteBox<SignOn.Told>] = []
        swap(&told, &expiredSignOns)
        signOns.expire(
            now: time, patience: settings.signOnPatienceNanoseconds, linger: settings.signOnLingerNanoseconds,
            into: &told)
        for index in told.indices {
            Self.prefetch(&told, behind: index)
            // Nothing more was waited for, so the capture runs on for long enough.
            emit(&told[index], captureContinues: true)
        }
        told.removeAll(keepingCapacity: true)
        swap(&told, &expiredSignOns)
    }

    /// The capture has ended: everything open is closed as it stands.
    public mutating func finish() {
        for id in requests.ids {
            let last = requests.ask(id) { clock.time($0.lastTime, $0.point) } ?? clock.now
            let captureContinues = clock.runsOn(for: settings.meaningfulSilenceNanoseconds, after: last)
            if let request = requests.close(id, captureContinues: captureContinues) { ended(request) }
        }
        for transaction in backend.drain() { units.append(.transaction(transaction)) }
        var told = signOns.drain()
        for index in told.indices { emit(&told[index]) }
        counters.forgottenTickets = lineage.forgotten
        counters.forgottenHosts = roles.forgottenCount
        counters.forgottenClocks = clocks.forgottenCount
        counters.droppedPending = kerberos.dropped
        counters.droppedTransactions = http.dropped
        units.append(.clocks(clocks.all))
    }

    mutating func makeRoom() {
        while kerberos.count > settings.maximumPending, let oldest = kerberos.dropOldest() {
            // Whether a reply came later, nobody looked.
            let hasWaited = clock.now.nanoseconds(since: oldest.heard) >= settings.meaningfulSilenceNanoseconds
            unanswered(oldest, hasWaited ? nil : KerberosPairing.Silence(reason: .captureEnded), now: clock.now)
        }
        while requests.count > settings.maximumTicketRequests, let oldest = requests.dropOldest() {
            counters.droppedTicketRequests += 1
            ended(oldest)
        }
        while signOns.count > settings.maximumSignOns, var oldest = signOns.dropOldest() {
            counters.droppedSignOns += 1
            emit(&oldest)
        }
    }

    // MARK: Kerberos

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
    private mutating func takeOrphanReplies() {
        if kerberos.orphans.isEmpty { return }
        var orphans: [EarlyReplies.Reply] = []
        swap(&orphans, &kerberos.orphans)
        for place in orphans.indices { orphan(&orphans[place].message, orphans[place].envelope) }
    }

    /// Returns the ticket request to which the exchange belongs.
    private mutating func opened(
        _ asked: KerberosPairing.Asked, _ message: inout KerberosMessage, _ envelope: MessageEnvelope,
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
        _ asked: KerberosPairing.Asked, _ message: inout KerberosMessage, _ envelope: MessageEnvelope, now: CaptureTime
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
        // A granted ticket ends the wish at once; a refusal may yet be followed by another attempt.
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
    private mutating func unanswered(
        _ asked: KerberosPairing.Asked, _ silence: KerberosPairing.Silence?, now: CaptureTime
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
        // KDC put there, and stands for the same wish.
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

    /// The newest granted requests, to show as shared steps of the sign-ons that use their tickets.
    /// Granted ticket requests, kept for a while: a connector's TGT is the parent of many sign-ons, for hours after its
    /// own exchange has been handed out.
    var retained = BoundedTable<UInt64, TicketRequest>(maximumCount: 512)

    private mutating func readClocks(
        _ asked: KerberosPairing.Asked, _ message: inout KerberosMessage, _ envelope: MessageEnvelope
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

    // MARK: Out

    /// A ticket request has ended: tells its sign-on and hands it out.
    mutating func ended(_ request: TicketRequest) {
        // What its messages say need only those know to whom it is handed out.
        if let signOn = request.shared.value.signOn {
            // Asked of the attempt where it is: of the whole a copy would be made.
            let last = request.shared.value.attempts.askLast { $0.replyTime ?? $0.endTime ?? $0.lastRequestTime } ?? nil
            refresh(request.withoutMessages, in: signOn, now: clock.time(last, request.shared.value.point))
        }
        if request.shared.value.isUnread { return }
        if request.shared.value.outcome.isGranted { retain(request.withoutMessages) }
        units.append(.ticketRequest(request))
    }

    /// Keeps a request in sight of the sign-ons that will use its ticket.
    private mutating func retain(_ request: TicketRequest) {
        if var gone = retained.set(request.id, request) { requests.recycle(&gone, &exchanges) }
    }

    /// Sign-ons have lain for seconds when they are told: what the next ones consist of is prefetched step by step
    /// meanwhile.
    private static func prefetch(_ told: inout [CopyOnWriteBox<SignOn.Told>], behind index: Int) {
        if index + 3 < told.count { told[index + 3].prefetch() }
        if index + 2 < told.count { told[index + 2].mutable.facts.prefetch(.steps) }
        if index + 1 < told.count { told[index + 1].mutable.facts.prefetch(.contents) }
    }

    private mutating func emit(_ signOn: inout CopyOnWriteBox<SignOn.Told>, captureContinues: Bool = false) {
        settle(&signOn.mutable.facts)
        close(&signOn.mutable.facts, captureContinues)
        signOn.mutable.read()
        units.append(.signOn(SignOn(signOn)))
    }

    private mutating func close(_ facts: inout SignOnFacts, _ captureContinues: Bool) {
        let last = clock.time(facts.lastTime, facts.point)
        facts.captureContinues =
            captureContinues || clock.runsOn(for: settings.meaningfulSilenceNanoseconds, after: last)
        Self.judge(&facts)
    }

    /// Lets go of the units that were handed out: what they are made of, as far as nobody else holds it, serves
    /// those to come.
    public mutating func releaseUnits() {
        while !units.isEmpty {
            // Taken out of it, so that each has one owner.
            var unit = units.removeLast()
            switch unit {
            case .ticketRequest: if var request = unit.takeTicketRequest() { requests.recycle(&request, &exchanges) }
            case .transaction: if var transaction = unit.takeTransaction() { http.recycle(&transaction) }
            case .signOn: if var signOn = unit.takeSignOn() { release(&signOn) }
            case .connection, .clocks, .capture: break
            }
        }
    }

    private mutating func release(_ signOn: inout SignOn) {
        signOns.recycle(&signOn) { step in
            if var request = step.takeTicketRequest() {
                requests.recycle(&request, &exchanges)
            } else if var transaction = step.takeTransaction() {
                http.recycle(&transaction)
            }
        }
    }
}
