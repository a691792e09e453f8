import Dissectors

/// The symmetric five-tuple of a flow at one observation point. VLAN and tunnel ids are no part of
/// it: both directions of a flow may carry different ones.
public struct FlowKey: Hashable, Sendable, BitwiseCopyable {
    /// The endpoint that sorts first, and the other.
    public var first: Endpoint
    public var second: Endpoint
    /// IP protocol number and observation point.
    public var ipProtocol: UInt8
    public var point: UInt16

    /// The key of a packet, and which way the packet goes.
    @inlinable @inline(__always)
    public init(_ packet: DecodedPacket, point: UInt16, direction: inout Direction) {
        let source = Endpoint(address: packet.source, port: packet.sourcePort)
        let destination = Endpoint(address: packet.destination, port: packet.destinationPort)
        if destination < source {
            first = destination
            second = source
            direction = .backward
        } else {
            first = source
            second = destination
            direction = .forward
        }
        ipProtocol = packet.ipProtocol
        self.point = point
    }

    /// A hash that cannot be foreseen without the seed.
    @inlinable @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        let ports = UInt64(first.port) << 48 | UInt64(second.port) << 32 | UInt64(ipProtocol) << 16 | UInt64(point)
        let left = Self.mix(first.address.low ^ seed, first.address.high ^ 0x9E37_79B9_7F4A_7C15)
        let right = Self.mix(second.address.low ^ 0xC2B2_AE3D_27D4_EB4F, second.address.high ^ seed)
        return Self.mix(left ^ ports, right ^ 0x1656_67B1_9E37_79F9)
    }

    @inlinable @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
