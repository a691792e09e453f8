import PacketModel
import ByteParsing
import CaptureFile
import Compression
import Testing

/// Damage, bombs and large windows inside of packed captures.
@Suite struct PackingFaultTests {
    /// A capture of several hundred kilobytes that packs to about half: every block of it holds something.
    static let capture: [UInt8] = {
        var file = ContainerBytes(bigEndian: false)
        file.pcapHeader()
        var state: UInt64 = 7
        for index in 0..<600 {
            let packet = (0..<700).map { place -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return place % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 40) : UInt8(truncatingIfNeeded: index)
            }
            file.pcapRecord(seconds: UInt32(index), fraction: 0, packet)
        }
        return file.bytes
    }()

    /// What is read, and how it ends.
    struct Reading: Equatable {
        var packets: [ReadPacket]
        var fault: CaptureFault?

        init(_ bytes: [UInt8], piece: Int) {
            let input = UnpackedInput(MemoryInput(bytes, piece: piece))
            let result = readAll(CaptureReader(input, name: "", pieceLength: min(piece, 1 << 17)))
            packets = result.packets
            fault = result.fault
        }
    }

    static let pieces = [7, 1000, 1 << 16, Int.max]

    @Test(arguments: [
        ["gzip", "-c"], ["gzip", "-1c"], ["zstd", "-c"], ["zstd", "-1c", "--no-check"], ["zstd", "-19c"],
    ])
    func whateverTheDamageThePiecesDoNotMatter(tool: [String]) throws {
        let packed = try Tools.run(tool, input: Self.capture).standardOutput
        for seed in 0..<40 as Range<UInt64> {
            var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
            func random(_ bound: Int) -> Int {
                state ^= state << 13; state ^= state >> 7; state ^= state << 17
                return Int(state % UInt64(bound))
            }
            var damaged = packed
            switch random(4) {
            case 0: damaged.removeLast(1 + random(damaged.count - 4))
            case 1: damaged.insert(UInt8(random(256)), at: 4 + random(damaged.count - 4))
            case 2: damaged[4 + random(12)] ^= UInt8(1 << random(8))
            default: damaged[4 + random(damaged.count - 4)] ^= UInt8(1 << random(8))
            }
            let whole = Reading(damaged, piece: .max)
            for piece in Self.pieces {
                let other = Reading(damaged, piece: piece)
                #expect(other.fault == whole.fault, "seed \(seed), pieces of \(piece)")
                #expect(other.packets == whole.packets, "seed \(seed), pieces of \(piece)")
            }
        }
    }

    /// A frame of two blocks as they are, the second of a kind that does not exist: the first one's bytes come out.
    @Test(arguments: pieces) func whatWasUnpackedBeforeTheDamageIsRead(piece: Int) {
        var file = ContainerBytes(bigEndian: false)
        file.pcapHeader()
        file.pcapRecord(seconds: 1, fraction: 0, [1, 2, 3])
        var frame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x58]
        let block = UInt32(file.bytes.count) << 3
        frame += [UInt8(block & 255), UInt8(block >> 8 & 255), 0] + file.bytes + [7, 0, 0]
        let read = Reading(frame, piece: piece)
        #expect(read.packets.map(\.bytes) == [[1, 2, 3]])
        #expect(read.fault?.kind == .malformed && read.fault?.offset == 43 && read.fault?.frame == 1)
        // The same as gzip: a stored block, then one of a kind that does not exist.
        let count = UInt16(file.bytes.count)
        let stored = [UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8)]
        let member: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0] + stored + file.bytes + [0x07]
        #expect(Reading(member, piece: piece) == read.with(message: "the gzip stream is damaged"))
    }

    // MARK: Bombs

    @Test(arguments: ["gzip", "zstd"]) func unpackingStopsAtTheSizeGiven(tool: String) throws {
        let packed = try Tools.run([tool, "-c"], input: Self.capture).standardOutput
        let record = 716
        for (limit, expected) in [(24 + 3 * record, 3), (24 + 4 * record - 1, 3), (1, 0)] {
            let input = UnpackedInput(MemoryInput(packed), limit: .bytes(UInt64(limit)))
            let result = readAll(CaptureReader(input, name: ""))
            #expect(result.packets.count == expected)
            #expect(result.fault?.message.contains("--max-unpacked") == true && result.fault?.kind == .unsupported)
            #expect(result.captures.first?.fault != nil)
        }
        for limit in [Self.capture.count, Self.capture.count + 1] {
            let result = readAll(
                CaptureReader(UnpackedInput(MemoryInput(packed), limit: .bytes(UInt64(limit))), name: ""))
            #expect(result.packets.count == 600 && result.fault == nil)
        }
    }

    /// Zeros without end stop at a size that is worth looking at; how much they pack to does not help them.
    @Test(arguments: ["gzip", "zstd"]) func bombsStopByThemselves(tool: String) throws {
        let header = try Scratch()
        let path = try header.file("header", MergeTests.capture([1]))
        let line = "(cat '\(path)'; head -c 1200M /dev/zero) | \(tool) -c"
        let packed = try Tools.run(["sh", "-c", line]).standardOutput
        let input = UnpackedInput(MemoryInput(packed))
        var buffer = ByteBuffer(capacity: 1 << 18)
        var total: UInt64 = 0
        reading: while true {
            switch input.read(into: &buffer, limit: 1 << 17) {
            case .bytes(let count): total += UInt64(count)
            case .end:
                Issue.record("read to the end")
                break reading
            case .failed(let kind, let message):
                #expect(kind == .unsupported && message.contains("--max-unpacked"))
                break reading
            }
            buffer.removeAll()
        }
        #expect(total >= UnpackLimit.alwaysAllowed && total < UnpackLimit.alwaysAllowed + (200 << 20), "\(total)")
    }

    // MARK: Windows

    /// The header of a frame with a window of 2^`log` bytes, and a block of a few bytes.
    static func frame(windowLog log: UInt8) -> [UInt8] {
        let header = MergeTests.capture([])
        return [0x28, 0xB5, 0x2F, 0xFD, 0, (log - 10) << 3, UInt8(header.count << 3 | 1), 0, 0] + header
    }

    @Test func windowsOfOpenCapturesHaveOneLimit() {
        let windows = WindowAllowance(bytes: 256 << 20)
        var open: [UnpackedInput] = []
        func next(_ log: UInt8) -> CaptureFault? {
            let input = UnpackedInput(MemoryInput(Self.frame(windowLog: log)), windows: windows)
            open.append(input)
            return readAll(CaptureReader(input, name: "")).fault
        }
        #expect(next(27) == nil && next(26) == nil && next(26) == nil)
        let refused = next(20)
        #expect(refused?.kind == .unsupported && refused?.message.contains("256 MiB together") == true)
        // What nobody holds any more is free again.
        open.remove(at: 1)
        #expect(next(26) == nil)
        #expect(next(10)?.kind == .unsupported)
    }

    /// Frames one behind the other take the largest of their windows once.
    @Test func framesInARowShareAWindow() {
        let windows = WindowAllowance(bytes: 128 << 20)
        let bytes = Self.frame(windowLog: 20) + Self.frame(windowLog: 27) + Self.frame(windowLog: 21)
        for piece in [1, 1 << 16] {
            let input = UnpackedInput(MemoryInput(bytes, piece: piece), windows: windows)
            #expect(readAll(CaptureReader(input, name: "")).fault == nil)
        }
    }
}

extension PackingFaultTests.Reading {
    /// The same with other words for the fault.
    func with(message: String) -> Self {
        var copy = self
        copy.fault?.message = message
        return copy
    }
}
