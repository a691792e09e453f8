import PacketModel
import ByteParsing

/// The UDP header (RFC 768).
public enum UDP {
    /// Reads the header at `packet.transportOffset`. A length of 0 (offload, jumbograms) means "to
    /// the end of the IP packet".
    static func decode(_ bytes: RawSpan, isCut: Bool, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        guard end >= start + Offset.length else {
            packet.fault = PacketDecoder.short(
                .transport, at: max(0, end - start),
                isCut: isCut && packet.wireNetworkEnd > end)
            return .fault
        }
        packet.ports = bytes.be32(start + Offset.ports)
        packet.checksum = bytes.be16(start + Offset.checksum)
        let announced = Int(bytes.be16(start + Offset.datagramLength))
        let wireEnd = announced == 0 ? packet.wireNetworkEnd : start + announced
        // No receiver takes a datagram that is longer than the packet which carries it.
        guard announced == 0 || announced >= Offset.length, wireEnd <= packet.wireNetworkEnd else {
            packet.fault = LayerFault(.malformed, layer: .transport, at: Offset.datagramLength)
            return .fault
        }
        packet.payloadOffset = start + Offset.length
        packet.payloadLength = min(end, wireEnd) - packet.payloadOffset
        packet.wirePayloadLength = wireEnd - packet.payloadOffset
        return .udp
    }
}
