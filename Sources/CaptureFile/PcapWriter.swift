import PacketModel
import ByteParsing

/// Writes the classic format octet for octet into a buffer.
public struct PcapWriter: Sendable {
    /// The header type of all packets.
    public var linkType: LinkType
    /// Octets kept of each packet, as stated in the header.
    public var snapLength: UInt32
    /// Whether times keep their nanoseconds.
    public var keepsNanoseconds: Bool
    /// The byte order of the file.
    public var isBigEndian: Bool

    /// A writer of one form of the format.
    public init(
        linkType: LinkType, snapLength: UInt32 = 262_144, keepsNanoseconds: Bool = true, isBigEndian: Bool = false
    ) {
        self.linkType = linkType
        self.snapLength = snapLength
        self.keepsNanoseconds = keepsNanoseconds
        self.isBigEndian = isBigEndian
    }

    /// Appends the file header.
    public func writeHeader(to buffer: inout ByteBuffer) {
        buffer.append(keepsNanoseconds ? 0xA1B2_3C4D as UInt32 : 0xA1B2_C3D4, bigEndian: isBigEndian)
        buffer.append(2 as UInt16, bigEndian: isBigEndian)
        buffer.append(4 as UInt16, bigEndian: isBigEndian)
        buffer.append(0 as UInt64, bigEndian: isBigEndian)
        buffer.append(snapLength, bigEndian: isBigEndian)
        buffer.append(UInt32(linkType.rawValue), bigEndian: isBigEndian)
    }

    /// Appends one record. The format holds times from 1970 to 2106; others become the nearest.
    public func writePacket(_ packet: RawSpan, time: CaptureTime, originalLength: Int, to buffer: inout ByteBuffer) {
        let nanoseconds = max(time.nanoseconds, 0)
        let seconds = UInt32(clamping: nanoseconds / 1_000_000_000)
        let fraction = UInt32(nanoseconds % 1_000_000_000)
        buffer.append(seconds, bigEndian: isBigEndian)
        buffer.append(keepsNanoseconds ? fraction : fraction / 1000, bigEndian: isBigEndian)
        buffer.append(UInt32(clamping: packet.byteCount), bigEndian: isBigEndian)
        buffer.append(UInt32(clamping: originalLength), bigEndian: isBigEndian)
        buffer.append(packet)
    }
}

extension ByteBuffer {
    /// Appends an integer in the given byte order.
    mutating func append<Value: FixedWidthInteger & UnsignedInteger>(_ value: Value, bigEndian: Bool) {
        for index in 0..<Value.bitWidth / 8 {
            let shift = Value(8 * (bigEndian ? Value.bitWidth / 8 - 1 - index : index))
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
