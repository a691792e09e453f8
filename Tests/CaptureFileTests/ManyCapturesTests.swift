import PacketModel
import ByteParsing
import CaptureFile
import Foundation
import Platform
import Testing

/// Captures by the hundred on one timeline: what is not due holds nothing.
@Suite(.serialized) struct ManyCapturesTests {
    /// The files of a folder that this process holds open.
    static func openFiles(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0) }
            .filter { $0.contains(folder.split(separator: "/").last ?? "?") }
    }

    /// Reads to the end, and says how many files were open at most.
    static func drain(_ source: any PacketSource, folder: String) -> (times: [Int64], most: Int, faults: [CaptureFault])
    {
        var batch = PacketBatch()
        var times: [Int64] = []
        var most = openFiles(in: folder).count
        while true {
            switch source.next(into: &batch) {
            case .packets: times += batch.records.compactMap(\.time?.nanoseconds)
            case .finished: return (times, most, source.captures.compactMap(\.fault))
            default: break
            }
            most = max(most, openFiles(in: folder).count)
        }
    }

    /// Plain, packed and empty files, each after the other: one or two are open at a time, none at the end.
    @Test(arguments: [1, 2]) func inARowFewAreOpen(threads: Int) throws {
        let scratch = try Scratch()
        var paths: [PathName] = []
        var expected: [Int64] = []
        for index in 0..<300 {
            let times = (0..<3).map { Int64(index * 10 + $0) }
            let bytes = index % 7 == 3 ? [] : MergeTests.capture(times)
            if index % 7 != 3 { expected += times }
            paths.append(PathName(try scratch.file("\(index).pcap", bytes)))
        }
        var options = CaptureOpener.Options()
        options.threads = threads
        let source = CaptureOpener.open(paths: paths.reversed(), options: options)
        #expect(Self.openFiles(in: scratch.folder).isEmpty)
        let (times, most, faults) = Self.drain(source, folder: scratch.folder)
        #expect(times == expected && faults.count == 43)
        #expect(most <= 3, "\(most)")
        #expect(Self.openFiles(in: scratch.folder).isEmpty)
        #expect(source.captures.map(\.packets).reduce(0, +) == UInt64(expected.count))
    }

    /// Long packed files get a thread each when they are due, and it ends with them.
    @Test func threadsEndWithTheirSources() throws {
        let scratch = try Scratch()
        let noise = (0..<1_200_000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        var paths: [PathName] = []
        for index in 0..<12 {
            var file = ContainerBytes(bigEndian: false)
            file.pcapHeader()
            for part in 0..<20 {
                file.pcapRecord(
                    seconds: UInt32(index), fraction: UInt32(part),
                    Array(noise[(part * 60_000)..<((part + 1) * 60_000)]))
            }
            let packed = try Tools.run(["gzip", "-1c"], input: file.bytes).standardOutput
            paths.append(PathName(try scratch.file("\(index).gz", packed)))
        }
        let result = Self.drain(CaptureOpener.open(paths: paths), folder: scratch.folder)
        #expect(result.times.count == 240 && result.times == result.times.sorted() && result.faults.isEmpty)
        #expect(result.most <= 2 && Self.openFiles(in: scratch.folder).isEmpty)
    }

    /// Captures that overlap in time are read by turns, with fewer files open than there are captures.
    @Test func overlappingOnesShareFewDescriptors() throws {
        let scratch = try Scratch()
        // Longer than one reading, so that each has to be gone back to.
        let paths = try (0..<150).map { index in
            PathName(try scratch.file("\(index)", MergeTests.capture((0..<5000).map { Int64($0 * 1000 + index) })))
        }
        let result = Self.drain(CaptureOpener.open(paths: paths), folder: scratch.folder)
        #expect(result.times.count == 750_000 && result.faults.isEmpty)
        #expect(zip(result.times, result.times.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(result.most <= 64, "\(result.most)")
    }

    /// Beyond what may be open at one time a capture is refused in words; the others are read whole.
    @Test func whatOverlapsBeyondTheBoundIsRefusedInWords() {
        let files = (0..<6).map { MergeTests.capture([Int64($0), 100 + Int64($0)]) }
        let sources = files.enumerated().map { index, bytes in
            CaptureReader(MemoryInput(bytes), name: "\(index)", capture: UInt16(index))
        }
        let result = readAll(MergedSource(sources, openLimit: 4))
        #expect(result.packets.map(\.time) == [0, 1, 2, 3, 100, 101, 102, 103])
        let refused = result.captures.compactMap(\.fault)
        #expect(refused.count == 2 && refused.allSatisfy { $0.message.contains("more than 4 captures overlap") })
    }

    /// Another file that has taken the name of one is not read in its place.
    @Test func aReplacedFileIsToldAndNotRead() throws {
        let scratch = try Scratch()
        let paths = try [10, 20, 30].map {
            PathName(try scratch.file("\($0)", MergeTests.capture([Int64($0), Int64($0 + 1)])))
        }
        let source = CaptureOpener.open(paths: paths)
        let other = try scratch.file("other", MergeTests.capture([5]))
        try FileManager.default.removeItem(atPath: scratch.path("20"))
        try FileManager.default.moveItem(atPath: other, toPath: scratch.path("20"))
        try FileManager.default.removeItem(atPath: scratch.path("30"))
        let result = readAll(source)
        #expect(result.packets.map(\.time) == [10, 11])
        #expect(result.captures[1].fault?.message.contains("replaced") == true)
        #expect(result.captures[2].fault?.message.contains("cannot be opened") == true)
    }

    /// What has been written to a file in the meantime is read too.
    @Test func aFileThatGrowsIsReadToItsEnd() throws {
        let scratch = try Scratch()
        let paths = try [10, 20].map { PathName(try scratch.file("\($0)", MergeTests.capture([Int64($0)]))) }
        let source = CaptureOpener.open(paths: paths)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.path("20")))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(MergeTests.capture([21, 22]).dropFirst(24)))
        try handle.close()
        #expect(readAll(source).packets.map(\.time) == [10, 20, 21, 22])
    }

    /// A pipe is opened once: a second look would find it gone.
    @Test func pipesAmongFilesAreOpenedOnce() throws {
        let scratch = try Scratch()
        let files = try [10, 30].map { PathName(try scratch.file("\($0)", MergeTests.capture([Int64($0)]))) }
        let fifo = scratch.path("fifo")
        #expect(try Tools.run(["mkfifo", fifo]).status == 0)
        let part = try scratch.file("part", MergeTests.capture([20, 40]))
        let writer = Process()
        writer.executableURL = URL(fileURLWithPath: "/bin/sh")
        writer.arguments = ["-c", "cat '\(part)' > '\(fifo)'"]
        try writer.run()
        let result = readAll(CaptureOpener.open(paths: [files[0], PathName(fifo), files[1]]))
        writer.waitUntilExit()
        #expect(result.packets.map(\.time) == [10, 20, 30, 40] && writer.terminationStatus == 0)
    }

    /// More captures than a frame reference can tell apart are not read at all, rather than in part.
    @Test func tooManyAreRefusedAsAWhole() throws {
        let scratch = try Scratch()
        let path = PathName(try scratch.file("one", MergeTests.capture([1])))
        let result = readAll(
            CaptureOpener.open(paths: Array(repeating: path, count: CaptureOpener.maximumCaptures + 1)))
        #expect(result.packets.isEmpty)
        #expect(
            result.fault?.message.contains("at most 65535") == true
                && result.fault?.message.contains("65536 captures") == true)
    }
}
