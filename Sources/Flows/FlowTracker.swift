import ByteParsing
import CaptureFile
import Dissectors

/// What flows have to say besides messages.
public enum FlowEvent: Sendable {
    /// The clock of an observation point has been set back, by `shift` nanoseconds in all so far. What
    /// was captured before this event and what comes after it have different clocks.
    case clockSet(point: UInt16, shift: Int64)
    /// A flow has ended or was given up; it says no more.
    case ended(ConnectionSummary)
}

/// From packets to messages: finds each packet's flow, puts TCP streams together, and shows them to
/// the dissector that knows them.
///
/// Messages appear in the context, other news in `events`; the caller takes both after each packet.
/// All waiting runs on capture time.
public struct FlowTracker: ~Copyable {
    public let context: DissectionContext
    public let settings: FlowSettings
    /// News since the caller last emptied it.
    public var events: [FlowEvent] = []
    public internal(set) var counters = FlowCounters()
    /// Facts by observation point.
    public var points: [PointFacts] { (0..<pointFacts.count).map { pointFacts[$0] } }
    private var pointFacts = Slab<PointFacts>(maximumCount: 1 << 16, initialCapacity: 1)
    /// The first packets that could not be read, bounded; `PointFacts.faultCount` counts all.
    public private(set) var faults: [PacketFault] = []
    /// How far capture time has come; it never falls. Where a point's clock is set back, its time runs
    /// on from there.
    public private(set) var watermark = CaptureTime(nanoseconds: .min)

    var table: FlowTable
    var streams: [FlowStream] = []
    var freeStreams: [Int32] = []
    /// Octets of memory held by streams beyond what every stream needs.
    var heldBytes = 0
    /// Where the search for a stream to give up goes on.
    var streamCursor = 0
    /// Flows with an open hole, by index.
    var holes: [Int32] = []
    private var fragments = FragmentTable()
    private var nextID: UInt64 = 1
    private var nextSweep = CaptureTime(nanoseconds: .min)
    var nextHoleCheck = CaptureTime(nanoseconds: .min)
    /// Records that may be looked at in the next sweep: it grows with each packet, so that times which
    /// leap ahead with every packet do not make each packet as dear as all flows together.
    private var sweepCredit = 0
    private let streamTypes: [any StreamDissector.Type]
    private let datagramTypes: [any DatagramDissector.Type]

    private static let maximumFaults = 256
    /// Flows closed before the caller takes what they say.
    private static let closedAtOnce = 1024
    private var finishCursor = 0
    private static let sweptPerPacket = 512
    private static let second: Int64 = 1_000_000_000

    private struct LingeringFlow {
        var index: Int32
        var id: FlowID
    }
    /// Flows that have ended and are still in the table, or were; a ring once it is full.
    private var lingering: [LingeringFlow] = []
    private var oldestLingering = 0

    /// An engine with nothing seen, which offers what it finds to these dissectors.
    public init(context: DissectionContext, settings: FlowSettings = FlowSettings(),
                streams: [any StreamDissector.Type] = DissectorRegistry.streams,
                datagrams: [any DatagramDissector.Type] = DissectorRegistry.datagrams) {
        self.context = context
        self.settings = settings
        table = FlowTable(maximumFlows: settings.maximumFlows, seed: settings.seed ?? .random(in: .min ... .max))
        streamTypes = streams
        datagramTypes = datagrams
    }

    /// Live flows.
    public var flowCount: Int { table.liveCount }

    /// Whether a message could still appear whose frame lies before those already reported: a hole
    /// is open somewhere.
    public var hasOpenHoles: Bool { !holes.isEmpty }

    // MARK: One packet

    /// Takes a packet in. `bytes` are its captured octets. Returns whether there may be messages or
    /// events since the caller last took them.
    @discardableResult
    public mutating func process(_ bytes: RawSpan, _ record: PacketRecord) -> Bool {
        let point = Int(record.point)
        if pointFacts.count <= point { addPoints(upTo: point) }
        sweepCredit = min(sweepCredit &+ Self.sweptPerPacket, 2 &* table.recordCount)
        if pointFacts[point].see(record) {
            events.append(.clockSet(point: record.point, shift: pointFacts[point].clockShift))
        }
        let time = record.time.map { $0.advanced(byNanoseconds: pointFacts[point].clockShift) }
            ?? (watermark.nanoseconds == .min ? CaptureTime(nanoseconds: 0) : watermark)
        if time > watermark { advance(to: time, isForced: false) }
        var packet = DecodedPacket()
        let verdict = PacketDecoder.decode(bytes, originalLength: record.originalLength, linkType: record.linkType,
                                           into: &packet)
        dispatch(verdict, packet, bytes, record, time)
        return !events.isEmpty || context.hasMessages
    }

