/// A link-layer header type (`LINKTYPE_*`, the registry of tcpdump.org). Unknown numbers are data.
public struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The registered number.
    public var rawValue: UInt16
    /// Makes a link type from its registered number.
    @inlinable @inline(__always)
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// BSD loopback, address family in the capturing host's byte order.
    @inlinable public static var null: LinkType { LinkType(rawValue: 0) }
    /// Ethernet II and IEEE 802.3.
    @inlinable public static var ethernet: LinkType { LinkType(rawValue: 1) }
    /// Raw IPv4 or IPv6 (12 and 14 are the DLT numbers that some writers use).
    @inlinable public static var raw: LinkType { LinkType(rawValue: 101) }
    /// OpenBSD loopback, address family in network byte order.
    @inlinable public static var loop: LinkType { LinkType(rawValue: 108) }
    /// Linux "cooked" capture, version 1.
    @inlinable public static var linuxSLL: LinkType { LinkType(rawValue: 113) }
    /// Raw IPv4.
    @inlinable public static var ipv4: LinkType { LinkType(rawValue: 228) }
    /// Raw IPv6.
    @inlinable public static var ipv6: LinkType { LinkType(rawValue: 229) }
    /// Linux "cooked" capture, version 2.
    @inlinable public static var linuxSLL2: LinkType { LinkType(rawValue: 276) }
}
