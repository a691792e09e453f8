/// A protocol whose messages are read: a number of its own, chosen where the protocol is defined.
///
/// 0 to 31 are this program's own; whoever registers further protocols takes numbers from 32 to 63.
public struct ProtocolID: RawRepresentable, Hashable, Sendable, BitwiseCopyable {
    /// The number, below 64.
    public let rawValue: UInt8

    /// Makes an id; of a larger number only the lowest six bits count.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue & 63 }
}

/// Some protocols, as those that were read in one flow.
public struct ProtocolSet: OptionSet, Hashable, Sendable, BitwiseCopyable {
    /// A bit for each protocol, by its number.
    public let rawValue: UInt64

    /// Makes a set from its bits.
    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// One protocol alone.
    @inlinable
    public init(_ id: ProtocolID) { rawValue = 1 << UInt64(id.rawValue) }

    /// Whether the protocol is one of these.
    @inlinable
    public func contains(_ id: ProtocolID) -> Bool { contains(ProtocolSet(id)) }
}

/// A number for each protocol, as of the messages read; 0 for those that nothing was counted of.
public struct ProtocolCounts: Hashable, Sendable {
    private var counts: [UInt64] = []

    /// Nothing counted.
    public init() {}

    /// The number of one protocol.
    public subscript(id: ProtocolID) -> UInt64 {
        get { Int(id.rawValue) < counts.count ? counts[Int(id.rawValue)] : 0 }
        set {
            while counts.count <= Int(id.rawValue) { counts.append(0) }
            counts[Int(id.rawValue)] = newValue
        }
    }

    /// Adds the numbers of `other`, protocol by protocol.
    public mutating func add(_ other: ProtocolCounts) {
        for number in other.counts.indices {
            self[ProtocolID(rawValue: UInt8(truncatingIfNeeded: number))] &+= other.counts[number]
        }
    }
}
