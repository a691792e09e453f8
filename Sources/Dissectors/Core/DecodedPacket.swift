import PacketModel
import ByteParsing

/// What became of a packet's layers.
public enum PacketVerdict: UInt8, Sendable, BitwiseCopyable {
    /// TCP or UDP, decoded down to its payload.
    case tcp, udp
    /// An ICMP or ICMPv6 error that quotes a TCP or UDP packet.
    case icmpError
    /// A fragment of an IP datagram.
    case fragment
    /// Sound, but nothing that matters here (ARP, other ICMP, other protocols).
    case other
    /// A layer stopped: see `DecodedPacket.fault`.
    case fault
}

/// The headers of one packet, read down to the payload: numbers and offsets, no bytes.
///
/// Offsets count from the start of the captured packet.
public struct DecodedPacket: Sendable, BitwiseCopyable {
    public var source = IPAddress(high: 0, low: 0)
    public var destination = IPAddress(high: 0, low: 0)
    /// The source port in the upper half, the destination port in the lower.
    public var ports: UInt32 = 0
    /// The IP protocol number of the transport layer.
    public var ipProtocol: UInt8 = 0
    /// Time to live or hop limit.
    public var ttl: UInt8 = 0
    /// The TCP flags octet.
    public var tcpFlags: UInt8 = 0
    /// The IPv4 or fragment identification; 0 where there is none.
    public var identification: UInt32 = 0
    /// The sequence number in the upper half, the acknowledgement number in the lower.
    public var sequenceNumbers: UInt64 = 0
    /// The TCP or UDP checksum field as captured.
    public var checksum: UInt16 = 0
    /// Where the transport header begins.
    public var transportOffset = 0
    /// Where the payload begins, how much of it was captured and how much was sent, in octets.
    public var payloadOffset = 0
    public var payloadLength = 0
    public var wirePayloadLength = 0
    /// Of a fragment: its place in the datagram in octets, and whether more follow.
    public var fragmentOffset = 0
    public var hasMoreFragments = false
    /// The IP payload's end: captured, and as sent.
    public var networkEnd = 0
    public var wireNetworkEnd = 0
    /// Of an ICMP error: its type and code, and who quoted it (the endpoints above are those of the
    /// quoted packet).
    public var icmpType: UInt8 = 0
    public var icmpCode: UInt8 = 0
    public var icmpSource = IPAddress(high: 0, low: 0)
    /// Why decoding stopped.
    public var fault: LayerFault?

    /// Nothing decoded yet.
    @inlinable public init() {}

    /// The number of the first octet of a TCP segment.
    @inlinable public var sequence: SequenceNumber {
        SequenceNumber(UInt32(truncatingIfNeeded: sequenceNumbers >> 32))
    }
    /// The number of the next octet that its sender expects.
    @inlinable public var acknowledgment: SequenceNumber {
        SequenceNumber(UInt32(truncatingIfNeeded: sequenceNumbers))
    }
    /// Whether the acknowledgement number counts.
    @inlinable public var isAcknowledging: Bool { tcpFlags & TCP.ack != 0 }
    /// The two ports.
    @inlinable public var sourcePort: UInt16 { UInt16(truncatingIfNeeded: ports >> 16) }
    @inlinable public var destinationPort: UInt16 { UInt16(truncatingIfNeeded: ports) }
}

/// Reads any packet, layer by layer.
public enum PacketDecoder {
    /// Reads the headers of a captured packet.
    ///
    /// `packet` comes in fresh. `originalLength` tells a packet cut by the snaplen from one that is too short for what
    /// it announces.
    public static func decode(
        _ bytes: RawSpan, originalLength: Int, linkType: LinkType, into packet: inout DecodedPacket
    ) -> PacketVerdict {
        let isCut = originalLength > bytes.byteCount
        var offset = 0
        guard
            let version = LinkLayer.networkVersion(
                bytes, linkType: linkType, offset: &offset, isCut: isCut, fault: &packet.fault)
        else { return packet.fault == nil ? .other : .fault }
        let hasTransport =
            version == 4
            ? IPv4.decode(bytes, at: offset, originalLength: originalLength, into: &packet)
            : IPv6.decode(bytes, at: offset, originalLength: originalLength, into: &packet)
        guard hasTransport else { return packet.fault == nil ? .other : .fault }
        if packet.fragmentOffset != 0 || packet.hasMoreFragments { return .fragment }
        return transport(bytes, isCut: isCut, into: &packet)
    }

    /// Reads the transport header that `packet.ipProtocol` announces at `packet.transportOffset`. `isCut` says that the
    /// snaplen took the packet's end.
    static func transport(_ bytes: RawSpan, isCut: Bool, into packet: inout DecodedPacket) -> PacketVerdict {
        switch packet.ipProtocol {
        case IPProtocol.tcp: TCP.decode(bytes, isCut: isCut, into: &packet)
        case IPProtocol.udp: UDP.decode(bytes, isCut: isCut, into: &packet)
        case IPProtocol.icmp, IPProtocol.icmpv6: ICMP.decode(bytes, isCut: isCut, into: &packet)
        default: .other
        }
    }

    /// Reads a datagram put together from fragments: `bytes` begin behind the headers that each fragment carries, with
    /// what `packet.ipProtocol` names.
    public static func reassembled(_ bytes: RawSpan, into packet: inout DecodedPacket) -> PacketVerdict {
        if !packet.source.isIPv4 {
            // Extension headers may stand behind the fragment header, too (RFC 8200, 4.5).
            guard IPv6.follow(packet.ipProtocol, bytes, at: 0, header: 0, isCut: false, into: &packet) else {
                return packet.fault == nil ? .other : .fault
            }
            if packet.fragmentOffset != 0 || packet.hasMoreFragments {
                packet.fault = LayerFault(.unsupported, layer: .network, at: 0)
                return .fault
            }
        }
        return transport(bytes, isCut: false, into: &packet)
    }

    /// Truncated where the capture cut the packet, malformed where the packet itself is too short.
    static func short(_ layer: Layer, at offset: Int, isCut: Bool) -> LayerFault {
        LayerFault(isCut ? .truncated : .malformed, layer: layer, at: offset)
    }
}
