import Collections
import PacketModel
import ByteParsing
import CaptureFile
import Dissectors

/// The clock of an observation point has been set back, by `shift` nanoseconds in all so far: times before this and
/// after it cannot be compared.
public struct ClockSet: Sendable, BitwiseCopyable {
    public var point: UInt16
    public var shift: Int64
}

/// From packets to messages: finds each packet's flow, puts TCP streams together, and shows them to
/// the dissector that knows them.
///
/// Messages appear in the context, other events in `clockSets` and `ended`; the caller takes all of them after each
/// packet. All waiting runs on capture time.
///
/// Why its functions are `mutating` even where they change nothing: docs/compiler-workarounds.md.
public struct FlowTracker: ~Copyable {
    public let context: DissectionContext
    public let settings: FlowSettings
    /// Clocks that were set back since the caller last called `removeEvents`.
    public private(set) var clockSets: [ClockSet] = []
    /// Flows that have ended or were given up since then.
    public var ended = RecordArray<ConnectionSummary>(maximumCount: .max, initialCapacity: 16)
    public internal(set) var counters = FlowCounters()
    /// Facts by observation point.
    public var points: [PointFacts] { (0..<pointFacts.count).map { pointFacts[$0] } }
    var pointFacts = RecordArray<PointFacts>(maximumCount: 1 << 16, initialCapacity: 1)
    /// The first packets that could not be read, bounded; `PointFacts.faultCount` counts all.
    public internal(set) var faults: [PacketFault] = []
    /// How far capture time has come; it never falls. Where a point's clock is set back, its time runs
    /// on from there.
    public private(set) var watermark = CaptureTime(nanoseconds: .min)

    var table: FlowTable
    var streams = Arena<FlowStream>()
    var freeStreams: [Int] = []
    /// Octets of memory held by streams beyond what every stream needs.
    var heldBytes = 0
    /// The index at which the next search for a stream to give up begins.
    var streamCursor = 0
    /// Flows with an open hole, by index.
    var holes: [Int32] = []
    var fragments = FragmentTable()
    private var nextID: UInt64 = 1
    private var lastSweep = CaptureTime(nanoseconds: .min)
    private var nextSweep = CaptureTime(nanoseconds: .min)
    /// Before this time no flow has been idle for too long.
    var soonestIdle = CaptureTime(nanoseconds: .max)
    var nextHoleCheck = CaptureTime(nanoseconds: .min)
    /// Before this time neither of the two is due.
    var nextWaking = CaptureTime(nanoseconds: .min)
    /// How many records the next sweep may look at. It grows with each packet: times that leap ahead with every packet
    /// must not make each packet sweep all flows.
    private var sweepCredit = 0
    private var packetsSinceCredit = 0
    let datagrams: [any DatagramDissector]
    let datagramTypes: [any DatagramDissector.Type]
    let tunnels: [any PacketTunnel.Type]

    static let maximumFaults = 256
    /// Packets within packets beyond this depth are not read.
    static let maximumTunnels = 4
    /// Flows closed before the caller takes what they say.
    static let closedAtOnce = 1024
    private var finishCursor = 0
    private static let sweptPerPacket = 512
    private static let second: Int64 = 1_000_000_000

    /// Flows that have ended and are still in the table, or were.
    private var lingering: RingBuffer<FlowReference>

    /// An engine with nothing seen, which offers what it finds to the protocols of the context.
    public init(context: DissectionContext, settings: FlowSettings = FlowSettings()) {
        self.context = context
        self.settings = settings
        lingering = RingBuffer(maximumCount: settings.maximumLingering)
        table = FlowTable(maximumFlows: settings.maximumFlows, seed: settings.seed ?? .random(in: .min ... .max))
        context.maximumMessageBytes = settings.maximumMessageBytes
        datagramTypes = context.protocols.datagrams
        datagrams = datagramTypes.map { $0.init(context) }
        tunnels = context.protocols.tunnels
    }

    /// Live flows.
    public var flowCount: Int { table.liveCount }

    /// Whether a message could still appear whose frame lies before those already reported: a hole
    /// is open somewhere.
    public var hasOpenHoles: Bool { !holes.isEmpty }

    // MARK: One packet

    /// Whether there are messages or events.
    var hasNews: Bool { mutating get { hasEvents || context.hasMessages } }

    /// Whether a flow has ended, or a clock was set.
    public var hasEvents: Bool { mutating get { ended.count > 0 || !clockSets.isEmpty } }

    /// Forgets the events that the caller has taken.
    public mutating func removeEvents() {
        ended.removeAll()
        if !clockSets.isEmpty { clockSets.removeAll(keepingCapacity: true) }
    }