    private mutating func addPoints(upTo point: Int) {
        while pointFacts.count <= point, pointFacts.append(PointFacts(point: UInt16(pointFacts.count))) != nil {}
    }

    private mutating func dispatch(_ verdict: PacketVerdict, _ packet: DecodedPacket, _ bytes: RawSpan,
                                   _ record: PacketRecord, _ time: CaptureTime) {
        switch verdict {
        case .tcp: tcp(packet, bytes, record, time)
        case .udp: udp(packet, bytes, record, time)
        case .icmpError: icmp(packet, record, time)
        case .fragment:
            if let whole = fragments.add(packet, bytes, point: record.point, time: time, settings: settings,
                                         counters: &counters) {
                var inner = whole.packet
                let view = whole.bytes.rawBytes
                let verdict = PacketDecoder.reassembled(view, into: &inner)
                if verdict != .fragment { dispatch(verdict, inner, view, record, time) }
            }
        case .fault:
            pointFacts[Int(record.point)].faultCount += 1
            if packet.fault?.layer == .link { pointFacts[Int(record.point)].packetsWithoutIP += 1 }
            if faults.count < Self.maximumFaults, let fault = packet.fault {
                faults.append(PacketFault(frame: record.frame, fault: fault))
            }
        case .other:
            // An IP header says where its packet ends.
            if packet.networkEnd == 0 { pointFacts[Int(record.point)].packetsWithoutIP += 1 }
        }
    }

    /// Says that capture time has come this far.
    public mutating func advance(to time: CaptureTime) { advance(to: time, isForced: true) }

    private mutating func advance(to time: CaptureTime, isForced: Bool) {
        guard time > watermark else { return }
        watermark = time
        if !holes.isEmpty, time >= nextHoleCheck { checkHoles() }
        if time >= nextSweep, isForced || sweepCredit >= table.recordCount {
            sweepCredit -= isForced ? 0 : table.recordCount
            if sweep() { nextSweep = time.advanced(byNanoseconds: 10 * Self.second) }
        }
    }

    /// Ends every flow, for nothing follows: some at a time, so that what they say never piles up.
    /// Returns whether more are left; the caller takes the messages and events in between.
    public mutating func finishSome() -> Bool {
        if finishCursor == 0 { fragments.finish(&counters) }
        let limit = events.count + Self.closedAtOnce
        while finishCursor < table.recordCount {
            if table[finishCursor].isLive { close(finishCursor, .abandoned, evict: true) }
            finishCursor += 1
            if events.count >= limit { return true }
        }
        return false
    }

    // MARK: Flows

    /// The flow of a packet, made where it is new.
    mutating func flow(_ packet: DecodedPacket, _ record: PacketRecord, _ time: CaptureTime, _ transport: Transport,
                       _ direction: inout Direction) -> Int? {
        let key = FlowKey(packet, point: record.point, direction: &direction)
        if let index = table.find(key) { return index }
        if !table.hasRoom, let victim = table.victim() {
            counters.evictedFlows += 1
            close(victim, .abandoned, evict: true)
        }
        var fresh = FlowRecord(key: key, id: FlowID(rawValue: nextID), direction: direction, transport: transport,
                               time: time, frame: record.frame)
        fresh.firstTime = record.time
        nextID += 1
        guard let index = table.insert(fresh) else { return nil }
        counters.mostFlows = max(counters.mostFlows, UInt64(table.liveCount))
        return index
    }

    /// Fills in the envelope of messages that this packet completes.
    func setCurrent(_ index: Int, _ direction: Direction, _ record: PacketRecord, _ ttl: UInt8) {
        context.current = MessageEnvelope(
            firstFrame: record.frame, frame: record.frame, time: record.time, flow: table[index].id, point: record.point,
            transport: table[index].transport, direction: direction, source: table[index].endpoint(direction),
            destination: table[index].endpoint(direction.reversed), ttl: ttl)
    }

