import PacketModel

/// A time or none, in the room of a time: an optional one would take twice as much, and a message has many.
@usableFromInline
struct SparseTime: Sendable, BitwiseCopyable {
    /// Nanoseconds since the Unix epoch, or the one value that stands for none. No reader makes a time of that one:
    /// theirs begin at a whole second that 64 bits hold, which the least number is not, or count in hundreds of
    /// nanoseconds.
    @usableFromInline var nanoseconds = Int64.min

    @inlinable init() {}

    /// The time; nil where there is none.
    @inlinable var time: CaptureTime? {
        get { nanoseconds == .min ? nil : CaptureTime(nanoseconds: nanoseconds) }
        set { nanoseconds = newValue?.nanoseconds ?? .min }
    }
}
