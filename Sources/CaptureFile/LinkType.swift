/// A link-layer header type (`LINKTYPE_*`, the registry of tcpdump.org). Unknown numbers are data.
public struct LinkType: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The registered number.
    public var rawValue: UInt16
    /// Makes a link type from its registered number.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// BSD loopback, address family in the capturing host's byte order.
    public static let null = LinkType(rawValue: 0)
    /// Ethernet II and IEEE 802.3.
    public static let ethernet = LinkType(rawValue: 1)
    /// Raw IPv4 or IPv6 (12 and 14 are the DLT numbers that some writers use).
    public static let raw = LinkType(rawValue: 101)
    /// OpenBSD loopback, address family in network byte order.
    public static let loop = LinkType(rawValue: 108)
    /// Linux "cooked" capture, version 1.
    public static let linuxSLL = LinkType(rawValue: 113)
    /// Raw IPv4.
    public static let ipv4 = LinkType(rawValue: 228)
    /// Raw IPv6.
    public static let ipv6 = LinkType(rawValue: 229)
    /// Linux "cooked" capture, version 2.
    public static let linuxSLL2 = LinkType(rawValue: 276)
}
