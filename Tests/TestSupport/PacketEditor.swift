import PacketModel
import ByteParsing
import Dissectors

/// A packet with its headers read, so that it can be taken apart.
package struct EditablePacket {
    package var packet: TestPacket
    package var layers: DecodedPacket
    package var verdict: PacketVerdict
    /// Where the IP header begins, and its version; 0 where there is none.
    package var network = 0
    package var version = 0

    package init(_ packet: TestPacket) {
        self.packet = packet
        var layers = DecodedPacket()
        let view = packet.bytes.rawBytes
        verdict = PacketDecoder.decode(
            view, originalLength: packet.originalLength, linkType: packet.linkType, into: &layers)
        self.layers = layers
        var fault: LayerFault?
        version =
            LinkLayer.networkVersion(view, linkType: packet.linkType, offset: &network, isCut: false, fault: &fault)
            ?? 0
    }

    package var isTCP: Bool { verdict == .tcp }
    package var flags: UInt8 { isTCP ? layers.tcpFlags : 0 }
    package var payload: ArraySlice<UInt8> {
        isTCP || verdict == .udp ? packet.bytes[layers.payloadOffset..<layers.payloadOffset + layers.payloadLength] : []
    }
    /// Whether it is a whole TCP segment with payload, which can be cut into several.
    package var isSegment: Bool {
        guard isTCP, layers.payloadLength > 0, layers.payloadLength == layers.wirePayloadLength, flags & TCP.syn == 0
        else {
            return false
        }
        return version == 4 ? announced(network + 2) != 0 : announced(network + 4) != 0
    }

    /// The endpoints, the sender's first.
    package var way: Way {
        Way(
            source: Endpoint(address: layers.source, port: layers.sourcePort),
            destination: Endpoint(address: layers.destination, port: layers.destinationPort), point: packet.point)
    }

    private func announced(_ offset: Int) -> Int { Int(packet.bytes[offset]) << 8 | Int(packet.bytes[offset + 1]) }

    /// The segment with only these octets of its payload; only the last piece carries FIN, PSH and RST.
    package func piece(_ range: Range<Int>) -> TestPacket {
        var bytes = Array(packet.bytes[..<layers.payloadOffset])
        bytes += packet.bytes[layers.payloadOffset + range.lowerBound..<layers.payloadOffset + range.upperBound]
        let length = bytes.count - network - (version == 4 ? 0 : 40)
        Self.put16(UInt16(length), at: network + (version == 4 ? 2 : 4), &bytes)
        Self.put32(layers.sequence.rawValue &+ UInt32(range.lowerBound), at: layers.transportOffset + 4, &bytes)
        if range.upperBound < layers.payloadLength { bytes[layers.transportOffset + 13] &= ~(TCP.fin | 0x08 | TCP.rst) }
        return TestPacket(time: packet.time, linkType: packet.linkType, bytes: bytes, point: packet.point)
    }

    /// The same packet sent again: another identification, so that it is no copy of the first.
    package func sentAgain(at time: Int64?, number: Int) -> TestPacket {
        var bytes = packet.bytes
        if version == 4 { Self.put16(UInt16(truncatingIfNeeded: 0x7000 + number), at: network + 4, &bytes) }
        bytes[layers.transportOffset + 16] ^= UInt8(truncatingIfNeeded: number | 1)
        return TestPacket(
            time: time, linkType: packet.linkType, bytes: bytes, originalLength: packet.originalLength,
            point: packet.point)
    }

    package static func put16(_ value: UInt16, at offset: Int, _ bytes: inout [UInt8]) {
        bytes[offset] = UInt8(value >> 8)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value)
    }

    package static func put32(_ value: UInt32, at offset: Int, _ bytes: inout [UInt8]) {
        for index in 0..<4 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32(index))) }
    }
}

/// One direction of a flow.
package struct Way: Hashable {
    package var source: Endpoint
    package var destination: Endpoint
    package var point: UInt16
    package var reversed: Way { Way(source: destination, destination: source, point: point) }
}

