import ByteParsing
import CaptureFile
import Dissectors

/// A packet on its way through the flow layer: what was read of its headers, and what has been found out since.
///
/// It travels by `inout` from function to function: as separate arguments its forty fields would be copied at every call.
struct Arrival: Sendable, BitwiseCopyable {
    /// Its key, where it is TCP or UDP.
    var key = FlowKey.none
    var hash: UInt64 = 0
    var verdict = PacketVerdict.other
    /// Which way it goes between the endpoints of its key.
    var direction = Direction.forward
    /// On the clock that all waiting runs on.
    var time = CaptureTime(nanoseconds: 0)
    var record: PacketRecord
    var packet = DecodedPacket()
    /// More has been written to `packet` than `PacketDecoder.usual` writes.
    private var isUnusual = false

    /// A place for a packet.
    init() {
        record = PacketRecord(offset: 0, capturedLength: 0, originalLength: 0, time: nil,
                              frame: FrameReference(capture: 0, frame: 0), linkType: .null, point: 0)
    }

    /// Reads the headers of a packet, whose captured octets are given; what was here before is gone.
    @inline(__always)
    mutating func read(_ bytes: RawSpan, _ record: PacketRecord, seed: UInt64) {
        self.record = record
        if isUnusual { packet = DecodedPacket() }
        if let known = PacketDecoder.usual(bytes, linkType: record.linkType, into: &packet) {
            verdict = known
            isUnusual = false
            identify(seed: seed)
        } else {
            readUnusual(bytes, seed: seed)
        }
    }

    @inline(never)
    private mutating func readUnusual(_ bytes: RawSpan, seed: UInt64) {
        packet = DecodedPacket()
        isUnusual = true
        verdict = PacketDecoder.unusual(bytes, originalLength: record.originalLength, linkType: record.linkType, into: &packet)
        if verdict == .tcp || verdict == .udp { identify(seed: seed) }
    }

    /// Works out whose packet it is.
    @inline(__always)
    mutating func identify(seed: UInt64) {
        key = FlowKey(packet, point: record.point, direction: &direction)
        hash = key.hash(seed: seed)
    }
}

/// A walk over the packets of a batch.
public struct BatchWalk: Sendable {
    /// The index in the batch of the next packet.
    var position = 0
    /// The packet that is looked at.
    var arrival = Arrival()
    /// Packets whose headers have been read ahead, and which of them are still to be followed.
    var ahead = InlineArray<16, Arrival>(repeating: Arrival())
    var aheadNext = 0
    var aheadCount = 0
    /// What was read of their flows: a value that nobody needs, but the reading of it fetches them.
    var fetched: UInt64 = 0

    /// The walk begins at the first packet.
    public init() {}

    /// Begins again, with the first packet of another batch.
    public mutating func restart() {
        position = 0
        aheadNext = 0
        aheadCount = 0
    }
}