    /// Counts a copy of a packet.
    mutating func countDuplicate(_ index: Int, _ record: PacketRecord) {
        table[index].duplicatePackets += 1
        pointFacts[Int(record.point)].duplicatePackets += 1
        if pointFacts[Int(record.point)].firstDuplicate == nil { pointFacts[Int(record.point)].firstDuplicate = record.frame }
    }

    /// Counts octets that were never captured although what follows them was.
    mutating func countGap(_ index: Int, _ direction: Direction, _ length: Int, _ frame: FrameReference) {
        let point = Int(table[index].key.point)
        pointFacts[point].gapCount += 1
        pointFacts[point].missingBytes += UInt64(length)
        if pointFacts[point].firstGap == nil { pointFacts[point].firstGap = frame }
        table[index][direction].missingBytes &+= UInt64(length)
    }

    /// The environment in which a stream reads.
    func environment(_ index: Int) -> StreamEnvironment {
        let client = table[index].endpoint(table[index].clientDirection)
        let server = table[index].endpoint(table[index].clientDirection.reversed)
        return StreamEnvironment(context: context, settings: settings, types: streamTypes, serverPort: server.port,
                                 clientPort: client.port)
    }

    /// A stream for a flow, from the pool.
    mutating func makeStream(_ index: Int) -> FlowStream {
        if streams.count - freeStreams.count >= settings.maximumStreams { giveUpStream(except: index) }
        let place: Int32
        if let free = freeStreams.popLast() {
            place = free
        } else {
            place = Int32(streams.count)
            streams.append(FlowStream())
        }
        table[index].stream = place
        streams[Int(place)].flow = index
        return streams[Int(place)]
    }

    /// Stops reading a flow to make room: the next in turn.
    mutating func giveUpStream(except index: Int, holdingBytes: Bool = false) {
        for _ in 0..<streams.count {
            streamCursor = streamCursor + 1 < streams.count ? streamCursor + 1 : 0
            let stream = streams[streamCursor]
            guard stream.flow >= 0, stream.flow != index, !holdingBytes || stream.heldMemory > 0 else { continue }
            counters.droppedStreams += 1
            counters.droppedHeldBytes += UInt64(stream.heldBytes)
            finishStream(stream.flow, .abandoned)
            return
        }
    }

    /// Counts what a stream holds now, and makes room where that is too much in all.
    mutating func recount(_ index: Int) {
        guard table[index].stream >= 0 else { return }
        let stream = streams[Int(table[index].stream)]
        stream.trim()
        let now = stream.memory
        heldBytes += now - stream.heldMemory
        stream.heldMemory = now
        while heldBytes > settings.maximumHeldBytes, heldBytes > now { giveUpStream(except: index, holdingBytes: true) }
    }

    /// Lets go of a flow's stream.
    mutating func releaseStream(_ index: Int) {
        let place = table[index].stream
        guard place >= 0 else { return }
        heldBytes -= streams[Int(place)].heldMemory
        streams[Int(place)].reset()
        freeStreams.append(place)
        table[index].stream = -2
    }

    /// Ends a flow's streams and reports it; `evict` also takes it out of the table.
    mutating func close(_ index: Int, _ ending: StreamEnding, evict: Bool) {
        if !table[index].isReported {
            table[index].isReported = true
            table[index].ending = ending
            if table[index].stream >= 0, let reset = streams[Int(table[index].stream)].pendingReset {
                streams[Int(table[index].stream)].pendingReset = nil
                table[index].ending = .reset
                note(reset, index)
            } else if ending == .abandoned, table[index].forward.resetFrame ?? table[index].backward.resetFrame != nil {
                table[index].ending = .reset
            }
            if table[index].stream >= 0 { finishStream(index, table[index].ending) }
            var summary = table[index].summary()
            summary.endedWithCapture = table[index].ending == .abandoned
                && watermark.nanoseconds(since: table[index].lastTime) < 15 * Self.second
            events.append(.ended(summary))
            if !evict { linger(index) }
        }
        if evict { table.remove(index) }
    }

    /// Leaves an ended flow in the table, for what still comes of it; where very many have ended, the
    /// one that ended first goes.
    private mutating func linger(_ index: Int) {
        let entry = LingeringFlow(index: Int32(index), id: table[index].id)
        guard lingering.count == settings.maximumLingering else {
            lingering.append(entry)
            return
        }
        let old = lingering[oldestLingering]
        let place = Int(old.index)
        if table[place].isLive, table[place].id == old.id, place != index { table.remove(place) }
        lingering[oldestLingering] = entry
        oldestLingering = (oldestLingering + 1) % lingering.count
    }

