import PacketModel
import ByteParsing
import CaptureFile

/// A source over packets that are made one by one as they are asked for: a list, or a flood of any
/// length that is never in memory as a whole.
package final class ListSource: PacketSource {
    private let count: Int
    private let make: (Int) -> TestPacket
    private let perBatch: Int
    private let watermarks: [CaptureTime]
    private var position = 0
    private var told = 0
    private var hasEnded = false
    private var frames: [UInt16: UInt64] = [:]
    private var describedPoints: UInt16

    /// Packets by index; afterwards time passes without any, as far as `watermarks` say.
    package init(
        count: Int, points: UInt16 = 1, perBatch: Int = 256, watermarks: [Int64] = [],
        _ make: @escaping (Int) -> TestPacket
    ) {
        self.count = count
        self.make = make
        self.perBatch = perBatch
        self.watermarks = watermarks.map { CaptureTime(nanoseconds: $0) }
        describedPoints = points
    }

    /// Packets in a list.
    package convenience init(_ packets: [TestPacket], perBatch: Int = 256, watermarks: [Int64] = []) {
        self.init(
            count: packets.count, points: (packets.map(\.point).max() ?? 0) + 1, perBatch: perBatch,
            watermarks: watermarks
        ) { packets[$0] }
    }

    package var captures: [CaptureDescription] {
        (0..<describedPoints).map { point in
            var description = CaptureDescription(name: "list\(point)", format: "pcap")
            description.point = point
            description.packets = frames[point] ?? 0
            description.ended = hasEnded
            return description
        }
    }

    package func next(into batch: inout PacketBatch) -> SourceEvent {
        batch.removeAll()
        guard position < count else {
            if told < watermarks.count {
                told += 1
                return .watermark(watermarks[told - 1])
            }
            if hasEnded { return .finished }
            hasEnded = true
            return .captureEnded(CaptureEnd(capture: 0, fault: nil))
        }
        for index in position..<min(position + perBatch, count) {
            let packet = make(index)
            frames[packet.point, default: 0] += 1
            batch.records.append(
                PacketRecord(
                    offset: batch.buffer.count, capturedLength: packet.bytes.count,
                    originalLength: packet.originalLength,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) },
                    frame: FrameReference(capture: packet.point, frame: frames[packet.point] ?? 0),
                    linkType: packet.linkType,
                    point: packet.point))
            batch.buffer.append(packet.bytes.rawBytes)
        }
        position = min(position + perBatch, count)
        return .packets
    }
}
