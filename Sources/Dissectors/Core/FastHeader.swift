import PacketModel
import ByteParsing

/// The headers of the packet that nearly every packet is, in so few numbers that they stay in registers: an Ethernet
/// frame with one VLAN tag at most, IPv4 without options or fragments, TCP or UDP, with no header cut off.
///
/// What it reads, `PacketDecoder` reads the same.
public struct FastHeader: Sendable, BitwiseCopyable {
    /// Each end: the address in the upper bits, the port in the lowest sixteen.
    public var source: UInt64 = 0
    public var destination: UInt64 = 0
    /// The sequence number in the upper half, the acknowledgement number in the lower; 0 of a datagram.
    public var sequenceNumbers: UInt64 = 0
    /// Where the payload begins, in octets from the start of the packet, and how much of it was captured.
    public var payloadOffset = 0
    public var payloadLength = 0
    public var wirePayloadLength = 0
    public var tcpFlags: UInt8 = 0
    public var ttl: UInt8 = 0
    public var ipProtocol: UInt8 = 0
    public var checksum: UInt16 = 0
    /// The IPv4 identification; 0 where there is none. Of IPv6, whose fragments have a longer one, both halves folded.
    public var identification: UInt16 = 0

    /// Nothing read yet.
    @inlinable public init() {}

    /// The numbers of a packet that was read layer by layer; without the two ends, which may have longer addresses.
    @inlinable public init(_ packet: borrowing DecodedPacket) {
        sequenceNumbers = packet.sequenceNumbers
        payloadOffset = packet.payloadOffset
        payloadLength = packet.payloadLength
        wirePayloadLength = packet.wirePayloadLength
        tcpFlags = packet.tcpFlags
        ttl = packet.ttl
        ipProtocol = packet.ipProtocol
        checksum = packet.checksum
        identification = UInt16(truncatingIfNeeded: packet.identification ^ packet.identification >> 16)
    }

    /// Whether it is TCP; else it is UDP.
    @inlinable public var isTCP: Bool { ipProtocol == IPProtocol.tcp }
    /// Whether it is a TCP segment that opens or ends something.
    @inlinable public var isControl: Bool { tcpFlags & (TCP.syn | TCP.fin | TCP.rst) != 0 }
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
    @inlinable public var sourcePort: UInt16 { UInt16(truncatingIfNeeded: source) }
    @inlinable public var destinationPort: UInt16 { UInt16(truncatingIfNeeded: destination) }

    /// Reads the headers of an Ethernet frame; false where it is none of these packets.
    @inlinable @inline(__always)
    public mutating func read(ethernet bytes: RawSpan) -> Bool {
        guard let network = Self.networkOffset(in: bytes) else { return false }
        return Self.isTCP(bytes, at: network) ? readTCP(bytes, at: network) : readUDP(bytes, at: network)
    }

    /// Whether the packet whose IPv4 header begins there is TCP; else it is UDP.
    @inlinable @inline(__always)
    public static func isTCP(_ bytes: RawSpan, at network: Int) -> Bool {
        bytes.u8(network &+ IPv4.Offset.ipProtocol) == IPProtocol.tcp
    }

    /// Reads the headers of a TCP segment; false where its lengths are out of order. `network` is what `networkOffset`
    /// has found.
    @inlinable @inline(__always)
    public mutating func readTCP(_ bytes: RawSpan, at network: Int) -> Bool {
        guard network >= 0, bytes.byteCount >= network &+ 40 else { return false }
        // One check for all: every read below is at a known place of these octets.
        let ip = bytes.slice(network, network &+ 40)
        let transport = IPv4.Offset.length
        let control = ip.be16(transport &+ TCP.Offset.lengthAndFlags)
        let headers = transport &+ Int(control >> 12) &* 4
        wirePayloadLength = Int(ip.be16(IPv4.Offset.totalLength)) &- headers
        let captured = bytes.byteCount &- network &- headers
        guard headers >= transport &+ TCP.Offset.length, wirePayloadLength >= 0, captured >= 0 else { return false }
        payloadOffset = network &+ headers
        payloadLength = min(wirePayloadLength, captured)
        ipProtocol = IPProtocol.tcp
        sequenceNumbers = ip.be64(transport &+ TCP.Offset.sequenceNumbers)
        tcpFlags = UInt8(truncatingIfNeeded: control)
        checksum = ip.be16(transport &+ TCP.Offset.checksum)
        readNetwork(ip)
        return true
    }

