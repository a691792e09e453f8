@testable import Dissectors
import PacketModel
import Testing

/// TCP, UDP and ICMP headers below IPv4 and IPv6.
@Suite struct TransportLayerTests {
    private typealias P = PacketBytes
    private static let v4 = "10.0.0.1 1000 > 10.0.0.2"
    private static let v6 = "2001:db8::1 1000 > 2001:db8::2"

    static let tcp: [PacketCase] = [
        PacketCase("no options", P.ipv4(6, P.tcp()), "tcp \(v4) 80, payload 5 of 5 at 40"),
        PacketCase("no payload", P.ipv4(6, P.tcp([])), "tcp \(v4) 80, payload 0 of 0 at 40"),
        PacketCase("options", P.ipv4(6, P.tcp(options: 12)), "tcp \(v4) 80, payload 5 of 5 at 52"),
        PacketCase(
            "as many options as there can be", P.ipv6(6, P.tcp(options: 40)), "tcp \(v6) 80, payload 5 of 5 at 100"),
        PacketCase("a header of four words", P.ipv4(6, P.tcp(dataOffset: 4)), "transport malformed at 12"),
        PacketCase("a header of no words", P.ipv4(6, P.tcp(dataOffset: 0)), "transport malformed at 12"),
        PacketCase(
            "a header that ends with the packet", P.ipv4(6, P.tcp(dataOffset: 6, [1, 1, 1, 1])),
            "tcp \(v4) 80, payload 0 of 0 at 44"),
        PacketCase(
            "a header that ends behind the packet", P.ipv4(6, P.tcp(dataOffset: 7)), "transport malformed at 12"),
        PacketCase(
            "the same, with padding", .ethernet, P.ethernet(0x0800, P.ipv4(6, P.tcp(dataOffset: 7)) + [0, 0, 0, 0]),
            "transport malformed at 12"),
        PacketCase(
            "the same, cut by the snaplen", Array(P.ipv4(6, P.tcp(dataOffset: 7))[..<42]), originalLength: 45,
            "transport malformed at 12"),
        PacketCase(
            "options cut by the snaplen", Array(P.ipv4(6, P.tcp(options: 12))[..<46]), originalLength: 57,
            "tcp \(v4) 80, payload 0 of 5 at 46"),
        PacketCase(
            "payload cut by the snaplen", Array(P.ipv4(6, P.tcp())[..<42]), originalLength: 45,
            "tcp \(v4) 80, payload 2 of 5 at 40"),
        PacketCase(
            "header cut by the snaplen", Array(P.ipv4(6, P.tcp())[..<33]), originalLength: 45,
            "transport truncated at 13"),
        PacketCase("header cut with the packet", P.ipv4(6, Array(P.tcp()[..<13])), "transport malformed at 13"),
    ]

    static let udp: [PacketCase] = [
        PacketCase("a datagram", P.ipv4(17, P.udp()), "udp \(v4) 88, payload 3 of 3 at 28"),
        PacketCase("an empty datagram", P.ipv4(17, P.udp([])), "udp \(v4) 88, payload 0 of 0 at 28"),
        PacketCase("octets behind the datagram", P.ipv6(17, P.udp(length: 10)), "udp \(v6) 88, payload 2 of 2 at 48"),
        PacketCase(
            "length 0: to the end of the packet", P.ipv6(17, P.udp(length: 0)), "udp \(v6) 88, payload 3 of 3 at 48"),
        PacketCase("shorter than its header", P.ipv4(17, P.udp(length: 7)), "transport malformed at 4"),
        PacketCase("longer than the packet", P.ipv4(17, P.udp(length: 12)), "transport malformed at 4"),
        PacketCase(
            "payload cut by the snaplen", Array(P.ipv4(17, P.udp())[..<29]), originalLength: 31,
            "udp \(v4) 88, payload 1 of 3 at 28"),
        PacketCase(
            "payload lost before the capture", Array(P.ipv4(17, P.udp())[..<29]), "udp \(v4) 88, payload 1 of 3 at 28"),
        PacketCase(
            "header cut by the snaplen", Array(P.ipv4(17, P.udp())[..<27]), originalLength: 31,
            "transport truncated at 7"),
        PacketCase("header cut with the packet", P.ipv4(17, Array(P.udp()[..<7])), "transport malformed at 7"),
    ]

    private static let quoted4 = PacketBytes.ipv4(6, length: 60, Array(PacketBytes.tcp()[..<8]))
    private static let quoted6 = PacketBytes.ipv6(17, PacketBytes.udp())

