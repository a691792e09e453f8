import TestSupport
import PacketModel
import ByteParsing
import CaptureFile
import Dissectors
import Pipeline
import Testing

/// Packets of some hosts: the same ones as by libpcap's `host`, however many hosts there are.
@Suite struct HostFilterTests {
    private static func frames(_ source: any PacketSource) -> [UInt64] {
        var batch = PacketBatch()
        var frames: [UInt64] = []
        while true {
            switch source.next(into: &batch) {
            case .packets: frames += batch.records.map(\.frame.rawValue)
            case .finished: return frames
            default: continue
            }
        }
    }

    private static func kept(_ packets: [TestPacket], _ hosts: [String]) -> [UInt64] {
        frames(HostFilter(ListSource(packets), keeping: hosts.compactMap { IPAddress($0) }))
    }

    /// An IPv4 datagram from 10.0.0.1 to 10.0.0.2.
    private static let v4: [UInt8] = [
        0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 0, 53, 0, 88, 0, 8, 0, 0,
    ]
    /// An IPv6 datagram from 2001:db8::1 to 2001:db8::2.
    private static let v6: [UInt8] =
        [0x60, 0, 0, 0, 0, 8, 17, 64] + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
        + [0x20, 1, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [2] + [0, 53, 0, 88, 0, 8, 0, 0]
    private static let addresses = [UInt8](repeating: 2, count: 12)

    @Test(
        arguments: [
            (.ethernet, addresses + [8, 0]), (.ethernet, addresses + [0x81, 0, 0, 5, 8, 0]),
            (.ethernet, addresses + [0x88, 0xA8, 0, 9, 0x81, 0, 0, 5, 8, 0]),
            (.ethernet, addresses + [0x88, 0x64, 0x11, 0, 0, 1, 0, 30, 0, 0x21]), (.raw, []), (.ipv4, []),
            (.null, [2, 0, 0, 0]),
            (.loop, [0, 0, 0, 2]), (.linuxSLL, [UInt8](repeating: 0, count: 14) + [8, 0]),
            (.linuxSLL2, [8, 0] + [UInt8](repeating: 0, count: 18)),
        ] as [(LinkType, [UInt8])])
    func everyLinkTypeThatIsAnalysed(_ linkType: LinkType, _ header: [UInt8]) {
        let packets = [TestPacket(time: 1, linkType: linkType, bytes: header + Self.v4)]
        for (hosts, count) in [
            (["10.0.0.1"], 1), (["10.0.0.2"], 1), (["10.0.0.3"], 0), (["10.0.0.3", "2001:db8::1", "10.0.0.2"], 1),
        ] {
            #expect(Self.kept(packets, hosts).count == count, "\(hosts)")
        }
    }

    @Test func sixIsFoundToo() {
        let packets = [
            TestPacket(time: 1, bytes: Self.addresses + [0x86, 0xDD] + Self.v6),
            TestPacket(time: 2, linkType: .raw, bytes: Self.v6),
            TestPacket(time: 3, linkType: .raw, bytes: Self.v4),
            TestPacket(time: 4, linkType: .raw, bytes: Array(Self.v6.prefix(39))),
            TestPacket(time: 5, linkType: .raw, bytes: []),
            TestPacket(time: 6, bytes: Self.addresses + [8, 6] + [0, 1, 8, 0, 6, 4]),
        ]
        #expect(Self.kept(packets, ["2001:db8::2"]).map { $0 & 0xFFFF } == [1, 2])
        #expect(Self.kept(packets, ["2001:db8::1", "10.0.0.1"]).map { $0 & 0xFFFF } == [1, 2, 3])
        #expect(Self.kept(packets, ["2001:db8::3"]).isEmpty)
    }

    @Test func aLinkTypeWithoutAddressesIsTold() {
        let filter = HostFilter(
            ListSource([TestPacket(time: 1, linkType: LinkType(rawValue: 147), bytes: Self.v4)]),
            keeping: [IPAddress(v4: 1)])
        #expect(Self.frames(filter).isEmpty && filter.unsupportedLinkTypes == [LinkType(rawValue: 147)])
    }

    /// Thousands of hosts keep what their expressions would keep one by one.
    @Test func asManyExpressionsWould() throws {
        var compared = 0
        for sample in Samples.all.prefix(60) {
            let hosts = Set(
                sample.packets.compactMap { packet -> String? in
                    guard packet.linkType == .ethernet, packet.bytes.count >= 34, packet.bytes[12] == 8,
                        packet.bytes[13] == 0
                    else { return nil }
                    return packet.bytes[26..<30].map(String.init).joined(separator: ".")
                }
            ).sorted()
            guard let some = hosts.first, sample.packets.allSatisfy({ $0.linkType == .ethernet }) else { continue }
            let others = (0..<3000).map { "198.18.\($0 / 250).\($0 % 250)" }.filter { $0 != some }
            let expected = Self.frames(
                FilteredSource(ListSource(sample.packets), keeping: try PacketSelection(filters: ["ip host \(some)"])))
            #expect(Self.kept(sample.packets, others + [some]) == expected, "\(sample.name)")
            compared += expected.count
        }
        #expect(compared > 500)
    }
}
