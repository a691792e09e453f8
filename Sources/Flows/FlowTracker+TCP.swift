import ByteParsing
import CaptureFile
import Dissectors

/// TCP: handshake, sequence numbers, streams (RFC 9293).
extension FlowTracker {
    /// Updates what every packet updates, and says whether it is a copy of a packet just seen.
    static func touch(_ flow: inout FlowRecord, _ packet: DecodedPacket, _ direction: Direction, _ record: PacketRecord,
                      _ time: CaptureTime) -> Bool {
        flow.lastFrame = record.frame
        if time > flow.lastTime { flow.lastTime = time }
        if let seen = record.time { flow.lastSeen = seen }
        if record.capturedLength < record.originalLength { flow.cutPackets += 1 }
        let signature = PacketSignature(
            sequence: packet.sequence, acknowledgment: packet.acknowledgment, identification: packet.identification,
            checksum: packet.checksum, length: UInt16(truncatingIfNeeded: packet.wirePayloadLength),
            flags: packet.tcpFlags, direction: direction)
        // A retransmission is a new packet with a new identification, or comes after a round trip at
        // the very least; a copy of the same packet follows at once.
        let window: Int64 = packet.identification != 0 ? 50_000_000 : 3_000_000
        let now = time.nanoseconds
        func matches(_ other: PacketSignature, _ then: Int64) -> Bool {
            then != .min && other == signature && now.subtractingReportingOverflow(then).partialValue.magnitude <= UInt64(window)
        }
        if matches(flow.recent.0, flow.recentTimes.0) || matches(flow.recent.1, flow.recentTimes.1)
            || matches(flow.recent.2, flow.recentTimes.2) || matches(flow.recent.3, flow.recentTimes.3)
        {
            return true
        }
        switch flow.recentNext {
        case 0: (flow.recent.0, flow.recentTimes.0) = (signature, now)
        case 1: (flow.recent.1, flow.recentTimes.1) = (signature, now)
        case 2: (flow.recent.2, flow.recentTimes.2) = (signature, now)
        default: (flow.recent.3, flow.recentTimes.3) = (signature, now)
        }
        flow.recentNext = (flow.recentNext + 1) & 3
        if direction == .forward {
            count(&flow.forward, packet, record, time)
        } else {
            count(&flow.backward, packet, record, time)
        }
        return false
    }

    private static func count(_ side: inout SideState, _ packet: DecodedPacket, _ record: PacketRecord, _ time: CaptureTime) {
        if side.summary.packets == 0 { side.summary.ttl = packet.ttl }
        side.summary.packets += 1
        side.summary.lastFrame = record.frame
        guard packet.wirePayloadLength > 0 else { return }
        if side.summary.firstDataFrame == nil { side.summary.firstDataFrame = record.frame }
        side.summary.lastDataFrame = record.frame
        side.summary.lastDataTime = record.time
        side.summary.largestPayload = max(side.summary.largestPayload, UInt32(clamping: packet.wirePayloadLength))
        if packet.ipProtocol == 17 { side.summary.payloadBytes += UInt64(packet.wirePayloadLength) }
    }

    /// Takes a TCP packet in.
    mutating func tcp(_ packet: DecodedPacket, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime) {
        var direction = Direction.forward
        guard var index = flow(packet, record, time, .tcp, &direction) else { return }
        let isSyn = packet.tcpFlags & TCP.syn != 0
        if isSyn, packet.tcpFlags & TCP.ack == 0, isReused(index, packet, direction) {
            close(index, .abandoned, evict: true)
            guard let renewed = flow(packet, record, time, .tcp, &direction) else { return }
            index = renewed
        }
        let isCopy = Self.touch(&table[index], packet, direction, record, time)
        if isCopy { countDuplicate(index, record) }
        if direction == .forward {
            Self.receive(&table[index].forward, packet, record, isCopy)
            Self.acknowledge(&table[index].backward, packet)
        } else {
            Self.receive(&table[index].backward, packet, record, isCopy)
            Self.acknowledge(&table[index].forward, packet)
        }
        if isSyn { noteSyn(index, packet, direction) }
        if packet.wirePayloadLength > 0, !isSyn || packet.payloadLength > 0 {
            payload(index, packet, bytes, record, direction, time, isCopy)
            recount(index)
        }
        // What these bring to an end ends in their frame.
        if packet.tcpFlags & (TCP.fin | TCP.rst) != 0 { setCurrent(index, direction, record, packet.ttl) }
        if packet.tcpFlags & TCP.fin != 0 { noteFin(index, packet, direction) }
        if packet.tcpFlags & TCP.rst != 0 {
            close(index, .reset, evict: false)
        } else if !table[index].isReported, table[index].forward.isFinished, table[index].backward.isFinished {
            close(index, .closed, evict: false)
        }
    }