    /// Counts a packet, and sets the clock that all waiting runs on; true where that may have brought messages or
    /// events.
    @inline(__always)
    mutating func setTime(_ record: PacketRecord, _ time: inout CaptureTime) -> Bool {
        let point = Int(record.point)
        if pointFacts.count <= point { addPoints(upTo: point) }
        packetsSinceCredit &+= 1
        var isNews = false
        if pointFacts[point].recordPacket(record) {
            clockSets.append(ClockSet(point: record.point, shift: pointFacts[point].clockShift))
            isNews = true
        }
        time =
            record.time.map { $0.advanced(byNanoseconds: pointFacts[point].clockShift) }
            ?? (watermark.nanoseconds == .min ? CaptureTime(nanoseconds: 0) : watermark)
        if time > watermark, advance(to: time, isForced: false) { isNews = true }
        return isNews
    }

    @inline(never)
    private mutating func addPoints(upTo point: Int) {
        while pointFacts.count <= point, pointFacts.append(PointFacts(point: UInt16(pointFacts.count))) != nil {}
    }

    /// Says that capture time has come this far.
    public mutating func advance(to time: CaptureTime) { _ = advance(to: time, isForced: true) }

    /// True where something was looked at that may have brought messages or events.
    @inline(__always)
    private mutating func advance(to time: CaptureTime, isForced: Bool) -> Bool {
        guard time > watermark else { return false }
        watermark = time
        return time >= nextWaking && wake(time, isForced: isForced)
    }

    @inline(never)
    private mutating func wake(_ time: CaptureTime, isForced: Bool) -> Bool {
        let isDue = !holes.isEmpty && time >= nextHoleCheck
        if isDue { checkHoles() }
        let isSweep = time >= nextSweep
        if isSweep { sweepIfAffordable(time, isForced: isForced) }
        nextWaking = holes.isEmpty ? nextSweep : min(nextSweep, nextHoleCheck)
        return isDue || isSweep
    }

    private mutating func sweepIfAffordable(_ time: CaptureTime, isForced: Bool) {
        // Every second, unless there are far more flows than packets.
        if !isForced, packetsSinceCredit < 4 * table.recordCount,
            time < lastSweep.advanced(byNanoseconds: 10 * Self.second)
        {
            return
        }
        let enough = 2 * table.recordCount
        sweepCredit = min(sweepCredit + min(packetsSinceCredit, enough) * Self.sweptPerPacket, enough)
        packetsSinceCredit = 0
        guard isForced || sweepCredit >= table.recordCount else { return }
        sweepCredit -= isForced ? 0 : table.recordCount
        if sweep() {
            lastSweep = time
            nextSweep = time.advanced(byNanoseconds: Self.second)
        }
    }

    /// Ends every flow, for nothing follows: some at a time, so that what they say never piles up.
    /// Returns whether more are left; the caller takes the messages and events in between.
    public mutating func finishSome() -> Bool {
        if finishCursor == 0 { fragments.finish(&counters) }
        let limit = ended.count + Self.closedAtOnce
        while finishCursor < table.recordCount {
            if table[finishCursor].isLive { close(finishCursor, .abandoned, evict: true) }
            finishCursor += 1
            if ended.count >= limit { return true }
        }
        return false
    }

    // MARK: Flows

    /// The flow of a packet, made where it is new.
    mutating func flow(_ packet: inout PacketContext) -> Int? {
        let index = table.find(packet.key, packet.hash)
        return index >= 0 ? index : newFlow(&packet)
    }

    mutating func newFlow(_ packet: inout PacketContext) -> Int? {
        if !table.hasRoom, let victim = table.victim() {
            counters.evictedFlows += 1
            close(victim, .abandoned, evict: true)
        }
        guard let index = table.insert(&packet, FlowID(rawValue: nextID)) else { return nil }
        nextID += 1
        soonestIdle = min(soonestIdle, table[index].lastTime.advanced(byNanoseconds: leastPatience(index)))
        counters.mostFlows = max(counters.mostFlows, UInt64(table.liveCount))
        return index
    }

    /// Fills in the envelope of messages that this packet completes.
    mutating func setCurrent(_ index: Int, _ packet: inout PacketContext) {
        let direction = packet.direction
        context.current = MessageEnvelope(
            firstFrame: packet.record.frame, frame: packet.record.frame, time: packet.record.time,
            flow: table[details: index].id,
            point: packet.record.point, transport: table[index].transport, direction: direction,
            source: table[index].endpoint(direction), destination: table[index].endpoint(direction.reversed),
            ttl: packet.header.ttl)
    }

