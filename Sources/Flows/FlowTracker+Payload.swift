import PacketModel
import ByteParsing
import Dissectors

/// From segments to streams: each octet once, in the order in which it was sent.
extension FlowTracker {
    /// Takes a segment's octets in.
    ///
    /// `sequence` is the number of the first of them.
    mutating func payload(_ index: Int, _ arrival: inout Arrival, sequence: UInt32, _ bytes: RawSpan, isCopy: Bool) {
        let direction = arrival.direction
        let isForward = direction == .forward
        let next = table[index, direction].next
        let wireLength = arrival.packet.wirePayloadLength
        let distance = Int(Int32(bitPattern: sequence &- next))
        if distance == 0, !isCopy { table[index, direction].payloadBytes &+= UInt64(wireLength) }
        if table[index].isUnread {
            // Nobody reads this flow: keep count of what is new.
            let end = sequence &+ UInt32(truncatingIfNeeded: wireLength)
            if Int32(bitPattern: end &- next) > 0 {
                table[index, direction].next = end
                finishIfComplete(index, direction)
            }
            return
        }
        let payload = bytes.slice(
            arrival.packet.payloadOffset, arrival.packet.payloadOffset + arrival.packet.payloadLength)
        if distance + wireLength <= 0 {
            if !isCopy { table[oddities: index, direction].retransmittedBytes &+= UInt64(wireLength) }
            if table[index].stream >= 0, arrival.packet.payloadLength > 1 {
                setCurrent(index, &arrival)
                streams[Int(table[index].stream)].node.replayCopies(
                    payload, sequence: sequence, direction, isPacketCopy: isCopy, context)
            }
            return
        }
        if table[index].stream >= 0, streams[Int(table[index].stream)].isDone {
            releaseStream(index)
            table[index, direction].next = sequence &+ UInt32(truncatingIfNeeded: wireLength)
            finishIfComplete(index, direction)
            return
        }
        let isNext =
            distance == 0 && wireLength == arrival.packet.payloadLength
            && !isEarly(index, isForward, arrival.packet.acknowledgment)
        if table[index].stream == -1 {
            switch claim(index, payload, &arrival, sequence: sequence, distance: distance) {
            case .notMine:
                finishIfComplete(index, direction)
                return
            case .claimed(let type): if isNext { streams[Int(table[index].stream)].node.claim(type, context) }
            case .unsure: break
            }
        }
        if isNext, readNext(index, payload, &arrival, sequence) { return }
        defer { recount(index) }
        setCurrent(index, &arrival)
        var behind = -distance
        if distance > 0 || isEarly(index, isForward, arrival.packet.acknowledgment) {
            let fresh = payload.slice(from: min(max(behind, 0), arrival.packet.payloadLength))
            if hold(index, fresh, &arrival, from: distance > 0 ? sequence : next) { return }
            // No room: what was held has been read as far as it goes. Perhaps this follows it now.
            behind = Int(Int32(bitPattern: table[index, direction].next &- sequence))
            guard table[index].stream >= 0, behind >= 0, behind < wireLength else {
                counters.droppedHeldBytes += UInt64(fresh.byteCount)
                return
            }
            setCurrent(index, &arrival)
        }
        let fresh = payload.slice(from: min(behind, arrival.packet.payloadLength))
        advance(index, fresh, cut: wireLength - arrival.packet.payloadLength, direction, arrival.record.frame)
        readOn(index, direction.reversed)
    }

    /// Reads a whole segment that is next in order, where a dissector has claimed the flow and nothing waits, as is so
    /// with nearly
    /// every segment that is read; else false.
    private mutating func readNext(_ index: Int, _ payload: RawSpan, _ arrival: inout Arrival, _ sequence: UInt32)
        -> Bool
    {
        let direction = arrival.direction
        let place = Int(table[index].stream)
        guard streams[place].isClaimed, !streams[place].isWaiting else { return false }
        if !streams[place].node.pass(payload.byteCount, direction) {
            setCurrent(index, &arrival)
            streams[place].node.read(
                payload, FrameMap(arrival.record.frame), sequence: sequence, direction, context)
            if streams[place].isNews { settle(index, direction) }
            if streams[place].needsCount { recount(index) }
        }
        table[index, direction].next = sequence &+ UInt32(truncatingIfNeeded: payload.byteCount)
        finishIfComplete(index, direction)
        return true
    }

