import PacketModel
import ByteParsing
import CaptureFile
import Testing

/// The block format: kinds of blocks, sections, times, damage.
@Suite struct PcapngTests {
    typealias Option = PcapngWriter.Option

    static func build(bigEndian: Bool = false, _ write: (inout PcapngWriter, inout ByteBuffer) -> Void) -> [UInt8] {
        var writer = PcapngWriter(isBigEndian: bigEndian)
        var buffer = ByteBuffer(capacity: 1024)
        write(&writer, &buffer)
        return buffer.bytes.copyBytes()
    }

    /// A capture with every kind of block, two sections in different byte orders and mixed link types;
    /// with it, where each block ends and how many frames are complete there.
    static func everything(bigEndian: Bool) -> (bytes: [UInt8], ends: [(offset: Int, packets: Int)]) {
        var ends: [(Int, Int)] = [(0, 0)]
        let bytes = build(bigEndian: bigEndian) { writer, out in
            func done(_ packets: Int, _ out: borrowing ByteBuffer) { ends.append((out.count, packets)) }
            writer.writeSection(
                options: [Option(1, "a comment"), Option(3, "an OS"), Option(4, "an application")], to: &out)
            done(0, out)
            writer.writeInterface(
                linkType: .ethernet, snapLength: 96,
                options: [Option(2, "eth0"), Option(11, [0] + Array("port 88".utf8))], to: &out)
            done(0, out)
            writer.writeInterface(linkType: .linuxSLL, options: [Option(9, [9]), Option(2, "any")], to: &out)
            done(0, out)
            writer.writePacket(
                [1, 2, 3, 4, 5].rawBytes, units: 1_700_000_000_000_001, originalLength: 60,
                options: [Option(1, "see here")], to: &out)
            done(1, out)
            writer.writePacket(
                [6].rawBytes, units: 1_700_000_000_000_000_007, interface: 1, originalLength: 1, to: &out)
            done(2, out)
            writer.writeSimplePacket([7, 7], originalLength: 2, to: &out)
            done(3, out)
            writer.writeNames(
                [
                    ResolvedName(address: [10, 0, 0, 1], name: "dc1.lab"),
                    ResolvedName(address: [UInt8](repeating: 1, count: 16), name: "dc6"),
                ], to: &out)
            done(3, out)
            writer.writeSecrets(DecryptionSecrets(secretsType: 0x544C_534B, bytes: [1, 2, 3]), to: &out)
            done(3, out)
            writer.writeBlock(type: 0x8000_0001, body: [1, 2, 3, 4], to: &out)
            done(3, out)
            writer.writeStatistics(
                options: [Option(5, writer.isBigEndian ? [0, 0, 0, 0, 0, 0, 0, 9] : [9, 0, 0, 0, 0, 0, 0, 0])], to: &out
            )
            done(3, out)
            writer.isBigEndian.toggle()
            writer.writeSection(length: 12, to: &out)
            done(3, out)
            writer.writeInterface(linkType: .raw, to: &out)
            done(3, out)
            writer.writePacket([8, 8, 8].rawBytes, units: 3, originalLength: 3, to: &out)
            done(4, out)
        }
        return (bytes, ends)
    }

    static let expected: [ReadPacket] = [
        ReadPacket(frame: 1, time: 1_700_000_000_000_001_000, original: 60, linkType: 1, bytes: [1, 2, 3, 4, 5]),
        ReadPacket(frame: 2, time: 1_700_000_000_000_000_007, original: 1, linkType: 113, bytes: [6]),
        ReadPacket(frame: 3, time: nil, original: 2, linkType: 1, bytes: [7, 7]),
        ReadPacket(frame: 4, time: 3000, original: 3, linkType: 101, bytes: [8, 8, 8]),
    ]

