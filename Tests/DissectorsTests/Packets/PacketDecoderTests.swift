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

    /// What reads the usual packets reads them as the layers one by one do, and leaves nothing of the packet before.
    @Test func usualPacketsReadAsAny() {
        let tcp = UsualPackets.ethernet(UsualPackets.ip(6, PacketBytes.tcp(options: 12)))
        let udp = UsualPackets.ethernet(UsualPackets.ip(17, PacketBytes.udp([UInt8](repeating: 7, count: 40))))
        var usual = DecodedPacket()
        var counted = (usual: 0, unusual: 0)
        let tagged = UsualPackets.ethernet(UsualPackets.ip(6, PacketBytes.tcp()), tag: [0x81, 0, 0, 7])
        let six = UsualPackets.ethernet(UsualPackets.ip6(6, PacketBytes.tcp(options: 4)), type: [0x86, 0xDD])
        let taggedSix = UsualPackets.ethernet(
            UsualPackets.ip6(17, PacketBytes.udp([UInt8](repeating: 7, count: 20))), tag: [0x81, 0, 0, 7],
            type: [0x86, 0xDD])
        for original in [tcp, udp, tagged, six, taggedSix] {
            for place in 0..<original.count {
                for value in UInt8.min ... .max {
                    var bytes = original
                    bytes[place] = value
                    for count in Set([
                        bytes.count, bytes.count - 6, max(54, bytes.count - 30), 78, 74, 73, 58, 57, 54, 53, 42, 34, 33,
                    ]) {
                        let view = bytes.rawBytes.slice(0, min(count, bytes.count))
                        guard let verdict = PacketDecoder.usual(view, linkType: .ethernet, into: &usual) else {
                            counted.unusual += 1
                            continue
                        }
                        counted.usual += 1
                        var any = DecodedPacket()
                        let expected = PacketDecoder.unusual(
                            view, originalLength: bytes.count, linkType: .ethernet, into: &any)
                        if verdict != expected || UsualPackets.all(usual) != UsualPackets.all(any) {
                            Issue.record(
                                """
                                octet \(place) = \(value), \(count) octets: \(UsualPackets.all(usual)), not \
                                \(UsualPackets.all(any))
                                """
                            )
                            return
                        }
                    }
                }
            }
        }
        #expect(counted.usual > 150_000 && counted.unusual > 150_000)
    }
}

private enum UsualPackets {
    static func ethernet(_ payload: [UInt8], tag: [UInt8] = [], type: [UInt8] = [8, 0]) -> [UInt8] {
        [UInt8](repeating: 2, count: 12) + tag + type + payload
    }

    static func ip6(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0x60, 0, 0, 0, UInt8(payload.count >> 8), UInt8(payload.count & 255), transport, 64]
            + (1...32).map { UInt8($0) } + payload
    }

    static func ip(_ transport: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length = 20 + payload.count
        return [
            0x45, 0, UInt8(length >> 8), UInt8(length & 255), 0x12, 0x34, 0x40, 0, 64, transport, 0, 0,
            10, 0, 0, 1, 10, 0, 0, 2,
        ] + payload
    }

    /// Every field.
    static func all(_ packet: DecodedPacket) -> String { "\(packet)" }
}
