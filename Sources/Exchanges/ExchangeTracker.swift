import ByteParsing
import CaptureFile
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
    /// Exchanges that belong to no ticket request: replies whose request was not captured.
    public private(set) var counters = ExchangeCounters()
    public private(set) var kerberosMessages: UInt64 = 0
    public private(set) var httpMessages: UInt64 = 0

    var kerberos = KerberosPairing()
    var http = HTTPPairing()
    var lineage: TicketLineage
    var requests = TicketRequests()
    var signOns = SignOns()
    var clocks = Clocks()
    var roles: Hosts
    var backend = BackendConversations()
    var accounts = AccountNames()
    var hostMatches = HostMatches()
    /// AS requests without preauthentication that may be realm discovery, by the host that sent them.
    var discoveries: [IPAddress: ShortList<UInt64>] = [:]
    /// A part of its own: a question to the whole would copy all of it.
    var clock = SteadyClock()
    let krbtgt: NameID

    private var nextExpiry = CaptureTime(nanoseconds: .min)
    /// Empty, but for their room, which is used again each time.
    private var expiredRequests: [TicketRequest] = []
    private var expiredSignOns: [Shared<SignOn.Told>] = []
    private static let second: Int64 = 1_000_000_000
    /// A year: a host whose clock is further off would not get as far as this.
    private static let plausibleOffsetSeconds: Int64 = 365 * 86_400

    /// A tracker with nothing seen. `given` are roles that the user knows.
    public init(names: NameTable, settings: ExchangeSettings = ExchangeSettings(), given: [IPAddress: HostRoles] = [:]) {
        self.names = names
        self.settings = settings
        lineage = TicketLineage(maximumCount: settings.maximumTickets)
        roles = Hosts(given: given)
        krbtgt = names.intern("krbtgt")
    }

    /// What is known of the hosts, by address.
    public var hosts: [HostFacts] { roles.all }
    /// What has become known of hosts since this was last asked, in order.
    public mutating func takeHostChanges() -> [HostFacts] { roles.takeChanges() }
    /// Rises whenever something new is known of a host.
    public var hostsVersion: UInt64 { roles.version }
    /// The clocks, by host.
    public var hostClocks: [HostClock] { clocks.all }

    // MARK: In

    /// Takes a Kerberos message in.
    public mutating func see(_ message: inout KerberosMessage, _ envelope: MessageEnvelope) {
        kerberosMessages += 1
        see(&message, envelope, clock.time(envelope.time, envelope.point))
        makeRoom()
    }

    /// Takes an HTTP message in.
    public mutating func see(_ message: inout HTTPMessage, _ envelope: MessageEnvelope) {
        httpMessages += 1
        see(&message, envelope, clock.time(envelope.time, envelope.point))
        makeRoom()
    }

    /// A clock was set.
    public mutating func see(_ set: ClockSet) { clock.set(set.point, shift: set.shift) }

    /// A flow has ended: what waits on it gets no answer. `isUnit` says whether the flow itself is of
    /// interest: of most it is known beforehand that nobody would look at them.
    public mutating func see(_ summary: inout ConnectionSummary, isUnit: Bool) {
        if summary.isKerberos || summary.isHTTP { end(&summary) }
        if isUnit { units.append(.connection(summary)) }
    }

    private mutating func end(_ summary: inout ConnectionSummary) {
        if summary.isKerberos {
            for closed in kerberos.flowEnded(&summary, krbtgt: krbtgt, watermark: clock.now,
                                             meaningfulSilence: settings.meaningfulSilence) {
                kerberosClosed(closed.exchange, of: closed.owner,
                               now: clock.time(closed.exchange.endTime ?? summary.lastTime, summary.point))
            }
            takeOrphanReplies(now: clock.time(summary.lastTime, summary.point))
        }
        if summary.isHTTP {
            for closed in http.flowEnded(&summary, watermark: clock.now, meaningfulSilence: settings.meaningfulSilence) {
                httpClosed(closed.transaction, of: closed.owner,
                           now: clock.time(closed.transaction.endTime ?? summary.lastTime, summary.point))
            }
            takeOrphans(now: clock.time(summary.lastTime, summary.point))
            backend.flowEnded(summary.flow)
        }
    }

    /// Says that capture time has come this far.
    public mutating func advance(to time: CaptureTime) {
        guard time > clock.now else { return }
        clock.now = time
        guard time >= nextExpiry else { return }
        nextExpiry = time.advanced(byNanoseconds: Self.second / 2)
        for closed in kerberos.expire(before: time.advanced(byNanoseconds: -settings.replyPatience)) {
            kerberosClosed(closed.exchange, of: closed.owner, now: time)
        }
        kerberos.takeOrphans(before: time.advanced(byNanoseconds: -EarlyReplies.window), krbtgt)
        takeOrphanReplies(now: time)
        var given: [TicketRequest] = []
        swap(&given, &expiredRequests)
        requests.expire(before: time.advanced(byNanoseconds: -settings.retryPatience), into: &given)
        for request in given { ended(request) }
        given.removeAll(keepingCapacity: true)
        swap(&given, &expiredRequests)
        for transaction in backend.expire(before: time.advanced(byNanoseconds: -5 * Self.second)) {
            units.append(.transaction(transaction))
        }
        var told: [Shared<SignOn.Told>] = []
        swap(&told, &expiredSignOns)
        signOns.expire(now: time, patience: settings.signOnPatience, linger: settings.signOnLinger, into: &told)
        for index in told.indices { emit(&told[index]) }
        told.removeAll(keepingCapacity: true)
        swap(&told, &expiredSignOns)
    }

    /// The capture has ended: everything open is closed as it stands.
    public mutating func finish() {
        for id in requests.ids {
            let last = requests.ask(id) { clock.time($0.lastTime, $0.point) } ?? clock.now
            let captureContinues = clock.runsOn(for: settings.meaningfulSilence, after: last)
            if let request = requests.close(id, captureContinues: captureContinues) { ended(request) }
        }
        for transaction in backend.drain() { units.append(.transaction(transaction)) }
        var told = signOns.drain()
        for index in told.indices { emit(&told[index]) }
        counters.forgottenTickets = lineage.forgotten
        counters.droppedPending = kerberos.dropped
        counters.droppedTransactions = http.dropped
        units.append(.clocks(clocks.all))
    }

    private mutating func makeRoom() {
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

    private mutating func see(_ message: inout KerberosMessage, _ envelope: MessageEnvelope, _ now: CaptureTime) {
        switch kerberos.see(&message, envelope, &requests, names: names, krbtgt: krbtgt, maximumPending: settings.maximumPending,
                            now: now) {
        case .nothing: break
        case .opened(let exchange, let place): kerberos.assign(kerberosOpened(exchange, &message, now: now), to: place)
        case .closed(var closed):
            kerberosClosed(closed.exchange, of: closed.owner, now: now)
            kerberos.give(&closed.exchange)
            requests.pack(closed.owner, &kerberos)
        case .exchanged(let opened, let closed): kerberosClosed(closed, of: kerberosOpened(opened, &message, now: now), now: now)
        }
        takeOrphanReplies(now: now)
    }

    /// Takes refusals to which no request came.
    private mutating func takeOrphanReplies(now: CaptureTime) {
        if kerberos.orphans.isEmpty { return }
        for exchange in kerberos.orphans { kerberosClosed(exchange, of: 0, now: now) }
        kerberos.orphans.removeAll(keepingCapacity: true)
    }

    /// Returns the ticket request to which the exchange belongs.
    private mutating func kerberosOpened(_ exchange: KerberosExchange, _ message: inout KerberosMessage, now: CaptureTime) -> UInt64 {
        let (id, isNew) = requests.opened(exchange, &message, lineage: lineage, retryPatience: settings.retryPatience, now: now)
        roles.note(exchange.kdc.address, point: exchange.point, .kdc, realm: message.realm)
        roles.note(exchange.client.address, point: exchange.point, .client)
        guard isNew else { return id }
        switch exchange.kind {
        case .authenticationService:
            if !message.parts.contains(.preauthentication) { noteDiscovery(id, by: exchange.client.address) }
        case .s4U2Self: beginDelegation(id, now: now)
        case .s4U2Proxy: continueDelegation(id, now: now)
        case .ticketGrantingTicket, .ticketGranting, .userToUser: break
        }
        return id
    }

    private mutating func noteDiscovery(_ id: UInt64, by client: IPAddress) {
        guard let place = discoveries.index(forKey: client) else {
            if discoveries.count >= 4096 { discoveries = [:] }
            discoveries[client] = [id]
            return
        }
        discoveries.values[place].append(id)
        if discoveries.values[place].count > 16 { discoveries.values[place].remove(at: 0) }
    }

    private mutating func kerberosClosed(_ exchange: KerberosExchange, of id: UInt64, now: CaptureTime) {
        readClocks(exchange)
        guard id != 0, requests.closed(exchange, of: id, now: now) else {
            orphan(exchange)
            return
        }
        let signOn = requests.ask(id) { $0.signOn } ?? nil
        if exchange.outcome == .granted || exchange.outcome == .referred { remember(exchange, of: id) }
        if exchange.kind == .s4U2Proxy, exchange.messages.reply.cname.isPresent,
            !(requests.ask(id) { $0.user.isPresent } ?? true)
        {
            requests.update(id) {
                $0.user = exchange.messages.reply.cname
                $0.userRealm = exchange.messages.reply.crealm
            }
        }
        if case .refused = exchange.outcome, let signOn { backend[refusedFor: exchange.client.address] = signOn }
        guard exchange.outcome == .granted else {
            if let signOn { refresh(id, in: signOn, now: now) }
            return
        }
        for refused in requests.supersede(by: id) {
            if let signOn = requests.ask(refused, { $0.signOn }) ?? nil { refresh(refused, in: signOn, now: now) }
        }
        // A granted ticket ends the wish at once; a refusal may yet be followed by another attempt.
        if let done = requests.close(id) { ended(done) }
    }

    /// A reply without its request still brings a ticket that others may carry.
    private mutating func orphan(_ exchange: KerberosExchange) {
        guard exchange.outcome == .replyOnly, exchange.messages.reply.parts.contains(.ticket) else { return }
        roles.note(exchange.kdc.address, point: exchange.point, .kdc, realm: exchange.reply.realm)
        lineage.remember(exchange.reply.ticket.digest, TicketNode(
            request: 0, signOn: 0, cname: exchange.reply.cname, requester: .none, crealm: exchange.reply.crealm,
            requesterRealm: .none, kind: exchange.kind))
    }

    private mutating func remember(_ exchange: KerberosExchange, of id: UInt64) {
        // The ticket of S4U2Self and S4U2Proxy names the user; a referral on the way names whom the
        // KDC put there, and stands for the same wish.
        let isReferral = exchange.outcome == .referred
        let node = requests.ask(id) { request in
            let keepsUser = request.kind == .s4U2Proxy && isReferral
            return TicketNode(
                request: request.id, signOn: request.signOn ?? 0,
                cname: keepsUser ? request.user : exchange.messages.reply.cname, requester: request.requester,
                crealm: keepsUser ? request.userRealm : exchange.messages.reply.crealm,
                requesterRealm: request.requesterRealm, kind: request.kind)
        }
        guard let node else { return }
        lineage.remember(exchange.messages.reply.ticket.digest, node)
        // One that is granted is kept at its end, which is now.
        let isGranted = requests.ask(id) { $0.outcome.isGranted } ?? false
        if isReferral || !isGranted, let request = requests.outline(id) { retain(request) }
    }

    /// The newest granted requests, to show as shared steps of the sign-ons that use their tickets.
    var retained = RetainedRequests()

    private mutating func readClocks(_ exchange: KerberosExchange) {
        guard exchange.errorCode != nil, let captured = exchange.replyTime, let server = exchange.messages.reply.serverTime else { return }
        let micro = Int64(exchange.messages.reply.serverMicroseconds ?? 0)
        let reading = server.advanced(byNanoseconds: micro * 1000)
        let turnaround = exchange.requestTime.map { captured.nanoseconds(since: $0) } ?? Self.second
        clocks.read(.krbError, host: exchange.kdc.address, point: exchange.point, reading: reading,
                    resolution: exchange.messages.reply.serverMicroseconds == nil ? Self.second : 1000, captured: captured,
                    shift: clock.shift(exchange.point), turnaround: max(turnaround, 0),
                    frame: exchange.replyFrame ?? FrameReference(capture: 0, frame: 0))
        // Some KDCs put the request's nonce, or nothing sensible, where the client's time belongs.
        if let client = exchange.messages.reply.clientTime, let sent = exchange.requestTime,
            client.nanoseconds / Self.second != Int64(exchange.messages.request.nonce),
            (client.nanoseconds(since: sent) / Self.second).magnitude < UInt64(Self.plausibleOffsetSeconds)
        {
            let clientMicro = Int64(exchange.messages.reply.clientMicroseconds ?? 0)
            clocks.read(.krbErrorClient, host: exchange.client.address, point: exchange.point,
                        reading: client.advanced(byNanoseconds: clientMicro * 1000),
                        resolution: exchange.messages.reply.clientMicroseconds == nil ? Self.second : 1000, captured: sent,
                        shift: clock.shift(exchange.point), turnaround: Self.second, frame: exchange.replyFrame ?? FrameReference(capture: 0, frame: 0))
        }
    }

    // MARK: Out

    /// A ticket request has ended: tells its sign-on and hands it out.
    private mutating func ended(_ request: TicketRequest) {
        let signOn = request.signOn.flatMap { signOns.isOpen($0) ? $0 : nil }
        // What its messages say need only those know to whom it is handed out.
        if let signOn { refresh(request.withoutMessages, in: signOn, now: clock.time(request.lastTime, request.point)) }
        if request.outcome.isGranted { retain(request.withoutMessages) }
        units.append(.ticketRequest(request))
    }

    /// Keeps a request in sight of the sign-ons that will use its ticket.
    private mutating func retain(_ request: TicketRequest) {
        if var gone = retained.keep(request) { requests.give(&gone, &kerberos) }
    }

    private mutating func emit(_ signOn: inout Shared<SignOn.Told>) {
        settle(&signOn.own.facts)
        let last = clock.time(signOn.value.facts.lastTime, signOn.value.facts.point)
        signOn.own.facts.captureContinues = clock.runsOn(for: settings.meaningfulSilence, after: last)
        Self.judge(&signOn.own.facts)
        signOn.own.read()
        units.append(.signOn(SignOn(signOn)))
    }

    /// Lets go of the units that were handed out: what they are made of, as far as nobody else holds it, serves
    /// those to come.
    public mutating func releaseUnits() {
        for index in units.indices {
            if var request = units[index].takeTicketRequest() {
                requests.give(&request, &kerberos)
            } else if var transaction = units[index].takeTransaction() {
                http.give(&transaction)
            } else if var signOn = units[index].takeSignOn() {
                release(&signOn)
            }
        }
        if !units.isEmpty { units.removeAll(keepingCapacity: true) }
    }

    private mutating func release(_ signOn: inout SignOn) {
        signOns.give(&signOn) { step in
            if var request = step.takeTicketRequest() {
                requests.give(&request, &kerberos)
            } else if var transaction = step.takeTransaction() {
                http.give(&transaction)
            }
        }
    }
}
