import PacketModel
import ByteParsing
@testable import Dissectors
import Testing

/// IPv4 and IPv6 headers: their ends, their fragments, and what contradicts itself.
@Suite struct NetworkLayerTests {
    private typealias P = PacketBytes
    private static let tcp = PacketBytes.tcp()
    private static func four(_ offset: Int, _ captured: Int = 5, _ wire: Int = 5) -> String {
        "tcp 10.0.0.1 1000 > 10.0.0.2 80, payload \(captured) of \(wire) at \(offset)"
    }
    private static func six(_ offset: Int) -> String {
        "tcp 2001:db8::1 1000 > 2001:db8::2 80, payload 5 of 5 at \(offset)"
    }
    /// So many destination options, and TCP.
    private static func extended(_ count: Int) -> [UInt8] {
        var body = tcp
        for number in 0..<count { body = P.header(number == 0 ? 6 : 60, body) }
        return P.ipv6(60, body)
    }

    static let version4: [PacketCase] = [
        PacketCase("no options", P.ipv4(6, tcp), four(40)),
        PacketCase("options", P.ipv4(6, options: 12, tcp), four(52)),
        PacketCase("as many options as there can be", P.ipv4(6, options: 40, tcp), four(80)),
        PacketCase("octets behind the end", P.ipv4(6, length: 43, tcp), four(40, 3, 3)),
        PacketCase("length 0: to the end of the frame", P.ipv4(6, length: 0, tcp), four(40)),
        PacketCase("length 0 and cut", P.ipv4(6, length: 0, tcp), originalLength: 100, four(40, 5, 60)),
        PacketCase(
            "length 0 and fewer octets sent than captured", P.ipv4(6, length: 0, tcp), originalLength: 10, four(40)),
        PacketCase("longer than the frame", P.ipv4(6, length: 50, tcp), four(40, 5, 10)),
        PacketCase(
            "longer than the frame, which ends in the TCP header", P.ipv4(6, length: 50, Array(tcp[..<12])),
            "transport malformed at 12"),
        PacketCase("shorter than its header", P.ipv4(6, length: 19, tcp), "network malformed at 2"),
        PacketCase("shorter than its options", P.ipv4(6, options: 8, length: 24, tcp), "network malformed at 2"),
        PacketCase("no room for TCP", P.ipv4(6, length: 39, tcp), "transport malformed at 19"),
        PacketCase(
            "no room for TCP, and padding cut", P.ipv4(6, length: 39, tcp), originalLength: 60,
            "transport malformed at 19"),
        PacketCase("a header of four words", P.ipv4(6, first: 0x44, tcp), "network malformed at 0"),
        PacketCase(
            "another version", .ipv4, P.ipv4(6, first: 0x65, tcp), originalLength: 45, "network malformed at 45"),
        PacketCase(
            "another version below Ethernet", .ethernet, P.ethernet(0x0800, P.ipv4(6, first: 0x65, tcp)),
            "network malformed at 0"),
        PacketCase(
            "options behind the end of the frame", Array(P.ipv4(6, options: 8, [])[..<24]), "network malformed at 24"),
        PacketCase(
            "options cut by the snaplen", Array(P.ipv4(6, options: 8, tcp)[..<24]), originalLength: 53,
            "network truncated at 24"),
        PacketCase(
            "half a header", .ethernet, P.ethernet(0x0800, Array(P.ipv4(6, tcp)[..<9])), "network malformed at 9"),
        PacketCase(
            "half a header left by the snaplen", .ethernet, P.ethernet(0x0800, Array(P.ipv4(6, tcp)[..<9])),
            originalLength: 60, "network truncated at 9"),
        PacketCase("not to be fragmented", P.ipv4(6, fragment: 0x4000, tcp), four(40)),
        PacketCase(
            "a first fragment", P.ipv4(17, fragment: 0x2000, Array(repeating: 7, count: 24)),
            "fragment 77 of 17, 24 octets from 0 and more"),
        PacketCase(
            "a fragment amid", P.ipv4(17, fragment: 0x2003, Array(repeating: 7, count: 16)),
            "fragment 77 of 17, 16 octets from 24 and more"),
        PacketCase("a last fragment", P.ipv4(6, fragment: 3, [7, 7]), "fragment 77 of 6, 2 octets from 24"),
        PacketCase(
            "the furthest fragment", P.ipv4(6, fragment: 0x1FFF, [7, 7]), "fragment 77 of 6, 2 octets from 65528"),
        PacketCase("an empty fragment", P.ipv4(6, fragment: 0x2000, []), "fragment 77 of 6, 0 octets from 0 and more"),
        PacketCase("another protocol", P.ipv4(47, tcp), "other"),
        PacketCase("IPv6 in IPv4", P.ipv4(41, P.ipv6(6, tcp)), "other"),
    ]