    /// The same of a UDP datagram.
    @inlinable @inline(__always)
    public mutating func readUDP(_ bytes: RawSpan, at network: Int) -> Bool {
        guard network >= 0, bytes.byteCount >= network &+ 40 else { return false }
        let ip = bytes.slice(network, network &+ 40)
        let transport = IPv4.Offset.length
        let headers = transport &+ UDP.Offset.length
        let end = transport &+ Int(ip.be16(transport &+ UDP.Offset.datagramLength))
        wirePayloadLength = end &- headers
        payloadLength = min(end, bytes.byteCount &- network) &- headers
        payloadOffset = network &+ headers
        guard end <= Int(ip.be16(IPv4.Offset.totalLength)), payloadLength >= 0 else { return false }
        ipProtocol = IPProtocol.udp
        sequenceNumbers = 0
        tcpFlags = 0
        checksum = ip.be16(transport &+ UDP.Offset.checksum)
        readNetwork(ip)
        return true
    }

    /// Reads what the IPv4 header says, and the ports behind it.
    @inlinable @inline(__always)
    mutating func readNetwork(_ ip: RawSpan) {
        ttl = ip.u8(IPv4.Offset.ttl)
        identification = ip.be16(IPv4.Offset.identification)
        let addresses = ip.be64(IPv4.Offset.source)
        let ports = ip.be32(IPv4.Offset.length &+ TCP.Offset.ports)
        source = (addresses >> 32) << 16 | UInt64(ports >> 16)
        destination = (addresses & 0xFFFF_FFFF) << 16 | UInt64(ports & 0xFFFF)
    }

    /// Where the header of an IPv4 packet without options or fragments begins in an Ethernet frame; nil where there is
    /// none, where it carries neither TCP nor UDP, or where a TCP header would not fit.
    @inlinable @inline(__always)
    public static func networkOffset(in bytes: RawSpan) -> Int? {
        guard bytes.byteCount >= LinkLayer.Ethernet.length &+ 40 else { return nil }
        let link = bytes.slice(0, LinkLayer.Ethernet.taggedLength)
        let type = link.be16(LinkLayer.Ethernet.etherType)
        var network = LinkLayer.Ethernet.length
        if type != LinkLayer.EtherType.ipv4 {
            guard type == LinkLayer.EtherType.tag,
                link.be16(LinkLayer.Ethernet.taggedEtherType) == LinkLayer.EtherType.ipv4,
                bytes.byteCount >= LinkLayer.Ethernet.taggedLength &+ 40
            else { return nil }
            network = LinkLayer.Ethernet.taggedLength
        }
        let ip = bytes.slice(network, network &+ IPv4.Offset.length)
        guard ip.u8(IPv4.Offset.versionAndLength) == 0x45,
            ip.be16(IPv4.Offset.fragment) & (IPv4.moreFragments | IPv4.fragmentOffset) == 0
        else { return nil }
        let carried = ip.u8(IPv4.Offset.ipProtocol)
        return carried == IPProtocol.tcp || carried == IPProtocol.udp ? network : nil
    }

    /// Writes what was read into `packet`, which is fresh, as `PacketDecoder` would, but for where the transport header
    /// begins and the IP packet ends: nobody needs that of a packet which is no fragment.
    public func fill(_ packet: inout DecodedPacket) {
        packet.source = IPAddress(v4: UInt32(truncatingIfNeeded: source >> 16))
        packet.destination = IPAddress(v4: UInt32(truncatingIfNeeded: destination >> 16))
        packet.ports = UInt32(truncatingIfNeeded: source << 16 | destination & 0xFFFF)
        packet.ipProtocol = ipProtocol
        packet.ttl = ttl
        packet.tcpFlags = tcpFlags
        packet.identification = UInt32(identification)
        packet.sequenceNumbers = sequenceNumbers
        packet.checksum = checksum
        packet.payloadOffset = payloadOffset
        packet.payloadLength = payloadLength
        packet.wirePayloadLength = wirePayloadLength
    }
}
