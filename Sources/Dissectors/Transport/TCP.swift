import PacketModel
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
    static func decode(_ bytes: RawSpan, isCut: Bool, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        guard end >= start + 20 else {
            packet.fault = PacketDecoder.short(
                .transport, at: max(0, end - start),
                isCut: isCut && packet.wireNetworkEnd > end)
            return .fault
        }
        // One check for the fixed part: every read below is at a known place of these 20 octets.
        let header = bytes.slice(start, start + 20)
        let headerLength = Int(header.u8(12) >> 4) * 4
        guard headerLength >= 20, packet.wireNetworkEnd >= start + headerLength else {
            packet.fault = LayerFault(.malformed, layer: .transport, at: 12)
            return .fault
        }
        packet.ports = header.be32(0)
        packet.sequenceNumbers = header.be64(4)
        packet.tcpFlags = header.u8(13)
        packet.checksum = header.be16(16)
        packet.payloadOffset = min(start + headerLength, end)
        packet.payloadLength = end - packet.payloadOffset
        packet.wirePayloadLength = packet.wireNetworkEnd - (start + headerLength)
        return .tcp
    }
}
