import TestSupport
import PacketModel
import Diagnosis
import Pipeline
import Reporting
import Testing

/// How many packets come at once is a matter of files, pipes and timing, and must not show in what is found.
@Suite struct BatchSizeTests {
    private static func document(_ packets: [TestPacket], perBatch: Int) -> String {
        let document = AnalysisDocument(Analysis.run(ListSource(packets, perBatch: perBatch)))
        return document.bytes.decodeUTF8()
    }

    /// Hours pass before some packet of a sign-on: what waits is given up at the same instant, whether the clock is
    /// told of
    /// each packet or only of the last.
    @Test func silencesAreFoundTheSameInAnyBatches() {
        var differences: [String] = []
        var looked = 0
        for sample in Samples.own where sample.packets.count < 120 {
            for place in stride(from: 1, to: sample.packets.count, by: max(1, sample.packets.count / 6)) {
                var packets = sample.packets
                for index in place..<packets.count {
                    packets[index].time = packets[index].time.map { $0 + 8_590_000_000_000 }
                }
                looked += 1
                let whole = Self.document(packets, perBatch: packets.count)
                if whole != Self.document(packets, perBatch: 1) {
                    differences.append("\(sample.name), silence before packet \(place + 1)")
                }
            }
        }
        #expect(looked > 300)
        #expect(differences == [])
    }

    /// One packet of a sign-on is late by hours, or was captured by a clock that far ahead.
    @Test func oneLatePacketIsFoundTheSameInAnyBatches() {
        var differences: [String] = []
        for sample in Samples.own where sample.packets.count < 80 {
            for place in stride(from: 0, to: sample.packets.count, by: max(1, sample.packets.count / 5)) {
                var packets = sample.packets
                packets[place].time = packets[place].time.map { $0 + 8_590_000_000_000 }
                let whole = Self.document(packets, perBatch: packets.count)
                if whole != Self.document(packets, perBatch: 1) {
                    differences.append("\(sample.name), packet \(place + 1)")
                }
            }
        }
        #expect(differences == [])
    }
}
