import ByteParsing

/// The hash by which tables of names find a text: seeded at random in each run, but where Swift's own hashing is told
/// to be
/// repeatable, so that names that fall on one place cannot be prepared.
struct NameHash: BitwiseCopyable {
    private let seed: UInt64

    init(purpose: Int) {
        var hasher = Hasher()
        hasher.combine(purpose)
        seed = UInt64(bitPattern: Int64(hasher.finalize()))
    }

    @inline(__always)
    func value(_ bytes: borrowing RawSpan) -> UInt64 {
        var state = seed
        var offset = 0
        let count = bytes.byteCount
        while count - offset >= 8 {
            state = Self.mix(state ^ bytes.le64(offset))
            offset += 8
        }
        // The rest overlaps what has been read, where there is that much: its octets alone would be read one by one.
        let rest = count - offset
        var tail: UInt64 = 0
        if rest > 0 {
            if count >= 8 {
                tail = bytes.le64(count - 8)
            } else if count >= 4 {
                tail = UInt64(bytes.le32(0)) << 32 | UInt64(bytes.le32(count - 4))
            } else {
                tail = UInt64(bytes.u8(0)) << 16 | UInt64(bytes.u8(count / 2)) << 8 | UInt64(bytes.u8(count - 1))
            }
        }
        return Self.mix(Self.mix(state ^ tail) ^ UInt64(count))
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