    private static func receive(_ side: inout SideState, _ packet: DecodedPacket, _ record: PacketRecord, _ isCopy: Bool) {
        let flags = packet.tcpFlags
        if flags & TCP.syn != 0, !isCopy {
            side.summary.synCount += 1
            if side.summary.synCount == 1 { side.summary.synFrame = record.frame }
            if side.summary.synCount == 2 { side.summary.secondSynFrame = record.frame }
            side.summary.lastSynFrame = record.frame
            if !side.isSynchronised {
                side.isSynchronised = true
                side.sawStart = true
                side.next = packet.sequence &+ 1
            }
        }
        if flags & TCP.fin != 0, side.summary.finFrame == nil { side.summary.finFrame = record.frame }
        if flags & TCP.rst != 0, side.summary.resetFrame == nil {
            side.summary.resetFrame = record.frame
            side.summary.resetTime = record.time
            side.summary.resetTTL = packet.ttl
        }
        if !side.isSynchronised, flags & (TCP.rst | TCP.syn) == 0 {
            side.isSynchronised = true
            side.next = packet.sequence
        }
    }

    private static func acknowledge(_ side: inout SideState, _ packet: DecodedPacket) {
        guard packet.tcpFlags & TCP.ack != 0 else { return }
        if !side.hasAcknowledged || Int32(bitPattern: packet.acknowledgment &- side.acknowledged) > 0 {
            side.acknowledged = packet.acknowledgment
            side.hasAcknowledged = true
        }
        side.summary.isAllAcknowledged = side.isSynchronised && Int32(bitPattern: side.acknowledged &- side.next) >= 0
    }

    /// Whether a SYN opens a new connection on the endpoints of an older one.
    private func isReused(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) -> Bool {
        if table[index].isReported { return true }
        let isForward = direction == .forward
        let hasSyn = isForward ? table[index].forward.summary.synFrame != nil : table[index].backward.summary.synFrame != nil
        let next = isForward ? table[index].forward.next : table[index].backward.next
        let bytes = isForward ? table[index].forward.summary.payloadBytes : table[index].backward.summary.payloadBytes
        return hasSyn && bytes > 0 && packet.sequence &+ 1 != next
            && abs(Int64(Int32(bitPattern: packet.sequence &- next))) > 65_536
    }

    private mutating func noteSyn(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        table[index].isClientCertain = true
        table[index].clientDirection = packet.tcpFlags & TCP.ack == 0 ? direction : direction.reversed
    }

    private mutating func noteFin(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        let fin = packet.sequence &+ UInt32(truncatingIfNeeded: packet.wirePayloadLength)
        if direction == .forward {
            Self.noteFin(&table[index].forward, fin, hasStream: table[index].stream >= 0)
        } else {
            Self.noteFin(&table[index].backward, fin, hasStream: table[index].stream >= 0)
        }
        finishIfComplete(index, direction)
    }

    private static func noteFin(_ side: inout SideState, _ fin: UInt32, hasStream: Bool) {
        side.hasFin = true
        side.finSequence = fin
        if !hasStream { side.isFinished = true }
    }

    /// Ends a direction whose every octet before the FIN has been delivered.
    private mutating func finishIfComplete(_ index: Int, _ direction: Direction) {
        let side = direction == .forward ? table[index].forward : table[index].backward
        guard side.hasFin, !side.isFinished, Int32(bitPattern: side.next &- side.finSequence) >= 0 else { return }
        if direction == .forward { table[index].forward.isFinished = true } else { table[index].backward.isFinished = true }
        if table[index].stream >= 0 {
            streams[Int(table[index].stream)].end(.closed, direction, context)
        }
    }

    // MARK: Payload

