import Compression

/// How much a packed capture may unpack to, so that a few kilobytes cannot keep the program busy for hours.
public enum UnpackLimit: Sendable, Hashable {
    /// 1 GiB in any case, and beyond that as much as traffic can be packed into what has been read: a long capture of
    /// dull traffic is read to its end, and what consists of next to nothing stops at 1 GiB.
    case plausible
    /// So many bytes and no more.
    case bytes(UInt64)

    /// What is unpacked in any case.
    public static let alwaysAllowed: UInt64 = 1 << 30

    /// How much may have been unpacked once `packed` bytes have been used up.
    func allowed(afterReading packed: UInt64, of format: CompressionFormat) -> UInt64 {
        switch self {
        case .plausible:
            let (most, overflow) = packed.multipliedReportingOverflow(by: format.plausibleRatio)
            return overflow ? .max : max(most, Self.alwaysAllowed)
        case .bytes(let most): return most
        }
    }
}
