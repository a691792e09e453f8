import ByteParsing

/// The UDP header (RFC 768).
public enum UDP {
    /// Reads the header at `packet.transportOffset`. A length of 0 (offload, jumbograms) means "to
    /// the end of the IP packet".
    @inlinable @inline(__always)
    public static func decode(_ bytes: RawSpan, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        guard end >= start + 8 else {
            packet.fault = PacketDecoder.short(.transport, at: max(0, end - start),
                                               isCut: packet.wireNetworkEnd > end)
            return .fault
        }
        packet.sourcePort = bytes.be16(start)
        packet.destinationPort = bytes.be16(start + 2)
        packet.checksum = bytes.be16(start + 6)
        let announced = Int(bytes.be16(start + 4))
        let wireEnd = announced == 0 ? packet.wireNetworkEnd : min(start + announced, packet.wireNetworkEnd)
        guard announced == 0 || announced >= 8 else {
            packet.fault = LayerFault(.malformed, layer: .transport, at: 4)
            return .fault
        }
        packet.payloadOffset = start + 8
        packet.payloadLength = max(0, min(end, wireEnd) - packet.payloadOffset)
        packet.wirePayloadLength = max(0, wireEnd - packet.payloadOffset)
        return .udp
    }
}
