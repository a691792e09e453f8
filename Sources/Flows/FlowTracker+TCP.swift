import ByteParsing
import CaptureFile
import Dissectors

/// TCP: handshake, sequence numbers, streams (RFC 9293).
extension FlowTracker {
    /// Updates what every packet updates, and says whether it is a copy of a packet just seen.
    @inline(__always)
    private static func isCopy(_ flow: inout FlowRecord, _ arrival: inout Arrival) -> Bool {
        flow.lastFrame = arrival.record.frame
        if arrival.time > flow.lastTime { flow.lastTime = arrival.time }
        if let seen = arrival.record.time { flow.lastSeen = seen }
        if arrival.record.isCut { flow.cutPackets &+= 1 }
        return flow.recent.recognises(&arrival)
    }

    /// Takes account of a packet; true where it is a copy of one just seen.
    static func touch(_ flow: inout FlowRecord, _ arrival: inout Arrival) -> Bool {
        if isCopy(&flow, &arrival) { return true }
        count(&flow[account: arrival.direction], &arrival)
        return false
    }

    @inline(__always)
    private static func count(_ side: inout SideAccount, _ arrival: inout Arrival) {
        if side.packets == 0 { side.ttl = arrival.packet.ttl }
        side.packets &+= 1
        side.lastFrame = arrival.record.frame
        guard arrival.packet.wirePayloadLength > 0 else { return }
        if side.firstDataFrame == nil { side.firstDataFrame = arrival.record.frame }
        side.lastDataFrame = arrival.record.frame
        side.lastDataTime = arrival.record.time
        side.largestPayload = max(side.largestPayload, UInt32(truncatingIfNeeded: arrival.packet.wirePayloadLength))
        if arrival.packet.ipProtocol == 17 { side.payloadBytes &+= UInt64(arrival.packet.wirePayloadLength) }
    }

