import ByteParsing
import CaptureFile
import Dissectors

/// TCP: handshake, sequence numbers, streams (RFC 9293).
extension FlowTracker {
    /// Updates what every packet updates, and says whether it is a copy of a packet just seen.
    @inline(__always)
    private static func isCopy(_ flow: inout FlowRecord, _ packet: DecodedPacket, _ direction: Direction, _ record: PacketRecord,
                               _ time: CaptureTime) -> Bool {
        flow.lastFrame = record.frame
        if time > flow.lastTime { flow.lastTime = time }
        if let seen = record.time { flow.lastSeen = seen }
        if record.isCut { flow.cutPackets &+= 1 }
        let signature = PacketSignature(packet, direction, time)
        // A retransmission is a new packet with a new identification, or comes after a round trip at
        // the very least; a copy of the same packet follows at once.
        let window: UInt64 = packet.identification != 0 ? 50_000_000 : 3_000_000
        if signature.isCopy(of: flow.recent[0], within: window) || signature.isCopy(of: flow.recent[1], within: window)
            || signature.isCopy(of: flow.recent[2], within: window) || signature.isCopy(of: flow.recent[3], within: window)
        {
            return true
        }
        flow.recent[Int(flow.recentNext & 3)] = signature
        flow.recentNext = (flow.recentNext &+ 1) & 3
        return false
    }

    /// Takes account of a packet; true where it is a copy of one just seen.
    static func touch(_ flow: inout FlowRecord, _ packet: DecodedPacket, _ direction: Direction, _ record: PacketRecord,
                      _ time: CaptureTime) -> Bool {
        if isCopy(&flow, packet, direction, record, time) { return true }
        count(&flow[direction], packet, record)
        return false
    }

    @inline(__always)
    private static func count(_ side: inout SideState, _ packet: DecodedPacket, _ record: PacketRecord) {
        if side.packets == 0 { side.ttl = packet.ttl }
        side.packets &+= 1
        side.lastFrame = record.frame
        guard packet.wirePayloadLength > 0 else { return }
        if side.firstDataFrame == nil { side.firstDataFrame = record.frame }
        side.lastDataFrame = record.frame
        side.lastDataTime = record.time
        side.largestPayload = max(side.largestPayload, UInt32(truncatingIfNeeded: packet.wirePayloadLength))
        if packet.ipProtocol == 17 { side.payloadBytes &+= UInt64(packet.wirePayloadLength) }
    }

    /// Takes a TCP packet in.
    mutating func tcp(_ packet: DecodedPacket, _ bytes: RawSpan, _ record: PacketRecord, _ time: CaptureTime) {
        var direction = Direction.forward
        guard let index = flow(packet, record, time, .tcp, &direction) else { return }
        if packet.tcpFlags & (TCP.syn | TCP.fin | TCP.rst) != 0 {
            control(index, packet, bytes, record, direction, time)
            return
        }
        switch Self.follow(&table[index], packet, direction, record, time) {
        case .nothing: return
        case .copy:
            countDuplicate(index, record)
            if packet.wirePayloadLength > 0 {
                payload(index, packet, sequence: packet.sequence, bytes, record, direction, time, true)
                recount(index)
            }
        case .octets:
            payload(index, packet, sequence: packet.sequence, bytes, record, direction, time, false)
            recount(index)
        case .end: finishIfComplete(index, direction)
        }
        closeIfFinished(index)
    }

    /// What is left to do with a segment that neither opens nor ends anything.
    private enum Remainder {
        case nothing
        /// It is a copy of a packet just seen.
        case copy
        /// Its octets are to be read.
        case octets
        /// A direction may have come to its end.
        case end
    }

    /// Takes account of a segment without SYN, FIN and RST, as nearly every one is; where nobody reads the flow, this is all.
    private static func follow(_ flow: inout FlowRecord, _ packet: DecodedPacket, _ direction: Direction,
                               _ record: PacketRecord, _ time: CaptureTime) -> Remainder {
        let isCopy = isCopy(&flow, packet, direction, record, time)
        let isUnread = flow.stream == -2 || flow.isReported
        return direction == .forward
            ? follow(&flow.forward, &flow.backward, packet, record, isCopy, isUnread)
            : follow(&flow.backward, &flow.forward, packet, record, isCopy, isUnread)
    }

    @inline(__always)
    private static func follow(_ side: inout SideState, _ other: inout SideState, _ packet: DecodedPacket,
                               _ record: PacketRecord, _ isCopy: Bool, _ isUnread: Bool) -> Remainder {
        if !isCopy { count(&side, packet, record) }
        if !side.isSynchronised {
            side.isSynchronised = true
            side.next = packet.sequence
        }
        acknowledge(&other, packet)
        if isCopy { return .copy }
        if packet.wirePayloadLength > 0 {
            if !isUnread { return .octets }
            // Nobody reads this flow: keep count of what is new.
            if packet.sequence == side.next { side.payloadBytes &+= UInt64(packet.wirePayloadLength) }
            let end = packet.sequence &+ UInt32(truncatingIfNeeded: packet.wirePayloadLength)
            if Int32(bitPattern: end &- side.next) > 0 {
                side.next = end
                if side.isComplete { return .end }
            }
        }
        return side.isFinished && other.isFinished ? .end : .nothing
    }

