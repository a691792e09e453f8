import Collections
import PacketModel
import Dissectors

/// The symmetric five-tuple of a flow at one observation point. VLAN and tunnel ids are no part of
/// it: both directions of a flow may carry different ones.
public struct FlowKey: Hashable, Sendable, BitwiseCopyable {
    /// The address of the endpoint that sorts first, and of the other.
    public var firstAddress: IPAddress
    public var secondAddress: IPAddress
    /// From the upper bits down: their ports, whether an address has an upper half (IPv6), the IP protocol number and
    /// the observation point.
    var numbers: UInt64

    private static let wide: UInt64 = 1 << 24

    /// The key of no packet.
    static let none = FlowKey(
        firstAddress: IPAddress(high: 0, low: 0), secondAddress: IPAddress(high: 0, low: 0), numbers: 0)

    private init(firstAddress: IPAddress, secondAddress: IPAddress, numbers: UInt64) {
        self.firstAddress = firstAddress
        self.secondAddress = secondAddress
        self.numbers = numbers
    }

    /// The key of a packet, and which way the packet goes.
    @inline(__always)
    init(_ packet: borrowing DecodedPacket, point: UInt16, direction: inout Direction) {
        let source = packet.source
        let destination = packet.destination
        // Without branches: a processor cannot predict which way a packet goes.
        let byPort = Self.bit(packet.destinationPort < packet.sourcePort)
        let byLow = Self.bit(destination.low < source.low) | Self.bit(destination.low == source.low) & byPort
        let isBackward = Self.bit(destination.high < source.high) | Self.bit(destination.high == source.high) & byLow
        let backward = 0 &- isBackward
        let high = (source.high ^ destination.high) & backward
        let low = (source.low ^ destination.low) & backward
        let ports = UInt64(packet.sourcePort ^ packet.destinationPort) & backward
        firstAddress = IPAddress(high: source.high ^ high, low: source.low ^ low)
        secondAddress = IPAddress(high: destination.high ^ high, low: destination.low ^ low)
        numbers =
            (UInt64(packet.sourcePort) ^ ports) << 48 | (UInt64(packet.destinationPort) ^ ports) << 32
            | (source.high | destination.high == 0 ? 0 : Self.wide) | UInt64(packet.ipProtocol) << 16 | UInt64(point)
        direction = isBackward == 0 ? .forward : .backward
    }

    private static func bit(_ isSo: Bool) -> UInt64 { isSo ? 1 : 0 }

    /// The same of a packet over IPv4, in fewer steps: there an endpoint is one number.
    @inline(__always)
    init(_ header: FastHeader, point: UInt16, direction: inout Direction) {
        let first = min(header.source, header.destination)
        let second = max(header.source, header.destination)
        firstAddress = IPAddress(v4: UInt32(truncatingIfNeeded: first >> 16))
        secondAddress = IPAddress(v4: UInt32(truncatingIfNeeded: second >> 16))
        numbers = first << 48 | (second & 0xFFFF) << 32 | UInt64(header.ipProtocol) << 16 | UInt64(point)
        direction = header.destination < header.source ? .backward : .forward
    }

    /// The endpoint that sorts first, and the other.
    public var first: Endpoint { Endpoint(address: firstAddress, port: UInt16(truncatingIfNeeded: numbers >> 48)) }
    public var second: Endpoint { Endpoint(address: secondAddress, port: UInt16(truncatingIfNeeded: numbers >> 32)) }
    /// The observation point.
    public var point: UInt16 { UInt16(truncatingIfNeeded: numbers) }

    @inline(__always)
    public static func == (left: FlowKey, right: FlowKey) -> Bool {
        guard left.firstAddress.low == right.firstAddress.low, left.secondAddress.low == right.secondAddress.low,
            left.numbers == right.numbers
        else { return false }
        if left.numbers & wide == 0 { return true }
        return left.firstAddress.high == right.firstAddress.high && left.secondAddress.high == right.secondAddress.high
    }

    /// A hash that nobody can foresee without the seed: each factor has been mixed with a part of it.
    @inline(__always)
    func hash(_ seed: FlowSeed) -> UInt64 {
        var ends = QuickHash.mix(firstAddress.low ^ seed.first, secondAddress.low ^ seed.second)
        if numbers & Self.wide != 0 {
            ends ^= QuickHash.mix(
                firstAddress.high ^ seed.second, secondAddress.high ^ seed.first &+ 0x1656_67B1_9E37_79F9)
        }
        return QuickHash.mix(ends ^ numbers ^ seed.second, seed.third)
    }
}

/// What the hashes of keys start from.
struct FlowSeed: Sendable, BitwiseCopyable {
    let first: UInt64
    let second: UInt64
    let third: UInt64

    init(_ seed: UInt64) {
        first = seed
        second = seed &* 0xC2B2_AE3D_27D4_EB4F | 1
        third = seed ^ QuickHash.goldenRatio
    }
}
