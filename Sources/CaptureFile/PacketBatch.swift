import PacketModel
import ByteParsing

/// One captured packet: where its bytes lie in the batch, and what the container says of it.
///
/// Half a cache line: a batch holds thousands of them. Lengths are 32 bits wide in every container.
public struct PacketRecord: Sendable, BitwiseCopyable {
    /// Nanoseconds since the Unix epoch, or the one value that stands for none.
    @usableFromInline var stamp: Int64
    /// Its place in its capture.
    public var frame: FrameReference
    @usableFromInline var start: UInt32
    @usableFromInline var captured: UInt32
    @usableFromInline var original: UInt32
    /// What the bytes begin with.
    public var linkType: LinkType
    /// The observation point: packets of two points are never joined into one flow.
    public var point: UInt16

    @usableFromInline static let noStamp = Int64.min

    /// Offset of the first captured octet in the batch's buffer.
    @inlinable public var offset: Int {
        @inline(__always) get { Int(start) }
        set { start = UInt32(truncatingIfNeeded: newValue) }
    }
    /// Octets captured.
    @inlinable @inline(__always) public var capturedLength: Int { Int(captured) }
    /// Octets on the wire as recorded; more than captured where a snaplen cut the packet, and in
    /// damaged captures even less.
    @inlinable @inline(__always) public var originalLength: Int { Int(original) }
    /// Whether the capture holds less of the packet than was on the wire.
    @inlinable @inline(__always) public var isCut: Bool { captured < original }
    /// Says how long it is: for a packet within the one that was captured.
    public mutating func setLengths(captured: Int, original: Int) {
        self.captured = UInt32(truncatingIfNeeded: captured)
        self.original = UInt32(truncatingIfNeeded: original)
    }
    /// When it was captured; nil for pcapng simple packets and impossible times.
    @inlinable public var time: CaptureTime? {
        @inline(__always) get { stamp == Self.noStamp ? nil : CaptureTime(nanoseconds: stamp) }
        set { stamp = newValue?.nanoseconds ?? Self.noStamp }
    }

    /// Makes a record.
    @inlinable @inline(__always)
    public init(
        offset: Int, capturedLength: Int, originalLength: Int, time: CaptureTime?,
        frame: FrameReference, linkType: LinkType, point: UInt16
    ) {
        stamp = time?.nanoseconds ?? Self.noStamp
        self.frame = frame
        start = UInt32(truncatingIfNeeded: offset)
        captured = UInt32(truncatingIfNeeded: capturedLength)
        original = UInt32(truncatingIfNeeded: originalLength)
        self.linkType = linkType
        self.point = point
    }
}

/// Some packets in one owned, reused buffer. The views that it hands out borrow it, so the compiler
/// proves that none outlives the next filling.
public struct PacketBatch: ~Copyable, Sendable {
    /// The octets that the records point into.
    public var buffer: ByteBuffer
    /// The packets, in the source's order.
    public var records: [PacketRecord]

    /// An empty batch with room for `capacity` octets and so many packets.
    public init(capacity: Int = 1 << 19, records count: Int = 4096) {
        buffer = ByteBuffer(capacity: capacity)
        records = []
        records.reserveCapacity(count)
    }

    /// Forgets the packets; keeps the memory.
    public mutating func removeAll() {
        buffer.removeAll()
        records.removeAll(keepingCapacity: true)
    }

    /// The captured octets of a record of this batch.
    @inlinable @inline(__always)
    @_lifetime(borrow self)
    public func bytes(of record: PacketRecord) -> RawSpan {
        buffer.bytes.slice(record.offset, record.offset + record.capturedLength)
    }
}