    /// Takes a TCP packet in; false where that can have brought no messages or events.
    mutating func tcp(_ arrival: inout Arrival, _ bytes: RawSpan) -> Bool {
        let known = table.find(arrival.key, arrival.hash)
        guard let index = known >= 0 ? Int(known) : newFlow(&arrival, .tcp) else { return true }
        if arrival.packet.tcpFlags & (TCP.syn | TCP.fin | TCP.rst) != 0 {
            control(index, &arrival, bytes)
            return true
        }
        switch Self.follow(&table[index], &arrival) {
        // A new flow may have taken the place of another.
        case .nothing: return known < 0
        case .copy:
            countDuplicate(index, arrival.record)
            if arrival.packet.wirePayloadLength > 0 {
                payload(index, &arrival, sequence: arrival.packet.sequence, bytes, isCopy: true)
            }
        case .octets:
            payload(index, &arrival, sequence: arrival.packet.sequence, bytes, isCopy: false)
        case .end: finishIfComplete(index, arrival.direction)
        }
        closeIfFinished(index)
        return true
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
    @inline(__always)
    private static func follow(_ flow: inout FlowRecord, _ arrival: inout Arrival) -> Remainder {
        let isCopy = isCopy(&flow, &arrival)
        let isUnread = flow.stream == -2 || flow.isReported
        let remainder = receivePlain(&flow, &arrival, isCopy: isCopy, isUnread: isUnread)
        acknowledge(&flow[arrival.direction.reversed], &arrival)
        if remainder != .nothing { return remainder }
        return flow.forward.isFinished && flow.backward.isFinished ? .end : .nothing
    }

    /// The sender's side of it.
    @inline(__always)
    private static func receivePlain(_ flow: inout FlowRecord, _ arrival: inout Arrival, isCopy: Bool, isUnread: Bool) -> Remainder {
        let direction = arrival.direction
        let sequence = arrival.packet.sequence
        if !flow[direction].isSynchronised {
            flow[direction].isSynchronised = true
            flow[direction].next = sequence
        }
        if isCopy { return .copy }
        count(&flow[account: direction], &arrival)
        let length = arrival.packet.wirePayloadLength
        if length == 0 { return .nothing }
        if !isUnread { return .octets }
        // Nobody reads this flow: keep count of what is new.
        let next = flow[direction].next
        if sequence == next { flow[account: direction].payloadBytes &+= UInt64(length) }
        let end = sequence &+ UInt32(truncatingIfNeeded: length)
        if Int32(bitPattern: end &- next) <= 0 { return .nothing }
        flow[direction].next = end
        return flow[direction].hasFin && !flow[direction].isFinished ? .end : .nothing
    }

    /// Takes in a segment with SYN, FIN or RST.
    private mutating func control(_ known: Int, _ arrival: inout Arrival, _ bytes: RawSpan) {
        var index = known
        let direction = arrival.direction
        let isSyn = arrival.packet.tcpFlags & TCP.syn != 0
        if isSyn, isReused(index, &arrival) {
            close(index, .abandoned, evict: true)
            guard let renewed = flow(&arrival, .tcp) else { return }
            index = renewed
            if arrival.packet.tcpFlags & TCP.ack != 0 { noteAsked(index, &arrival) }
        }
        let isCopy = Self.touch(&table[index], &arrival)
        if isCopy { countDuplicate(index, arrival.record) }
        let ends = arrival.packet.tcpFlags & (TCP.fin | TCP.rst) == 0 ? 0 : heededEnds(index, &arrival)
        var sender = table[index][direction]
        Self.receive(&sender, &table[details: index][direction], &arrival, isCopy, ends)
        table[index][direction] = sender
        Self.acknowledge(&table[index][direction.reversed], &arrival)
        if isSyn { noteSyn(index, &arrival) }
        if arrival.packet.wirePayloadLength > 0, !isSyn || arrival.packet.payloadLength > 0 {
            // A SYN counts as one octet (RFC 7413: data may follow it).
            payload(index, &arrival, sequence: isSyn ? arrival.packet.sequence &+ 1 : arrival.packet.sequence, bytes, isCopy: isCopy)
        }
        if arrival.packet.tcpFlags & (TCP.fin | TCP.rst) != 0 {
            // What these bring to an end ends in their frame.
            if table[index].stream >= 0 { setCurrent(index, &arrival) }
            if ends & TCP.fin != 0 {
                noteFin(index, &arrival)
                readOn(index, direction.reversed)
            }
            if ends & TCP.rst != 0 {
                reset(index, &arrival)
            } else if arrival.packet.tcpFlags & TCP.rst != 0, !isCopy {
                ignoreReset(index, direction, arrival.record.frame)
            }
        }
        if isSyn, arrival.packet.tcpFlags & TCP.ack == 0, isRefusedAlready(index, &arrival) {
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

    private static func receive(_ side: inout SideState, _ details: inout SideDetails, _ arrival: inout Arrival, _ isCopy: Bool,
                                _ ends: UInt8) {
        let flags = arrival.packet.tcpFlags
        if flags & TCP.syn != 0, !isCopy {
            details.synCount += 1
            if details.synCount == 1 { details.synFrame = arrival.record.frame }
            if details.synCount == 2 { details.secondSynFrame = arrival.record.frame }
            details.lastSynFrame = arrival.record.frame
            if !side.isSynchronised {
                side.isSynchronised = true
                side.sawStart = true
                side.next = arrival.packet.sequence &+ 1
            }
        }
        if ends & TCP.fin != 0, details.finFrame == nil { details.finFrame = arrival.record.frame }
        if !side.isSynchronised, flags & (TCP.rst | TCP.syn) == 0, flags & TCP.fin == ends & TCP.fin {
            side.isSynchronised = true
            side.next = arrival.packet.sequence
        }
    }

    @inline(__always)
    private static func acknowledge(_ side: inout SideState, _ arrival: inout Arrival) {
        guard arrival.packet.tcpFlags & TCP.ack != 0 else { return }
        if !side.hasAcknowledged || Int32(bitPattern: arrival.packet.acknowledgment &- side.acknowledged) > 0 {
            side.acknowledged = arrival.packet.acknowledgment
            side.hasAcknowledged = true
        }
        side.isAllAcknowledged = side.isSynchronised && Int32(bitPattern: side.acknowledged &- side.next) >= 0
    }

    /// Whether a SYN opens a new connection on the endpoints of an older one.
    private mutating func isReused(_ index: Int, _ arrival: inout Arrival) -> Bool {
        let hasSyn = table[details: index][arrival.direction].synFrame != nil
        if arrival.packet.tcpFlags & TCP.ack != 0 {
            // The handshake goes on: the RST that came amid it was not heeded.
            let asked = table[index][arrival.direction.reversed].next
            return table[index].isReported && table[details: index].ending == .reset && !hasSyn && arrival.packet.acknowledgment == asked
        }
        if table[index].isReported { return true }
        if table[details: index].forward.resetFrame ?? table[details: index].backward.resetFrame != nil {
            return !isRefusedAlready(index, &arrival)
        }
        let next = table[index][arrival.direction].next
        return hasSyn && table[index][account: arrival.direction].payloadBytes > 0 && arrival.packet.sequence &+ 1 != next
            && abs(Int64(Int32(bitPattern: arrival.packet.sequence &- next))) > 65_536
    }

    /// The SYN that a SYN/ACK answers belongs to the flow that it renews.
    private mutating func noteAsked(_ index: Int, _ arrival: inout Arrival) {
        let answered = arrival.direction.reversed
        table[index][answered].isSynchronised = true
        table[index][answered].sawStart = true
        table[index][answered].next = arrival.packet.acknowledgment
    }

    private mutating func noteSyn(_ index: Int, _ arrival: inout Arrival) {
        table[index].isClientCertain = true
        table[index].clientDirection = arrival.packet.tcpFlags & TCP.ack == 0 ? arrival.direction : arrival.direction.reversed
    }
}
