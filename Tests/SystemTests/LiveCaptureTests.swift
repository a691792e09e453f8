import PacketModel
import ByteParsing
import CaptureFile
import Foundation
import Pcap
import Platform
import Synchronization
import Testing

/// Capturing on the loopback interface, where this process may.
@Suite struct LiveCaptureTests {
    static var mayCapture: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil || (try? LiveCapture(device: "lo")) != nil
    }

    @Test(.enabled(if: mayCapture, "capturing needs CAP_NET_RAW")) func packetsOfTheLoopback() throws {
        var options = LiveCapture.Options()
        options.filter = "udp port 47999"
        let live = try LiveCapture(device: "lo", options: options)
        let stop = Atomic<Bool>(false)
        let source = LiveSource(live, name: "lo") { stop.load(ordering: .relaxed) }
        let sender = Process()
        sender.executableURL = URL(fileURLWithPath: "/bin/bash")
        sender.arguments = ["-c", "for i in 1 2 3 4 5; do echo $i > /dev/udp/127.0.0.1/47999; done; exit 0"]
        sender.standardError = FileHandle.nullDevice
        try sender.run()
        var batch = PacketBatch()
        var seen = 0
        var watermarks: [Int64] = []
        var interfaces = 0
        let deadline = Clock.monotonicNanoseconds + 20_000_000_000
        var hasEnded = false
        while true {
            if seen >= 5 || Clock.monotonicNanoseconds > deadline { stop.store(true, ordering: .relaxed) }
            let event = source.next(into: &batch)
            if case .finished = event { break }
            switch event {
            case .packets:
                for record in batch.records {
                    seen += 1
                    #expect(record.frame.frame == UInt64(seen) && record.linkType == .ethernet)
                    #expect(record.capturedLength >= 14 + 20 + 8 + 2)
                    if let last = watermarks.last { #expect(record.time!.nanoseconds >= last) }
                }
            case .watermark(let time): watermarks.append(time.nanoseconds)
            case .interface: interfaces += 1
            case .captureEnded(let end):
                hasEnded = true
                #expect(end.fault == nil)
            default: break
            }
        }
        sender.waitUntilExit()
        #expect(seen == 5 && interfaces == 1 && hasEnded)
        #expect(watermarks == watermarks.sorted())
    }

    @Test(.enabled(if: mayCapture, "capturing needs CAP_NET_RAW")) func aFilterThatIsNoneIsExplained() {
        var options = LiveCapture.Options()
        options.filter = "port 88) or (port 53"
        #expect(throws: LiveCapture.Failure.self) { _ = try LiveCapture(device: "lo", options: options) }
    }

    /// The system's counters have 32 bits; totals go on.
    @Test func countersAreCarriedOn() {
        var count = WideCount()
        var expected: UInt64 = 0
        for step: UInt32 in [0, 1, 2_000_000_000, 2_000_000_000, 2_000_000_000, 0, 7] {
            expected += UInt64(step)
            count.take(UInt32(truncatingIfNeeded: expected))
            #expect(count.total == expected)
        }
        // A counter that begins again, as an interface that has gone, is none that has gone round.
        var gone = WideCount()
        for counter: UInt32 in [500, 0, 3] { gone.take(counter) }
        #expect(gone.total == 503)
    }

    @Test func anUnknownInterfaceIsExplained() {
        do {
            _ = try LiveCapture(device: "no-such-if0")
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.message.contains("no-such-if0"))
        }
    }
}