    static let version6: [PacketCase] = [
        PacketCase("no extensions", P.ipv6(6, tcp), six(60)),
        PacketCase("length 0: to the end of the frame", P.ipv6(6, length: 0, tcp), six(60)),
        PacketCase(
            "length 0 and fewer octets sent than captured", P.ipv6(6, length: 0, tcp), originalLength: 10, six(60)),
        PacketCase("no room for TCP", P.ipv6(6, length: 19, tcp), "transport malformed at 19"),
        PacketCase(
            "another version", .ethernet, P.ethernet(0x86DD, P.ipv6(6, first: 0x45, tcp)), "network malformed at 0"),
        PacketCase("half a header", Array(P.ipv6(6, tcp)[..<39]), "network malformed at 39"),
        PacketCase(
            "half a header left by the snaplen", Array(P.ipv6(6, tcp)[..<39]), originalLength: 65,
            "network truncated at 39"),
        PacketCase("hop-by-hop options", P.ipv6(0, P.header(6, tcp)), six(68)),
        PacketCase("routing", P.ipv6(43, P.header(6, units: 3, tcp)), six(84)),
        PacketCase("destination options", P.ipv6(60, P.header(6, tcp)), six(68)),
        PacketCase("mobility", P.ipv6(135, P.header(6, tcp)), six(68)),
        PacketCase("authentication", P.ipv6(51, P.authentication(6, tcp)), six(76)),
        PacketCase(
            "all of them", P.ipv6(0, P.header(43, P.header(60, P.header(51, P.authentication(6, tcp))))), six(100)),
        PacketCase("no next header", P.ipv6(59, tcp), "other"),
        PacketCase("no next header behind options", P.ipv6(60, P.header(59, tcp)), "other"),
        PacketCase("an encrypted payload", P.ipv6(50, tcp), "other"),
        PacketCase("as many extensions as are followed", extended(16), six(60 + 128)),
        PacketCase("one extension more", extended(17), "network unsupported at 168"),
        PacketCase(
            "an extension that ends behind the packet", P.ipv6(60, [6, 4] + [UInt8](repeating: 0, count: 30)),
            "network malformed at 41"),
        PacketCase("half an extension", P.ipv6(60, [6, 0, 0, 0]), "network malformed at 44"),
        PacketCase(
            "half an extension, and padding cut", P.ipv6(60, [6, 0, 0, 0]), originalLength: 60,
            "network malformed at 44"),
        PacketCase(
            "half an extension left by the snaplen", P.ipv6(60, length: 28, [6, 0, 0, 0]), originalLength: 68,
            "network truncated at 44"),
        PacketCase(
            "an extension cut by the snaplen", P.ipv6(60, length: 60, [6, 4] + [UInt8](repeating: 0, count: 18)),
            originalLength: 100, "transport truncated at 0"),
        PacketCase(
            "a fragment that is the whole (RFC 6946)", P.ipv6(44, P.fragment(6, offset: 0, more: false, tcp)), six(68)),
        PacketCase(
            "a first fragment", P.ipv6(44, P.fragment(6, offset: 0, more: true, tcp)),
            "fragment 99 of 6, 25 octets from 0 and more"),
        PacketCase(
            "a first fragment that begins with options",
            P.ipv6(44, P.fragment(60, offset: 0, more: true, P.header(6, tcp))),
            "fragment 99 of 60, 33 octets from 0 and more"),
        PacketCase(
            "a last fragment", P.ipv6(0, P.header(44, P.fragment(6, offset: 16, more: false, [1, 2, 3]))),
            "fragment 99 of 6, 3 octets from 16"),
        PacketCase("half a fragment header", P.ipv6(44, [6, 0, 0, 1]), "network malformed at 44"),
    ]

    @Test(arguments: version4 + version6) func leadsToTheTransport(_ packet: PacketCase) {
        #expect(packet.decoded == packet.expected)
    }

    /// What stands behind a fragment header is read once the datagram is whole, extension headers included.
    @Test(arguments: [
        (UInt8(6), PacketBytes.tcp(), "tcp 2001:db8::1 0 > 2001:db8::2 0, payload 5 of 5 at 20"),
        (60, PacketBytes.header(6, PacketBytes.tcp()), "tcp 2001:db8::1 0 > 2001:db8::2 0, payload 5 of 5 at 28"),
        (60, PacketBytes.header(17, PacketBytes.udp()), "udp 2001:db8::1 0 > 2001:db8::2 0, payload 3 of 3 at 16"),
        (60, PacketBytes.header(59, PacketBytes.udp()), "other"),
        (60, [6, 0, 0], "network malformed at 3"),
        (44, PacketBytes.fragment(6, offset: 8, more: true, PacketBytes.tcp()), "network unsupported at 0"),
        (6, Array(PacketBytes.tcp()[..<19]), "transport malformed at 19"),
    ]) func reassembled(_ next: UInt8, _ bytes: [UInt8], _ expected: String) {
        var packet = DecodedPacket()
        packet.source = IPAddress("2001:db8::1") ?? packet.source
        packet.destination = IPAddress("2001:db8::2") ?? packet.destination
        packet.ipProtocol = next
        packet.networkEnd = bytes.count
        packet.wireNetworkEnd = bytes.count
        let view = bytes.rawBytes
        let verdict = PacketDecoder.reassembled(view, into: &packet)
        packet.ports = 0
        #expect(PacketCase.describe(verdict, packet) == expected)
    }
}
