import TestSupport
import PacketModel
import ByteParsing
import CaptureFile
import Dissectors
import Flows
import Testing

/// Packets are taken in by the batch, most of them on the fast path, and the same comes of them as on the slow path
/// alone.
@Suite struct BatchWalkTests {
    /// Everything that flows say of a list of packets.
    private static func news(_ packets: [TestPacket], _ settings: FlowSettings, byBatch: Bool) -> [String] {
        var tracker = FlowTracker(context: DissectionContext(names: NameTable()), settings: settings)
        var news: [String] = []
        func collect(_ tracker: inout FlowTracker) {
            defer { tracker.context.removeMessages() }
            news += tracker.context.messages.all.map { "\($0.envelope)" } + tracker.clockSets.map { "\($0)" }
            for index in 0..<tracker.ended.count { news.append("\(tracker.ended[index])") }
            tracker.removeEvents()
        }
        let source = ListSource(packets, perBatch: 77)
        var batch = PacketBatch()
        var walk = BatchWalk()
        reading: while true {
            switch source.next(into: &batch) {
            case .packets:
                if byBatch {
                    walk.restart()
                    while tracker.take(batch, &walk) { collect(&tracker) }
                } else {
                    for record in batch.records where tracker.process(batch.bytes(of: record), record) {
                        collect(&tracker)
                    }
                }
            case .finished: break reading
            default: break
            }
        }
        while tracker.finishSome() { collect(&tracker) }
        collect(&tracker)
        return news
    }

    /// Few flows at once: their slots are used again and again.
    @Test(arguments: [65_536, 40, 5, 2, 1]) func sameNews(maximumFlows: Int) {
        var settings = FlowSettings()
        settings.maximumFlows = maximumFlows
        settings.seed = 1
        var packets: [TestPacket] = []
        // By turns, so that neighbours belong to different flows.
        let samples = Samples.own.prefix(60).map(\.packets)
        for offset in 0..<(samples.map(\.count).max() ?? 0) {
            for sample in samples where offset < sample.count { packets.append(sample[offset]) }
        }
        let alone = Self.news(packets, settings, byBatch: false)
        let walked = Self.news(packets, settings, byBatch: true)
        #expect(alone.count > 200)
        #expect(walked.count == alone.count)
        let different = zip(walked, alone).first { $0 != $1 }
        #expect(different == nil)
    }

    /// With many flows the headers of several packets are read before the first of them is followed.
    @Test(arguments: [65_536, 5000]) func sameNewsAmongMany(maximumFlows: Int) {
        var settings = FlowSettings()
        settings.maximumFlows = maximumFlows
        settings.seed = 1
        let start = Samples.own[0].packets.compactMap(\.time).min() ?? 0
        var packets = (0..<6000).map { PacketMaker.udp(UInt32($0 + 1), 1024, 2, 53, time: start, [1]) }
        packets += Samples.own.prefix(20).flatMap(\.packets)
        let alone = Self.news(packets, settings, byBatch: false)
        let walked = Self.news(packets, settings, byBatch: true)
        #expect(alone.count > 6000)
        #expect(walked == alone)
    }
}
