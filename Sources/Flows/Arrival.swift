import Collections
import PacketModel
import ByteParsing
import CaptureFile
import Dissectors

/// A packet on its way through the flow layer: what was read of its headers, and what has been found out since.
///
/// It travels by `inout` from function to function: as separate arguments its forty fields would be copied at every
/// call.
struct Arrival: Sendable, BitwiseCopyable {
    /// Its key, where it is TCP or UDP.
    var key = FlowKey.none
    var hash: UInt64 = 0
    var verdict = PacketVerdict.other
    /// What a copy of it shares with it, folded into one word.
    var digest: UInt64 = 0
    /// Which way it goes between the endpoints of its key.
    var direction = Direction.forward
    /// On the clock that all waiting runs on.
    var time = CaptureTime(nanoseconds: 0)
    var record: PacketRecord
    var packet = DecodedPacket()
    /// How many packets lie around it.
    var depth = 0
    /// More has been written to `packet` than `PacketDecoder.usual` writes.
    private var isUnusual = false

    /// A place for a packet.
    init() {
        record = PacketRecord(
            offset: 0, capturedLength: 0, originalLength: 0, time: nil,
            frame: FrameReference(capture: 0, frame: 0), linkType: .null, point: 0)
    }

    /// Reads the headers of a packet, whose captured octets are given; what was here before is gone.
    @inline(__always)
    mutating func read(_ bytes: RawSpan, _ record: PacketRecord, seed: FlowSeed) {
        self.record = record
        if !isUnusual, let known = PacketDecoder.plainIPv4(bytes, linkType: record.linkType, into: &packet) {
            verdict = known
            key = FlowKey(ipv4: packet, point: record.point, direction: &direction)
            hash = key.hash(seed)
            digest = Self.digest(packet, direction)
        } else {
            readOther(bytes, seed: seed)
        }
    }

    /// The same for a packet of which `PlainSegment.place` has found where its IP header is, or -1: of a TCP segment no
    /// more is
    /// read than taking it in asks for.
    @inline(__always)
    mutating func read(_ bytes: RawSpan, _ record: PacketRecord, seed: FlowSeed, at network: Int) {
        guard network >= 0, bytes.u8(network &+ 9) == 6, let segment = PlainSegment(bytes, at: network) else {
            return read(bytes, record, seed: seed)
        }
        self.record = record
        verdict = .tcp
        segment.lay(bytes, at: network, into: &packet)
        key = FlowKey(
            ipv4: segment.source, segment.destination, ipProtocol: 6, point: record.point, direction: &direction)
        hash = key.hash(seed)
        digest = Self.digest(
            segment.sequenceNumbers, segment.identification, segment.checksum, segment.length, segment.tcpFlags,
            direction)
    }

    /// The same for a packet whose flow has been found and accounted for.
    @inline(__always)
    mutating func read(_ bytes: RawSpan, _ record: PacketRecord, _ known: KnownSegment) {
        self.record = record
        direction = known.direction
        if known.isDatagram {
            if isUnusual { packet = DecodedPacket() }
            isUnusual = false
            verdict = PacketDecoder.usual(bytes, linkType: record.linkType, into: &packet) ?? .other
        } else if let segment = PlainSegment(bytes, at: known.network) {
            segment.lay(bytes, at: known.network, into: &packet)
            verdict = .tcp
        }
    }

    @inline(never)
    private mutating func readOther(_ bytes: RawSpan, seed: FlowSeed) {
        if isUnusual { packet = DecodedPacket() }
        isUnusual = false
        if let known = PacketDecoder.usual(bytes, linkType: record.linkType, into: &packet) {
            verdict = known
            identify(seed: seed)
            return
        }
        packet = DecodedPacket()
        isUnusual = true
        verdict = PacketDecoder.unusual(
            bytes, originalLength: record.originalLength, linkType: record.linkType, into: &packet)
        if verdict == .tcp || verdict == .udp { identify(seed: seed) }
    }

    /// Works out whose packet it is.
    @inline(__always)
    mutating func identify(seed: FlowSeed) {
        if packet.source.isIPv4, packet.destination.isIPv4 {
            key = FlowKey(ipv4: packet, point: record.point, direction: &direction)
        } else {
            key = FlowKey(packet, point: record.point, direction: &direction)
        }
        hash = key.hash(seed)
        digest = Self.digest(packet, direction)
    }

    /// Every field that a copy shares: sequence and acknowledgement number, identification, checksum, length, flags and
    /// direction. Two packets that differ have the same digest once in 2^64, or where somebody wants it: then one of
    /// them is
    /// taken for a copy of the other.
    @inline(__always)
    private static func digest(_ packet: borrowing DecodedPacket, _ direction: Direction) -> UInt64 {
        // The upper half of an IPv6 identification is folded into the lower.
        let identification = UInt16(truncatingIfNeeded: packet.identification ^ packet.identification >> 16)
        return digest(
            packet.sequenceNumbers, identification.byteSwapped, packet.checksum.byteSwapped, packet.wirePayloadLength,
            packet.tcpFlags, direction)
    }

    /// The same, given the identification and the checksum as they stand in the packet, the first octet lowest.
    @inline(__always)
    static func digest(
        _ sequenceNumbers: UInt64, _ identification: UInt16, _ checksum: UInt16, _ length: Int, _ flags: UInt8,
        _ direction: Direction
    ) -> UInt64 {
        let marks =
            UInt64(identification) << 48 | UInt64(checksum) << 32 | UInt64(UInt16(truncatingIfNeeded: length)) << 16
            | UInt64(flags) << 8 | UInt64(direction.rawValue)
        return sequenceNumbers ^ marks &* QuickHash.goldenRatio
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

    /// The walk begins at the first packet.
    public init() {}

    /// Begins again, with the first packet of another batch.
    public mutating func restart() {
        position = 0
        aheadNext = 0
        aheadCount = 0
    }
}
