import PacketModel
import ByteParsing

/// The packet that nearly every packet is: an Ethernet frame with one VLAN tag at most; IPv4 without options or
/// fragments, or
/// IPv6 without extension headers; TCP or UDP; all headers there and all lengths in order.
extension PacketDecoder {
    /// Reads such a packet; nil for any other, which is `unusual`'s to read. What is read here would come out of that
    /// the same.
    ///
    /// `packet` comes in fresh, or with what this function has read of another.
    @inlinable @inline(__always)
    public static func usual(_ bytes: RawSpan, linkType: LinkType, into packet: inout DecodedPacket) -> PacketVerdict? {
        guard linkType == .ethernet, bytes.byteCount >= 54 else { return nil }
        return isPlainIPv4(bytes) ? usualIPv4(bytes, 14, into: &packet) : taggedOrIPv6(bytes, into: &packet)
    }

    /// Reads such a packet, where it is IPv4 and has no VLAN tag: there every place is known beforehand.
    @inlinable @inline(__always)
    public static func plainIPv4(_ bytes: RawSpan, linkType: LinkType, into packet: inout DecodedPacket)
        -> PacketVerdict?
    {
        guard linkType == .ethernet, bytes.byteCount >= 54, isPlainIPv4(bytes) else { return nil }
        return usualIPv4(bytes, 14, into: &packet)
    }

    @inlinable @inline(__always)
    static func isPlainIPv4(_ bytes: RawSpan) -> Bool { bytes.slice(0, 54).be16(12) == 0x0800 }

    @inlinable @inline(never)
    static func taggedOrIPv6(_ bytes: RawSpan, into packet: inout DecodedPacket) -> PacketVerdict? {
        var network = 14
        var type = bytes.be16(12)
        if type == 0x8100 {
            type = bytes.be16(16)
            network = 18
        }
        if type == 0x0800 { return usualIPv4(bytes, network, into: &packet) }
        if type == 0x86DD { return usualIPv6(bytes, network, into: &packet) }
        return nil
    }

    @inlinable @inline(__always)
    static func usualIPv4(_ bytes: RawSpan, _ network: Int, into packet: inout DecodedPacket) -> PacketVerdict? {
        guard bytes.byteCount >= network &+ 40 else { return nil }
        // One check for all: every read below is at a known place of these octets.
        let header = bytes.slice(network, network &+ 40)
        guard header.u8(0) == 0x45, header.be16(6) & 0x3FFF == 0 else { return nil }
        let wireEnd = network &+ Int(header.be16(2))
        guard let verdict = usualTransport(header.u8(9), bytes, at: network &+ 20, wireEnd, into: &packet) else {
            return nil
        }
        packet.source = IPAddress(v4: header.be32(12))
        packet.destination = IPAddress(v4: header.be32(16))
        packet.ttl = header.u8(8)
        packet.identification = UInt32(header.be16(4))
        return verdict
    }

    @inlinable @inline(__always)
    static func usualIPv6(_ bytes: RawSpan, _ network: Int, into packet: inout DecodedPacket) -> PacketVerdict? {
        guard bytes.byteCount >= network &+ 60 else { return nil }
        let header = bytes.slice(network, network &+ 40)
        let announced = Int(header.be16(4))
        guard header.u8(0) >> 4 == 6, announced > 0,
            let verdict = usualTransport(
                header.u8(6), bytes, at: network &+ 40, network &+ 40 &+ announced, into: &packet)
        else { return nil }
        packet.source = IPAddress(high: header.be64(8), low: header.be64(16))
        packet.destination = IPAddress(high: header.be64(24), low: header.be64(32))
        packet.ttl = header.u8(7)
        packet.identification = 0
        return verdict
    }

    /// The caller has seen that twenty octets are there from `start` on.
    @inlinable @inline(__always)
    static func usualTransport(
        _ number: UInt8, _ bytes: RawSpan, at start: Int, _ wireEnd: Int,
        into packet: inout DecodedPacket
    ) -> PacketVerdict? {
        let end = min(wireEnd, bytes.byteCount)
        let header = bytes.slice(start, start &+ 20)
        let verdict: PacketVerdict
        if number == 6 {
            let payload = start &+ Int(header.u8(12) >> 4) &* 4
            guard payload >= start &+ 20, end >= payload else { return nil }
            packet.sequenceNumbers = header.be64(4)
            packet.tcpFlags = header.u8(13)
            packet.checksum = header.be16(16)
            packet.payloadOffset = payload
            packet.payloadLength = end &- payload
            packet.wirePayloadLength = wireEnd &- payload
            verdict = .tcp
        } else if number == 17 {
            let stated = Int(header.be16(4))
            guard stated >= 8, start &+ stated <= wireEnd, end >= start &+ 8 else { return nil }
            packet.sequenceNumbers = 0
            packet.tcpFlags = 0
            packet.checksum = header.be16(6)
            packet.payloadOffset = start &+ 8
            packet.payloadLength = min(end, start &+ stated) &- (start &+ 8)
            packet.wirePayloadLength = stated &- 8
            verdict = .udp
        } else {
            return nil
        }
        packet.ports = header.be32(0)
        packet.ipProtocol = number
        packet.networkEnd = end
        packet.wireNetworkEnd = wireEnd
        packet.transportOffset = start
        return verdict
    }
}
