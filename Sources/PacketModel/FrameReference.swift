/// Which frame of which capture: the two numbers a reader needs to find the evidence.
public struct FrameReference: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The capture in the upper 16 bits, the frame number in the lower 48.
    public var rawValue: UInt64

    /// Makes a reference; frames count from 1 as in Wireshark, captures from 0 in the order given.
    @inlinable @inline(__always)
    public init(capture: UInt16, frame: UInt64) {
        rawValue = UInt64(capture) << 48 | (frame & 0xFFFF_FFFF_FFFF)
    }

    /// Makes a reference from its raw value.
    @inlinable @inline(__always)
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// The index of the capture, in the order in which the captures were given.
    @inlinable @inline(__always)
    public var capture: UInt16 { UInt16(truncatingIfNeeded: rawValue >> 48) }

    /// The frame number within the capture, from 1.
    @inlinable @inline(__always)
    public var frame: UInt64 { rawValue & 0xFFFF_FFFF_FFFF }

    /// The frame after it in the same capture.
    @inlinable @inline(__always)
    public var next: FrameReference { FrameReference(rawValue: rawValue &+ 1) }

    @inlinable @inline(__always)
    public static func < (left: FrameReference, right: FrameReference) -> Bool { left.rawValue < right.rawValue }
}
