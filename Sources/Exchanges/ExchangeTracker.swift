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
    /// The newest granted requests, to show as steps of the sign-ons that use their tickets: a connector's
    /// ticket-granting ticket is the parent of many sign-ons, for hours after its own exchange has been handed out.
    var retained = BoundedTable<UInt64, TicketRequest>(maximumCount: 512)
    private var inlets: MessageInlets

    private var nextExpiry = CaptureTime(nanoseconds: .min)
    /// Empty, but for their room, which is used again each time.
    private var expiredRequests: [TicketRequest] = []
    private var expiredSignOns: [CopyOnWriteBox<SignOn.Storage>] = []
    static let second: Int64 = 1_000_000_000

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
        var told: [CopyOnWriteBox<SignOn.Storage>] = []
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
        // Whatever is kept by host and gave way to other hosts: what came of it later could not be joined.
        counters.forgottenHosts =
            roles.forgottenCount &+ discoveries.forgottenCount &+ backend.forgottenCount
            &+ requests.forgottenRefusals
        counters.forgottenClocks = clocks.forgottenCount
        counters.droppedPending = kerberos.dropped
        counters.droppedTransactions = http.dropped
        units.append(.clocks(clocks.all))
    }

    mutating func makeRoom() {
        while kerberos.count > settings.maximumPending, let oldest = kerberos.dropOldest() {
            // Whether a reply came later, nobody looked.
            let hasWaited = clock.now.nanoseconds(since: oldest.heard) >= settings.meaningfulSilenceNanoseconds
            unanswered(oldest, hasWaited ? nil : KerberosPairing.NoReply(reason: .captureEnded), now: clock.now)
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
    mutating func retain(_ request: TicketRequest) {
        if var gone = retained.set(request.id, request) { requests.recycle(&gone, &exchanges) }
    }

    /// Sign-ons have lain for seconds when they are told: what the next ones consist of is prefetched step by step
    /// meanwhile.
    private static func prefetch(_ told: inout [CopyOnWriteBox<SignOn.Storage>], behind index: Int) {
        if index + 3 < told.count { told[index + 3].prefetch() }
        if index + 2 < told.count { told[index + 2].mutable.facts.prefetch(.steps) }
        if index + 1 < told.count { told[index + 1].mutable.facts.prefetch(.contents) }
    }

    private mutating func emit(_ signOn: inout CopyOnWriteBox<SignOn.Storage>, captureContinues: Bool = false) {
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
