import PacketModel
import ByteParsing

/// The IPv6 header and its extension headers (RFC 8200).
public enum IPv6 {
    /// Extension headers followed before giving up.
    static let maximumExtensionHeaders = 16

    /// Reads the header at `offset`; false where there is no transport layer to go on with.
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
        guard bytes.u8(offset) >> 4 == 6 else {
            packet.fault = LayerFault(.malformed, layer: .network, at: 0)
            return false
        }
        let announced = Int(bytes.be16(offset + Offset.payloadLength))
        // 0 stands for a jumbogram or, at an offloading sender, for "not yet known".
        let wireEnd = announced == 0 ? max(originalLength, count) : offset + Offset.length + announced
        packet.wireNetworkEnd = wireEnd
        packet.networkEnd = min(wireEnd, count)
        packet.ttl = bytes.u8(offset + Offset.hopLimit)
        packet.source = IPAddress(high: bytes.be64(offset + Offset.source), low: bytes.be64(offset + Offset.source + 8))
        packet.destination = IPAddress(
            high: bytes.be64(offset + Offset.destination), low: bytes.be64(offset + Offset.destination + 8))
        return follow(
            bytes.u8(offset + Offset.nextHeader), bytes, at: offset + Offset.length, header: offset, isCut: isCut,
            into: &packet)
    }

    /// Follows extension headers, the first of which `next` names and is at `start`, to the transport header; false
    /// where there is none. `header` is where the fault's offsets count from.
    static func follow(
        _ next: UInt8, _ bytes: RawSpan, at start: Int, header: Int, isCut: Bool,
        into packet: inout DecodedPacket
    ) -> Bool {
        var next = next
        var position = start
        var headers = 0
        while true {
            switch next {
            case 0, 43, 60, 135, 139, 140, 51, 44:
                headers += 1
                guard headers <= maximumExtensionHeaders else {
                    packet.fault = LayerFault(.unsupported, layer: .network, at: position - header)
                    return false
                }
                guard packet.networkEnd >= position + 8 else {
                    packet.fault = PacketDecoder.short(
                        .network, at: packet.networkEnd - header,
                        isCut: isCut && packet.wireNetworkEnd > packet.networkEnd)
                    return false
                }
                let following = bytes.u8(position)
                let length =
                    next == 44
                    ? 8
                    : next == 51
                        ? (Int(bytes.u8(position + 1)) + 2) * 4
                        : (Int(bytes.u8(position + 1)) + 1) * 8
                guard packet.wireNetworkEnd >= position + length else {
                    packet.fault = LayerFault(.malformed, layer: .network, at: position - header + 1)
                    return false
                }
                if next == 44 {
                    let field = bytes.be16(position + 2)
                    packet.fragmentOffset = Int(field & 0xFFF8)
                    packet.hasMoreFragments = field & 1 != 0
                    packet.identification = bytes.be32(position + 4)
                }
                position += length
                // What follows a fragment header is a part of something, and is read once that is whole.
                if packet.fragmentOffset == 0, !packet.hasMoreFragments {
                    next = following
                    continue
                }
                packet.ipProtocol = following
                packet.transportOffset = position
                return true
            case 59:
                return false
            default:
                packet.ipProtocol = next
                packet.transportOffset = min(position, packet.networkEnd)
                return true
            }
        }
    }
}