    /// Takes in a segment with SYN, FIN or RST.
    private mutating func control(_ known: Int, _ packet: DecodedPacket, _ bytes: RawSpan, _ record: PacketRecord,
                                  _ given: Direction, _ time: CaptureTime) {
        var index = known
        var direction = given
        let isSyn = packet.tcpFlags & TCP.syn != 0
        if isSyn, isReused(index, packet, direction) {
            close(index, .abandoned, evict: true)
            guard let renewed = flow(packet, record, time, .tcp, &direction) else { return }
            index = renewed
            if packet.tcpFlags & TCP.ack != 0 { noteAsked(index, packet, direction) }
        }
        let isCopy = Self.touch(&table[index], packet, direction, record, time)
        if isCopy { countDuplicate(index, record) }
        let ends = packet.tcpFlags & (TCP.fin | TCP.rst) == 0 ? 0 : heededEnds(index, packet, direction)
        Self.receive(&table[index][direction], packet, record, isCopy, ends)
        Self.acknowledge(&table[index][direction.reversed], packet)
        if isSyn { noteSyn(index, packet, direction) }
        if packet.wirePayloadLength > 0, !isSyn || packet.payloadLength > 0 {
            // A SYN counts as one octet (RFC 7413: data may follow it).
            payload(index, packet, sequence: isSyn ? packet.sequence &+ 1 : packet.sequence, bytes, record, direction, time,
                    isCopy)
            recount(index)
        }
        if packet.tcpFlags & (TCP.fin | TCP.rst) != 0 {
            // What these bring to an end ends in their frame.
            setCurrent(index, direction, record, packet.ttl)
            if ends & TCP.fin != 0 {
                noteFin(index, packet, direction)
                readOn(index, direction.reversed)
            }
            if ends & TCP.rst != 0 {
                reset(index, packet, record, direction, time)
            } else if packet.tcpFlags & TCP.rst != 0, !isCopy {
                ignoreReset(index, direction, record.frame)
            }
        }
        if isSyn, packet.tcpFlags & TCP.ack == 0, isRefusedAlready(index, packet, direction) {
            close(index, .reset, evict: false)
        } else {
            closeIfFinished(index)
        }
    }

    private mutating func closeIfFinished(_ index: Int) {
        if !table[index].isReported, table[index].forward.isFinished, table[index].backward.isFinished {
            close(index, .closed, evict: false)
        }
    }

    private static func receive(_ side: inout SideState, _ packet: DecodedPacket, _ record: PacketRecord, _ isCopy: Bool,
                                _ ends: UInt8) {
        let flags = packet.tcpFlags
        if flags & TCP.syn != 0, !isCopy {
            side.synCount += 1
            if side.synCount == 1 { side.synFrame = record.frame }
            if side.synCount == 2 { side.secondSynFrame = record.frame }
            side.lastSynFrame = record.frame
            if !side.isSynchronised {
                side.isSynchronised = true
                side.sawStart = true
                side.next = packet.sequence &+ 1
            }
        }
        if ends & TCP.fin != 0, side.finFrame == nil { side.finFrame = record.frame }
        if !side.isSynchronised, flags & (TCP.rst | TCP.syn) == 0, flags & TCP.fin == ends & TCP.fin {
            side.isSynchronised = true
            side.next = packet.sequence
        }
    }

    @inline(__always)
    private static func acknowledge(_ side: inout SideState, _ packet: DecodedPacket) {
        guard packet.tcpFlags & TCP.ack != 0 else { return }
        if !side.hasAcknowledged || Int32(bitPattern: packet.acknowledgment &- side.acknowledged) > 0 {
            side.acknowledged = packet.acknowledgment
            side.hasAcknowledged = true
        }
        side.isAllAcknowledged = side.isSynchronised && Int32(bitPattern: side.acknowledged &- side.next) >= 0
    }

    /// Whether a SYN opens a new connection on the endpoints of an older one.
    private func isReused(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) -> Bool {
        let hasSyn = table[index][direction].synFrame != nil
        if packet.tcpFlags & TCP.ack != 0 {
            // The handshake goes on: the RST that came amid it was not heeded.
            let asked = table[index][direction.reversed].next
            return table[index].isReported && table[index].ending == .reset && !hasSyn && packet.acknowledgment == asked
        }
        if table[index].isReported { return true }
        if table[index].forward.resetFrame ?? table[index].backward.resetFrame != nil {
            return !isRefusedAlready(index, packet, direction)
        }
        let next = table[index][direction].next
        return hasSyn && table[index][direction].payloadBytes > 0 && packet.sequence &+ 1 != next
            && abs(Int64(Int32(bitPattern: packet.sequence &- next))) > 65_536
    }

    /// The SYN that a SYN/ACK answers belongs to the flow that it renews.
    private mutating func noteAsked(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        let answered = direction.reversed
        table[index][answered].isSynchronised = true
        table[index][answered].sawStart = true
        table[index][answered].next = packet.acknowledgment
    }

    private mutating func noteSyn(_ index: Int, _ packet: DecodedPacket, _ direction: Direction) {
        table[index].isClientCertain = true
        table[index].clientDirection = packet.tcpFlags & TCP.ack == 0 ? direction : direction.reversed
    }
}
