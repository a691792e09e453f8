import PacketModel
import ByteParsing

/// ICMP and ICMPv6 errors (RFC 792, RFC 4443): they quote the packet that they refuse.
public enum ICMP {
    /// Reads the header at `packet.transportOffset`; for an error, the endpoints of `packet` become
    /// those of the quoted packet.
    static func decode(_ bytes: RawSpan, isCut: Bool, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        let isQuoteCut = isCut && packet.wireNetworkEnd > end
        guard end >= start + 8 else { return short(end - start, isQuoteCut, &packet) }
        let type = bytes.u8(start)
        let code = bytes.u8(start + 1)
        let isVersion6 = packet.ipProtocol == IPProtocol.icmpv6
        // Destination unreachable, time exceeded, parameter problem; "packet too big" ends no flow.
        let isError = isVersion6 ? (type == 1 || type == 3 || type == 4) : (type == 3 && code != 4) || type == 11
        guard isError else { return .other }
        var quoted = DecodedPacket()
        let shown = bytes.slice(0, end)
        let wireLength = isQuoteCut ? packet.wireNetworkEnd : end
        let known =
            isVersion6
            ? IPv6.decode(shown, at: start + 8, originalLength: wireLength, into: &quoted)
            : IPv4.decode(shown, at: start + 8, originalLength: wireLength, into: &quoted)
        if let fault = quoted.fault {
            packet.fault = LayerFault(fault.kind, layer: .transport, at: 8 + Int(fault.offset))
            return .fault
        }
        guard known, quoted.fragmentOffset == 0,
            quoted.ipProtocol == IPProtocol.tcp || quoted.ipProtocol == IPProtocol.udp
        else {
            return .other
        }
        guard end >= quoted.transportOffset + 4 else { return short(end - start, isQuoteCut, &packet) }
        quoted.ports = bytes.be32(quoted.transportOffset)
        quoted.icmpType = type
        quoted.icmpCode = code
        quoted.icmpSource = packet.source
        packet = quoted
        return .icmpError
    }

    static func short(_ offset: Int, _ isCut: Bool, _ packet: inout DecodedPacket) -> PacketVerdict {
        packet.fault = PacketDecoder.short(.transport, at: max(0, offset), isCut: isCut)
        return .fault
    }
}
