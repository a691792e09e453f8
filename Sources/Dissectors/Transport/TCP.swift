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
    static func decode(_ bytes: RawSpan, isCut: Bool, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        guard end >= start + Offset.length else {
            packet.fault = PacketDecoder.short(
                .transport, at: max(0, end - start),
                isCut: isCut && packet.wireNetworkEnd > end)
            return .fault
        }
        let header = bytes.slice(start, start + Offset.length)
        let control = header.be16(Offset.lengthAndFlags)
        let headerLength = Int(control >> 12) * 4
        guard headerLength >= Offset.length, packet.wireNetworkEnd >= start + headerLength else {
            packet.fault = LayerFault(.malformed, layer: .transport, at: Offset.lengthAndFlags)
            return .fault
        }
        packet.ports = header.be32(Offset.ports)
        packet.sequenceNumbers = header.be64(Offset.sequenceNumbers)
        packet.tcpFlags = UInt8(truncatingIfNeeded: control)
        packet.checksum = header.be16(Offset.checksum)
        packet.payloadOffset = min(start + headerLength, end)
        packet.payloadLength = end - packet.payloadOffset
        packet.wirePayloadLength = packet.wireNetworkEnd - (start + headerLength)
        return .tcp
    }
}
