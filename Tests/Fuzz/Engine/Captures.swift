// What several targets do with captures.
import PacketModel
import ByteParsing
import CaptureFile
import Pipeline
import Reporting

/// A capture in memory, unpacked where it is packed, read in pieces of so many octets.
func reader(_ octets: [UInt8], piece: Int = .max, capture: UInt16 = 0) -> CaptureReader {
    CaptureReader(
        UnpackedInput(MemoryInput(octets, piece: piece)), name: "fuzz\(capture)", capture: capture,
        pieceLength: min(piece, 1 << 16))
}

/// One packet as a source gave it.
struct SeenPacket: Equatable {
    var frame: FrameReference
    var time: CaptureTime?
    var linkType: LinkType
    var originalLength: Int
    var octets: [UInt8]
    var point: UInt16
}

/// Every packet of a source, and the other events in words. Batches end where they like: what was read counts.
func readAll(_ source: any PacketSource) -> (packets: [SeenPacket], events: [String]) {
    var batch = PacketBatch(capacity: 64)
    var packets: [SeenPacket] = []
    var events: [String] = []
    while true {
        let event = source.next(into: &batch)
        switch event {
        case .packets:
            claim(!batch.records.isEmpty, "a batch of no packets")
            for record in batch.records {
                packets.append(
                    SeenPacket(
                        frame: record.frame, time: record.time, linkType: record.linkType,
                        originalLength: record.originalLength,
                        octets: batch.bytes(of: record).copyBytes(), point: record.point))
            }
        case .finished: return (packets, events)
        case .captureEnded: events.append("\(event) after \(packets.count) packets")
        default: events.append("\(event)")
        }
    }
}

/// An analysis with small bounds: large tables take longer to make than small captures to read.
func analyze(_ source: any PacketSource) -> AnalysisResult {
    var settings = AnalysisSettings()
    settings.flows.maximumFlows = 512
    settings.flows.maximumStreams = 128
    settings.flows.seed = 1
    settings.exchanges.maximumPending = 256
    settings.exchanges.maximumTicketRequests = 256
    settings.exchanges.maximumSignOns = 128
    settings.exchanges.maximumTickets = 1024
    settings.exchanges.maximumTransactions = 256
    return Analysis.run(source, settings: settings)
}

/// The whole document of an analysis.
func document(_ result: AnalysisResult) -> [UInt8] {
    let document = AnalysisDocument(result)
    return document.bytes.copyBytes()
}
