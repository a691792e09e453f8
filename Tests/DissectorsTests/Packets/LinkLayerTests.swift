import PacketModel
@testable import Dissectors
import Testing

/// Link layers: where the IP header begins, and what leads to none.
@Suite struct LinkLayerTests {
    private typealias P = PacketBytes
    private static let four = PacketBytes.ipv4(6, PacketBytes.tcp())
    private static let six = PacketBytes.ipv6(17, PacketBytes.udp())
    private static func readFour(_ link: Int) -> String {
        "tcp 10.0.0.1 1000 > 10.0.0.2 80, payload 5 of 5 at \(link + 40)"
    }
    private static func readSix(_ link: Int) -> String {
        "udp 2001:db8::1 1000 > 2001:db8::2 88, payload 3 of 3 at \(link + 48)"
    }

    /// So many tags behind the first EtherType, and IPv4.
    private static func tagged(_ count: Int) -> [UInt8] {
        var body = four
        for number in 0..<count { body = P.tag(number == 0 ? 0x0800 : 0x8100, body) }
        return P.ethernet(count == 0 ? 0x0800 : 0x8100, body)
    }

    static let ethernet: [PacketCase] = [
        PacketCase("IPv4", .ethernet, P.ethernet(0x0800, four), readFour(14)),
        PacketCase("IPv6", .ethernet, P.ethernet(0x86DD, six), readSix(14)),
        PacketCase(
            "padding behind a short packet", .ethernet,
            P.ethernet(0x0800, four + [UInt8](repeating: 9, count: 30)), readFour(14)),
        PacketCase("ARP", .ethernet, P.ethernet(0x0806, [UInt8](repeating: 0, count: 28)), "other"),
        PacketCase("LLDP", .ethernet, P.ethernet(0x88CC, [2, 7, 4]), "other"),
        PacketCase("a length, not an EtherType", .ethernet, P.ethernet(38, [0x42, 0x42, 3]), "other"),
        PacketCase("802.1Q", .ethernet, P.ethernet(0x8100, P.tag(0x0800, four)), readFour(18)),
        PacketCase("802.1Q, IPv6", .ethernet, P.ethernet(0x8100, P.tag(0x86DD, six)), readSix(18)),
        PacketCase("802.1Q, ARP", .ethernet, P.ethernet(0x8100, P.tag(0x0806, four)), "other"),
        PacketCase(
            "802.1ad around 802.1Q", .ethernet, P.ethernet(0x88A8, P.tag(0x8100, P.tag(0x0800, four))), readFour(22)),
        PacketCase(
            "the tag of before 802.1ad", .ethernet, P.ethernet(0x9100, P.tag(0x8100, P.tag(0x86DD, six))), readSix(22)),
        PacketCase("as many tags as are followed", .ethernet, tagged(8), readFour(14 + 32)),
        PacketCase("one tag more", .ethernet, tagged(9), "link unsupported at 46"),
        PacketCase("half a tag", .ethernet, P.ethernet(0x8100, [0, 7]), "link malformed at 16"),
        PacketCase(
            "half a tag left by the snaplen", .ethernet, P.ethernet(0x8100, [0, 7]), originalLength: 64,
            "link truncated at 16"),
        PacketCase("MPLS", .ethernet, P.ethernet(0x8847, [0, 1, 0x31, 64] + four), "link unsupported at 14"),
        PacketCase(
            "MPLS, multicast, below a tag", .ethernet, P.ethernet(0x8100, P.tag(0x8848, four)), "link unsupported at 18"
        ),
        PacketCase("PPPoE session, IPv4", .ethernet, P.ethernet(0x8864, P.session(0x0021, four)), readFour(22)),
        PacketCase("PPPoE session, IPv6", .ethernet, P.ethernet(0x8864, P.session(0x0057, six)), readSix(22)),
        PacketCase(
            "PPPoE session below a tag", .ethernet, P.ethernet(0x8100, P.tag(0x8864, P.session(0x0021, four))),
            readFour(26)),
        PacketCase("PPPoE session, LCP", .ethernet, P.ethernet(0x8864, P.session(0xC021, [9, 1, 0, 8])), "other"),
        PacketCase(
            "PPPoE, no session data", .ethernet, P.ethernet(0x8864, P.session(0x0021, first: 0x11A7, four)), "other"),
        PacketCase("PPPoE discovery", .ethernet, P.ethernet(0x8863, [0x11, 9, 0, 0, 0, 0]), "other"),
        PacketCase("half a PPPoE header", .ethernet, P.ethernet(0x8864, [0x11, 0, 0]), "link malformed at 17"),
        PacketCase(
            "an EtherType cut by the snaplen", .ethernet, [UInt8](repeating: 2, count: 13), originalLength: 60,
            "link truncated at 13"),
        PacketCase("nothing", .ethernet, [], "link malformed at 0"),
        PacketCase(
            "an EtherType that the packet contradicts", .ethernet, P.ethernet(0x0800, six), "network malformed at 0"),
    ]

