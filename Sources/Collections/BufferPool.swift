import ByteParsing

/// The memory of many buffers, of which few hold something at a time, and then only for a while: a buffer borrows
/// it when it is filled and returns it when it is empty.
///
/// Bounded in number and size. What was returned last is borrowed first: it is still in the processor's caches.
public struct BufferPool: ~Copyable {
    private var buffers = InlineArray<16, ByteBuffer> { _ in ByteBuffer(capacity: 0) }
    private var count = 0

    /// A buffer that is empty keeps this much.
    public static let keptCapacity = 64
    /// Larger buffers are freed, not kept.
    private static let largestKept = 64 << 10

    /// An empty pool.
    public init() {}

    /// Gives an empty buffer the memory of one that was returned, where there is one.
    public mutating func borrow(into buffer: inout ByteBuffer) {
        guard count > 0, buffer.isEmpty, buffer.capacity <= Self.keptCapacity else { return }
        count -= 1
        buffers[count].swap(with: &buffer)
    }

    /// Takes the memory of a buffer that is empty.
    public mutating func `return`(from buffer: inout ByteBuffer) {
        guard buffer.isEmpty, buffer.capacity > Self.keptCapacity else { return }
        if count < buffers.count, buffer.capacity <= Self.largestKept {
            buffers[count].swap(with: &buffer)
            count += 1
        } else {
            buffer = ByteBuffer(capacity: 0)
        }
    }
}
