import ByteParsing

/// The TCP header (RFC 9293, 3.1).
public enum TCP {
    /// Flag bits of the header's 14th octet.
    public static let fin: UInt8 = 0x01
    public static let syn: UInt8 = 0x02
    public static let rst: UInt8 = 0x04
    public static let ack: UInt8 = 0x10

    /// Reads the header at `packet.transportOffset`.
    @inlinable @inline(__always)
    public static func decode(_ bytes: RawSpan, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        guard end >= start + 20 else {
            packet.fault = PacketDecoder.short(.transport, at: max(0, end - start),
                                               isCut: packet.wireNetworkEnd > end)
            return .fault
        }
        let headerLength = Int(bytes.u8(start + 12) >> 4) * 4
        guard headerLength >= 20, packet.wireNetworkEnd >= start + headerLength else {
            packet.fault = LayerFault(.malformed, layer: .transport, at: 12)
            return .fault
        }
        packet.sourcePort = bytes.be16(start)
        packet.destinationPort = bytes.be16(start + 2)
        packet.sequence = bytes.be32(start + 4)
        packet.acknowledgment = bytes.be32(start + 8)
        packet.tcpFlags = bytes.u8(start + 13)
        packet.checksum = bytes.be16(start + 16)
        packet.payloadOffset = min(start + headerLength, end)
        packet.payloadLength = end - packet.payloadOffset
        packet.wirePayloadLength = packet.wireNetworkEnd - (start + headerLength)
        return .tcp
    }
}
