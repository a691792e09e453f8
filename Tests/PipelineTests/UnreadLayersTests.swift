import TestSupport
import PacketModel
import ByteParsing
import Dissectors
import Pipeline
import Reporting
import Testing

/// What `info` says of packets that lie below layers which are not read, or are not IP at all.
@Suite struct UnreadLayersTests {
    private typealias C = Conversation

    private static func frame(_ type: Int, _ body: [UInt8]) -> TestPacket {
        TestPacket(
            time: C.start, bytes: [UInt8](repeating: 2, count: 12) + [UInt8(type >> 8), UInt8(type & 255)] + body)
    }
    private static let ip = C.fromClient(100, 0, 0, flags: TCP.syn)
    private static let arp = frame(0x0806, [UInt8](repeating: 0, count: 28))
    private static let lldp = frame(0x88CC, [2, 7, 4])
    private static let mpls = frame(0x8847, [0, 1, 0x31, 64] + ip.bytes)
    private static let broken = frame(0x0800, [0x45, 0, 0])
    private static let gre = PacketMaker.ipv4(1, 2, ipProtocol: 47, time: C.start, [1, 2])
    private static let wireless = TestPacket(time: C.start, linkType: LinkType(rawValue: 105), bytes: [8, 0, 0])

    private static let cases: [(name: String, packets: [TestPacket], withoutIP: Int, undecoded: Int, says: [String])] =
        [
            ("all IP", [ip, gre], 0, 0, ["lacks       nothing"]),
            ("ARP and LLDP among IP", [ip, arp, lldp, arp], 3, 0, ["not IP      3 packets", "lacks       nothing"]),
            (
                "MPLS among IP", [ip, mpls], 1, 1,
                ["not IP      1 packet", "lacks       1 packet that could not be decoded"]
            ),
            ("a broken header", [ip, broken], 0, 1, ["lacks       1 packet that could not be decoded"]),
            ("only ARP", [arp, arp], 2, 0, ["not IP      2 packets", "lacks       no packet carries IPv4 or IPv6"]),
            (
                "only IEEE 802.11", [wireless, wireless, wireless], 3, 3,
                [
                    "not IP      3 packets", "lacks       no packet carries IPv4 or IPv6",
                    "3 packets that could not be decoded",
                ]
            ),
            ("nothing", [], 0, 0, ["lacks       nothing"]),
        ]

    @Test func areTold() {
        for (name, packets, withoutIP, undecoded, says) in Self.cases {
            let result = Analysis.run(ListSource(packets))
            let text = InfoReport.text(result)
            for line in says { #expect(text.contains(line), "\(name): \(line) in\n\(text)") }
            if withoutIP == 0 { #expect(!text.contains("not IP"), "\(name)") }
            guard !packets.isEmpty else { continue }
            let document = InfoDocument(result)
            let json = String(decoding: document.bytes.copyBytes(), as: UTF8.self)
            #expect(json.contains("\"packets_without_ip\": \(withoutIP),"), "\(name)")
            #expect(json.contains("\"undecoded_packets\": \(undecoded),"), "\(name)")
        }
    }
}
