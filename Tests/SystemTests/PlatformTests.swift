import ByteParsing
import Platform
import Testing

/// Descriptors, queues and threads.
@Suite struct PlatformTests {
    @Test func pipesCarryOctets() throws {
        let pipe = try FileDescriptor.pipe()
        try pipe.writing.writeAll([1, 2, 3].rawBytes)
        try pipe.writing.writeAll("text")
        var buffer = ByteBuffer(capacity: 16)
        let count = try pipe.reading.read(into: &buffer, limit: 100)
        #expect(count == 7)
        #expect(buffer.bytes.copyBytes() == [1, 2, 3] + Array("text".utf8))
        let kind = try pipe.reading.kind()
        let size = try pipe.reading.size()
        #expect(kind == .stream && size == nil)
        let isTerminal = pipe.reading.isTerminal
        #expect(!isTerminal)
    }

    @Test func writingIntoAClosedPipeIsAQuietEnd() throws {
        Interrupts.ignoreClosedPipes()
        let pipe = try FileDescriptor.pipe()
        let writing = try Self.onlyWriting(pipe)
        do {
            try writing.writeAll("nobody reads this")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.isClosedPipe)
        }
    }

    private static func onlyWriting(_ pipe: consuming FileDescriptor.Pipe) throws -> FileDescriptor {
        pipe.takeWriting()
    }

    @Test func errorsSpeak() {
        do {
            _ = try FileDescriptor.open(reading: "/nowhere/at/all")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.message == "No such file or directory")
        }
    }

    @Test func kindsAreToldApart() throws {
        let folder = try FileDescriptor.open(reading: "/").kind()
        #expect(folder == .directory)
        let device = try FileDescriptor.open(reading: "/dev/null").kind()
        #expect(device == .stream)
    }

    @Test func namesKeepTheirOctets() {
        let name = PathName(bytes: [0x61, 0xFF, 0, 0x62])
        #expect(name.bytes == [0x61, 0xFF])
        #expect(name.description == "a\\xff")
        #expect(PathName("-").isStandardInput)
    }

    @Test(
        arguments: [
            ([0xC3, 0xA9], "é"), ([0xC3], "\\xc3"), ([0x61, 0xE2, 0x82, 0x62], "a\\xe2\\x82b"),
            ([0xED, 0xA0, 0x80], "\\xed\\xa0\\x80"),
            ([0x80, 0xF0, 0x9F, 0x98, 0x80, 0xFF], "\\x80😀\\xff"), ([0xF4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
            ([0xC0, 0xAF, 0xC3, 0xA9], "\\xc0\\xafé"),
        ] as [([UInt8], String)])
    func differentNamesAreShownDifferently(_ bytes: [UInt8], _ shown: String) {
        #expect(PathName(bytes: bytes).description == shown)
    }

    @Test func queueKeepsOrderUnderPressure() {
        let queue = BoundedQueue<Int>(capacity: 3)
        #expect(
            WorkerThread.start(owning: 10_000) { count in
                for index in 0..<count { queue.send(index) }
                queue.close()
            } == nil)
        var next = 0
        while let value = queue.receive() {
            #expect(value == next)
            next += 1
        }
        #expect(next == 10_000)
        #expect(!queue.send(1))
    }

    @Test func clocksGoOn() {
        let first = Clock.monotonicNanoseconds
        #expect(Clock.monotonicNanoseconds >= first)
        #expect(Clock.nanosecondsSince1970 > 1_700_000_000_000_000_000)
    }

    @Test func environmentAndArguments() {
        #expect(ProcessContext.environment("PATH")?.isEmpty == false)
        #expect(ProcessContext.environment("NO_SUCH_VARIABLE_HERE") == nil)
        #expect(!ProcessContext.arguments.isEmpty)
    }
}
