import PacketModel
import ByteParsing

/// The IPv4 header (RFC 791).
public enum IPv4 {
    /// Reads the header at `offset`; false where there is no transport layer to go on with.
    ///
    /// A total length of 0 is what segmentation offload leaves in frames captured at the sender: the
    /// packet then reaches to the end of the frame.
    @inlinable @inline(__always)
    public static func decode(
        _ bytes: RawSpan, at offset: Int, originalLength: Int,
        into packet: inout DecodedPacket
    ) -> Bool {
        let count = bytes.byteCount
        let isCut = originalLength > count
        guard count >= offset + 20 else {
            packet.fault = PacketDecoder.short(.network, at: count - min(offset, count), isCut: isCut)
            return false
        }
        // One check for the fixed part: every read below is at a known place of these 20 octets.
        let header = bytes.slice(offset, offset + 20)
        let first = header.u8(0)
        let headerLength = Int(first & 15) * 4
        guard first >> 4 == 4, headerLength >= 20 else {
            packet.fault = LayerFault(.malformed, layer: .network, at: 0)
            return false
        }
        guard count >= offset + headerLength else {
            packet.fault = PacketDecoder.short(.network, at: count - offset, isCut: isCut)
            return false
        }
        let announced = Int(header.be16(2))
        let wireEnd = announced == 0 ? max(originalLength, count) : offset + announced
        guard announced == 0 || announced >= headerLength else {
            packet.fault = LayerFault(.malformed, layer: .network, at: 2)
            return false
        }
        packet.networkEnd = min(wireEnd, count)
        // A frame that is not cut and yet shorter than announced lost its end before the capture.
        packet.wireNetworkEnd = wireEnd
        packet.identification = UInt32(header.be16(4))
        let fragment = header.be16(6)
        packet.fragmentOffset = Int(fragment & 0x1FFF) * 8
        packet.hasMoreFragments = fragment & 0x2000 != 0
        packet.ttl = header.u8(8)
        packet.ipProtocol = header.u8(9)
        packet.source = IPAddress(v4: header.be32(12))
        packet.destination = IPAddress(v4: header.be32(16))
        packet.transportOffset = offset + headerLength
        return true
    }
}