    /// Offers an unclaimed flow's octets to the dissectors. Where one claims it, or may yet, it has a stream then.
    private mutating func claim(
        _ index: Int, _ payload: RawSpan, _ arrival: inout Arrival, sequence: UInt32,
        distance: Int
    ) -> Probe.Result {
        let direction = arrival.direction
        let sawStart = table[index, direction].sawStart
        if distance > 0, sawStart {
            // The first octets are still missing: wait for them.
            makeStream(index)
            return .unsure
        }
        if !table[index].marks.contains(.clientIsCertain) { guessClient(index, &arrival) }
        let fresh = payload.slice(from: min(max(0, -distance), arrival.packet.payloadLength))
        let verdict = Probe.offer(fresh, ports(index), context)
        switch verdict {
        case .claimed, .unsure:
            // Joining in the middle, what comes first here is where reading begins.
            if distance > 0 { table[index, direction].next = sequence }
            makeStream(index)
        case .notMine:
            if Probe.isTLS(fresh) { table[index].marks.insert(.tls) }
            table[index, direction].next = sequence &+ UInt32(truncatingIfNeeded: arrival.packet.wirePayloadLength)
            table[index].probes += 1
            let isHopeless =
                sawStart || table[index].marks.contains(.tls) || table[index].probes >= settings.maximumProbes
            if isHopeless { table[index].stream = -2 }
        }
        return verdict
    }

    /// Without a handshake the lower port is taken for the server's.
    private mutating func guessClient(_ index: Int, _ arrival: inout Arrival) {
        table[index].clientDirection =
            arrival.packet.sourcePort < arrival.packet.destinationPort
            ? arrival.direction.reversed : arrival.direction
    }

    /// Reads octets that are next in order, and the held ones that follow them.
    mutating func advance(_ index: Int, _ bytes: RawSpan, cut: Int, _ direction: Direction, _ frame: FrameReference) {
        let place = Int(table[index].stream)
        let ports = ports(index)
        let isForward = direction == .forward
        var next = table[index, direction].next
        var position = 0
        let count = bytes.byteCount
        let start = next
        // First octets win: where held segments overlap this one, theirs are used.
        while let segment = streams[place].firstHeld(isForward),
            Int(Int32(bitPattern: segment.sequence &- next)) <= count - position
        {
            let ahead = Int(Int32(bitPattern: segment.sequence &- next))
            // What follows these octets may still have to wait for what it answers.
            if ahead >= count - position || count == 0, isEarly(index, isForward, segment.acknowledgment) { break }
            if ahead > 0 {
                streams[place].node.deliver(
                    bytes.slice(position, position + ahead), FrameMap(frame), sequence: next, direction, ports, context)
                next &+= UInt32(truncatingIfNeeded: ahead)
            }
            let held = streams[place].removeFirstHeld(isForward)
            let overlap = Int(Int32(bitPattern: next &- held.sequence))
            if overlap < held.bytes.count + held.cut {
                let view = held.bytes.rawBytes
                let inputOffset = Int(Int32(bitPattern: held.sequence &- start))
                if inputOffset >= 0, Self.conflicts(view, bytes, at: inputOffset) {
                    table[index, direction].marks.insert(.conflictingOverlap)
                }
                // What these octets complete is complete in the last of the frames that brought it.
                if held.envelope.frame > context.current.frame { context.current = held.envelope }
                streams[place].node.deliver(
                    view.slice(from: min(overlap, view.byteCount)), FrameMap(held.envelope.frame), sequence: next,
                    direction, ports, context)
                next = held.sequence &+ UInt32(truncatingIfNeeded: held.bytes.count)
                if held.cut > 0 {
                    streams[place].node.gap(held.cut, direction, context)
                    countGap(index, direction, held.cut, held.envelope.frame)
                    next &+= UInt32(truncatingIfNeeded: held.cut)
                }
            }
            position = min(max(position, Int(Int32(bitPattern: next &- start))), count)
        }
        if position < count {
            streams[place].node.deliver(
                bytes.slice(from: position), FrameMap(frame), sequence: next, direction, ports, context)
            next = start &+ UInt32(truncatingIfNeeded: count)
        }
        if cut > 0, Int32(bitPattern: start &+ UInt32(truncatingIfNeeded: count) &- next) >= 0 {
            streams[place].node.gap(cut, direction, context)
            countGap(index, direction, cut, frame)
            next &+= UInt32(truncatingIfNeeded: cut)
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
        let place = Int(table[index].stream)
        if streams[place].node.isClaimed {
            streams[place].isNoted = true
            let claimed = context.takeClaims()
            if !claimed.isEmpty {
                table[index].marks.insert(.hasMessages)
                table[details: index].protocols.formUnion(claimed)
            }
        }
        if !streams[place].hasHeld(direction == .forward) { streams[place].setHole(direction == .forward, nil) }
        if streams[place].isDone {
            let isTLS = streams[place].node.isTLS
            if isTLS { table[index].marks.insert(.tls) }
            // What a dissector is done with stays until something new comes: copies of its last
            // messages may follow.
            if !streams[place].node.isClaimed {
                releaseStream(index)
                if table[index].probes < settings.maximumProbes, !isTLS, !table[index, direction].sawStart {
                    table[index].probes += 1
                    table[index].stream = -1
                }
            }
        }
        finishIfComplete(index, direction)
    }
}
