import ByteParsing

/// A TCP segment over IPv4, of those that `PacketDecoder.usual` reads: what a flow needs to know of it, in so few
/// numbers that they
/// stay in registers.
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
    /// Both as they stand in the packet, the first octet lowest: they are compared, and no more.
    public var identification: UInt16
    public var checksum: UInt16

    /// What the packet is whose IP header `place` has found at `network`.
    public enum Kind: Sendable {
        /// A segment that neither opens nor ends anything, or another one.
        case plain, control
        case datagram
    }

    @inlinable @inline(__always)
    public static func kind(_ bytes: RawSpan, at network: Int) -> Kind {
        if bytes.u8(network &+ 9) != 6 { return .datagram }
        return bytes.u8(network &+ 33) & (TCP.syn | TCP.fin | TCP.rst) == 0 ? .plain : .control
    }

    /// Where the IP header is, if this is the Ethernet frame of such a segment, or of a UDP datagram, as far as that is
    /// quickly
    /// seen; else nil.
    @inlinable @inline(__always)
    public static func place(in bytes: RawSpan) -> Int? {
        guard bytes.byteCount >= 54 else { return nil }
        let link = bytes.slice(0, 18)
        if link.be16(12) == 0x0800 { return isPlain(bytes.slice(14, 54)) ? 14 : nil }
        guard link.be16(12) == 0x8100, link.be16(16) == 0x0800, bytes.byteCount >= 58 else { return nil }
        return isPlain(bytes.slice(18, 58)) ? 18 : nil
    }

    @inlinable @inline(__always)
    static func isPlain(_ header: RawSpan) -> Bool {
        guard header.u8(0) == 0x45, header.be16(6) & 0x3FFF == 0 else { return false }
        return header.u8(9) == 6 || header.u8(9) == 17
    }

    /// Reads the headers of such a segment, of which nothing was cut; nil where their lengths are out of order.
    /// `network` is what
    /// `place` has found.
    @inlinable @inline(__always)
    public init?(_ bytes: RawSpan, at network: Int) {
        guard network >= 0, bytes.byteCount >= network &+ 40 else { return nil }
        // One check for all: every read below is at a known place of these octets.
        let header = bytes.slice(network, network &+ 40)
        let control = header.be16(32)
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
        identification = header.le16(4)
        checksum = header.le16(36)
    }
}

extension PlainSegment {
    /// Writes what taking it in asks for, besides its ends; all else in `packet` stays as it is. `bytes` and `network`
    /// are what it
    /// was read from.
    @inlinable @inline(__always)
    public func lay(_ bytes: RawSpan, at network: Int, into packet: inout DecodedPacket) {
        packet.ports = UInt32(truncatingIfNeeded: source << 16 | destination & 0xFFFF)
        packet.ipProtocol = 6
        packet.ttl = ttl
        packet.tcpFlags = tcpFlags
        packet.identification = UInt32(identification.byteSwapped)
        packet.sequenceNumbers = sequenceNumbers
        let total = Int(bytes.be16(network &+ 2))
        packet.wirePayloadLength = length
        packet.payloadOffset = network &+ total &- length
        packet.payloadLength = network &+ min(total, bytes.byteCount &- network) &- packet.payloadOffset
    }
}

/// The same of a UDP datagram over IPv4.
public struct PlainDatagram: Sendable, BitwiseCopyable {
    /// Each end: the address in the upper bits, the port in the lowest sixteen.
    public var source: UInt64
    public var destination: UInt64
    /// Octets of payload, as sent and as captured, and where they begin.
    public var length: Int
    public var payloadLength: Int
    public var payloadOffset: Int
    /// Both as they stand in the packet, the first octet lowest.
    public var identification: UInt16
    public var checksum: UInt16

    /// Reads the headers of such a datagram; nil where their lengths are out of order. `network` is what
    /// `PlainSegment.place` has
    /// found.
    @inlinable @inline(__always)
    public init?(_ bytes: RawSpan, at network: Int) {
        guard network >= 0, bytes.byteCount >= network &+ 40 else { return nil }
        // One check for all: every read below is at a known place of these octets.
        let header = bytes.slice(network, network &+ 40)
        let total = Int(header.be16(2))
        let stated = Int(header.be16(24))
        let captured = min(total, bytes.byteCount &- network)
        guard stated >= 8, stated &+ 20 <= total, captured >= 28 else { return nil }
        length = stated &- 8
        payloadOffset = network &+ 28
        payloadLength = min(captured, stated &+ 20) &- 28
        let addresses = header.be64(12)
        let ports = header.be32(20)
        source = (addresses >> 32) << 16 | UInt64(ports >> 16)
        destination = (addresses & 0xFFFF_FFFF) << 16 | UInt64(ports & 0xFFFF)
        identification = header.le16(4)
        checksum = header.le16(26)
    }
}
