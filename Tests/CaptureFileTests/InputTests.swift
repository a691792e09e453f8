import PacketModel
import ByteParsing
import CaptureFile
import Foundation
import Platform
import Testing

/// The same capture by every way in: plain, packed, piped, threaded, in pieces.
@Suite struct InputTests {
    /// A capture of some size with packets of growing length.
    static let capture: [UInt8] = {
        let writer = PcapngWriter(isBigEndian: true)
        var out = ByteBuffer(capacity: 1 << 16)
        writer.writeSection(to: &out)
        writer.writeInterface(linkType: .ethernet, to: &out)
        for index in 0..<3000 {
            let packet = (0..<(index % 1400)).map { UInt8(truncatingIfNeeded: $0 &* (index | 1) >> 3) }
            writer.writePacket(packet.rawBytes, units: UInt64(index) * 7, originalLength: index % 1500, to: &out)
        }
        return out.bytes.copyBytes()
    }()

    static func unpacked(_ bytes: [UInt8], piece: Int) -> ReadResult {
        readAll(CaptureReader(UnpackedInput(MemoryInput(bytes, piece: piece)), name: ""))
    }

    @Test(arguments: ["gzip", "zstd"]) func packedGivesTheSame(tool: String) throws {
        let expected = read(Self.capture)
        #expect(expected.packets.count == 3000 && expected.fault == nil)
        let packed = try Tools.run([tool, "-c"], input: Self.capture).standardOutput
        #expect(packed.count > 100)
        for piece in [1, 1000, 1 << 20] {
            let result = Self.unpacked(packed, piece: piece)
            #expect(result.packets == expected.packets && result.fault == nil)
            #expect(result.captures.first?.compression == tool)
        }
        // Threaded, from a file.
        let scratch = try Scratch()
        let source = CaptureOpener.open(paths: [PathName(try scratch.file("a", packed))])
        #expect((source as? NamedCaptures)?.source is ThreadedSource)
        let threaded = readAll(source)
        #expect(threaded.packets == expected.packets && threaded.fault == nil)
        #expect(threaded.captures.first?.packets == 3000 && threaded.captures.first?.compression == tool)
    }

    @Test func longPlainFilesAreReadOnAThread() throws {
        let scratch = try Scratch()
        let path = PathName(try scratch.file("a", Self.capture))
        var options = CaptureOpener.Options()
        #expect(!(CaptureOpener.open(paths: [path], options: options) is ThreadedSource))
        options.longFileBytes = UInt64(Self.capture.count)
        options.pieceLength = 10_000
        let source = CaptureOpener.open(paths: [path], options: options)
        #expect((source as? NamedCaptures)?.source is ThreadedSource)
        let threaded = readAll(source), expected = read(Self.capture)
        #expect(threaded.packets == expected.packets && threaded.fault == nil && threaded.packets.count == 3000)
        options.threads = 1
        #expect(!(CaptureOpener.open(paths: [path], options: options) is ThreadedSource))
    }

    @Test(arguments: ["gzip", "zstd"]) func severalMembersInARow(tool: String) throws {
        let half = Self.capture.count / 2
        let first = try Tools.run([tool, "-c"], input: Array(Self.capture[..<half])).standardOutput
        let second = try Tools.run([tool, "-c"], input: Array(Self.capture[half...])).standardOutput
        for piece in [3, 1 << 20] {
            #expect(Self.unpacked(first + second, piece: piece).packets == read(Self.capture).packets)
        }
        let padded = Self.unpacked(
            first + second + (tool == "gzip" ? [UInt8](repeating: 0, count: 512) : []), piece: 1 << 20)
        #expect(padded.packets.count == 3000 && padded.fault == nil)
    }

    @Test(arguments: ["gzip", "zstd"]) func cutAndDamagedPacking(tool: String) throws {
        let expected = read(Self.capture).packets
        let packed = try Tools.run([tool, "-c"], input: Self.capture).standardOutput
        for cut in stride(from: 4, to: packed.count, by: packed.count / 150) {
            let result = Self.unpacked(Array(packed[..<cut]), piece: 1 << 16)
            #expect(result.packets == Array(expected.prefix(result.packets.count)), "cut at \(cut)")
            #expect(result.fault?.kind == .truncated, "cut at \(cut)")
        }
        // Damage may show at once or only by its consequences, but it always ends.
        for index in stride(from: 0, to: packed.count, by: packed.count / 150) {
            var damaged = packed
            damaged[index] ^= 0x55
            let result = Self.unpacked(damaged, piece: 1 << 16)
            #expect(result.ends.count == 1, "octet \(index)")
        }
    }