    @Test(arguments: [false, true], [1, 7, 64, 1 << 16]) func everyKindOfBlock(bigEndian: Bool, piece: Int) throws {
        let result = read(Self.everything(bigEndian: bigEndian).bytes, piece: piece)
        #expect(result.packets == Self.expected)
        #expect(result.fault == nil)
        #expect(result.interfaces.map(\.linkType) == [.ethernet, .linuxSLL, .raw])
        #expect(result.interfaces.map(\.index) == [0, 1, 2])
        #expect(result.interfaces[0].name == "eth0" && result.interfaces[0].filter == "port 88")
        #expect(result.interfaces[0].snapLength == 96 && result.interfaces[1].timestampResolution == "10^-9")
        #expect(result.names.map(\.name) == ["dc1.lab", "dc6"])
        #expect(result.secrets == [[1, 2, 3]])
        #expect(result.dropped == 9)
        let capture = try #require(result.captures.first)
        #expect(capture.format == "pcapng" && capture.comments == ["a comment"] && capture.dropped == 9)
        #expect(capture.operatingSystem == "an OS" && capture.application == "an application")
        #expect(capture.packets == 4 && capture.ended && capture.truncatedPackets == 1)
    }

    @Test func everyCutKeepsWhatCameBefore() {
        for bigEndian in [false, true] {
            let (whole, ends) = Self.everything(bigEndian: bigEndian)
            for cut in 1..<whole.count {
                let result = read(Array(whole[..<cut]), piece: 1 + cut % 40)
                let last = ends.last { $0.offset <= cut }!
                #expect(result.packets == Array(Self.expected.prefix(last.packets)), "cut at \(cut)")
                #expect(result.ends.count == 1, "cut at \(cut)")
                if cut == last.offset {
                    #expect(result.fault == nil, "cut at \(cut)")
                } else {
                    #expect(
                        result.fault?.frame == UInt64(last.packets) && result.fault?.offset == UInt64(last.offset),
                        "cut at \(cut)")
                    if cut >= 4 { #expect(result.fault?.kind == .truncated, "cut at \(cut)") }
                }
            }
        }
    }

    @Test func damageInAnyOctetIsSurvived() {
        let whole = Self.everything(bigEndian: false).bytes
        for index in whole.indices {
            for value: UInt8 in [0, 1, 0x7F, 0x80, 0xFF] {
                var damaged = whole
                damaged[index] = value
                let result = read(damaged, piece: 50)
                #expect(result.ends.count == 1, "octet \(index) = \(value)")
                #expect(result.packets.count <= 4, "octet \(index) = \(value)")
            }
        }
    }

    struct Resolution: Sendable {
        var code: UInt8
        var offset: Int64 = 0
        var units: UInt64
        var time: Int64?
    }

    static let resolutions: [Resolution] = [
        Resolution(code: 6, units: 1, time: 1000),
        Resolution(code: 0, units: 5, time: 5_000_000_000),
        Resolution(code: 9, units: 7, time: 7),
        Resolution(code: 12, units: 7_999, time: 7),
        Resolution(code: 19, units: 10_000_000_000, time: 1),
        Resolution(code: 20, units: .max, time: 184_467_440),
        Resolution(code: 127, units: .max, time: 0),
        Resolution(code: 0x80, units: 3, time: 3_000_000_000),
        Resolution(code: 0x80 | 1, units: 3, time: 1_500_000_000),
        Resolution(code: 0x80 | 10, units: 1024 + 512, time: 1_500_000_000),
        Resolution(code: 0x80 | 32, units: 1_700_000_000 << 32 | 1 << 31, time: 1_700_000_000_500_000_000),
        Resolution(code: 0x80 | 63, units: 1 << 62, time: 500_000_000),
        Resolution(code: 0x80 | 64, units: 1 << 63, time: 500_000_000),
        Resolution(code: 0x80 | 127, units: .max, time: 0),
        Resolution(code: 6, offset: 1_000_000_000, units: 1, time: 1_000_000_000_000_001_000),
        Resolution(code: 6, offset: -1, units: 1, time: -999_999_000),
        // Far outside of what 64 bits of nanoseconds hold, and brought back by an offset.
        Resolution(code: 6, units: .max, time: nil),
        Resolution(code: 0, units: .max, time: nil),
        Resolution(code: 6, offset: .max, units: 1, time: nil),
        Resolution(code: 6, offset: .min, units: 1, time: nil),
        Resolution(code: 0, offset: -10_000_000_000, units: 10_000_000_001, time: 1_000_000_000),
    ]

