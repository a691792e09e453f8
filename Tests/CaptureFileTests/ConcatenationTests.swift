import PacketModel
import ByteParsing
import Testing

/// Captures one behind the other in one file, as `cat` leaves them.
@Suite struct ConcatenationTests {
    /// A part of the file: what it is, its octets and its packets.
    struct Part: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        var packets: Int
        var linkType: UInt16
        var testDescription: String { name }
    }

    static let parts: [Part] = {
        var parts: [Part] = PcapTests.forms.map {
            Part(name: $0.testDescription, bytes: PcapTests.file($0), packets: 3, linkType: 1)
        }
        for big in [false, true] {
            parts.append(
                Part(
                    name: "pcapng, \(big ? "big" : "little")-endian",
                    bytes: PcapngTests.build(bigEndian: big) { writer, out in
                        writer.writeSection(to: &out)
                        writer.writeInterface(linkType: .raw, to: &out)
                        writer.writePacket([1, 2, 3].rawBytes, units: 5, originalLength: 3, to: &out)
                    }, packets: 1, linkType: 101))
        }
        var empty = ContainerBytes(bigEndian: false)
        empty.pcapHeader(network: 113)
        parts.append(Part(name: "without packets", bytes: empty.bytes, packets: 0, linkType: 113))
        return parts
    }()

    @Test(arguments: parts, parts) func everyPartIsRead(first: Part, second: Part) {
        let bytes = first.bytes + second.bytes + first.bytes
        let alone = [first, second, first].flatMap { read($0.bytes).packets }
        for piece in [1, 16, 24, .max] {
            let result = read(bytes, piece: piece)
            #expect(result.fault == nil, "\(String(describing: result.fault))")
            #expect(
                result.packets.map(\.bytes) == alone.map(\.bytes) && result.packets.map(\.time) == alone.map(\.time))
            #expect(result.packets.map(\.linkType) == alone.map(\.linkType))
            #expect(result.packets.map(\.frame) == (0..<alone.count).map { UInt64($0 + 1) })
            #expect(result.interfaces.map(\.index) == Array(0..<result.interfaces.count))
            #expect(result.captures[0].format == read(first.bytes).captures[0].format)
        }
    }

    /// Alike parts have one interface, however many they are.
    @Test func alikePartsAreOneInterface() {
        let part = MergeTests.capture([1, 2])
        let result = read((0..<500).flatMap { _ in part })
        #expect(result.packets.count == 1000 && result.interfaces.count == 1 && result.fault == nil)
        let others = read((0..<20_000).flatMap { MergeTests.capture([], linkType: LinkType(rawValue: UInt16($0 % 2))) })
        #expect(others.interfaces.count == 4096 && others.fault == nil)
    }

    @Test(arguments: ["gzip", "zstd"]) func packedPartsAreRead(tool: String) throws {
        let first = try Tools.run([tool, "-c"], input: MergeTests.capture([1, 2])).standardOutput
        let second = try Tools.run([tool, "-c"], input: MergeTests.capture([3], linkType: .raw)).standardOutput
        let result = InputTests.unpacked(first + second, piece: 1 << 16)
        #expect(result.packets.map(\.time) == [1, 2, 3] && result.packets.map(\.linkType) == [1, 1, 101])
        #expect(result.fault == nil)
    }

    /// What is cut inside of the second header is told; the packets in front of it are read.
    @Test func aCutHeaderIsToldAsSuch() {
        let first = MergeTests.capture([1, 2])
        let whole = first + MergeTests.capture([3])
        for cut in first.count..<whole.count {
            let result = read(Array(whole[..<cut]))
            #expect(result.packets.count == 2)
            #expect(
                cut == first.count || cut == first.count + 24 ? result.fault == nil : result.fault?.kind == .truncated,
                "\(cut)")
            #expect(result.fault?.offset ?? UInt64(cut) >= UInt64(first.count))
        }
    }

    /// A packet of the second that has a header's magic number for seconds is a packet.
    @Test(arguments: [0xA1B2_C3D4, 0xD4C3_B2A1, 0xA1B2_3C4D, 0x4D3C_B2A1, 0x0A0D_0D0A] as [UInt32])
    func packetsOfTheMagicSecondStay(seconds: UInt32) {
        for (fraction, packet, original) in [
            (0x0004_0002, [1, 2], 2), (0x0004_0002, [], 60), (0x0002_0004, [], 60), (5, [], 0),
            (0x0004_0002, [0, 0, 0, 0], 4),
        ] as [(UInt32, [UInt8], Int)] {
            for bigEndian in [false, true] {
                var file = ContainerBytes(bigEndian: bigEndian)
                file.pcapHeader()
                file.pcapRecord(seconds: 1, fraction: 1, [1])
                file.pcapRecord(seconds: seconds, fraction: fraction, original: original, packet)
                file.pcapRecord(seconds: 2, fraction: 2, [2])
                let result = read(file.bytes)
                #expect(result.packets.count == 3 && result.fault == nil, "\(fraction) \(packet) \(original)")
                #expect(result.interfaces.count == 1)
            }
        }
    }

    /// Empty records, which some writers make, are still frames.
    @Test func emptyRecordsAreRead() {
        var file = ContainerBytes(bigEndian: false)
        file.pcapHeader()
        for index in 0..<20_000 { file.pcapRecord(seconds: UInt32(index), fraction: 0, []) }
        #expect(read(file.bytes).packets.count == 20_000)
    }
}
