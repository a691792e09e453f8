import TestSupport
import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Flows
import Pipeline
import Testing

/// Capture time only rises, whatever the packets' times do.
@Suite struct TimeTests {
    @Test func stepsOfTheCapturesClockMakeNoSkew() throws {
        let result = Analysis.run(ListSource(try Samples.named("capture-clock-steps").packets))
        let slugs = result.findings.map(\.rule.slug.description)
        #expect(slugs.contains("capture-clock-steps"))
        #expect(!slugs.contains("clock-skew"), "\(slugs)")
    }

    /// A sample whose clock is set back amid it is judged like the sample itself.
    @Test func clockSetBack() {
        var failures: [String] = []
        for sample in Samples.own where !sample.name.contains("clock") && sample.packets.allSatisfy({ $0.time != nil })
        {
            let whole = Fingerprint(sample.packets)
            for part in [4, 2] {
                var packets = sample.packets
                for index in packets.count / part..<packets.count { packets[index].time! -= 3600_000_000_000 }
                var stepped = Fingerprint(packets)
                stepped.findings.removeAll { $0.hasPrefix("capture-clock-steps") }
                if let difference = stepped.difference(from: whole) {
                    failures.append("\(sample.name) 1/\(part): \(difference)")
                }
            }
        }
        print("clock set back: \(failures.count) differ")
        // What the hosts' own clocks say against the capture's is another question then.
        for failure in failures.prefix(10) { print("  \(failure)") }
        #expect(failures.count < 12)
    }

    @Test func extremesDoNotTrap() throws {
        for sample in Samples.own.prefix(30) {
            let extremes: [(Int, Int64?) -> Int64?] = [
                { _, _ in nil },
                { _, _ in .min },
                { _, _ in .max },
                { index, _ in index % 2 == 0 ? .min : .max },
                { index, time in time.map { $0 - Int64(index) * 3600_000_000_000 } },
                { index, _ in .max - Int64(index) },
                { index, _ in .min + Int64(index) },
                { index, time in index % 3 == 0 ? nil : index % 7 == 0 ? .max : time },
                { index, _ in -Int64(index) * 1_000_000_000_000 },
            ]
            for extreme in extremes {
                var packets = sample.packets
                for index in packets.indices { packets[index].time = extreme(index, packets[index].time) }
                let result = Analysis.run(ListSource(packets, watermarks: [.max, .min, 0]))
                #expect(result.packets == UInt64(packets.count))
                #expect(
                    MessageLine.all(ListSource(packets)).map(\.text).sorted()
                        == MessageLine.all(ListSource(sample.packets)).map(\.text).sorted())
            }
        }
    }

    @Test func watermarksOnlyRise() {
        var tracker = FlowTracker(context: DissectionContext(names: NameTable()))
        var last = tracker.watermark
        var numbers = SeededNumbers(5)
        for index in 0..<10_000 {
            let packet = PacketMaker.udp(
                1, 1024, 2, 53, time: Int64(bitPattern: numbers.next()) >> Int64(numbers.below(60)), [1])
            tracker.process(
                packet.bytes.rawBytes,
                PacketRecord(
                    offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) },
                    frame: FrameReference(capture: 0, frame: UInt64(index + 1)),
                    linkType: .raw, point: 0))
            #expect(tracker.watermark >= last)
            last = tracker.watermark
            if index % 100 == 0 {
                tracker.advance(to: CaptureTime(nanoseconds: Int64(bitPattern: numbers.next())))
                #expect(tracker.watermark >= last)
                last = tracker.watermark
            }
        }
    }

    /// A request and then nothing but the passing of time: it has no answer.
    @Test func timeThatPassesClosesWhatWaits() throws {
        let asReq = try PacketMaker.kerberos(0x6A, in: try Samples.named("account-password-wrong"))
        let start: Int64 = 1_700_000_000_000_000_000
        let request = PacketMaker.udp(1, 1024, 2, 88, time: start, asReq)
        func outcome(_ watermarks: [Int64]) -> RequestOutcome? {
            Analysis.run(ListSource([request], watermarks: watermarks.map { start + $0 })).ticketRequests.first?.outcome
        }
        #expect(outcome([]) == .unanswered(.captureEnded))
        #expect(outcome([1_000_000_000]) == .unanswered(.captureEnded))
        #expect(outcome([20_000_000_000, 40_000_000_000, 80_000_000_000]) == .unanswered(.silence))
    }

    /// A flow of datagrams that nobody reads goes after two seconds; one that carries messages stays for an answer.
    @Test func unreadDatagramFlowsGoSoon() throws {
        let asReq = try PacketMaker.kerberos(0x6A, in: try Samples.named("account-password-wrong"))
        let start: Int64 = 1_700_000_000_000_000_000
        func left(_ port: Int, _ payload: [UInt8], after seconds: Int64) -> Int {
            var tracker = FlowTracker(context: DissectionContext(names: NameTable()))
            let packet = PacketMaker.udp(1, 1024, 2, port, time: start, payload)
            tracker.process(
                packet.bytes.rawBytes,
                PacketRecord(
                    offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) }, frame: FrameReference(capture: 0, frame: 1),
                    linkType: .raw, point: 0))
            tracker.advance(to: CaptureTime(nanoseconds: start + seconds * 1_000_000_000))
            return tracker.flowCount
        }
        #expect(left(53, [1], after: 2) == 1)
        #expect(left(53, [1], after: 3) == 0)
        #expect(left(88, asReq, after: 30) == 1)
        #expect(left(88, asReq, after: 61) == 0)
    }
}