    private mutating func payload(_ index: Int, _ packet: DecodedPacket, _ bytes: RawSpan, _ record: PacketRecord,
                                  _ direction: Direction, _ time: CaptureTime, _ isCopy: Bool) {
        let isForward = direction == .forward
        let next = isForward ? table[index].forward.next : table[index].backward.next
        let wireLength = packet.wirePayloadLength
        let distance = Int(Int32(bitPattern: packet.sequence &- next))
        if distance == 0, !isCopy { addPayload(index, isForward, wireLength) }
        if table[index].stream == -2 || table[index].isReported {
            // Nobody reads this flow: keep count of what is new.
            let end = packet.sequence &+ UInt32(truncatingIfNeeded: wireLength)
            if Int32(bitPattern: end &- next) > 0 {
                if isForward { table[index].forward.next = end } else { table[index].backward.next = end }
            }
            return
        }
        let payload = bytes.slice(packet.payloadOffset, packet.payloadOffset + packet.payloadLength)
        if distance + wireLength <= 0 {
            if !isCopy { addRetransmitted(index, isForward, wireLength) }
            if table[index].stream >= 0, packet.payloadLength > 1 {
                setCurrent(index, direction, record, packet.ttl)
                context.isPacketCopy = isCopy
                streams[Int(table[index].stream)].replayCopies(payload, sequence: packet.sequence, direction, context)
                context.isPacketCopy = false
            }
            return
        }
        if table[index].stream >= 0, streams[Int(table[index].stream)].isDone {
            releaseStream(index)
            setNext(index, isForward, packet.sequence &+ UInt32(truncatingIfNeeded: wireLength))
            return
        }
        if table[index].stream == -1 {
            if !claim(index, payload, packet, record, direction, distance: distance) { return }
        }
        setCurrent(index, direction, record, packet.ttl)
        if distance > 0 {
            hold(index, payload, packet, direction, time)
        } else {
            let cut = wireLength - packet.payloadLength
            advance(index, payload.slice(from: min(-distance, packet.payloadLength)), cut: cut, direction, record.frame)
        }
    }

    private mutating func addPayload(_ index: Int, _ isForward: Bool, _ length: Int) {
        if isForward {
            table[index].forward.summary.payloadBytes += UInt64(length)
        } else {
            table[index].backward.summary.payloadBytes += UInt64(length)
        }
    }

    private mutating func addRetransmitted(_ index: Int, _ isForward: Bool, _ length: Int) {
        if isForward {
            table[index].forward.summary.retransmittedBytes += UInt64(length)
        } else {
            table[index].backward.summary.retransmittedBytes += UInt64(length)
        }
    }

    /// Offers an unclaimed flow's octets to the dissectors; false where nobody wants them (yet).
    private mutating func claim(_ index: Int, _ payload: RawSpan, _ packet: DecodedPacket, _ record: PacketRecord,
                                _ direction: Direction, distance: Int) -> Bool {
        let isForward = direction == .forward
        let sawStart = isForward ? table[index].forward.sawStart : table[index].backward.sawStart
        if distance > 0, sawStart {
            // The first octets are still missing: wait for them.
            _ = makeStream(index)
            return true
        }
        if !table[index].isClientCertain { guessClient(index, packet, direction) }
        let environment = environment(index)
        let fresh = payload.slice(from: min(max(0, -distance), packet.payloadLength))
        switch Probe.offer(fresh, environment) {
        case .claimed, .unsure:
            // Joining in the middle, what comes first here is where reading begins.
            if distance > 0 { setNext(index, isForward, packet.sequence) }
            _ = makeStream(index)
            return true
        case .notMine:
            if Probe.isTLS(fresh) { table[index].isTLS = true }
            setNext(index, isForward, packet.sequence &+ UInt32(truncatingIfNeeded: packet.wirePayloadLength))
            table[index].probes += 1
            let isHopeless = sawStart || table[index].isTLS || table[index].probes >= settings.maximumProbes
            if isHopeless { table[index].stream = -2 }
            return false
        }
    }

    private mutating func setNext(_ index: Int, _ isForward: Bool, _ sequence: UInt32) {
        if isForward { table[index].forward.next = sequence } else { table[index].backward.next = sequence }
    }

    /// Without a handshake the lower port is taken for the server's.
    private mutating func guessClient(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        table[index].clientDirection = packet.sourcePort < packet.destinationPort ? direction.reversed : direction
    }

