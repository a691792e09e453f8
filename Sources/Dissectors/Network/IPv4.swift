import ByteParsing

/// The IPv4 header (RFC 791).
public enum IPv4 {
    /// Reads the header at `offset`; false where there is no transport layer to go on with.
    ///
    /// A total length of 0 is what segmentation offload leaves in frames captured at the sender: the
    /// packet then reaches to the end of the frame.
    @inlinable @inline(__always)
    public static func decode(_ bytes: RawSpan, at offset: Int, originalLength: Int,
                              into packet: inout DecodedPacket) -> Bool {
        let count = bytes.byteCount
        let isCut = originalLength > count
        guard count >= offset + 20 else {
            packet.fault = PacketDecoder.short(.network, at: count - min(offset, count), isCut: isCut)
            return false
        }
        let first = bytes.u8(offset)
        let headerLength = Int(first & 15) * 4
        guard first >> 4 == 4, headerLength >= 20 else {
            packet.fault = LayerFault(.malformed, layer: .network, at: 0)
            return false
        }
        guard count >= offset + headerLength else {
            packet.fault = PacketDecoder.short(.network, at: count - offset, isCut: isCut)
            return false
        }
        let announced = Int(bytes.be16(offset + 2))
        let wireEnd = announced == 0 ? originalLength : offset + announced
        guard announced == 0 || announced >= headerLength else {
            packet.fault = LayerFault(.malformed, layer: .network, at: 2)
            return false
        }
        packet.networkEnd = min(wireEnd, count)
        // A frame that is not cut and yet shorter than announced lost its end before the capture.
        packet.wireNetworkEnd = wireEnd
        packet.identification = UInt32(bytes.be16(offset + 4))
        let fragment = bytes.be16(offset + 6)
        packet.fragmentOffset = Int(fragment & 0x1FFF) * 8
        packet.hasMoreFragments = fragment & 0x2000 != 0
        packet.ttl = bytes.u8(offset + 8)
        packet.ipProtocol = bytes.u8(offset + 9)
        packet.source = IPAddress(v4: bytes.be32(offset + 12))
        packet.destination = IPAddress(v4: bytes.be32(offset + 16))
        packet.transportOffset = offset + headerLength
        return true
    }
}