    @Test(arguments: resolutions) func timeUnits(_ row: Resolution) {
        for bigEndian in [false, true] {
            let offset = withUnsafeBytes(of: bigEndian ? row.offset.bigEndian : row.offset.littleEndian) { Array($0) }
            let bytes = Self.build(bigEndian: bigEndian) { writer, out in
                writer.writeSection(to: &out)
                writer.writeInterface(
                    linkType: .ethernet, options: [Option(9, [row.code]), Option(14, offset)], to: &out)
                writer.writePacket([1].rawBytes, units: row.units, originalLength: 1, to: &out)
            }
            let result = read(bytes)
            #expect(result.packets.count == 1 && result.packets.first?.time == row.time)
        }
    }

    @Test func simplePacketIsCutBySnapLengthAndBlock() {
        for (snap, original, body, expected) in [(4, 60, 4, 4), (0, 3, 4, 3), (0, 60, 8, 8), (2, 60, 4, 2)] {
            let bytes = Self.build { writer, out in
                writer.writeSection(to: &out)
                writer.writeInterface(linkType: .ethernet, snapLength: UInt32(snap), to: &out)
                writer.writeSimplePacket([UInt8](repeating: 1, count: body), originalLength: original, to: &out)
            }
            let packet = read(bytes).packets.first
            #expect(packet?.bytes.count == expected && packet?.original == original && packet?.time == nil)
        }
    }

    @Test func faultsNameTheirPlace() {
        // Unknown interface, packet longer than its block, differing lengths, absurd length.
        let start = Self.build { writer, out in
            writer.writeSection(to: &out)
            writer.writeInterface(linkType: .ethernet, to: &out)
            writer.writePacket([1].rawBytes, units: 1, originalLength: 1, to: &out)
        }
        let packet = Self.build { writer, out in
            writer.writePacket([1, 2, 3, 4].rawBytes, units: 1, originalLength: 4, to: &out)
        }
        for (index, value, kind) in [
            (8, UInt8(7), FaultKind.malformed), (20, 200, .malformed), (packet.count - 4, 99, .malformed),
            (7, 0x7F, .malformed), (4, 4, .malformed),
        ] {
            var bad = packet
            bad[index] = value
            let result = read(start + bad)
            #expect(result.packets.count == 1, "octet \(index)")
            #expect(
                result.fault?.kind == kind && result.fault?.offset == UInt64(start.count) && result.fault?.frame == 1,
                "octet \(index)")
        }
    }

    @Test func framesOfOtherRecordsAreCounted() {
        let bytes = Self.build { writer, out in
            writer.writeSection(to: &out)
            writer.writeInterface(linkType: .ethernet, to: &out)
            writer.writeBlock(type: 9, body: Array("__REALTIME".utf8), to: &out)
            writer.writeBlock(type: 0x0BAD, body: [0, 0, 0, 1], to: &out)
            writer.writePacket([1].rawBytes, units: 1, originalLength: 1, to: &out)
        }
        let result = read(bytes)
        #expect(result.packets.map(\.frame) == [3])
        #expect(result.captures.first?.packets == 1)
    }

    @Test func eventsKeepTheirPlaceAmongPackets() {
        let bytes = Self.build { writer, out in
            writer.writeSection(to: &out)
            writer.writeInterface(linkType: .ethernet, to: &out)
            for index in 0..<50 {
                writer.writePacket(
                    [UInt8](repeating: UInt8(index), count: index * 20).rawBytes, units: UInt64(index),
                    originalLength: index * 20, to: &out)
                writer.writeSecrets(DecryptionSecrets(secretsType: 1, bytes: [UInt8(index)]), to: &out)
            }
        }
        for piece in [16, 1000, 1 << 18] {
            let source = CaptureReader(MemoryInput(bytes, piece: piece), name: "memory", pieceLength: piece)
            var batch = PacketBatch(capacity: 16)
            var order: [String] = []
            reading: while true {
                switch source.next(into: &batch) {
                case .packets:
                    for record in batch.records {
                        order.append("p\(record.frame.frame)")
                        #expect(
                            record.capturedLength == 0 || batch.bytes(of: record).u8(0) == UInt8(record.frame.frame - 1)
                        )
                    }
                case .secrets(let secrets): order.append("s\(secrets.bytes[0])")
                case .finished: break reading
                default: break
                }
            }
            #expect(order == (0..<50).flatMap { ["p\($0 + 1)", "s\($0)"] })
        }
    }
}
