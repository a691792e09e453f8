import PacketModel

/// What a container parser counts as it goes: the next frame number and the totals that a
/// `CaptureDescription` shows.
public struct RecordTally: Sendable {
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
    /// Interfaces described so far, over all sections.
    private(set) var described = 0
    /// The earliest and the latest packet time; the other way round while none is known.
    private var earliest = Int64.max
    private var latest = Int64.min

    /// Interfaces that are described to the reader of the capture.
    private static let describedLimit = 4096

    /// The earliest packet time.
    var firstTime: CaptureTime? { earliest > latest ? nil : CaptureTime(nanoseconds: earliest) }
    /// The latest packet time.
    var lastTime: CaptureTime? { earliest > latest ? nil : CaptureTime(nanoseconds: latest) }

    init(capture: UInt16, point: UInt16) {
        self.capture = capture
        self.point = point
    }

    /// Counts one packet and makes its record.
    @inline(__always)
    public mutating func record(
        at offset: Int, captured: Int, original: Int, time: CaptureTime?,
        linkType: LinkType
    ) -> PacketRecord {
        count(
            packets: 1, capturedBytes: captured, cut: original > captured ? 1 : 0, from: time?.nanoseconds ?? .max,
            to: time?.nanoseconds ?? .min)
        return PacketRecord(
            offset: offset, capturedLength: captured, originalLength: original, time: time,
            frame: FrameReference(capture: capture, frame: frame), linkType: linkType, point: point)
    }

    /// Counts packets whose records have been made, with the next frame numbers; their earliest and latest time are the
    /// other way round where none is known.
    @inline(__always)
    mutating func count(packets more: Int, capturedBytes octets: Int, cut: UInt64, from first: Int64, to last: Int64) {
        packets &+= UInt64(more)
        frame &+= UInt64(more)
        capturedBytes &+= UInt64(octets)
        truncatedPackets &+= cut
        earliest = min(earliest, first)
        latest = max(latest, last)
    }

    /// Counts an interface that is to be described; false where enough have been.
    mutating func describes() -> Bool {
        guard described < Self.describedLimit else { return false }
        described += 1
        return true
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