    /// Reads octets that are next in order, and the held ones that follow them.
    private mutating func advance(_ index: Int, _ bytes: RawSpan, cut: Int, _ direction: Direction, _ frame: FrameReference) {
        let stream = streams[Int(table[index].stream)]
        let environment = environment(index)
        let isForward = direction == .forward
        var next = isForward ? table[index].forward.next : table[index].backward.next
        var position = 0
        let count = bytes.byteCount
        let start = next
        // First octets win: where held segments overlap this one, theirs are used.
        let arrival = context.current
        while let segment = stream.firstHeld(isForward),
            Int(Int32(bitPattern: segment.sequence &- next)) <= count - position
        {
            let ahead = Int(Int32(bitPattern: segment.sequence &- next))
            if ahead > 0 {
                stream.deliver(bytes.slice(position, position + ahead), sequence: next, direction, environment, &counters)
                next &+= UInt32(truncatingIfNeeded: ahead)
            }
            let held = stream.removeFirstHeld(isForward)
            let overlap = Int(Int32(bitPattern: next &- held.sequence))
            if overlap < held.bytes.count + held.cut {
                let view = held.bytes.rawBytes
                let inputOffset = Int(Int32(bitPattern: held.sequence &- start))
                if inputOffset >= 0, conflicts(view, bytes, at: inputOffset) { noteConflict(index, isForward) }
                stream.deliver(view.slice(from: min(overlap, view.byteCount)), sequence: next, direction, environment, &counters)
                next = held.sequence &+ UInt32(truncatingIfNeeded: held.bytes.count)
                if held.cut > 0 {
                    stream.gap(held.cut, direction, environment)
                    countGap(index, direction, held.cut, held.envelope.frame)
                    next &+= UInt32(truncatingIfNeeded: held.cut)
                }
            }
            position = min(max(position, Int(Int32(bitPattern: next &- start))), count)
            context.current = arrival
        }
        if position < count {
            stream.deliver(bytes.slice(from: position), sequence: next, direction, environment, &counters)
            next = start &+ UInt32(truncatingIfNeeded: count)
        }
        if cut > 0, Int32(bitPattern: start &+ UInt32(truncatingIfNeeded: count) &- next) >= 0 {
            stream.gap(cut, direction, environment)
            countGap(index, direction, cut, frame)
            next &+= UInt32(truncatingIfNeeded: cut)
        }
        setNext(index, isForward, next)
        settle(index, stream, direction)
    }

    private func conflicts(_ held: RawSpan, _ bytes: RawSpan, at offset: Int) -> Bool {
        let length = min(held.byteCount, bytes.byteCount - offset)
        guard length > 0 else { return false }
        return !held.slice(0, length).equals(bytes.slice(offset, offset + length))
    }

    private mutating func noteConflict(_ index: Int, _ isForward: Bool) {
        if isForward {
            table[index].forward.summary.hasConflictingOverlap = true
        } else {
            table[index].backward.summary.hasConflictingOverlap = true
        }
    }

    /// Takes note of what reading has shown of the flow.
    private mutating func settle(_ index: Int, _ stream: FlowStream, _ direction: Direction) {
        if let dissector = stream.dissector {
            if dissector is KerberosStream { table[index].isKerberos = true }
            if dissector is HTTPStream { table[index].isHTTP = true }
        }
        if !stream.hasHeld(direction == .forward) { stream.setHole(direction == .forward, nil) }
        if stream.isDone {
            if stream.isTLS { table[index].isTLS = true }
            if stream.dissector == nil, table[index].probes < settings.maximumProbes,
                !stream.isTLS, !(direction == .forward ? table[index].forward.sawStart : table[index].backward.sawStart) {
                table[index].probes += 1
                releaseStream(index)
                table[index].stream = -1
            } else if stream.dissector == nil {
                releaseStream(index)
            }
            // What a dissector is done with stays until something new comes: copies of its last
            // messages may follow.
        }
        finishIfComplete(index, direction)
    }