    static let others: [PacketCase] = [
        PacketCase("LINUX_SLL, IPv4", .linuxSLL, P.cooked(0x0800, four), readFour(16)),
        PacketCase("LINUX_SLL, IPv6", .linuxSLL, P.cooked(0x86DD, six), readSix(16)),
        PacketCase("LINUX_SLL, 802.1Q", .linuxSLL, P.cooked(0x8100, P.tag(0x0800, four)), readFour(20)),
        PacketCase("LINUX_SLL, ARP", .linuxSLL, P.cooked(0x0806, four), "other"),
        PacketCase("LINUX_SLL, too short", .linuxSLL, [UInt8](repeating: 0, count: 15), "link malformed at 15"),
        PacketCase("LINUX_SLL2, IPv4", .linuxSLL2, P.cooked2(0x0800, four), readFour(20)),
        PacketCase("LINUX_SLL2, IPv6", .linuxSLL2, P.cooked2(0x86DD, six), readSix(20)),
        PacketCase("LINUX_SLL2, PPPoE", .linuxSLL2, P.cooked2(0x8864, P.session(0x0057, six)), readSix(28)),
        PacketCase("LINUX_SLL2, cut", .linuxSLL2, [8, 0, 0], originalLength: 80, "link truncated at 3"),
        PacketCase("RAW, IPv4", .raw, four, readFour(0)),
        PacketCase("RAW, IPv6", .raw, six, readSix(0)),
        PacketCase("RAW by its number on OpenBSD", LinkType(rawValue: 14), four, readFour(0)),
        PacketCase("RAW by its number elsewhere", LinkType(rawValue: 12), six, readSix(0)),
        PacketCase("RAW, neither version", .raw, [0x50] + four.dropFirst(), "link malformed at 0"),
        PacketCase("RAW, nothing", .raw, [], "link malformed at 0"),
        PacketCase("RAW, nothing left by the snaplen", .raw, [], originalLength: 40, "link truncated at 0"),
        PacketCase("IPV4", .ipv4, four, readFour(0)),
        PacketCase("IPV6", .ipv6, six, readSix(0)),
        PacketCase("an unknown family", .null, P.family(7, isBigEndian: false, four), "other"),
        PacketCase("half a family", .null, [2, 0], "link malformed at 2"),
        PacketCase("IEEE 802.11", LinkType(rawValue: 105), four, "link unsupported at 0"),
        PacketCase("USB, nothing", LinkType(rawValue: 220), [], "link unsupported at 0"),
    ]

    @Test(arguments: ethernet + others) func leadsToIP(_ packet: PacketCase) {
        #expect(packet.decoded == packet.expected)
    }

    /// Address families differ between systems (tcpdump's LINKTYPE_NULL names them), and so does their byte order.
    @Test(arguments: [LinkType.null, .loop], [true, false]) func everyFamilyInBothOrders(
        _ linkType: LinkType, isBigEndian: Bool
    ) {
        let four = PacketCase("", linkType, P.family(2, isBigEndian: isBigEndian, Self.four), "")
        #expect(four.decoded == Self.readFour(4))
        for number: UInt8 in [10, 23, 24, 26, 28, 30] {
            let six = PacketCase("", linkType, P.family(number, isBigEndian: isBigEndian, Self.six), "")
            #expect(six.decoded == Self.readSix(4), "family \(number)")
        }
    }
}
