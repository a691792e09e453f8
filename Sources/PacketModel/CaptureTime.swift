/// An instant on a capture's clock: nanoseconds since 1970-01-01T00:00:00Z.
///
/// Covers the years 1677 to 2262; readers turn what lies outside into "no time".
public struct CaptureTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the Unix epoch.
    public var nanoseconds: Int64

    /// Makes an instant from nanoseconds since the Unix epoch.
    @inlinable @inline(__always)
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable @inline(__always)
    public static func < (left: CaptureTime, right: CaptureTime) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The nanoseconds from `earlier` to this instant, clamped to what 64 bits hold.
    @inlinable
    public func nanoseconds(since earlier: CaptureTime) -> Int64 {
        let (value, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return overflow ? (nanoseconds < 0 ? .min : .max) : value
    }

    /// This instant moved by `delta` nanoseconds, clamped to what 64 bits hold.
    @inlinable
    public func advanced(byNanoseconds delta: Int64) -> CaptureTime {
        let (value, overflow) = nanoseconds.addingReportingOverflow(delta)
        return CaptureTime(nanoseconds: overflow ? (delta < 0 ? .min : .max) : value)
    }
}
