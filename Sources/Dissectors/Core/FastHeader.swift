import PacketModel
import ByteParsing

/// The headers of the packet that nearly every packet is, in so few numbers that they stay in registers: an Ethernet
/// frame with one VLAN tag at most, IPv4 without options or fragments, TCP or UDP, with no header cut off.
///
/// What it reads, `PacketDecoder` reads the same.
public struct FastHeader: TransportHeader, Sendable, BitwiseCopyable {
    /// Each end: the address in the upper bits, the port in the lowest sixteen.
    public var source: UInt64
    public var destination: UInt64
    public var sequenceNumbers: UInt64
    /// Where the payload begins, in octets from the start of the packet, and how much of it was captured.
    public var payloadOffset: Int
    public var payloadLength: Int
    public var wirePayloadLength: Int
    /// Where the transport header begins, and the IP packet's end, as captured and as sent.
    @usableFromInline var transportOffset: Int
    @usableFromInline var networkEnd: Int
    @usableFromInline var wireNetworkEnd: Int
    public var tcpFlags: UInt8
    public var ttl: UInt8
    public var ipProtocol: UInt8
    /// The identification and the checksum.
    @usableFromInline var packetID: UInt16
    public var checksum: UInt16

    /// Whether it is TCP; else it is UDP.
    @inlinable public var isTCP: Bool { ipProtocol == IPProtocol.tcp }
    /// Whether it is a TCP segment that opens or ends something.
    @inlinable public var isControl: Bool { tcpFlags & (TCP.syn | TCP.fin | TCP.rst) != 0 }
    @inlinable public var identification: UInt32 { UInt32(packetID) }
    @inlinable public var sourcePort: UInt16 { UInt16(truncatingIfNeeded: source) }
    @inlinable public var destinationPort: UInt16 { UInt16(truncatingIfNeeded: destination) }

    /// Reads the headers of an Ethernet frame; nil where it is none of these packets.
    @inlinable @inline(__always)
    public init?(ethernet bytes: RawSpan) {
        guard let network = Self.ipv4Offset(in: bytes), bytes.byteCount >= network &+ 40 else { return nil }
        // One check for all: every read below is at a known place of these octets.
        let ip = bytes.slice(network, network &+ 40)
        guard ip.u8(IPv4.Offset.versionAndLength) == 0x45,
            ip.be16(IPv4.Offset.fragment) & (IPv4.moreFragments | IPv4.fragmentOffset) == 0
        else { return nil }
        transportOffset = network &+ IPv4.Offset.length
        wireNetworkEnd = network &+ Int(ip.be16(IPv4.Offset.totalLength))
        networkEnd = min(wireNetworkEnd, bytes.byteCount)
        ttl = ip.u8(IPv4.Offset.ttl)
        packetID = ip.be16(IPv4.Offset.identification)
        ipProtocol = ip.u8(IPv4.Offset.ipProtocol)
        // Where the payload begins, and ends as captured and as sent.
        let end: Int
        let wireEnd: Int
        let transport = IPv4.Offset.length
        if ipProtocol == IPProtocol.tcp {
            let control = ip.be16(transport &+ TCP.Offset.lengthAndFlags)
            let headerLength = Int(control >> 12) &* 4
            guard headerLength >= TCP.Offset.length else { return nil }
            payloadOffset = transportOffset &+ headerLength
            end = networkEnd
            wireEnd = wireNetworkEnd
            sequenceNumbers = ip.be64(transport &+ TCP.Offset.sequenceNumbers)
            tcpFlags = UInt8(truncatingIfNeeded: control)
            checksum = ip.be16(transport &+ TCP.Offset.checksum)
        } else if ipProtocol == IPProtocol.udp {
            payloadOffset = transportOffset &+ UDP.Offset.length
            wireEnd = transportOffset &+ Int(ip.be16(transport &+ UDP.Offset.datagramLength))
            guard wireEnd >= payloadOffset, wireEnd <= wireNetworkEnd else { return nil }
            end = min(networkEnd, wireEnd)
            sequenceNumbers = 0
            tcpFlags = 0
            checksum = ip.be16(transport &+ UDP.Offset.checksum)
        } else {
            return nil
        }
        guard end >= payloadOffset else { return nil }
        payloadLength = end &- payloadOffset
        wirePayloadLength = wireEnd &- payloadOffset
        let addresses = ip.be64(IPv4.Offset.source)
        let ports = ip.be32(transport &+ TCP.Offset.ports)
        source = (addresses >> 32) << 16 | UInt64(ports >> 16)
        destination = (addresses & 0xFFFF_FFFF) << 16 | UInt64(ports & 0xFFFF)
    }

    /// Where the IPv4 header of an Ethernet frame begins; nil where there is none, or behind more than one tag.
    @inlinable @inline(__always)
    static func ipv4Offset(in bytes: RawSpan) -> Int? {
        guard bytes.byteCount >= LinkLayer.Ethernet.taggedLength else { return nil }
        let link = bytes.slice(0, LinkLayer.Ethernet.taggedLength)
        let type = link.be16(LinkLayer.Ethernet.etherType)
        if type == LinkLayer.EtherType.ipv4 { return LinkLayer.Ethernet.length }
        guard type == LinkLayer.EtherType.tag,
            link.be16(LinkLayer.Ethernet.taggedEtherType) == LinkLayer.EtherType.ipv4
        else { return nil }
        return LinkLayer.Ethernet.taggedLength
    }

    /// Writes everything that was read into `packet`, which is fresh, as `PacketDecoder` would.
    public func fill(_ packet: inout DecodedPacket) {
        packet.source = IPAddress(v4: UInt32(truncatingIfNeeded: source >> 16))
        packet.destination = IPAddress(v4: UInt32(truncatingIfNeeded: destination >> 16))
        packet.ports = UInt32(truncatingIfNeeded: source << 16 | destination & 0xFFFF)
        packet.ipProtocol = ipProtocol
        packet.ttl = ttl
        packet.tcpFlags = tcpFlags
        packet.identification = identification
        packet.sequenceNumbers = sequenceNumbers
        packet.checksum = checksum
        packet.transportOffset = transportOffset
        packet.payloadOffset = payloadOffset
        packet.payloadLength = payloadLength
        packet.wirePayloadLength = wirePayloadLength
        packet.networkEnd = networkEnd
        packet.wireNetworkEnd = wireNetworkEnd
    }
}