/// Changes to the packets of a capture after which the same was said by the same hosts.
package enum PacketEditor {
    /// Every segment cut into pieces of 1 to `largest` octets.
    package static func split(_ packets: [TestPacket], largest: Int, _ numbers: inout SeededNumbers) -> [TestPacket] {
        var out: [TestPacket] = []
        for packet in packets {
            let edited = EditablePacket(packet)
            guard edited.isSegment else {
                out.append(packet)
                continue
            }
            var start = 0
            while start < edited.layers.payloadLength {
                let end = min(start + 1 + numbers.below(largest), edited.layers.payloadLength)
                out.append(edited.piece(start..<end))
                start = end
            }
        }
        return out
    }

    /// Segments of one direction in another order: each up to `window` places from its own among
    /// those that no word of the other side, SYN, FIN or RST separates. Times stay with the places.
    package static func shuffle(_ packets: [TestPacket], window: Int, _ numbers: inout SeededNumbers) -> [TestPacket] {
        var out = packets
        var runs: [Way: [Int]] = [:]
        var greeted: Set<Way> = []
        func settle(_ way: Way, _ numbers: inout SeededNumbers) {
            guard let places = runs.removeValue(forKey: way), places.count > 1 else { return }
            let order = places.indices.map { (key: $0 + numbers.below(window), place: $0) }.sorted {
                ($0.key, $0.place) < ($1.key, $1.place)
            }
            for (target, source) in zip(places, order) {
                out[target] = packets[places[source.place]]
                out[target].time = packets[target].time
            }
        }
        for (index, packet) in packets.enumerated() {
            let edited = EditablePacket(packet)
            guard edited.isTCP else { continue }
            let way = edited.way
            if edited.flags & TCP.syn != 0 { greeted.insert(way) }
            if edited.flags & (TCP.syn | TCP.fin | TCP.rst) != 0 {
                settle(way, &numbers)
                settle(way.reversed, &numbers)
            } else if edited.isSegment, greeted.contains(way) {
                settle(way.reversed, &numbers)
                runs[way, default: []].append(index)
            } else if edited.layers.payloadLength > 0 {
                settle(way, &numbers)
                settle(way.reversed, &numbers)
            }
        }
        for way in runs.keys.sorted(by: { ($0.source, $0.destination) < ($1.source, $1.destination) }) {
            settle(way, &numbers)
        }
        return out
    }

    /// Neighbouring packets of opposite directions of a flow in each other's place, one pair in
    /// `oneIn`, where they lie so close together that two queues may have passed each other. Times
    /// stay with the places.
    package static func swapped(
        _ packets: [TestPacket], oneIn: Int, within nanoseconds: Int64 = 20_000_000,
        _ numbers: inout SeededNumbers
    ) -> [TestPacket] {
        var out = packets
        var index = 0
        while index + 1 < packets.count {
            let (one, other) = (EditablePacket(packets[index]), EditablePacket(packets[index + 1]))
            let distance = (packets[index + 1].time ?? 0) - (packets[index].time ?? 0)
            guard one.isTCP || one.verdict == .udp, one.verdict == other.verdict, one.way == other.way.reversed,
                distance >= 0, distance <= nanoseconds, numbers.below(oneIn) == 0
            else {
                index += 1
                continue
            }
            (out[index], out[index + 1]) = (packets[index + 1], packets[index])
            (out[index].time, out[index + 1].time) = (packets[index].time, packets[index + 1].time)
            index += 2
        }
        return out
    }

    /// Every packet twice, the copy right behind.
    package static func doubled(_ packets: [TestPacket]) -> [TestPacket] { packets.flatMap { [$0, $0] } }

    /// Some segments sent again a little later.
    package static func retransmitted(_ packets: [TestPacket], _ numbers: inout SeededNumbers) -> [TestPacket] {
        var out: [TestPacket] = []
        var due: [(after: Int, packet: EditablePacket)] = []
        for (index, packet) in packets.enumerated() {
            out.append(packet)
            let edited = EditablePacket(packet)
            // Another connection on the same ports is another sequence space.
            if edited.isTCP, edited.flags & TCP.syn != 0 {
                due.removeAll { $0.packet.way == edited.way || $0.packet.way == edited.way.reversed }
            }
            while let first = due.first, first.after <= index {
                due.removeFirst()
                // Nobody sends again after so long what was acknowledged.
                guard let now = packet.time, let then = first.packet.packet.time, now - then < 1_000_000_000 else {
                    continue
                }
                out.append(first.packet.sentAgain(at: now, number: index))
            }
            if edited.isSegment, edited.flags & (TCP.fin | TCP.rst) == 0, numbers.below(3) == 0 {
                due.append((index + numbers.below(4), edited))
            }
        }
        return out
    }

    /// Segments cut in pieces that repeat up to `most` octets of the piece before.
    package static func overlapping(_ packets: [TestPacket], most: Int, _ numbers: inout SeededNumbers) -> [TestPacket]
    {
        var out: [TestPacket] = []
        for packet in packets {
            let edited = EditablePacket(packet)
            guard edited.isSegment else {
                out.append(packet)
                continue
            }
            var start = 0
            while start < edited.layers.payloadLength {
                let end = min(start + 1 + numbers.below(300), edited.layers.payloadLength)
                out.append(edited.piece(max(0, start - numbers.below(most))..<end))
                start = end
            }
        }
        return out
    }

    /// Sequence numbers shifted so that those of each direction wrap amid its first segments.
    package static func wrapped(_ packets: [TestPacket], _ numbers: inout SeededNumbers) -> [TestPacket] {
        var shifts: [Way: UInt32] = [:]
        for packet in packets {
            let edited = EditablePacket(packet)
            guard edited.isSegment, shifts[edited.way] == nil else { continue }
            shifts[edited.way] =
                0 &- (edited.layers.sequence.rawValue &+ UInt32(1 + numbers.below(edited.layers.payloadLength)))
        }
        return packets.map { packet in
            let edited = EditablePacket(packet)
            guard edited.isTCP else { return packet }
            var out = packet
            let at = edited.layers.transportOffset
            EditablePacket.put32(edited.layers.sequence.rawValue &+ (shifts[edited.way] ?? 0), at: at + 4, &out.bytes)
            if edited.flags & TCP.ack != 0 {
                EditablePacket.put32(
                    edited.layers.acknowledgment.rawValue &+ (shifts[edited.way.reversed] ?? 0), at: at + 8, &out.bytes)
            }
            return out
        }
    }

    /// Without the packets that open connections.
    package static func withoutHandshakes(_ packets: [TestPacket]) -> [TestPacket] {
        packets.filter { EditablePacket($0).flags & TCP.syn == 0 }
    }
}
