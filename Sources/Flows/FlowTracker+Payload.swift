import PacketModel
import ByteParsing
import Dissectors

/// From segments to streams: each octet once, in the order in which it was sent.
extension FlowTracker {
    /// Takes a segment's octets in.
    ///
    /// `sequence` is the number of the first of them.
    mutating func payload(
        _ index: Int, _ packet: inout PacketContext, sequence: SequenceNumber, _ bytes: RawSpan, isCopy: Bool
    ) {
        let direction = packet.direction
        let next = table[index, direction].next
        let wireLength = packet.header.wirePayloadLength
        let distance = sequence - next
        if distance == 0, !isCopy { table[index, direction].payloadBytes &+= UInt64(wireLength) }
        if table[index].isUnread {
            // Nobody reads this flow: keep count of what is new.
            let end = sequence + wireLength
            if end > next {
                table[index, direction].next = end
                finishIfComplete(index, direction)
            }
            return
        }
        let payload = bytes.slice(
            packet.header.payloadOffset, packet.header.payloadOffset + packet.header.payloadLength)
        if distance + wireLength <= 0 {
            if !isCopy { table[anomalies: index, direction].retransmittedBytes &+= UInt64(wireLength) }
            if let stream = table[index].streamIndex, packet.header.payloadLength > 1 {
                setCurrent(index, &packet)
                streams[stream].node.replayCopies(
                    payload, sequence: sequence.rawValue, direction, isPacketCopy: isCopy, context)
            }
            return
        }
        if let stream = table[index].streamIndex, streams[stream].isDone {
            releaseStream(index)
            table[index, direction].next = sequence + wireLength
            finishIfComplete(index, direction)
            return
        }
        let isNext =
            distance == 0 && wireLength == packet.header.payloadLength
            && !isEarly(index, direction, packet.header.acknowledgment)
        if table[index].stream == .unclaimed {
            switch claim(index, payload, &packet, sequence: sequence, distance: distance) {
            case .notMine:
                finishIfComplete(index, direction)
                return
            case .claimed(let type):
                if isNext, let stream = table[index].streamIndex { streams[stream].node.claim(type, context) }
            case .unsure: break
            }
        }
        if isNext, readNext(index, payload, &packet, sequence) { return }
        defer { updateHeldBytes(index) }
        setCurrent(index, &packet)
        var behind = -distance
        if distance > 0 || isEarly(index, direction, packet.header.acknowledgment) {
            let fresh = payload.slice(from: min(max(behind, 0), packet.header.payloadLength))
            if hold(index, fresh, &packet, from: distance > 0 ? sequence : next) { return }
            // No room: what was held has been read as far as it goes. Perhaps this follows it now.
            behind = table[index, direction].next - sequence
            guard table[index].streamIndex != nil, behind >= 0, behind < wireLength else {
                counters.droppedHeldBytes += UInt64(fresh.byteCount)
                return
            }
            setCurrent(index, &packet)
        }
        let fresh = payload.slice(from: min(behind, packet.header.payloadLength))
        advance(index, fresh, cut: wireLength - packet.header.payloadLength, direction, packet.record.frame)
        readOn(index, direction.reversed)
    }

    /// Reads a whole segment that is next in order, where a dissector has claimed the flow and nothing waits; else
    /// false. Nearly every segment that is read is of this kind.
    private mutating func readNext(
        _ index: Int, _ payload: RawSpan, _ packet: inout PacketContext, _ sequence: SequenceNumber
    )
        -> Bool
    {
        let direction = packet.direction
        guard let stream = table[index].streamIndex, streams[stream].isClaimed, !streams[stream].isWaiting else {
            return false
        }
        if !streams[stream].node.pass(payload.byteCount, direction) {
            setCurrent(index, &packet)
            streams[stream].node.read(
                payload, FrameMap(packet.record.frame), sequence: sequence.rawValue, direction, context)
            if streams[stream].isNews { settle(index, direction) }
            if streams[stream].needsCount { updateHeldBytes(index) }
        }
        table[index, direction].next = sequence + payload.byteCount
        finishIfComplete(index, direction)
        return true
    }

