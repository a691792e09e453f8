import CaptureFile
import Dissectors
import Flows

/// From messages to units: pairs, joins and closes.
///
/// The caller hands in messages and flow events in order, and takes the complete units from `units`.
public final class ExchangeTracker {
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
    /// AS requests without preauthentication that may be realm discovery, by the host that sent them.
    var discoveries: [IPAddress: [UInt64]] = [:]
    var watermark = CaptureTime(nanoseconds: .min)
    /// By how much each point's clock has been set back so far, in nanoseconds.
    private var clockShifts: [UInt16: Int64] = [:]
    let krbtgt: NameID

    private var nextExpiry = CaptureTime(nanoseconds: .min)
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
    /// Rises whenever something new is known of a host.
    public var hostsVersion: UInt64 { roles.version }
    /// The clocks, by host.
    public var hostClocks: [HostClock] { clocks.all }

    // MARK: In

    /// Takes a message in.
    public func see(_ message: Message) {
        let now = steady(message.envelope.time, message.envelope.point)
        switch message.body {
        case .kerberos(let kerberosMessage):
            kerberosMessages += 1
            see(kerberosMessage, message.envelope, now)
        case .http(let httpMessage):
            httpMessages += 1
            see(httpMessage, message.envelope, now)
        }
        makeRoom()
    }

    /// Takes a flow event in.
    public func see(_ event: FlowEvent) {
        let summary: ConnectionSummary
        switch event {
        case .ended(let ended): summary = ended
        case .clockSet(let point, let shift):
            clockShifts[point] = shift
            return
        }
        for exchange in kerberos.flowEnded(summary, krbtgt: krbtgt, watermark: watermark,
                                           meaningfulSilence: settings.meaningfulSilence) {
            kerberosClosed(KerberosExchange(exchange), now: steady(exchange.endTime ?? summary.lastTime, summary.point))
        }
        takeOrphanReplies(now: steady(summary.lastTime, summary.point))
        for transaction in http.flowEnded(summary, watermark: watermark, meaningfulSilence: settings.meaningfulSilence) {
            httpClosed(HTTPTransaction(transaction), now: steady(transaction.endTime ?? summary.lastTime, summary.point))
        }
        takeOrphans(now: steady(summary.lastTime, summary.point))
        backend.flowEnded(summary.flow)
        units.append(.connection(summary))
    }

    /// By how much a point's clock has been set back so far, in nanoseconds.
    func clockShift(_ point: UInt16) -> Int64 { clockShifts[point] ?? 0 }

    /// An instant of a point on the clock that all waiting runs on, which is never set back. What was
    /// captured before the clock was set keeps its time.
    func steady(_ time: CaptureTime?, _ point: UInt16) -> CaptureTime {
        guard let time else { return watermark }
        let shift = clockShift(point)
        if shift == 0 { return time }
        let shifted = time.advanced(byNanoseconds: shift)
        return shifted <= watermark ? shifted : min(time, watermark)
    }

    /// Says that capture time has come this far.
    public func advance(to time: CaptureTime) {
        guard time > watermark else { return }
        watermark = time
        guard time >= nextExpiry else { return }
        nextExpiry = time.advanced(byNanoseconds: Self.second / 2)
        for exchange in kerberos.expire(before: time.advanced(byNanoseconds: -settings.replyPatience)) {
            kerberosClosed(KerberosExchange(exchange), now: time)
        }
        kerberos.takeOrphans(before: time.advanced(byNanoseconds: -EarlyReplies.window), krbtgt)
        takeOrphanReplies(now: time)
        for request in requests.expire(before: time.advanced(byNanoseconds: -settings.retryPatience)) { ended(request) }
        for transaction in backend.expire(before: time.advanced(byNanoseconds: -5 * Self.second)) {
            units.append(.transaction(transaction))
        }
        for signOn in signOns.expire(now: time, patience: settings.signOnPatience, linger: settings.signOnLinger) {
            emit(signOn)
        }
    }

    /// The capture has ended: everything open is closed as it stands.
    public func finish() {
        for request in requests.drain() {
            var request = request
            request.captureContinues = continues(after: steady(request.lastTime, request.point))
            ended(request)
        }
        for transaction in backend.drain() { units.append(.transaction(transaction)) }
        for signOn in signOns.drain() { emit(signOn) }
        counters.forgottenTickets = lineage.forgotten
        counters.droppedPending = kerberos.dropped
        counters.droppedTransactions = http.dropped
        units.append(.clocks(clocks.all))
    }

