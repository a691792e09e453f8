/// An owned, growable, reusable run of octets with a consumed front: the storage behind read
/// buffers and unfinished messages.
///
/// Bytes are appended at the back and dropped from the front; dropping moves nothing until space
/// is needed. Growth is by the caller's request only, so a length read from a capture never sizes
/// an allocation unless the caller has checked it against a bound.
@safe public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    /// Octets allocated.
    public internal(set) var capacity: Int
    @usableFromInline var start: Int
    @usableFromInline var end: Int

    /// An empty buffer with room for `capacity` octets.
    public init(capacity: Int) {
        let room = max(capacity, 16)
        unsafe base = .allocate(byteCount: room, alignment: 16)
        self.capacity = room
        start = 0
        end = 0
    }

    deinit { unsafe base.deallocate() }

    /// Octets held.
    @inlinable @inline(__always)
    public var count: Int { end - start }

    /// Whether nothing is held.
    @inlinable @inline(__always)
    public var isEmpty: Bool { end == start }

    /// A view of what is held.
    @inlinable @inline(__always)
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let view = unsafe RawSpan(_unsafeStart: base + start, byteCount: end - start)
            return unsafe _overrideLifetime(view, borrowing: self)
        }
    }

    /// Forgets everything held; keeps the room.
    @inlinable
    public mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Drops `count` octets from the front; more than are held empties the buffer.
    @inlinable
    public mutating func removeFirst(_ count: Int) {
        start += min(max(count, 0), end - start)
        if start == end { removeAll() }
    }

    /// Keeps only the first `count` octets.
    @inlinable
    public mutating func keepFirst(_ count: Int) {
        end = start + min(max(count, 0), end - start)
    }

    /// Makes room for `count` more octets behind what is held, moving or growing as needed.
    @inlinable @inline(__always)
    public mutating func reserve(_ count: Int) {
        if capacity - end < count { makeRoom(count) }
    }

    @usableFromInline
    mutating func makeRoom(_ count: Int) {
        let held = end - start
        if capacity - held >= count {
            if held > 0 { unsafe base.copyMemory(from: base + start, byteCount: held) }
        } else {
            let room = max(capacity &* 2, held + count)
            let grown = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
            if held > 0 { unsafe grown.copyMemory(from: base + start, byteCount: held) }
            unsafe base.deallocate()
            unsafe base = grown
            capacity = room
        }
        start = 0
        end = held
    }

    /// Appends a copy of `bytes`.
    @inlinable
    public mutating func append(_ bytes: borrowing RawSpan) {
        let count = bytes.byteCount
        if count == 0 { return }
        reserve(count)
        unsafe bytes.withUnsafeBytes { source in
            if let from = source.baseAddress { unsafe (base + end).copyMemory(from: from, byteCount: count) }
        }
        end += count
    }

    /// Appends one octet.
    @inlinable
    public mutating func append(_ byte: UInt8) {
        reserve(1)
        unsafe base.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end += 1
    }

    /// Appends a string's UTF-8 octets.
    @inlinable
    public mutating func append(utf8 text: String) {
        var copy = text
        copy.withUTF8 { unsafe append(RawSpan(_unsafeElements: $0)) }
    }

    /// Lets `body` write up to `room` octets behind what is held and return how many it wrote.
    ///
    /// For system calls and codecs only: the pointer must not leave the closure.
    @unsafe
    public mutating func withUnusedRoom<E: Error>(
        _ room: Int, _ body: (UnsafeMutableRawBufferPointer) throws(E) -> Int
    ) throws(E) -> Int {
        reserve(room)
        let target = unsafe UnsafeMutableRawBufferPointer(start: base + end, count: room)
        let written = try unsafe body(target)
        let kept = min(max(written, 0), room)
        end += kept
        return kept
    }

    /// Exchanges the contents with another buffer.
    public mutating func swap(with other: inout ByteBuffer) {
        let held = unsafe (base, capacity, start, end)
        unsafe base = other.base
        capacity = other.capacity
        start = other.start
        end = other.end
        unsafe (other.base, other.capacity, other.start, other.end) = held
    }
}
// The storage is owned uniquely, so it may move between threads with its owner.
extension ByteBuffer: @unchecked Sendable {}