    /// What gzip holds back when all that there is of a stream has been used up is given, too.
    @Test func cutGzipIsReadTheSameInAnyPieces() throws {
        let zeros = Self.capture.prefix(3000) + [UInt8](repeating: 0, count: 4000)
        let packed = try Tools.run(["gzip", "-c"], input: Array(zeros)).standardOutput
        for cut in packed.count - 40..<packed.count {
            let whole = Self.unpacked(Array(packed[..<cut]), piece: 1 << 16)
            let reader = CaptureReader(
                UnpackedInput(MemoryInput(Array(packed[..<cut]), piece: 7)), name: "", pieceLength: 16)
            let pieces = readAll(reader)
            #expect(whole.packets == pieces.packets && whole.fault == pieces.fault, "cut at \(cut)")
        }
    }

    @Test func windowBeyondTheBoundIsRefused() throws {
        let scratch = try Scratch()
        let path = try scratch.file("plain", Self.capture)
        // Written from a pipe, the stream cannot state its size, so the window is the full one.
        let packed = try Tools.run(["sh", "-c", "cat '\(path)' | zstd --ultra --long=30 -c"]).standardOutput
        let result = Self.unpacked(packed, piece: 1 << 16)
        #expect(result.fault?.kind == .unsupported && result.fault?.message.contains("128 MiB") == true)
    }

    @Test func pipesAndFilesGiveTheSame() throws {
        let expected = read(Self.capture).packets
        let scratch = try Scratch()
        let file = PathName(try scratch.file("plain.pcapng", Self.capture))
        #expect(readAll(CaptureOpener.open(paths: [file])).packets == expected)
        let fifo = scratch.path("fifo")
        #expect(try Tools.run(["mkfifo", fifo]).status == 0)
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = ["-c", "cat '\(file)' > '\(fifo)'"]
        try writer.run()
        let piped = readAll(CaptureOpener.open(paths: [PathName(fifo)]))
        writer.waitUntilExit()
        #expect(piped.packets == expected && piped.fault == nil)
    }

    @Test func namesNeedNotBeText() throws {
        let scratch = try Scratch()
        let plain = try scratch.file("plain", Self.capture)
        let odd = PathName(bytes: Array(scratch.path("odd-").utf8) + [0xFF, 0xFE])
        _ = try Tools.run(["sh", "-c", "cp '\(plain)' \"$(printf '%s\\377\\376' '\(scratch.path("odd-"))')\""])
        #expect(readAll(CaptureOpener.open(paths: [odd])).packets.count == 3000)
    }

    @Test func manyFilesAreOpenedWhenTheirTimeComes() throws {
        let scratch = try Scratch()
        let paths = try (0..<60).map { index in
            PathName(
                try scratch.file(
                    "part_\(index).pcap", MergeTests.capture((0..<50).map { Int64(index * 1000 + $0 * 10) })))
        }
        let result = readAll(CaptureOpener.open(paths: paths.reversed()))
        #expect(result.packets.count == 3000)
        #expect(result.packets.map(\.time!) == result.packets.map(\.time!).sorted())
        #expect(Set(result.packets.map(\.point)).count == 1)
        #expect(result.ends.count == 60 && result.ends.allSatisfy { $0.fault == nil })
    }

    @Test func abandonedThreadEnds() throws {
        let scratch = try Scratch()
        let packed = PathName(
            try scratch.file("a.gz", try Tools.run(["gzip", "-c"], input: Self.capture).standardOutput))
        for _ in 0..<50 {
            let source = CaptureOpener.open(paths: [packed])
            var batch = PacketBatch(capacity: 16)
            _ = source.next(into: &batch)
        }
    }

    @Test func writtenFilesAreReadBack() throws {
        let scratch = try Scratch()
        let path = PathName(scratch.path("written.pcapng"))
        let writer = CaptureFileWriter(try OutputFile(path, sparing: InputFiles([])))
        for index in 0..<2000 {
            try writer.write(
                [UInt8](repeating: 3, count: index % 100).rawBytes,
                time: CaptureTime(nanoseconds: Int64(index) * 1_000_000_007),
                originalLength: 200, linkType: index % 3 == 0 ? .raw : .ethernet)
        }
        try writer.finish()
        let result = readAll(CaptureOpener.open(paths: [path]))
        #expect(result.packets.count == 2000 && result.fault == nil)
        #expect(result.packets[7].time == 7_000_000_049 && result.packets[6].linkType == 101)
        // An independent reader agrees with the writer.
        let listed = try Tools.run([
            "tshark", "-n", "-r", path.description, "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.cap_len",
        ])
        #expect(listed.text.split(separator: "\n").count == 2000)
        #expect(listed.text.split(separator: "\n")[7] == "7.000000049\t7")
    }
}
