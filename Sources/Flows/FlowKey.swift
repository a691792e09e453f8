import Dissectors

/// The symmetric five-tuple of a flow at one observation point. VLAN and tunnel ids are no part of
/// it: both directions of a flow may carry different ones.
public struct FlowKey: Hashable, Sendable, BitwiseCopyable {
    /// The address of the endpoint that sorts first, and of the other.
    public var firstAddress: IPAddress
    public var secondAddress: IPAddress
    /// Their ports, the IP protocol number and the observation point, from the upper bits down.
    var numbers: UInt64

    /// The key of no packet.
    static let none = FlowKey(firstAddress: IPAddress(high: 0, low: 0), secondAddress: IPAddress(high: 0, low: 0), numbers: 0)

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
        let isBackward = source.high != destination.high ? destination.high < source.high
            : source.low != destination.low ? destination.low < source.low
            : packet.destinationPort < packet.sourcePort
        let rest = UInt64(packet.ipProtocol) << 16 | UInt64(point)
        if isBackward {
            firstAddress = destination
            secondAddress = source
            numbers = UInt64(packet.destinationPort) << 48 | UInt64(packet.sourcePort) << 32 | rest
            direction = .backward
        } else {
            firstAddress = source
            secondAddress = destination
            numbers = UInt64(packet.sourcePort) << 48 | UInt64(packet.destinationPort) << 32 | rest
            direction = .forward
        }
    }

    /// The endpoint that sorts first, and the other.
    public var first: Endpoint { Endpoint(address: firstAddress, port: UInt16(truncatingIfNeeded: numbers >> 48)) }
    public var second: Endpoint { Endpoint(address: secondAddress, port: UInt16(truncatingIfNeeded: numbers >> 32)) }
    /// The observation point.
    public var point: UInt16 { UInt16(truncatingIfNeeded: numbers) }

    @inline(__always)
    public static func == (left: FlowKey, right: FlowKey) -> Bool {
        // Without a branch at each word: nearly always all are equal.
        (left.numbers ^ right.numbers) | (left.firstAddress.low ^ right.firstAddress.low)
            | (left.secondAddress.low ^ right.secondAddress.low) | (left.firstAddress.high ^ right.firstAddress.high)
            | (left.secondAddress.high ^ right.secondAddress.high) == 0
    }

    /// A hash that cannot be foreseen without the seed: whatever is multiplied has been mixed with a part of it.
    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        let other = seed &* 0xC2B2_AE3D_27D4_EB4F | 1
        var ends = Self.mix(firstAddress.low ^ seed, secondAddress.low ^ other)
        if firstAddress.high | secondAddress.high != 0 {
            ends ^= Self.mix(firstAddress.high ^ other, secondAddress.high ^ seed &+ 0x1656_67B1_9E37_79F9)
        }
        return Self.mix(ends ^ numbers ^ other, seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    @inline(__always)
    static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
