import ByteParsing
import Dissectors
import PacketModel
import TestSupport
import Testing

/// The fast reader and the general one read the same headers.
@Suite struct FastHeaderTests {
    /// What differs between the two in any field; empty where nothing does, nil where the fast one leaves the packet to
    /// the other.
    private static func difference(_ bytes: RawSpan, _ originalLength: Int) -> String? {
        var header = FastHeader()
        guard header.read(ethernet: bytes) else { return nil }
        var filled = DecodedPacket()
        header.fill(&filled)
        var packet = DecodedPacket()
        let verdict = PacketDecoder.decode(
            bytes, originalLength: originalLength, linkType: .ethernet, into: &packet)
        // What `fill` leaves out.
        filled.transportOffset = packet.transportOffset
        filled.networkEnd = packet.networkEnd
        filled.wireNetworkEnd = packet.wireNetworkEnd
        if verdict != (header.isTCP ? .tcp : .udp) { return "verdict \(verdict)" }
        let isSame =
            "\(filled)" == "\(packet)" && header.sequence == packet.sequence
            && header.acknowledgment == packet.acknowledgment && header.tcpFlags == packet.tcpFlags
            && header.ttl == packet.ttl && UInt32(header.identification) == packet.identification
            && header.checksum == packet.checksum && header.wirePayloadLength == packet.wirePayloadLength
            && [header.payloadOffset, header.payloadLength] == [packet.payloadOffset, packet.payloadLength]
            && [header.sourcePort, header.destinationPort] == [packet.sourcePort, packet.destinationPort]
        return isSame ? "" : "\(filled), not \(packet)"
    }

    /// A segment and a datagram, with a VLAN tag and without.
    private static let packets = [
        PacketMaker.tcp(1, 40_000, 2, 88, sequence: 7, acknowledgment: 9, flags: 0x18, time: 0, [1, 2, 3, 4, 5]),
        PacketMaker.udp(1, 40_000, 2, 88, time: 0, [UInt8](repeating: 7, count: 30)),
    ].flatMap { packet in
        [[], [0x81, 0, 0, 7]].map { tag in [UInt8](repeating: 2, count: 12) + tag + [8, 0] + packet.bytes }
    }

    /// Every octet with every value, and every such packet cut at the ends of its headers.
    @Test func everyOctetWithEveryValue() {
        var counted = (fast: 0, general: 0)
        for original in Self.packets {
            for offset in original.indices {
                for value in UInt8.min ... .max {
                    var bytes = original
                    bytes[offset] = value
                    for length in Set([bytes.count, bytes.count - 6, 74, 58, 57, 54, 53, 42, 34, 33]) {
                        let view = bytes.rawBytes.slice(0, min(length, bytes.count))
                        guard let difference = Self.difference(view, bytes.count) else {
                            counted.general += 1
                            continue
                        }
                        counted.fast += 1
                        if !difference.isEmpty {
                            Issue.record("octet \(offset) = \(value), \(view.byteCount) octets: \(difference)")
                            return
                        }
                    }
                }
            }
        }
        #expect(counted.fast > 50_000 && counted.general > 50_000, "\(counted)")
    }

    @Test func everySample() {
        var fast = 0
        for sample in Samples.own {
            for packet in sample.packets where packet.linkType == .ethernet {
                guard let difference = Self.difference(packet.bytes.rawBytes, packet.originalLength) else { continue }
                fast += 1
                #expect(difference.isEmpty, "\(sample.name)")
            }
        }
        #expect(fast > 1000)
    }

    /// The same where several octets of the headers were changed at once.
    @Test(arguments: 1...4 as ClosedRange<UInt64>) func everySampleChanged(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        var fast = 0
        for sample in Samples.own.prefix(60) {
            for packet in sample.packets where packet.linkType == .ethernet {
                var bytes = packet.bytes
                for _ in 0..<1 + numbers.below(3) where bytes.count > 14 {
                    bytes[12 + numbers.below(min(bytes.count - 12, 60))] = UInt8(truncatingIfNeeded: numbers.next())
                }
                guard let difference = Self.difference(bytes.rawBytes, bytes.count) else { continue }
                fast += 1
                #expect(difference.isEmpty, "\(sample.name): \(bytes.prefix(60))")
            }
        }
        #expect(fast > 500)
    }
}
