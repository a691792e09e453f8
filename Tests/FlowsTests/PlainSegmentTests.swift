import TestSupport
import PacketModel
import ByteParsing
import Dissectors
import Testing

/// Usual segments and datagrams are read twice over, quickly and layer by layer: both ways read the same.
@Suite struct PlainSegmentTests {
    /// What differs between both ways; nil where the quick one leaves the packet to the other.
    private static func difference(_ bytes: [UInt8], _ original: Int) -> String? {
        let span = bytes.rawBytes
        guard let network = PlainSegment.place(in: span) else { return nil }
        var packet = DecodedPacket()
        let verdict = PacketDecoder.decode(span, originalLength: original, linkType: .ethernet, into: &packet)
        if PlainSegment.kind(span, at: network) == .datagram {
            guard let datagram = PlainDatagram(span, at: network) else { return nil }
            if verdict != .udp { return "verdict \(verdict)" }
            let ports = [UInt16(truncatingIfNeeded: datagram.source), UInt16(truncatingIfNeeded: datagram.destination)]
            if ports != [packet.sourcePort, packet.destinationPort] { return "ports" }
            if IPAddress(v4: UInt32(truncatingIfNeeded: datagram.source >> 16)) != packet.source { return "source" }
            if IPAddress(v4: UInt32(truncatingIfNeeded: datagram.destination >> 16)) != packet.destination {
                return "destination"
            }
            if datagram.length != packet.wirePayloadLength { return "length" }
            return datagram.payloadOffset == packet.payloadOffset && datagram.payloadLength == packet.payloadLength
                ? "" : "payload"
        }
        guard let segment = PlainSegment(span, at: network) else { return nil }
        if verdict != .tcp { return "verdict \(verdict)" }
        let ports = [UInt16(truncatingIfNeeded: segment.source), UInt16(truncatingIfNeeded: segment.destination)]
        if ports != [packet.sourcePort, packet.destinationPort] { return "ports" }
        if IPAddress(v4: UInt32(truncatingIfNeeded: segment.source >> 16)) != packet.source { return "source" }
        if IPAddress(v4: UInt32(truncatingIfNeeded: segment.destination >> 16)) != packet.destination {
            return "destination"
        }
        if UInt32(truncatingIfNeeded: segment.sequenceNumbers >> 32) != packet.sequence { return "sequence" }
        if UInt32(truncatingIfNeeded: segment.sequenceNumbers) != packet.acknowledgment { return "acknowledgement" }
        if segment.tcpFlags != packet.tcpFlags || segment.ttl != packet.ttl { return "flags" }
        if segment.length != packet.wirePayloadLength { return "length" }
        var laid = DecodedPacket()
        segment.lay(span, at: network, into: &laid)
        return laid.payloadOffset == packet.payloadOffset && laid.payloadLength == packet.payloadLength ? "" : "payload"
    }

    @Test func readAsLayerByLayer() {
        var quick = 0
        var differences: [String] = []
        for sample in Samples.own {
            for packet in sample.packets
            where packet.linkType == .ethernet && packet.bytes.count == packet.originalLength {
                guard let difference = Self.difference(packet.bytes, packet.originalLength) else { continue }
                quick += 1
                if !difference.isEmpty { differences.append("\(sample.name): \(difference)") }
            }
        }
        #expect(quick > 1000)
        #expect(differences.isEmpty)
    }

    /// The same of headers in which octets were changed.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func readAsLayerByLayerWhereChanged(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        var quick = 0
        var differences: [String] = []
        for sample in Samples.own.prefix(60) {
            for packet in sample.packets
            where packet.linkType == .ethernet && packet.bytes.count == packet.originalLength {
                var bytes = packet.bytes
                for _ in 0..<1 + numbers.below(3) where bytes.count > 14 {
                    bytes[12 + numbers.below(min(bytes.count - 12, 60))] = UInt8(truncatingIfNeeded: numbers.next())
                }
                guard let difference = Self.difference(bytes, bytes.count) else { continue }
                quick += 1
                if !difference.isEmpty { differences.append("\(sample.name): \(difference) \(bytes.prefix(60))") }
            }
        }
        #expect(quick > 500)
        #expect(differences.isEmpty)
    }
}
