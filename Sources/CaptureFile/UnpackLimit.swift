/// How much a packed capture may unpack to, so that a few kilobytes cannot keep the program busy for hours.
public enum UnpackLimit: Sendable, Hashable {
    /// 1 GiB in any case, and beyond that as much as traffic can be packed into what has been read: a long capture of
    /// dull traffic is read to its end, and what consists of next to nothing stops at 1 GiB.
    case plausible
    /// So many bytes and no more.
    case bytes(UInt64)

    /// What is unpacked in any case.
    public static let alwaysAllowed: UInt64 = 1 << 30

    /// The most bytes that one packed byte is believed to stand for beyond that. The headers of packets of 1,500 bytes
    /// keep even a transfer of nothing but zeros at 65 (gzip) and 120 (zstd); only where offloading joins packets to
    /// 64 KiB does it reach 640, and 3,900. Zeros without packets reach 1,030 and 32,000.
    static let plausibleRatio: UInt64 = 500

    /// How much may have been unpacked once `packed` bytes have been used up.
    func allowed(afterReading packed: UInt64) -> UInt64 {
        switch self {
        case .plausible:
            let (most, overflow) = packed.multipliedReportingOverflow(by: Self.plausibleRatio)
            return overflow ? .max : max(most, Self.alwaysAllowed)
        case .bytes(let most): return most
        }
    }
}
