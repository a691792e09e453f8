/// Room that buffers lend each other: of many buffers few hold something at a time, and then only for a while.
///
/// Bounded in number and size. What was given back last is lent first: it is still in the processor's caches.
public struct BufferPool: ~Copyable {
    private var buffers = InlineArray<16, ByteBuffer> { _ in ByteBuffer(capacity: 0) }
    private var count = 0

    /// A buffer that is empty keeps this much.
    public static let keptCapacity = 64
    /// Larger buffers are freed, not lent.
    private static let largestLent = 64 << 10

    /// Nothing to lend.
    public init() {}

    /// Gives an empty buffer the room of one that was given back, where there is one.
    public mutating func borrow(into buffer: inout ByteBuffer) {
        guard count > 0, buffer.isEmpty, buffer.capacity <= Self.keptCapacity else { return }
        count -= 1
        buffers[count].swap(with: &buffer)
    }

    /// Takes the room of a buffer that is empty.
    public mutating func `return`(from buffer: inout ByteBuffer) {
        guard buffer.isEmpty, buffer.capacity > Self.keptCapacity else { return }
        if count < buffers.count, buffer.capacity <= Self.largestLent {
            buffers[count].swap(with: &buffer)
            count += 1
        } else {
            buffer = ByteBuffer(capacity: 0)
        }
    }
}