    // MARK: UDP and ICMP

    private mutating func udp(_ packet: DecodedPacket, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime) {
        var direction = Direction.forward
        guard let index = flow(packet, record, time, .udp, &direction) else { return }
        let isCopy = Self.touch(&table[index], packet, direction, record, time)
        if isCopy { countDuplicate(index, record) }
        if table[index].forward.packets + table[index].backward.packets == 1 {
            // The lower port of a first datagram is the server's, where it is a well-known one.
            let source = packet.sourcePort
            if source < 1024, packet.destinationPort >= 1024 { table[index].clientDirection = direction.reversed }
        }
        guard packet.payloadLength > 0 else { return }
        let payload = bytes.slice(packet.payloadOffset, packet.payloadOffset + packet.payloadLength)
        var type = 0
        while type < datagramTypes.count {
            if datagramTypes[type].claims(payload, sourcePort: packet.sourcePort, destinationPort: packet.destinationPort) {
                setCurrent(index, direction, record, packet.ttl)
                context.heldCount = 0
                context.isPacketCopy = isCopy
                let hash = Self.hash(payload)
                let isFirst = direction == .forward
                let known = isFirst ? table[index].datagramHash.0 : table[index].datagramHash.1
                let frame = isFirst ? table[index].datagramFrame.0 : table[index].datagramFrame.1
                if known == hash, frame.frame != 0 {
                    context.duplicateOf = frame
                } else if isFirst {
                    table[index].datagramHash.0 = hash
                    table[index].datagramFrame.0 = record.frame
                } else {
                    table[index].datagramHash.1 = hash
                    table[index].datagramFrame.1 = record.frame
                }
                datagramTypes[type].dissect(payload, isCut: packet.payloadLength < packet.wirePayloadLength, into: context)
                context.duplicateOf = nil
                context.isPacketCopy = false
                context.offsets.removeAll(keepingCapacity: true)
                table[index].isKerberos = true
                return
            }
            type += 1
        }
    }

    /// A digest of a datagram, to recognise it when it is sent again on the same flow.
    private static func hash(_ bytes: RawSpan) -> UInt64 {
        var state = UInt64(bytes.byteCount) &+ 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while bytes.byteCount - offset >= 8 {
            state = FlowKey.mix(state ^ bytes.le64(offset), 0xD6E8_FEB8_6659_FD93)
            offset += 8
        }
        while offset < bytes.byteCount {
            state = FlowKey.mix(state ^ UInt64(bytes.u8(offset)), 0xD6E8_FEB8_6659_FD93)
            offset += 1
        }
        return state | 1
    }

    private mutating func icmp(_ packet: DecodedPacket, _ record: PacketRecord, _ time: CaptureTime) {
        var direction = Direction.forward
        let key = FlowKey(packet, point: record.point, direction: &direction)
        guard let index = table.find(key), table[index].icmpFrame == nil else { return }
        table[index].icmpFrame = record.frame
        table[index].icmpTime = record.time
        table[index].icmpType = packet.icmpType
        table[index].icmpCode = packet.icmpCode
        table[index].icmpSource = packet.icmpSource
        events.append(.ended(table[index].summary()))
    }

    // MARK: Time

    /// Gives up flows that have been idle for too long.
    ///
    /// Where very many are, the rest waits for the next packet; returns whether all have been looked at.
    private mutating func sweep() -> Bool {
        fragments.expire(before: watermark.advanced(byNanoseconds: -settings.fragmentPatience), &counters)
        let limit = events.count + Self.closedAtOnce
        var index = 0
        while index < table.recordCount, events.count < limit {
            if table[index].isLive {
                let idle = watermark.nanoseconds(since: table[index].lastTime)
                let patience = table[index].isReported ? settings.lingerEnded
                    : table[index].transport == .udp ? settings.idleDatagramFlow
                    : table[index].stream >= 0 ? settings.idleMessageFlow : settings.idleFlow
                if idle > patience { close(index, .abandoned, evict: true) }
            }
            index += 1
        }
        return index == table.recordCount
    }
}