    static let icmp: [PacketCase] = [
        PacketCase(
            "port unreachable, UDP", P.ipv4(1, P.icmp(3, 3, P.ipv4(17, P.udp()))),
            "icmp 3/3 from 10.0.0.1 about 17 \(v4) 88"),
        PacketCase(
            "host unreachable, the first octets of TCP", P.ipv4(1, P.icmp(3, 1, quoted4)),
            "icmp 3/1 from 10.0.0.1 about 6 \(v4) 80"),
        PacketCase("time exceeded", P.ipv4(1, P.icmp(11, 0, quoted4)), "icmp 11/0 from 10.0.0.1 about 6 \(v4) 80"),
        PacketCase(
            "a quote with options", P.ipv4(1, P.icmp(3, 0, P.ipv4(17, options: 8, P.udp()))),
            "icmp 3/0 from 10.0.0.1 about 17 \(v4) 88"),
        PacketCase("fragmentation needed", P.ipv4(1, P.icmp(3, 4, quoted4)), "other"),
        PacketCase("echo", P.ipv4(1, P.icmp(8, 0, quoted4)), "other"),
        PacketCase("about ICMP", P.ipv4(1, P.icmp(3, 1, P.ipv4(1, P.icmp(8, 0, [])))), "other"),
        PacketCase("about a later fragment", P.ipv4(1, P.icmp(3, 1, P.ipv4(17, fragment: 4, P.udp()))), "other"),
        PacketCase(
            "a quote without ports", P.ipv4(1, P.icmp(3, 1, Array(quoted4[..<22]))), "transport malformed at 30"),
        PacketCase(
            "a quote without ports, and padding", .ethernet,
            P.ethernet(0x0800, P.ipv4(1, P.icmp(3, 1, Array(quoted4[..<22]))) + [0, 80]),
            "transport malformed at 30"),
        PacketCase(
            "a quote without ports left by the snaplen", Array(P.ipv4(1, P.icmp(3, 1, quoted4))[..<50]),
            originalLength: 56,
            "transport truncated at 30"),
        PacketCase(
            "a quote of something else", P.ipv4(1, P.icmp(3, 1, [UInt8](repeating: 0x11, count: 28))),
            "transport malformed at 8"),
        PacketCase("half a header", P.ipv4(1, [3, 1, 0, 0]), "transport malformed at 4"),
        PacketCase(
            "ICMPv6: unreachable, UDP", P.ipv6(58, P.icmp(1, 4, quoted6)), "icmp 1/4 from 2001:db8::1 about 17 \(v6) 88"
        ),
        PacketCase(
            "ICMPv6: time exceeded, TCP", P.ipv6(58, P.icmp(3, 0, P.ipv6(6, P.tcp()))),
            "icmp 3/0 from 2001:db8::1 about 6 \(v6) 80"),
        PacketCase(
            "ICMPv6: parameter problem behind options", P.ipv6(58, P.icmp(4, 1, P.ipv6(60, P.header(6, P.tcp())))),
            "icmp 4/1 from 2001:db8::1 about 6 \(v6) 80"),
        PacketCase(
            "ICMPv6: behind options itself", P.ipv6(0, P.header(58, P.icmp(1, 0, quoted6))),
            "icmp 1/0 from 2001:db8::1 about 17 \(v6) 88"),
        PacketCase("ICMPv6: packet too big", P.ipv6(58, P.icmp(2, 0, quoted6)), "other"),
        PacketCase(
            "ICMPv6: neighbour solicitation", P.ipv6(58, P.icmp(135, 0, Array(repeating: 0, count: 16))), "other"),
    ]

    @Test(arguments: tcp + udp + icmp) func isRead(_ packet: PacketCase) {
        #expect(packet.decoded == packet.expected)
    }

    @Test func numbersOfTheHeaders() {
        let bytes = PacketBytes.ipv4(6, PacketBytes.tcp())
        let view = bytes.rawBytes
        var packet = DecodedPacket()
        let verdict = PacketDecoder.decode(view, originalLength: bytes.count, linkType: .raw, into: &packet)
        #expect(verdict == .tcp && packet.ttl == 64 && packet.ipProtocol == 6 && packet.identification == 77)
        #expect(
            packet.sequence == SequenceNumber(11) && packet.acknowledgment == SequenceNumber(22)
                && packet.tcpFlags == 0x18 && packet.checksum == 0xABCD
        )
    }
}
