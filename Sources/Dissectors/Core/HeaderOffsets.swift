// Where the fields of each header begin, in octets from the header's start. `FastHeader`, which other modules compile
// into their own code, needs the values there: a `static let` would be a call for each.

extension LinkLayer {
    /// The Ethernet header (IEEE 802.3), and a VLAN tag between its addresses and its EtherType (IEEE 802.1Q).
    @usableFromInline enum Ethernet {
        @inlinable static var etherType: Int { 12 }
        @inlinable static var length: Int { 14 }
        /// The EtherType behind one tag, and the length of a header with one.
        @inlinable static var taggedEtherType: Int { 16 }
        @inlinable static var taggedLength: Int { 18 }
    }

    /// What an EtherType says that follows.
    @usableFromInline enum EtherType {
        @inlinable static var ipv4: UInt16 { 0x0800 }
        @inlinable static var ipv6: UInt16 { 0x86DD }
        @inlinable static var tag: UInt16 { 0x8100 }
        @inlinable static var serviceTag: UInt16 { 0x88A8 }
        @inlinable static var oldServiceTag: UInt16 { 0x9100 }
        @inlinable static var pppoeSession: UInt16 { 0x8864 }
        @inlinable static var mpls: UInt16 { 0x8847 }
        @inlinable static var mplsMulticast: UInt16 { 0x8848 }
    }
}

/// What an IP header says that follows: the IP protocol numbers that are read here.
@usableFromInline enum IPProtocol {
    @inlinable static var icmp: UInt8 { 1 }
    @inlinable static var tcp: UInt8 { 6 }
    @inlinable static var udp: UInt8 { 17 }
    @inlinable static var icmpv6: UInt8 { 58 }
}

extension IPv4 {
    /// The header without options (RFC 791, 3.1).
    @usableFromInline enum Offset {
        @inlinable static var versionAndLength: Int { 0 }
        @inlinable static var totalLength: Int { 2 }
        @inlinable static var identification: Int { 4 }
        @inlinable static var fragment: Int { 6 }
        @inlinable static var ttl: Int { 8 }
        @inlinable static var ipProtocol: Int { 9 }
        @inlinable static var source: Int { 12 }
        @inlinable static var destination: Int { 16 }
        @inlinable static var length: Int { 20 }
    }

    /// In the field `fragment`: that more fragments follow, and where this one belongs, in units of eight octets.
    @inlinable static var moreFragments: UInt16 { 0x2000 }
    @inlinable static var fragmentOffset: UInt16 { 0x1FFF }
}

extension IPv6 {
    /// The fixed header (RFC 8200, 3).
    enum Offset {
        static let payloadLength = 4
        static let nextHeader = 6
        static let hopLimit = 7
        static let source = 8
        static let destination = 24
        static let length = 40
    }
}

extension TCP {
    /// The header without options (RFC 9293, 3.1).
    @usableFromInline enum Offset {
        @inlinable static var ports: Int { 0 }
        /// The sequence number and, behind it, the acknowledgement number.
        @inlinable static var sequenceNumbers: Int { 4 }
        /// The header's length in the upper four bits of the first octet, the flags in the second.
        @inlinable static var lengthAndFlags: Int { 12 }
        @inlinable static var checksum: Int { 16 }
        @inlinable static var length: Int { 20 }
    }
}

extension UDP {
    /// The header (RFC 768).
    @usableFromInline enum Offset {
        @inlinable static var ports: Int { 0 }
        @inlinable static var datagramLength: Int { 4 }
        @inlinable static var checksum: Int { 6 }
        @inlinable static var length: Int { 8 }
    }
}
