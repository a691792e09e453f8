import PacketModel
import Dissectors

/// A host with an optional port, as it stands in Host fields, URLs and service principal names;
/// compared without regard to case and to the final dot (RFC 9110, 4.2.3).
public struct HostName: Equatable {
    /// In lower case, without brackets and final dot.
    public var host: String
    /// The port where one was written.
    public var port: Int?

    /// Reads `host`, `host:port`, `[v6]:port`. What is no port is not cut off: the rest could pass for a name that
    /// nobody wrote.
    public init(_ text: some StringProtocol) {
        var octets = Array(text.utf8)
        var port: Int?
        if octets.first == UInt8(ascii: "["), let close = octets.firstIndex(of: UInt8(ascii: "]")),
            Self.isPort(octets[(close + 1)...])
        {
            port = Int(String(decoding: octets[(close + 1)...].dropFirst(), as: UTF8.self))
            octets = Array(octets[1..<close])
        } else if let colon = octets.lastIndex(of: UInt8(ascii: ":")),
            octets.firstIndex(of: UInt8(ascii: ":")) == colon,
            Self.isPort(octets[colon...])
        {
            port = Int(String(decoding: octets[(colon + 1)...], as: UTF8.self))
            octets.removeSubrange(colon...)
        }
        if octets.last == UInt8(ascii: ".") { octets.removeLast() }
        for index in octets.indices where (0x41...0x5A).contains(octets[index]) { octets[index] |= 0x20 }
        host = String(decoding: octets, as: UTF8.self)
        self.port = port
    }

    /// Nothing, or a colon and digits, perhaps none of these (RFC 3986, 3.2.3).
    private static func isPort(_ octets: ArraySlice<UInt8>) -> Bool {
        octets.isEmpty
            || octets.first == UInt8(ascii: ":") && octets.dropFirst().allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }

    /// The host of a service principal name `class/host[:port][/name]`; nil where there is none.
    public init?(servicePrincipalName text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, !parts[1].isEmpty else { return nil }
        // What stands behind the colon may be the name of an instance.
        let host = parts[1].first == UInt8(ascii: "[") ? parts[1] : parts[1].prefix { $0 != UInt8(ascii: ":") }
        self.init(Substring(host))
        if port == nil { port = Int(String(decoding: parts[1][host.endIndex...].dropFirst(), as: UTF8.self)) }
    }

    /// Whether this is an address and no name: Kerberos has no principal for it by default.
    public var isAddress: Bool {
        // A name has no colon, and few begin with a digit.
        guard let first = host.utf8.first,
            first >= UInt8(ascii: "0") && first <= UInt8(ascii: "9") || host.utf8.contains(UInt8(ascii: ":"))
        else { return false }
        return IPAddress(host) != nil
    }

    /// Whether both name the same host, a short name standing for the full one of the same first label.
    public func isSameHost(as other: HostName) -> Bool {
        if host == other.host { return true }
        guard !isAddress, !other.isAddress else { return false }
        let (mine, theirs) = (labels, other.labels)
        return mine.isOnly != theirs.isOnly && mine.first.elementsEqual(theirs.first)
    }

    /// The first label, and whether there is no other; empty ones do not count.
    private var labels: (first: Substring.UTF8View, isOnly: Bool) {
        let dot = UInt8(ascii: ".")
        let rest = host[...].utf8.drop { $0 == dot }
        let first = rest.prefix { $0 != dot }
        return (first, !first.isEmpty && !rest.dropFirst(first.count).contains { $0 != dot })
    }
}