    func continues(after time: CaptureTime) -> Bool {
        watermark.nanoseconds(since: time) >= settings.meaningfulSilence
    }

    private func makeRoom() {
        while requests.count > settings.maximumTicketRequests, let oldest = requests.dropOldest() {
            counters.droppedTicketRequests += 1
            ended(oldest)
        }
        while signOns.count > settings.maximumSignOns, let oldest = signOns.dropOldest() {
            counters.droppedSignOns += 1
            emit(oldest)
        }
    }

    // MARK: Kerberos

    private func see(_ message: KerberosMessage, _ envelope: MessageEnvelope, _ now: CaptureTime) {
        switch kerberos.see(message, envelope, names: names, krbtgt: krbtgt, maximumPending: settings.maximumPending,
                             now: now) {
        case .nothing: break
        case .opened(let exchange): kerberosOpened(KerberosExchange(exchange), now: now)
        case .closed(let exchange): kerberosClosed(KerberosExchange(exchange), now: now)
        case .exchanged(let opened, let closed):
            kerberosOpened(KerberosExchange(opened), now: now)
            kerberosClosed(KerberosExchange(closed), now: now)
        }
        takeOrphanReplies(now: now)
    }

    /// Takes refusals to which no request came.
    private func takeOrphanReplies(now: CaptureTime) {
        if kerberos.orphans.isEmpty { return }
        for exchange in kerberos.orphans { kerberosClosed(KerberosExchange(exchange), now: now) }
        kerberos.orphans.removeAll(keepingCapacity: true)
    }

    private func kerberosOpened(_ exchange: KerberosExchange, now: CaptureTime) {
        let (id, isNew) = requests.opened(exchange, lineage: lineage, names: names,
                                          retryPatience: settings.retryPatience, now: now)
        roles.note(exchange.kdc.address, point: exchange.point, .kdc, realm: exchange.request.realm)
        roles.note(exchange.client.address, point: exchange.point, .client)
        guard isNew, let request = requests[id] else { return }
        switch exchange.kind {
        case .authenticationService:
            if !exchange.request.parts.contains(.preauthentication) {
                var list = discoveries[request.client] ?? []
                list.append(id)
                if list.count > 16 { list.removeFirst() }
                discoveries[request.client] = list
                if discoveries.count > 4096 { discoveries = [request.client: list] }
            }
        case .s4U2Self: beginDelegation(request, now: now)
        case .s4U2Proxy: continueDelegation(request, now: now)
        case .ticketGrantingTicket, .ticketGranting, .userToUser: break
        }
    }

    private func kerberosClosed(_ exchange: KerberosExchange, now: CaptureTime) {
        readClocks(exchange)
        guard let id = requests.closed(exchange, now: now), let request = requests[id] else {
            orphan(exchange)
            return
        }
        if exchange.outcome == .granted || exchange.outcome == .referred { remember(exchange, request) }
        if exchange.kind == .s4U2Proxy, !request.user.isPresent, exchange.reply.cname.isPresent {
            requests.update(id) {
                $0.user = exchange.reply.cname
                $0.userRealm = exchange.reply.crealm
            }
        }
        if case .refused = exchange.outcome, let signOn = request.signOn { backend[refusedFor: request.client] = signOn }
        if exchange.outcome == .granted {
            for refused in requests.supersede(by: requests[id] ?? request) {
                if let signOn = refused.signOn { refresh(refused, in: signOn, now: now) }
            }
        }
        // A granted ticket ends the wish at once; a refusal may yet be followed by another attempt.
        if exchange.outcome == .granted, let done = requests.close(id) { ended(done) } else if let signOn = request.signOn {
            refresh(requests[id] ?? request, in: signOn, now: now)
        }
    }

    /// A reply without its request still brings a ticket that others may carry.
    private func orphan(_ exchange: KerberosExchange) {
        guard exchange.outcome == .replyOnly, exchange.reply.parts.contains(.ticket) else { return }
        roles.note(exchange.kdc.address, point: exchange.point, .kdc, realm: exchange.reply.realm)
        lineage.remember(exchange.reply.ticket.digest, TicketNode(
            kind: exchange.kind, isReferral: false, request: 0, cname: exchange.reply.cname, crealm: exchange.reply.crealm,
            requester: .none, requesterRealm: .none, sname: exchange.reply.sname, realm: exchange.reply.realm, signOn: 0))
    }

