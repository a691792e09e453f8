import Collections
import ByteParsing
import CaptureFile
import Dissectors
import PacketModel

/// A packet on its way through the flow layer: what was read of its headers, and what has been found out since.
///
/// It is passed `inout`; see docs/compiler-workarounds.md.
struct PacketContext: BitwiseCopyable {
    var record: PacketRecord
    /// On the clock that all waiting runs on.
    var time: CaptureTime
    var verdict = PacketVerdict.other
    var header = DecodedPacket()
    /// Its key, where it is TCP or UDP.
    var key = FlowKey.none
    var hash: UInt64 = 0
    /// What a copy of it shares with it, folded into one word.
    var digest: UInt64 = 0
    /// Which way it goes between the endpoints of its key.
    var direction = Direction.forward
    /// How many packets lie around it.
    var depth = 0

    /// A packet of which nothing has been read.
    @inline(__always)
    init(_ record: PacketRecord, _ time: CaptureTime) {
        self.record = record
        self.time = time
    }

    /// Reads its headers, of its captured octets: with the fast reader if that can, else layer by layer.
    mutating func read(_ bytes: RawSpan) {
        var fast = FastHeader()
        if record.linkType == .ethernet, fast.read(ethernet: bytes) {
            verdict = fast.isTCP ? .tcp : .udp
            fast.fill(&header)
        } else {
            verdict = PacketDecoder.decode(
                bytes, originalLength: record.originalLength, linkType: record.linkType, into: &header)
        }
    }

    /// Works out whose packet it is.
    @inline(__always)
    mutating func identify(seed: FlowSeed) {
        key = FlowKey(header, point: record.point, direction: &direction)
        hash = key.hash(seed)
        digest = FastHeader(header).digest(direction)
    }
}

extension FastHeader {
    /// Every field that a copy of a packet shares with it: sequence and acknowledgement number, identification,
    /// checksum, length, flags and direction.
    ///
    /// Two packets that differ have the same digest once in 2^64, or where somebody wants it: then one of them is taken
    /// for a copy of the other.
    @inline(__always)
    func digest(_ direction: Direction) -> UInt64 {
        let length = UInt64(UInt16(truncatingIfNeeded: wirePayloadLength))
        let others =
            UInt64(identification) << 48 | UInt64(checksum) << 32 | length << 16 | UInt64(tcpFlags) << 8
            | UInt64(direction.rawValue)
        return sequenceNumbers ^ others &* QuickHash.goldenRatio
    }
}

/// How far the packets of a batch have been taken.
public struct BatchWalk: Sendable {
    /// The index in the batch of the next packet.
    var position = 0
    /// The index of the first packet whose flow has not been prefetched.
    var prefetchPosition = 0

    /// The walk begins at the first packet.
    public init() {}

    /// Begins again, with the first packet of another batch.
    public mutating func restart() { self = BatchWalk() }
}
