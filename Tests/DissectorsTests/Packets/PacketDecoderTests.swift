import PacketModel
@testable import Dissectors
import Testing

/// Every packet of the layers' tables, cut at every octet.
@Suite struct PacketDecoderTests {
    /// Packets that are read to their payload, to a fragment or to an ICMP error.
    private static let sound =
        (LinkLayerTests.ethernet + LinkLayerTests.others + NetworkLayerTests.version4
        + NetworkLayerTests.version6 + TransportLayerTests.tcp + TransportLayerTests.udp + TransportLayerTests.icmp)
        .filter { packet in
            packet.bytes.count == packet.originalLength
                && ["tcp", "udp", "icmp", "fragment", "other"].contains { packet.expected.hasPrefix($0) }
        }

    /// What a packet is, without how much of it there is.
    private static func meaning(_ text: String) -> String {
        String(text.prefix { $0 != "," })
    }

    /// Nothing is malformed about what the snaplen has cut, and what is still read is read as before.
    @Test func cutBySnaplen() {
        var truncated = 0
        for packet in Self.sound {
            for count in 0..<packet.bytes.count {
                let cut = packet.prefix(count, isCut: true)
                let decoded = cut.decoded
                if decoded.contains(" truncated at ") {
                    truncated += 1
                } else {
                    #expect(Self.meaning(decoded) == Self.meaning(packet.expected), "\(cut.name)")
                }
            }
        }
        #expect(Self.sound.count > 70 && truncated > 2000)
    }

    /// A packet that ends too soon by itself was cut by nobody.
    @Test func shortByItself() {
        var malformed = 0
        for packet in Self.sound {
            for count in 0..<packet.bytes.count {
                let short = packet.prefix(count, isCut: false)
                let decoded = short.decoded
                if decoded.contains(" malformed at ") {
                    malformed += 1
                } else {
                    #expect(Self.meaning(decoded) == Self.meaning(packet.expected), "\(short.name)")
                }
            }
        }
        #expect(malformed > 2000)
    }

    /// No octet of a packet makes the decoder trap or lay a payload outside it, whatever its value.
    @Test func changedOctets() {
        var outside = 0
        for packet in Self.sound where packet.bytes.count < 120 {
            for place in packet.bytes.indices {
                for value: UInt8 in [0, 1, 0x0F, 0x3C, 0x45, 0x7F, 0x80, 0xF0, 0xFF] {
                    var bytes = packet.bytes
                    bytes[place] = value
                    for originalLength in [0, bytes.count, 4_000_000_000] {
                        let view = bytes.rawBytes
                        var decoded = DecodedPacket()
                        let verdict = PacketDecoder.decode(
                            view, originalLength: originalLength, linkType: packet.linkType, into: &decoded)
                        let end = decoded.payloadOffset + decoded.payloadLength
                        let isInside =
                            decoded.payloadLength >= 0 && decoded.payloadLength <= decoded.wirePayloadLength
                            && end <= bytes.count
                        let isFragmentInside =
                            decoded.transportOffset <= decoded.networkEnd && decoded.networkEnd <= bytes.count
                        if (verdict == .tcp || verdict == .udp) && !isInside
                            || verdict == .fragment && !isFragmentInside
                        {
                            outside += 1
                        }
                        if (verdict == .fault) != (decoded.fault != nil) { outside += 1 }
                    }
                }
            }
        }
        #expect(outside == 0)
    }
}
