import ByteParsing

/// The header of a Zstandard frame (RFC 8878, section 3.1.1): how long it is, and how large a window the frame asks
/// for.
enum ZstdFrameHeader {
    /// So many bytes are not enough to tell.
    case incomplete
    /// No frame begins like this.
    case unknown
    /// A frame: the header's length in bytes, and the bytes that its window takes.
    case frame(length: Int, window: UInt64)

    private static let magic: UInt32 = 0xFD2F_B528
    /// The least number of bytes of a window.
    private static let smallestWindow: UInt64 = 1 << 10

    init(_ bytes: RawSpan) {
        guard bytes.byteCount >= 5 else {
            self = bytes.byteCount >= 4 && !Self.isMagic(bytes.le32(0)) ? .unknown : .incomplete
            return
        }
        guard bytes.le32(0) == Self.magic else {
            // A skippable frame states its length, and nothing of it is kept.
            self =
                !Self.isMagic(bytes.le32(0))
                ? .unknown : bytes.byteCount < 8 ? .incomplete : .frame(length: 8, window: 0)
            return
        }
        let descriptor = bytes.u8(4)
        let isSingle = descriptor & 0x20 != 0
        let dictionaryLength = [0, 1, 2, 4][Int(descriptor & 3)]
        let sizeLength = [isSingle ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        let sizeStart = 5 + (isSingle ? 0 : 1) + dictionaryLength
        let length = sizeStart + sizeLength
        guard bytes.byteCount >= length else {
            self = .incomplete
            return
        }
        var size: UInt64?
        switch sizeLength {
        case 1: size = UInt64(bytes.u8(sizeStart))
        case 2: size = UInt64(bytes.le16(sizeStart)) + 256
        case 4: size = UInt64(bytes.le32(sizeStart))
        case 8: size = UInt64(bytes.le32(sizeStart)) | UInt64(bytes.le32(sizeStart + 4)) << 32
        default: break
        }
        var window = UInt64.max
        if !isSingle {
            let base = Self.smallestWindow << UInt64(bytes.u8(5) >> 3)
            window = base + base / 8 * UInt64(bytes.u8(5) & 7)
        }
        // What is shorter than its window is held as a whole.
        self = .frame(length: length, window: min(window, size ?? .max))
    }

    private static func isMagic(_ value: UInt32) -> Bool { value == magic || value & 0xFFFF_FFF0 == 0x184D_2A50 }
}
