import ByteParsing

/// ICMP and ICMPv6 errors (RFC 792, RFC 4443): they quote the packet that they refuse.
public enum ICMP {
    /// Reads the header at `packet.transportOffset`; for an error, the endpoints of `packet` become
    /// those of the quoted packet.
    @inlinable
    public static func decode(_ bytes: RawSpan, into packet: inout DecodedPacket) -> PacketVerdict {
        let start = packet.transportOffset
        let end = packet.networkEnd
        guard end >= start + 8 else { return .other }
        let type = bytes.u8(start)
        let code = bytes.u8(start + 1)
        let isVersion6 = packet.ipProtocol == 58
        // Destination unreachable, time exceeded, parameter problem; "packet too big" ends no flow.
        let isError = isVersion6 ? (type == 1 || type == 3 || type == 4) : (type == 3 && code != 4) || type == 11
        guard isError else { return .other }
        var quoted = DecodedPacket()
        let inner = start + 8
        let known = isVersion6
            ? IPv6.decode(bytes, at: inner, originalLength: bytes.byteCount, into: &quoted)
            : IPv4.decode(bytes, at: inner, originalLength: bytes.byteCount, into: &quoted)
        guard known, quoted.fragmentOffset == 0, quoted.ipProtocol == 6 || quoted.ipProtocol == 17,
            end >= quoted.transportOffset + 4
        else { return .other }
        quoted.sourcePort = bytes.be16(quoted.transportOffset)
        quoted.destinationPort = bytes.be16(quoted.transportOffset + 2)
        quoted.icmpType = type
        quoted.icmpCode = code
        quoted.icmpSource = packet.source
        packet = quoted
        return .icmpError
    }
}
