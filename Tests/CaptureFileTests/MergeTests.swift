import PacketModel
import ByteParsing
import CaptureFile
import Testing

/// Several captures on one timeline.
@Suite struct MergeTests {
    /// A classic capture with a packet at each of `times` (nanoseconds); its octet is the packet's place.
    static func capture(_ times: [Int64], linkType: LinkType = .ethernet) -> [UInt8] {
        let writer = PcapWriter(linkType: linkType)
        var out = ByteBuffer(capacity: 64)
        writer.writeHeader(to: &out)
        for (index, time) in times.enumerated() {
            writer.writePacket(
                [UInt8(truncatingIfNeeded: index), 1].rawBytes, time: CaptureTime(nanoseconds: time), originalLength: 2,
                to: &out)
        }
        return out.bytes.copyBytes()
    }

    static func merge(_ files: [[UInt8]], piece: Int = 1 << 16, names: [String]? = nil) -> ReadResult {
        readAll(
            MergedSource(
                files.enumerated().map { index, bytes in
                    CaptureReader(
                        MemoryInput(bytes, piece: piece), name: names?[index] ?? "file\(index)", capture: UInt16(index),
                        pieceLength: min(piece, 1 << 16))
                }))
    }

    @Test func earliestFirstAndTiesInOrder() {
        let files = [Self.capture([10, 30, 30, 50]), Self.capture([20, 30, 60]), Self.capture([30, 5, 70])]
        for piece in [1, 20, 1 << 16] {
            let result = Self.merge(files, piece: piece)
            #expect(
                result.packets.map { [Int($0.capture), Int($0.time!)] } == [
                    [0, 10], [1, 20], [0, 30], [0, 30], [1, 30], [2, 30], [2, 5], [0, 50], [1, 60], [2, 70],
                ])
            #expect(result.packets.filter { $0.capture == 0 }.map(\.frame) == [1, 2, 3, 4])
            #expect(Set(result.packets.map(\.point)) == [0, 1, 2])
            #expect(result.ends.map(\.capture).sorted() == [0, 1, 2])
            #expect(result.captures.map(\.packets) == [4, 3, 3])
        }
    }

    @Test func randomTimelinesKeepTheirOrder() {
        for seed in 0..<200 as Range<UInt64> {
            var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
            func random(_ bound: Int) -> Int {
                state ^= state << 13; state ^= state >> 7; state ^= state << 17
                return Int(state % UInt64(bound))
            }
            let lists = (0..<(2 + random(4))).map { _ in (0..<random(40)).map { _ in Int64(random(60)) }.sorted() }
            let result = Self.merge(lists.map { Self.capture($0) }, piece: 16 + random(200))
            var expected: [(Int64, Int, Int)] = []
            for (capture, list) in lists.enumerated() {
                for (index, time) in list.enumerated() { expected.append((time, capture, index)) }
            }
            expected.sort { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }
            let got = result.packets.map { [$0.time!, Int64($0.capture), Int64($0.frame - 1), Int64($0.bytes[0])] }
            #expect(got == expected.map { [$0.0, Int64($0.1), Int64($0.2), Int64($0.2)] }, "seed \(seed)")
        }
    }

    @Test func packetsWithoutTimeFollowTheirPredecessor() {
        let writer = PcapngWriter()
        var out = ByteBuffer(capacity: 64)
        writer.writeSection(to: &out)
        writer.writeInterface(linkType: .ethernet, options: [PcapngWriter.Option(9, [9])], to: &out)
        writer.writePacket([0].rawBytes, units: 25, originalLength: 1, to: &out)
        writer.writeSimplePacket([1], originalLength: 1, to: &out)
        writer.writePacket([2].rawBytes, units: 40, originalLength: 1, to: &out)
        let result = Self.merge([out.bytes.copyBytes(), Self.capture([10, 30, 50])])
        #expect(result.packets.map { "\($0.capture).\($0.frame)" } == ["1.1", "0.1", "0.2", "1.2", "0.3", "1.3"])
    }

    @Test func capturesThatContinueEachOtherShareAPoint() {
        let result = Self.merge([Self.capture([10, 20]), Self.capture([20, 30]), Self.capture([31, 40])])
        #expect(result.packets.map(\.point) == [0, 0, 0, 0, 0, 0])
        #expect(result.captures.map(\.point) == [0, 0, 0])
    }

    @Test func orderOfTheArgumentsDoesNotMatterForContinuing() {
        let result = Self.merge([Self.capture([31, 40]), Self.capture([10, 20])])
        #expect(result.packets.map(\.point) == [1, 1, 1, 1])
    }

    @Test func overlapOrAnotherLinkTypeIsAnotherPoint() {
        #expect(Set(Self.merge([Self.capture([10, 30]), Self.capture([20, 40])]).packets.map(\.point)) == [0, 1])
        #expect(
            Set(Self.merge([Self.capture([10, 20]), Self.capture([30, 40], linkType: .raw)]).packets.map(\.point)) == [
                0, 1,
            ])
    }

    @Test func twoChainsAreToldApartByTheirNames() {
        let files = [[10, 20], [11, 21], [30, 40], [31, 41]].map { Self.capture($0) }
        let named = Self.merge(files, names: ["dc_1.pcap", "web_1.pcap", "dc_2.pcap", "web_2.pcap"])
        #expect(named.captures.map(\.point) == [0, 1, 0, 1])
        // Where names do not help, nothing is joined that might not belong together.
        let unnamed = Self.merge(files, names: ["a", "b", "c", "d"])
        #expect(unnamed.captures.map(\.point) == [0, 1, 2, 3])
    }

    @Test func aFaultInOneCaptureLeavesTheOthersWhole() {
        var cut = Self.capture([10, 20, 30])
        cut.removeLast()
        let result = Self.merge([cut, Self.capture([15, 25, 35]), [], Array("hello".utf8)])
        #expect(result.packets.map { Int($0.time!) } == [10, 15, 20, 25, 35])
        #expect(result.ends.count == 4)
        #expect(result.captures.map { $0.fault?.kind } == [.truncated, nil, .truncated, .unsupported])
    }
}
