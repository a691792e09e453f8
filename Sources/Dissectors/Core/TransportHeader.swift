import PacketModel

/// What the account of a flow needs to know of a packet, whoever read its headers.
public protocol TransportHeader {
    /// The sequence number in the upper half, the acknowledgement number in the lower; 0 of a datagram.
    var sequenceNumbers: UInt64 { get }
    /// Octets of payload as sent.
    var wirePayloadLength: Int { get }
    /// The TCP flags octet; 0 of a datagram.
    var tcpFlags: UInt8 { get }
    /// Time to live or hop limit.
    var ttl: UInt8 { get }
    /// The IPv4 or fragment identification; 0 where there is none.
    var identification: UInt32 { get }
    /// The TCP or UDP checksum field as captured.
    var checksum: UInt16 { get }
}

extension TransportHeader {
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
}
