/// A total that is carried on where a 32-bit counter begins again.
public struct WideCount: Sendable, Hashable {
    private var last: UInt32 = 0
    /// What has been counted so far.
    public private(set) var total: UInt64 = 0

    /// Nothing counted; the counter begins at 0.
    public init() {}

    /// Takes note of how the counter stands. It must be read before it has gone half way round; a counter that went
    /// back, as that of an interface that is gone, adds nothing.
    public mutating func take(_ counter: UInt32) {
        let step = Int32(bitPattern: counter &- last)
        if step > 0 { total += UInt64(step) }
        last = counter
    }
}
