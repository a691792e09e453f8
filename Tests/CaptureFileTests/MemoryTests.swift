import ByteParsing
import CaptureFile
import Foundation
import Testing

/// No input makes memory grow: hostile lengths, endless interfaces, bombs.
@Suite(.serialized) struct MemoryTests {
    /// Repeats a piece of a capture so many times behind a start.
    final class RepeatingInput: ByteInput {
        private var head: [UInt8]
        private let piece: [UInt8]
        private var left: Int
        let compression: String? = nil

        init(head: [UInt8], piece: [UInt8], times: Int) {
            self.head = head
            // Pieces are made large, so that the test does not measure itself.
            let factor = max(1, 60_000 / piece.count)
            self.piece = (0..<factor).flatMap { _ in piece }
            left = times / factor
        }

        func read(into buffer: inout ByteBuffer, limit: Int) -> InputResult {
            if !head.isEmpty {
                let start = head
                head = []
                buffer.append(start.rawBytes)
                return .bytes(start.count)
            }
            guard left > 0 else { return .end }
            left -= 1
            let source = piece
            buffer.append(source.rawBytes)
            return .bytes(source.count)
        }
    }

    /// The process's peak of resident memory, in octets.
    static var peak: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.filter(\.isNumber)) ?? 0) * 1024
    }

    /// Reads to the end without keeping anything, and returns the growth of the peak and the number of packets.
    static func drain(_ input: any ByteInput) -> (growth: Int, packets: Int) {
        // The kernel forgets the old peak on request.
        try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
        let before = peak
        let source = CaptureReader(input, name: "")
        var batch = PacketBatch()
        var packets = 0
        while true {
            switch source.next(into: &batch) {
            case .packets: packets += batch.records.count
            case .finished: return (peak - before, packets)
            default: continue
            }
        }
    }

    static let start: [UInt8] = PcapngTests.build { writer, out in
        writer.writeSection(to: &out)
        writer.writeInterface(linkType: .ethernet, to: &out)
    }

    @Test func longCapturesStayFlat() {
        let packet = PcapngTests.build { writer, out in
            writer.writePacket([UInt8](repeating: 1, count: 300).rawBytes, units: 1, originalLength: 300, to: &out)
        }
        let (growth, packets) = Self.drain(RepeatingInput(head: Self.start, piece: packet, times: 1_000_000))
        #expect(packets > 990_000)
        #expect(growth < 16 << 20, "\(growth)")
    }

    @Test func emptyRecordsStayFlat() {
        let head = MergeTests.capture([])
        let (growth, packets) = Self.drain(
            RepeatingInput(head: head, piece: [UInt8](repeating: 0, count: 16), times: 5_000_000))
        #expect(packets > 4_900_000)
        #expect(growth < 16 << 20, "\(growth)")
    }

    @Test func endlessInterfacesAndSectionsStayFlat() {
        let sections = PcapngTests.build { writer, out in
            writer.writeSection(options: [PcapngWriter.Option(1, String(repeating: "x", count: 500))], to: &out)
            writer.writeInterface(
                linkType: .ethernet, options: [PcapngWriter.Option(2, String(repeating: "y", count: 500))], to: &out)
        }
        let (growth, _) = Self.drain(RepeatingInput(head: [], piece: sections, times: 200_000))
        #expect(growth < 32 << 20, "\(growth)")
        let interfaces = PcapngTests.build { writer, out in writer.writeInterface(linkType: .ethernet, to: &out) }
        let (more, _) = Self.drain(RepeatingInput(head: Self.start, piece: interfaces, times: 2_000_000))
        #expect(more < 32 << 20, "\(more)")
    }

    @Test func statedLengthsSizeNothing() {
        // A block of almost the greatest length, and a file that ends soon after.
        var head = Self.start
        head += [6, 0, 0, 0, 0, 0xFF, 0xFF, 0] + [UInt8](repeating: 0, count: 100)
        let (growth, packets) = Self.drain(MemoryInput(head))
        #expect(packets == 0 && growth < 4 << 20, "\(growth)")
    }

    @Test func unpackingBombsStayFlat() throws {
        let bomb = try Tools.run([
            "sh", "-c", "(head -c 24 /dev/zero | tr '\\0' '\\0'; head -c 400000000 /dev/zero) | gzip -c",
        ]).standardOutput
        let zeros = try Tools.run(["sh", "-c", "head -c 400000000 /dev/zero | zstd -c"]).standardOutput
        for packed in [bomb, zeros] {
            let (growth, _) = Self.drain(UnpackedInput(MemoryInput(packed)))
            #expect(growth < 32 << 20, "\(growth)")
        }
        // A capture whose single packet block is followed by zeros without end.
        let header = MergeTests.capture([1])
        let scratch = try Scratch()
        let path = try scratch.file("header", header)
        let long = try Tools.run(["sh", "-c", "(cat '\(path)'; head -c 400000000 /dev/zero) | gzip -c"]).standardOutput
        let (growth, packets) = Self.drain(UnpackedInput(MemoryInput(long)))
        #expect(packets > 24_000_000 && growth < 32 << 20, "\(packets) \(growth)")
    }
}
