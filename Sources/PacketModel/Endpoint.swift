/// An address and a port.
public struct Endpoint: Hashable, Sendable, Comparable, BitwiseCopyable {
    /// The address.
    public var address: IPAddress
    /// The TCP or UDP port.
    public var port: UInt16

    /// Makes an endpoint.
    @inlinable
    public init(address: IPAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    @inlinable
    public static func < (left: Endpoint, right: Endpoint) -> Bool {
        left.address != right.address ? left.address < right.address : left.port < right.port
    }
}

extension Endpoint: CustomStringConvertible {
    /// `address:port`, an IPv6 address in brackets.
    public var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
