/// What a container parser counts as it goes: the next frame number and the totals that a
/// `CaptureDescription` shows.
struct RecordTally: Sendable {
    /// Index of the capture, the upper half of every frame reference.
    let capture: UInt16
    /// The observation point given to every record.
    var point: UInt16
    /// The last frame number given; 0 before the first.
    var frame: UInt64 = 0
    /// Packets read; records of other kinds have frame numbers too.
    var packets: UInt64 = 0
    /// Packets of which less was captured than was on the wire.
    var truncatedPackets: UInt64 = 0
    /// Octets captured.
    var capturedBytes: UInt64 = 0
    /// The earliest packet time.
    var firstTime: CaptureTime?
    /// The latest packet time.
    var lastTime: CaptureTime?

    init(capture: UInt16, point: UInt16) {
        self.capture = capture
        self.point = point
    }

    /// Counts one packet and makes its record.
    @inline(__always)
    mutating func record(
        at offset: Int, captured: Int, original: Int, time: CaptureTime?,
        linkType: LinkType
    ) -> PacketRecord {
        frame += 1
        packets += 1
        capturedBytes += UInt64(captured)
        if original > captured { truncatedPackets += 1 }
        if let time {
            if let last = lastTime {
                if time > last { lastTime = time } else if let first = firstTime, time < first { firstTime = time }
            } else {
                firstTime = time
                lastTime = time
            }
        }
        return PacketRecord(
            offset: offset, capturedLength: captured, originalLength: original, time: time,
            frame: FrameReference(capture: capture, frame: frame), linkType: linkType, point: point)
    }

    /// Writes the totals into a description.
    func note(in description: inout CaptureDescription) {
        description.packets = packets
        description.truncatedPackets = truncatedPackets
        description.capturedBytes = capturedBytes
        description.firstTime = firstTime
        description.lastTime = lastTime
        description.point = point
    }
}
