import Collections
import PacketModel
import ByteParsing
import Dissectors

/// What is no TCP segment: datagrams, fragments, ICMP errors and what could not be read.
extension FlowTracker {
    /// Takes in what is neither TCP nor UDP at first sight.
    mutating func other(_ arrival: inout Arrival, _ bytes: RawSpan) {
        let point = Int(arrival.record.point)
        switch arrival.verdict {
        case .tcp, .udp: break
        case .icmpError: icmp(&arrival)
        case .fragment:
            if let whole = fragments.add(
                arrival.packet, bytes, point: arrival.record.point, time: arrival.time,
                settings: settings, counters: &counters)
            {
                arrival.packet = whole.packet
                let view = whole.bytes.rawBytes
                arrival.verdict = PacketDecoder.reassembled(view, into: &arrival.packet)
                switch arrival.verdict {
                case .tcp, .udp:
                    arrival.identify(seed: table.seed)
                    _ = dispatch(&arrival, view)
                case .fragment: break
                default: other(&arrival, view)
                }
            }
        case .fault:
            pointFacts[point].faultCount += 1
            if arrival.packet.fault?.layer == .link { pointFacts[point].packetsWithoutIP += 1 }
            if faults.count < Self.maximumFaults, let fault = arrival.packet.fault {
                faults.append(PacketFault(frame: arrival.record.frame, fault: fault))
            }
        case .other:
            // An IP header says where its packet ends.
            if arrival.packet.networkEnd == 0 { pointFacts[point].packetsWithoutIP += 1 }
        }
    }

    mutating func udp(_ arrival: inout Arrival, _ bytes: RawSpan) {
        guard let index = flow(&arrival) else { return }
        let isCopy = touch(index, &arrival)
        finishDatagram(index, &arrival, bytes, isCopy: isCopy)
    }

    /// Takes account of a packet that is a usual datagram of a known flow, as `followStraight` does with a segment.
    @inline(never)
    mutating func followDatagram(
        _ bytes: RawSpan, at network: Int, _ frame: FrameReference, _ seen: CaptureTime, _ time: CaptureTime,
        _ point: UInt16
    ) -> Straightness {
        guard let datagram = PlainDatagram(bytes, at: network), !isClaimed(datagram, bytes) else { return .other }
        var direction = Direction.forward
        let key = FlowKey(
            ipv4: datagram.source, datagram.destination, ipProtocol: 17, point: point, direction: &direction)
        let index = table.find(key, key.hash(table.seed))
        guard index >= 0 else { return .other }
        let digest = Arrival.digest(0, datagram.identification, datagram.checksum, datagram.length, 0, direction)
        if table[index].touch(digest, time, seen, direction, UInt32(datagram.identification)) {
            knownSegment = KnownSegment(index: index, direction: direction, remainder: .copy, isDatagram: true)
            return .known
        }
        Self.count(&table[index, direction], datagram, frame, seen, bytes.u8(network &+ 8))
        return .done
    }

    /// Whether a dissector wants the datagram.
    @inline(__always)
    private mutating func isClaimed(_ datagram: PlainDatagram, _ bytes: RawSpan) -> Bool {
        guard datagram.payloadLength > 0 else { return false }
        let payload = bytes.slice(datagram.payloadOffset, datagram.payloadOffset &+ datagram.payloadLength)
        var type = 0
        let destinationPort = UInt16(truncatingIfNeeded: datagram.destination)
        while type < datagramTypes.count {
            if datagramTypes[type].claims(
                payload, sourcePort: UInt16(truncatingIfNeeded: datagram.source), destinationPort: destinationPort)
            {
                return true
            }
            type += 1
        }
        type = 0
        while type < tunnels.count {
            if tunnels[type].inner(payload, destinationPort: destinationPort) != nil { return true }
            type += 1
        }
        return false
    }

    @inline(__always)
    private static func count(
        _ side: inout FlowSide, _ datagram: PlainDatagram, _ frame: FrameReference, _ seen: CaptureTime,
        _ ttl: UInt8
    ) {
        if side.packets == 0 { side.ttl = ttl }
        side.packets &+= 1
        side.lastFrame = frame
        guard datagram.length > 0 else { return }
        countData(&side, frame, seen, datagram.length)
        side.payloadBytes &+= UInt64(truncatingIfNeeded: datagram.length)
    }

