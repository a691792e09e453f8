import Collections
import PacketModel
import ByteParsing
import CaptureFile
import Dissectors

/// What is not TCP: datagrams, fragments, ICMP errors and what could not be read.
extension FlowTracker {
    /// Takes in what is neither TCP nor UDP at first sight.
    mutating func other(_ packet: inout PacketContext, _ bytes: RawSpan) {
        let point = Int(packet.record.point)
        switch packet.verdict {
        case .tcp, .udp: break
        case .icmpError: icmp(&packet)
        case .fragment:
            if let whole = fragments.add(
                packet.header, bytes, point: packet.record.point, time: packet.time,
                settings: settings, counters: &counters)
            {
                packet.header = whole.header
                let view = whole.bytes.rawBytes
                packet.verdict = PacketDecoder.reassembled(view, into: &packet.header)
                switch packet.verdict {
                case .tcp, .udp: _ = dispatch(&packet, view)
                case .fragment: break
                default: other(&packet, view)
                }
            }
        case .fault:
            pointFacts[point].faultCount += 1
            if packet.header.fault?.layer == .link { pointFacts[point].packetsWithoutIP += 1 }
            if faults.count < Self.maximumFaults, let fault = packet.header.fault {
                faults.append(PacketFault(frame: packet.record.frame, fault: fault))
            }
        case .other:
            // An IP header says where its packet ends.
            if packet.header.networkEnd == 0 { pointFacts[point].packetsWithoutIP += 1 }
        }
    }

    /// Takes a datagram in.
    mutating func udp(_ packet: inout PacketContext, _ bytes: RawSpan) {
        guard let index = flow(&packet) else { return }
        if packet.record.isCut { table[details: index, packet.direction].cutPackets &+= 1 }
        var header = FastHeader(packet.header)
        let result = recordDatagram(
            index, &header, packet.digest, packet.record.frame, packet.record.time, packet.time, packet.direction)
        var isCopy = false
        if case .needsPayload = result { isCopy = true }
        finishDatagram(index, &packet, bytes, isCopy: isCopy)
    }

    /// Counts a datagram of a known flow. Returns what is left to do of one that no dissector wants.
    @inline(never)
    mutating func recordDatagram(
        _ index: Int, _ header: inout FastHeader, _ digest: UInt64, _ frame: FrameReference, _ seen: CaptureTime?,
        _ time: CaptureTime, _ direction: Direction
    ) -> FastPathResult {
        if table[index].recordPacket(digest, time, seen, direction, hasID: header.identification != 0) {
            return .needsPayload(PendingWork(flow: index, direction: direction, kind: .copy))
        }
        Self.count(&table[index, direction], header, frame, seen)
        table[index, direction].payloadBytes &+= UInt64(truncatingIfNeeded: header.wirePayloadLength)
        return .handled
    }

    /// Whether a dissector wants the datagram, or another packet is in it.
    mutating func isClaimed(_ datagram: FastHeader, _ bytes: RawSpan) -> Bool {
        guard datagram.payloadLength > 0 else { return false }
        let payload = bytes.slice(datagram.payloadOffset, datagram.payloadOffset &+ datagram.payloadLength)
        var type = 0
        let destinationPort = datagram.destinationPort
        while type < datagramTypes.count {
            if datagramTypes[type].claims(
                payload, sourcePort: datagram.sourcePort, destinationPort: destinationPort)
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

    /// Does what is to be done with a datagram that has been counted.
    mutating func finishDatagram(_ index: Int, _ packet: inout PacketContext, _ bytes: RawSpan, isCopy: Bool) {
        let direction = packet.direction
        if isCopy { countDuplicate(index, packet.record) }
        if table.packets(index) == 1 {
            // The lower port of a first datagram is the server's, where it is a well-known one.
            let source = packet.header.sourcePort
            if source < 1024, packet.header.destinationPort >= 1024 {
                table[index].clientDirection = direction.reversed
            }
        }
        guard packet.header.payloadLength > 0 else { return }
        let payload = bytes.slice(
            packet.header.payloadOffset, packet.header.payloadOffset + packet.header.payloadLength)
        var type = 0
        while type < datagramTypes.count {
            if datagramTypes[type].claims(
                payload, sourcePort: packet.header.sourcePort, destinationPort: packet.header.destinationPort)
            {
                return dissect(index, &packet, payload, by: type, isCopy: isCopy)
            }
            type += 1
        }
        if !isCopy { enterTunnel(&packet, payload) }
    }

    private mutating func dissect(
        _ index: Int, _ packet: inout PacketContext, _ payload: RawSpan, by type: Int, isCopy: Bool
    ) {
        let direction = packet.direction
        setCurrent(index, &packet)
        context.frames = FrameMap(packet.record.frame)
        context.repetition = DissectionContext.Repetition(isPacketCopy: isCopy)
        let hash = Self.hash(payload)
        if table[anomalies: index, direction].datagramHash == hash,
            let frame = table[anomalies: index, direction].datagramFrame
        {
            context.repetition.of = frame
        } else {
            table[anomalies: index, direction].datagramHash = hash
            table[anomalies: index, direction].datagramFrame = packet.record.frame
        }
        datagrams[type].dissect(payload, isCut: packet.header.payloadLength < packet.header.wirePayloadLength)
        context.repetition = DissectionContext.Repetition()
        context.removeStarts()
        table[index].flags.insert(.hasMessages)
        table[details: index].protocols.formUnion(ProtocolSet(datagramTypes[type].protocolID))
    }

    /// Takes in the packet that a datagram holds, where it holds one, as if it had been captured without what is around
    /// it.
    private mutating func enterTunnel(_ packet: inout PacketContext, _ payload: RawSpan) {
        guard packet.depth < Self.maximumTunnels else { return }
        for tunnel in tunnels {
            guard let inner = tunnel.inner(payload, destinationPort: packet.header.destinationPort) else { continue }
            var record = packet.record
            record.linkType = inner.linkType
            let missing = packet.header.wirePayloadLength - packet.header.payloadLength
            let bytes = payload.slice(from: inner.offset)
            record.setLengths(captured: bytes.byteCount, original: bytes.byteCount + missing)
            var within = PacketContext(record, packet.time)
            within.read(bytes)
            within.depth = packet.depth + 1
            _ = dispatch(&within, bytes)
            return
        }
    }

    /// A digest of a datagram, to recognise it when it is sent again on the same flow.
    private static func hash(_ bytes: RawSpan) -> UInt64 {
        QuickHash.value(bytes, seed: QuickHash.processSeed) | 1
    }

    mutating func icmp(_ packet: inout PacketContext) {
        packet.identify(seed: table.seed)
        let index = table.find(packet.key, packet.hash)
        guard index >= 0, table[anomalies: index].icmpFrame == nil else { return }
        table[anomalies: index].icmpFrame = packet.record.frame
        table[anomalies: index].icmpTime = packet.record.time
        table[anomalies: index].icmpType = packet.header.icmpType
        table[anomalies: index].icmpCode = packet.header.icmpCode
        table[anomalies: index].icmpSource = packet.header.icmpSource
        table.summarize(index, into: &ended)
    }
}
