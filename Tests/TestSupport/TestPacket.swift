import PacketModel

/// One packet that a test may change before it is read.
package struct TestPacket: Hashable, Sendable {
    /// Nanoseconds since 1970; nil where the container gives none.
    package var time: Int64?
    package var linkType = LinkType.ethernet
    package var bytes: [UInt8]
    /// Octets on the wire.
    package var originalLength: Int
    package var point: UInt16 = 0

    package init(
        time: Int64?, linkType: LinkType = .ethernet, bytes: [UInt8], originalLength: Int? = nil, point: UInt16 = 0
    ) {
        self.time = time
        self.linkType = linkType
        self.bytes = bytes
        self.originalLength = originalLength ?? bytes.count
        self.point = point
    }
}
