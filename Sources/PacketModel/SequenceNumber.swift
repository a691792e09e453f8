/// A TCP sequence number (RFC 9293, 3.4).
///
/// Numbers wrap around: of two of them that one is the greater which the other reaches by counting up through less than
/// half of all numbers. So there is an order between neighbours, but no order of all of them, and no `Comparable`.
public struct SequenceNumber: Hashable, Sendable, BitwiseCopyable {
    /// The number as it stands in the header.
    public var rawValue: UInt32

    /// A number of a header.
    @inlinable public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// The number of the octet that many octets further on.
    @inlinable public static func + (start: SequenceNumber, octets: Int) -> SequenceNumber {
        SequenceNumber(start.rawValue &+ UInt32(truncatingIfNeeded: octets))
    }

    /// Moves on by so many octets.
    @inlinable public static func += (number: inout SequenceNumber, octets: Int) { number = number + octets }

    /// How many octets the left one lies behind the right one; negative where it lies before it.
    @inlinable public static func - (left: SequenceNumber, right: SequenceNumber) -> Int {
        Int(Int32(bitPattern: left.rawValue &- right.rawValue))
    }

    @inlinable public static func < (left: SequenceNumber, right: SequenceNumber) -> Bool { left - right < 0 }
    @inlinable public static func > (left: SequenceNumber, right: SequenceNumber) -> Bool { left - right > 0 }
    @inlinable public static func <= (left: SequenceNumber, right: SequenceNumber) -> Bool { left - right <= 0 }
    @inlinable public static func >= (left: SequenceNumber, right: SequenceNumber) -> Bool { left - right >= 0 }
}
