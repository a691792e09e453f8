/// Which way along a flow: from the endpoint that the flow key puts first, or from the other.
public enum Direction: UInt8, CaseIterable, Sendable, Hashable, BitwiseCopyable {
    case forward = 0
    case backward = 1

    /// The other way.
    @inlinable public var reversed: Direction { self == .forward ? .backward : .forward }
    /// 0 or 1, for indexing pairs.
    @inlinable public var index: Int { Int(rawValue) }
}
