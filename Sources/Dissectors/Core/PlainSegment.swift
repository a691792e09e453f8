import ByteParsing
import CaptureFile

/// A TCP segment over IPv4 that neither opens nor ends anything, of those that `PacketDecoder.usual` reads: what a flow needs to
/// know of it, in so few numbers that they stay in registers.
public struct PlainSegment: Sendable, BitwiseCopyable {
    /// Each end: the address in the upper bits, the port in the lowest sixteen.
    public var source: UInt64
    public var destination: UInt64
    /// The sequence number in the upper half, the acknowledgement number in the lower.
    public var sequenceNumbers: UInt64
    /// Octets of payload.
    public var length: Int
    public var tcpFlags: UInt8
    public var ttl: UInt8
    public var identification: UInt16
    public var checksum: UInt16

    @usableFromInline static let seldom = UInt16(TCP.syn | TCP.fin | TCP.rst)

    /// Reads the headers of such a packet, an Ethernet frame of which nothing was cut; nil for any other.
    @inlinable @inline(__always)
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= 58 else { return nil }
        let link = bytes.slice(0, 18)
        var type = link.be16(12)
        var network = 14
        if type == 0x8100 {
            type = link.be16(16)
            network = 18
        }
        // One check for all: every read below is at a known place of these octets.
        let header = bytes.slice(network, network &+ 40)
        let control = header.be16(32)
        guard type == 0x0800, header.u8(0) == 0x45, header.be16(6) & 0x3FFF == 0, header.u8(9) == 6, control & Self.seldom == 0
        else { return nil }
        let headers = 20 &+ Int(control >> 12) &* 4
        length = Int(header.be16(2)) &- headers
        guard headers >= 40, length >= 0, bytes.byteCount &- network >= headers else { return nil }
        let addresses = header.be64(12)
        let ports = header.be32(20)
        source = (addresses >> 32) << 16 | UInt64(ports >> 16)
        destination = (addresses & 0xFFFF_FFFF) << 16 | UInt64(ports & 0xFFFF)
        sequenceNumbers = header.be64(24)
        tcpFlags = UInt8(truncatingIfNeeded: control)
        ttl = header.u8(8)
        identification = header.be16(4)
        checksum = header.be16(36)
    }
}