    /// Does what is to be done with a datagram of which account has been taken.
    mutating func finishDatagram(_ index: Int, _ arrival: inout Arrival, _ bytes: RawSpan, isCopy: Bool) {
        let direction = arrival.direction
        if isCopy { countDuplicate(index, arrival.record) }
        if table.packets(index) == 1 {
            // The lower port of a first datagram is the server's, where it is a well-known one.
            let source = arrival.packet.sourcePort
            if source < 1024, arrival.packet.destinationPort >= 1024 {
                table[index].clientDirection = direction.reversed
            }
        }
        guard arrival.packet.payloadLength > 0 else { return }
        let payload = bytes.slice(
            arrival.packet.payloadOffset, arrival.packet.payloadOffset + arrival.packet.payloadLength)
        var type = 0
        while type < datagramTypes.count {
            if datagramTypes[type].claims(
                payload, sourcePort: arrival.packet.sourcePort, destinationPort: arrival.packet.destinationPort)
            {
                return dissect(index, &arrival, payload, by: type, isCopy: isCopy)
            }
            type += 1
        }
        if !isCopy { enterTunnel(&arrival, payload) }
    }

    private mutating func dissect(
        _ index: Int, _ arrival: inout Arrival, _ payload: RawSpan, by type: Int, isCopy: Bool
    ) {
        let direction = arrival.direction
        setCurrent(index, &arrival)
        context.frames = FrameMap(arrival.record.frame)
        context.repetition = DissectionContext.Repetition(isPacketCopy: isCopy)
        let hash = Self.hash(payload)
        if table[oddities: index, direction].datagramHash == hash,
            let frame = table[oddities: index, direction].datagramFrame
        {
            context.repetition.of = frame
        } else {
            table[oddities: index, direction].datagramHash = hash
            table[oddities: index, direction].datagramFrame = arrival.record.frame
        }
        datagrams[type].dissect(payload, isCut: arrival.packet.payloadLength < arrival.packet.wirePayloadLength)
        context.repetition = DissectionContext.Repetition()
        context.removeStarts()
        table[index].marks.insert(.hasMessages)
        table[details: index].protocols.formUnion(ProtocolSet(datagramTypes[type].protocolID))
    }

    /// Takes in the packet that a datagram holds, where it holds one, as if it had been captured without what is around
    /// it.
    private mutating func enterTunnel(_ arrival: inout Arrival, _ payload: RawSpan) {
        guard arrival.depth < Self.maximumTunnels else { return }
        for tunnel in tunnels {
            guard let inner = tunnel.inner(payload, destinationPort: arrival.packet.destinationPort) else { continue }
            var within = Arrival()
            within.depth = arrival.depth + 1
            within.time = arrival.time
            var record = arrival.record
            record.linkType = inner.linkType
            let missing = arrival.packet.wirePayloadLength - arrival.packet.payloadLength
            let bytes = payload.slice(from: inner.offset)
            record.setLengths(captured: bytes.byteCount, original: bytes.byteCount + missing)
            within.read(bytes, record, seed: table.seed)
            _ = dispatch(&within, bytes)
            return
        }
    }

    /// A digest of a datagram, to recognise it when it is sent again on the same flow.
    private static func hash(_ bytes: RawSpan) -> UInt64 {
        QuickHash.value(bytes, seed: QuickHash.processSeed) | 1
    }

    mutating func icmp(_ arrival: inout Arrival) {
        arrival.identify(seed: table.seed)
        let index = table.find(arrival.key, arrival.hash)
        guard index >= 0, table[oddities: index].icmpFrame == nil else { return }
        table[oddities: index].icmpFrame = arrival.record.frame
        table[oddities: index].icmpTime = arrival.record.time
        table[oddities: index].icmpType = arrival.packet.icmpType
        table[oddities: index].icmpCode = arrival.packet.icmpCode
        table[oddities: index].icmpSource = arrival.packet.icmpSource
        table.tell(index, to: &ended)
    }
}