    /// Keeps a segment that came before its time.
    private mutating func hold(_ index: Int, _ payload: RawSpan, _ packet: DecodedPacket, _ direction: Direction,
                               _ time: CaptureTime) {
        let stream = streams[Int(table[index].stream)]
        let isForward = direction == .forward
        let next = isForward ? table[index].forward.next : table[index].backward.next
        let held = isForward ? stream.forward.heldBytes : stream.backward.heldBytes
        let segments = isForward ? stream.forward.held.count : stream.backward.held.count
        if held + payload.byteCount > settings.maximumHeldBytesPerSide || segments >= settings.maximumHeldSegmentsPerSide
            || heldBytes + payload.byteCount + HeldSegment.overhead > settings.maximumHeldBytes
        {
            // No room to wait any longer: read on without what is missing.
            counters.droppedHeldBytes += UInt64(payload.byteCount)
            if segments > 0 { readPastHoles(index) }
            return
        }
        let segment = HeldSegment(sequence: packet.sequence, bytes: payload.copyBytes(),
                                  cut: packet.wirePayloadLength - packet.payloadLength, envelope: context.current)
        if isForward { stream.forward.hold(segment, next: next) } else { stream.backward.hold(segment, next: next) }
        if (isForward ? stream.forward.holeSince : stream.backward.holeSince) == nil {
            stream.setHole(isForward, time)
            noteHole(index, stream)
        }
    }

    /// Lists a flow among those with an open hole.
    private mutating func noteHole(_ index: Int, _ stream: FlowStream) {
        if stream.isListedWithHole { return }
        stream.isListedWithHole = true
        if holes.count > 2 * streams.count + 64 { dropClosedHoles() }
        holes.append(Int32(index))
    }

    /// Forgets flows whose holes have been filled or given up.
    mutating func dropClosedHoles() {
        holes.removeAll { place in
            let stream = table[Int(place)].stream
            if stream < 0 { return true }
            guard streams[Int(stream)].holeSince == nil else { return false }
            streams[Int(stream)].isListedWithHole = false
            return true
        }
    }

    /// Reads what is held although octets before it are missing.
    mutating func readPastHoles(_ index: Int) {
        for direction in [Direction.forward, .backward] {
            let isForward = direction == .forward
            while table[index].stream >= 0 {
                let stream = streams[Int(table[index].stream)]
                guard let first = stream.firstHeld(isForward) else { break }
                let next = isForward ? table[index].forward.next : table[index].backward.next
                let missing = Int(Int32(bitPattern: first.sequence &- next))
                let segment = stream.removeFirstHeld(isForward)
                context.current = segment.envelope
                if missing > 0 {
                    stream.gap(missing, direction, environment(index))
                    countGap(index, direction, missing, segment.envelope.frame)
                    setNext(index, isForward, first.sequence)
                    addPayload(index, isForward, segment.bytes.count)
                }
                let skip = max(0, -missing)
                if skip < segment.bytes.count + segment.cut {
                    let view = segment.bytes.rawBytes
                    advance(index, view.slice(from: min(skip, view.byteCount)), cut: segment.cut, direction,
                            segment.envelope.frame)
                } else {
                    settle(index, stream, direction)
                }
            }
        }
    }

    /// Shows a stream its end, holes or not.
    mutating func finishStream(_ index: Int, _ ending: StreamEnding) {
        readPastHoles(index)
        guard table[index].stream >= 0 else { return }
        let stream = streams[Int(table[index].stream)]
        let current = context.current
        for direction in [Direction.forward, .backward] {
            let side = direction == .forward ? table[index].forward : table[index].backward
            guard !side.isFinished else { continue }
            let last = side.summary.lastDataFrame ?? table[index].lastFrame
            let isForward = direction == .forward
            let key = table[index].key
            context.current = MessageEnvelope(
                firstFrame: last, frame: last, time: side.summary.lastDataTime, flow: table[index].id, point: key.point,
                transport: .tcp, direction: direction, source: isForward ? key.first : key.second,
                destination: isForward ? key.second : key.first, ttl: side.summary.ttl)
            stream.end(ending, direction, context)
        }
        context.current = current
        releaseStream(index)
    }
}

extension FlowStream {
    func firstHeld(_ isForward: Bool) -> HeldSegment? { isForward ? forward.held.first : backward.held.first }
    func hasHeld(_ isForward: Bool) -> Bool { !(isForward ? forward.held.isEmpty : backward.held.isEmpty) }
    func setHole(_ isForward: Bool, _ time: CaptureTime?) {
        if isForward { forward.holeSince = time } else { backward.holeSince = time }
    }
    func removeFirstHeld(_ isForward: Bool) -> HeldSegment {
        if isForward {
            let segment = forward.held.removeFirst()
            forward.heldBytes -= segment.bytes.count
            return segment
        }
        let segment = backward.held.removeFirst()
        backward.heldBytes -= segment.bytes.count
        return segment
    }
}
