import PacketModel
import ByteParsing
import CaptureFile

/// One packet as a test compares it.
struct ReadPacket: Hashable, Sendable {
    var frame: UInt64
    var time: Int64?
    var original: Int
    var linkType: UInt16
    var bytes: [UInt8]
    var capture: UInt16 = 0
    var point: UInt16 = 0
}

/// Everything that a source says, collected.
struct ReadResult: Sendable {
    var packets: [ReadPacket] = []
    var ends: [CaptureEnd] = []
    var interfaces: [InterfaceDescription] = []
    var dropped: UInt64 = 0
    var names: [ResolvedName] = []
    var secrets: [[UInt8]] = []
    var captures: [CaptureDescription] = []

    var fault: CaptureFault? { ends.first?.fault }
}

/// Reads a source to its end.
func readAll(_ source: any PacketSource) -> ReadResult {
    var result = ReadResult()
    var batch = PacketBatch(capacity: 64)
    while true {
        switch source.next(into: &batch) {
        case .packets:
            for record in batch.records {
                result.packets.append(
                    ReadPacket(
                        frame: record.frame.frame, time: record.time?.nanoseconds, original: record.originalLength,
                        linkType: record.linkType.rawValue, bytes: batch.bytes(of: record).copyBytes(),
                        capture: record.frame.capture, point: record.point))
            }
        case .interface(let interface): result.interfaces.append(interface)
        case .drops(_, let count): result.dropped += count
        case .secrets(let secrets): result.secrets.append(secrets.bytes)
        case .names(let names): result.names += names
        case .watermark: break
        case .captureEnded(let end): result.ends.append(end)
        case .finished:
            result.captures = source.captures
            return result
        }
    }
}

/// Reads a capture from memory, in pieces.
func read(_ bytes: [UInt8], piece: Int = .max) -> ReadResult {
    readAll(CaptureReader(MemoryInput(bytes, piece: piece), name: "memory", pieceLength: min(piece, 1 << 18)))
}