    /// Offers an unclaimed flow's octets to the dissectors. Where one claims it, or may yet, it has a stream then.
    private mutating func claim(
        _ index: Int, _ payload: RawSpan, _ packet: inout PacketContext, sequence: SequenceNumber,
        distance: Int
    ) -> Probe.Result {
        let direction = packet.direction
        let sawStart = table[index, direction].sawStart
        if distance > 0, sawStart {
            // The first octets are still missing: wait for them.
            makeStream(index)
            return .unsure
        }
        if !table[index].flags.contains(.clientIsCertain) { guessClient(index, &packet) }
        let fresh = payload.slice(from: min(max(0, -distance), packet.header.payloadLength))
        let verdict = Probe.offer(fresh, ports(index), context)
        switch verdict {
        case .claimed, .unsure:
            // Joining in the middle, what comes first here is where reading begins.
            if distance > 0 { table[index, direction].next = sequence }
            makeStream(index)
        case .notMine:
            if Probe.isTLS(fresh) { table[index].flags.insert(.tls) }
            table[index, direction].next = sequence + packet.header.wirePayloadLength
            table[index].probes += 1
            let isHopeless =
                sawStart || table[index].flags.contains(.tls) || table[index].probes >= settings.maximumProbes
            if isHopeless { table[index].stream = .ignored }
        }
        return verdict
    }

    /// Without a handshake the lower port is taken for the server's.
    private mutating func guessClient(_ index: Int, _ packet: inout PacketContext) {
        table[index].clientDirection =
            packet.header.sourcePort < packet.header.destinationPort
            ? packet.direction.reversed : packet.direction
    }

    /// Reads octets that are next in order, and the held ones that follow them.
    mutating func advance(_ index: Int, _ bytes: RawSpan, cut: Int, _ direction: Direction, _ frame: FrameReference) {
        guard let stream = table[index].streamIndex else { return }
        let ports = ports(index)
        var next = table[index, direction].next
        var position = 0
        let count = bytes.byteCount
        let start = next
        // First octets win: where held segments overlap this one, theirs are used.
        while let segment = streams[stream][held: direction].first,
            segment.sequence - next <= count - position
        {
            let ahead = segment.sequence - next
            // What follows these octets may still have to wait for what it answers.
            if ahead >= count - position || count == 0, isEarly(index, direction, segment.acknowledgment) { break }
            if ahead > 0 {
                streams[stream].node.deliver(
                    bytes.slice(position, position + ahead), FrameMap(frame), sequence: next.rawValue, direction, ports,
                    context)
                next += ahead
            }
            let held = streams[stream][held: direction].removeFirst()
            let overlap = next - held.sequence
            if overlap < held.bytes.count + held.cut {
                let view = held.bytes.rawBytes
                let inputOffset = held.sequence - start
                if inputOffset >= 0, Self.conflicts(view, bytes, at: inputOffset) {
                    table[index, direction].flags.insert(.conflictingOverlap)
                }
                // What these octets complete is complete in the last of the frames that brought it.
                if held.envelope.frame > context.current.frame { context.current = held.envelope }
                streams[stream].node.deliver(
                    view.slice(from: min(overlap, view.byteCount)), FrameMap(held.envelope.frame),
                    sequence: next.rawValue,
                    direction, ports, context)
                next = held.sequence + held.bytes.count
                if held.cut > 0 {
                    streams[stream].node.gap(held.cut, direction, context)
                    countGap(index, direction, held.cut, held.envelope.frame)
                    next += held.cut
                }
            }
            position = min(max(position, next - start), count)
        }
        if position < count {
            streams[stream].node.deliver(
                bytes.slice(from: position), FrameMap(frame), sequence: next.rawValue, direction, ports, context)
            next = start + count
        }
        if cut > 0, start + count >= next {
            streams[stream].node.gap(cut, direction, context)
            countGap(index, direction, cut, frame)
            next += cut
        }
        table[index, direction].next = next
        settle(index, direction)
    }

    private static func conflicts(_ held: RawSpan, _ bytes: RawSpan, at offset: Int) -> Bool {
        let length = min(held.byteCount, bytes.byteCount - offset)
        guard length > 0 else { return false }
        return !held.slice(0, length).equals(bytes.slice(offset, offset + length))
    }

    /// Takes note of what reading has shown of the flow.
    mutating func settle(_ index: Int, _ direction: Direction) {
        guard let stream = table[index].streamIndex else { return }
        if streams[stream].node.isClaimed {
            streams[stream].isNoted = true
            let claimed = context.takeClaims()
            if !claimed.isEmpty {
                table[index].flags.insert(.hasMessages)
                table[details: index].protocols.formUnion(claimed)
            }
        }
        if streams[stream][held: direction].isEmpty { streams[stream][held: direction].since = nil }
        if streams[stream].isDone {
            let isTLS = streams[stream].node.isTLS
            if isTLS { table[index].flags.insert(.tls) }
            // What a dissector is done with stays until something new comes: copies of its last
            // messages may follow.
            if !streams[stream].node.isClaimed {
                releaseStream(index)
                if table[index].probes < settings.maximumProbes, !isTLS, !table[index, direction].sawStart {
                    table[index].probes += 1
                    table[index].stream = .unclaimed
                }
            }
        }
        finishIfComplete(index, direction)
    }
}
