/// Builds capture containers octet by octet, in either byte order, for tests.
struct ContainerBytes {
    var bytes: [UInt8] = []
    var bigEndian: Bool

    init(bigEndian: Bool) { self.bigEndian = bigEndian }

    mutating func put<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: bigEndian ? value.bigEndian : value.littleEndian) { bytes += $0 }
    }

    mutating func put(_ more: [UInt8]) { bytes += more }

    mutating func pcapHeader(
        magic: UInt32 = 0xA1B2_C3D4, major: UInt16 = 2, minor: UInt16 = 4,
        snapLength: UInt32 = 65535, network: UInt32 = 1
    ) {
        put(magic); put(major); put(minor); put(UInt32(0)); put(UInt32(0)); put(snapLength); put(network)
    }

    mutating func pcapRecord(seconds: UInt32, fraction: UInt32, original: Int? = nil, extra: Int = 0, _ packet: [UInt8])
    {
        put(seconds); put(fraction); put(UInt32(packet.count)); put(UInt32(original ?? packet.count))
        put([UInt8](repeating: 0, count: extra))
        put(packet)
    }
}