    private func remember(_ exchange: KerberosExchange, _ request: TicketRequest) {
        // The ticket of S4U2Self and S4U2Proxy names the user; a referral on the way names whom the
        // KDC put there, and stands for the same wish.
        let isReferral = exchange.outcome == .referred
        let user = request.kind == .s4U2Proxy && isReferral ? request.user : exchange.reply.cname
        let userRealm = request.kind == .s4U2Proxy && isReferral ? request.userRealm : exchange.reply.crealm
        lineage.remember(exchange.reply.ticket.digest, TicketNode(
            kind: request.kind, isReferral: isReferral, request: request.id, cname: user, crealm: userRealm,
            requester: request.requester, requesterRealm: request.requesterRealm, sname: exchange.reply.sname,
            realm: exchange.reply.realm, signOn: request.signOn ?? 0))
        retained.keep(request)
    }

    /// The newest granted requests, to show as shared steps of the sign-ons that use their tickets.
    var retained = RetainedRequests()

    private func readClocks(_ exchange: KerberosExchange) {
        guard exchange.errorCode != nil, let captured = exchange.replyTime, let server = exchange.reply.serverTime else { return }
        let micro = Int64(exchange.reply.serverMicroseconds ?? 0)
        let reading = server.advanced(byNanoseconds: micro * 1000)
        let turnaround = exchange.requestTime.map { captured.nanoseconds(since: $0) } ?? Self.second
        clocks.read(.krbError, host: exchange.kdc.address, point: exchange.point, reading: reading,
                    resolution: exchange.reply.serverMicroseconds == nil ? Self.second : 1000, captured: captured,
                    shift: clockShift(exchange.point), turnaround: max(turnaround, 0),
                    frame: exchange.replyFrame ?? FrameReference(capture: 0, frame: 0))
        // Some KDCs put the request's nonce, or nothing sensible, where the client's time belongs.
        if let client = exchange.reply.clientTime, let sent = exchange.requestTime,
            client.nanoseconds / Self.second != Int64(exchange.request.nonce),
            (client.nanoseconds(since: sent) / Self.second).magnitude < UInt64(Self.plausibleOffsetSeconds)
        {
            let clientMicro = Int64(exchange.reply.clientMicroseconds ?? 0)
            clocks.read(.krbErrorClient, host: exchange.client.address, point: exchange.point,
                        reading: client.advanced(byNanoseconds: clientMicro * 1000),
                        resolution: exchange.reply.clientMicroseconds == nil ? Self.second : 1000, captured: sent,
                        shift: clockShift(exchange.point), turnaround: Self.second, frame: exchange.replyFrame ?? FrameReference(capture: 0, frame: 0))
        }
    }

    // MARK: Out

    /// A ticket request has ended: tells its sign-on and hands it out.
    private func ended(_ request: TicketRequest) {
        if let signOn = request.signOn {
            refresh(request, in: signOn, now: steady(request.lastTime, request.point), isEnded: true)
        }
        if request.outcome.isGranted { retained.keep(request) }
        units.append(.ticketRequest(request))
    }

    private func emit(_ signOn: SignOn) {
        var signOn = signOn
        signOn.captureContinues = continues(after: steady(signOn.lastTime, signOn.point))
        Self.judge(&signOn)
        units.append(.signOn(signOn))
    }
}

/// Granted ticket requests kept for a while, oldest out: a connector's TGT is the parent of many
/// sign-ons long after its own exchange has been handed out.
struct RetainedRequests {
    private var requests = IDTable<TicketRequest>()
    private var order: [UInt64] = []
    private var oldest = 0
    static let maximumCount = 1024

    subscript(id: UInt64) -> TicketRequest? { requests[id] }

    mutating func keep(_ request: TicketRequest) {
        if requests.updateValue(request, for: request.id) != nil { return }
        if order.count < Self.maximumCount {
            order.append(request.id)
            return
        }
        requests[order[oldest]] = nil
        order[oldest] = request.id
        oldest = (oldest + 1) % Self.maximumCount
    }
}