    /// Counts a copy of a packet.
    mutating func countDuplicate(_ index: Int, _ record: PacketRecord) {
        table[anomalies: index].duplicatePackets += 1
        table[anomalies: index].copyFrame = record.frame
        pointFacts[Int(record.point)].duplicatePackets += 1
        if pointFacts[Int(record.point)].firstDuplicate == nil {
            pointFacts[Int(record.point)].firstDuplicate = record.frame
        }
    }

    /// Counts octets that were never captured although what follows them was.
    mutating func countGap(_ index: Int, _ direction: Direction, _ length: Int, _ frame: FrameReference) {
        let point = Int(table[index].key.point)
        pointFacts[point].gapCount += 1
        pointFacts[point].missingBytes += UInt64(length)
        if pointFacts[point].firstGap == nil { pointFacts[point].firstGap = frame }
        table[anomalies: index, direction].missingBytes &+= UInt64(length)
    }

    /// The ports of a flow.
    mutating func ports(_ index: Int) -> StreamPorts {
        let client = table[index].endpoint(table[index].clientDirection)
        let server = table[index].endpoint(table[index].clientDirection.reversed)
        return StreamPorts(server: server.port, client: client.port)
    }

    /// Gives a flow a stream, from the pool.
    mutating func makeStream(_ index: Int) {
        if streams.count - freeStreams.count >= settings.maximumStreams { giveUpStream(except: index) }
        let stream = freeStreams.popLast() ?? streams.append(FlowStream())
        table[index].stream = .reading(stream)
        streams[stream].flow = index
    }

    /// Stops reading a flow to make room: of the next few in turn the first that nobody answers, else the first.
    mutating func giveUpStream(except index: Int, holdingBytes: Bool = false) {
        var chosen = -1
        var looked = 0
        for _ in 0..<streams.count {
            streamCursor = streamCursor + 1 < streams.count ? streamCursor + 1 : 0
            let flow = streams[streamCursor].flow
            guard flow >= 0, flow != index, !holdingBytes || streams[streamCursor].heldMemory > 0 else { continue }
            let isAnswered = !table.isOneSided(flow)
            if !isAnswered || chosen < 0 { chosen = streamCursor }
            looked += 1
            if !isAnswered || looked == 16 { break }
        }
        guard chosen >= 0 else { return }
        counters.droppedStreams += 1
        counters.droppedHeldBytes += UInt64(streams[chosen].heldBytes)
        finishStream(streams[chosen].flow, .abandoned)
    }

    /// Counts what a flow's stream holds now, and gives up other streams where that is too much in all.
    mutating func updateHeldBytes(_ index: Int) {
        guard let stream = table[index].streamIndex else { return }
        streams[stream].trim()
        let now = streams[stream].memory
        heldBytes += now - streams[stream].heldMemory
        streams[stream].heldMemory = now
        while heldBytes > settings.maximumHeldBytes, heldBytes > now { giveUpStream(except: index, holdingBytes: true) }
    }

    /// Lets go of a flow's stream.
    mutating func releaseStream(_ index: Int) {
        guard let stream = table[index].streamIndex else { return }
        heldBytes -= streams[stream].heldMemory
        streams[stream].reset()
        freeStreams.append(stream)
        table[index].stream = .ignored
    }

    /// Ends a flow's streams and reports it; `evict` also takes it out of the table.
    mutating func close(_ index: Int, _ ending: StreamEnding, evict: Bool) {
        if !table[index].isReported {
            table[index].flags.insert(.reported)
            table[details: index].ending = ending
            if let stream = table[index].streamIndex, let reset = streams[stream].pendingReset {
                streams[stream].pendingReset = nil
                table[details: index].ending = .reset
                note(reset, index)
            } else if ending == .abandoned, table.resetFrame(index) != nil {
                table[details: index].ending = .reset
            }
            finishStream(index, table[details: index].ending)
            let endedWithCapture =
                table[details: index].ending == .abandoned
                && watermark.nanoseconds(since: table[index].lastTime) < 15 * Self.second
            table.summarize(index, endedWithCapture: endedWithCapture, into: &ended)
            if !evict { linger(index) }
        }
        if evict { table.remove(index) }
    }

    /// Leaves an ended flow in the table, for packets of it that are still to come; where very many have ended, the one
    /// that ended first is removed.
    private mutating func linger(_ index: Int) {
        soonestIdle = min(soonestIdle, table[index].lastTime.advanced(byNanoseconds: leastPatience(index)))
        if let old = lingering.append(FlowReference(index, table[details: index].id)) {
            if table.isThere(old), old.index != index { table.remove(old.index) }
            // The next one is removed when another flow ends.
            if let next = lingering.first { table.prefetch(next.index) }
        }
    }
}
