import PacketModel
import ByteParsing

/// The IPv4 header (RFC 791).
public enum IPv4 {
    /// Reads the header at `offset`; false where there is no transport layer to go on with.
    ///
    /// A total length of 0 is what segmentation offload leaves in frames captured at the sender: the
    /// packet then reaches to the end of the frame.
    public static func decode(
        _ bytes: RawSpan, at offset: Int, originalLength: Int,
        into packet: inout DecodedPacket
    ) -> Bool {
        let count = bytes.byteCount
        let isCut = originalLength > count
        guard count >= offset + Offset.length else {
            packet.fault = PacketDecoder.short(.network, at: count - min(offset, count), isCut: isCut)
            return false
        }
        let header = bytes.slice(offset, offset + Offset.length)
        let first = header.u8(Offset.versionAndLength)
        let headerLength = Int(first & 15) * 4
        guard first >> 4 == 4, headerLength >= Offset.length else {
            packet.fault = LayerFault(.malformed, layer: .network, at: 0)
            return false
        }
        guard count >= offset + headerLength else {
            packet.fault = PacketDecoder.short(.network, at: count - offset, isCut: isCut)
            return false
        }
        let announced = Int(header.be16(Offset.totalLength))
        let wireEnd = announced == 0 ? max(originalLength, count) : offset + announced
        guard announced == 0 || announced >= headerLength else {
            packet.fault = LayerFault(.malformed, layer: .network, at: Offset.totalLength)
            return false
        }
        packet.networkEnd = min(wireEnd, count)
        // A frame that is not cut and yet shorter than announced lost its end before the capture.
        packet.wireNetworkEnd = wireEnd
        packet.identification = UInt32(header.be16(Offset.identification))
        let fragment = header.be16(Offset.fragment)
        packet.fragmentOffset = Int(fragment & fragmentOffset) * 8
        packet.hasMoreFragments = fragment & moreFragments != 0
        packet.ttl = header.u8(Offset.ttl)
        packet.ipProtocol = header.u8(Offset.ipProtocol)
        packet.source = IPAddress(v4: header.be32(Offset.source))
        packet.destination = IPAddress(v4: header.be32(Offset.destination))
        packet.transportOffset = offset + headerLength
        return true
    }
}
