import PacketModel

/// What one unit of an interface's time stamps is worth (`if_tsresol`, `if_tsoffset`).
struct TimestampUnit: Sendable, Hashable {
    /// The option's octet: the upper bit tells powers of two from powers of ten.
    private let code: UInt8
    /// Seconds added to every time.
    private let offsetSeconds: Int64
    /// For units of a nanosecond and more: nanoseconds per unit. 0 for all others.
    private let multiplier: UInt64

    /// Microseconds, where an interface says nothing.
    static let microseconds = TimestampUnit(code: 6, offsetSeconds: 0)

    init(code: UInt8, offsetSeconds: Int64) {
        self.code = code
        self.offsetSeconds = offsetSeconds
        multiplier = code <= 9 ? Self.powerOfTen(9 - Int(code)) : 0
    }

    /// `10^-6` or `2^-20`.
    var text: String { code & 0x80 == 0 ? "10^-\(code)" : "2^-\(code & 0x7F)" }

    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }

    /// The instant of a time stamp; nil where nanoseconds since 1970 in 64 bits cannot hold it.
    @inline(__always)
    func time(_ units: UInt64) -> CaptureTime? {
        if multiplier != 0, offsetSeconds == 0 {
            let (value, overflow) = units.multipliedReportingOverflow(by: multiplier)
            guard !overflow, let nanoseconds = Int64(exactly: value) else { return nil }
            return CaptureTime(nanoseconds: nanoseconds)
        }
        return uncommonTime(units)
    }

    private func uncommonTime(_ units: UInt64) -> CaptureTime? {
        // Whole seconds and the rest are kept apart, so that an offset can bring a time that is out
        // of range back into it.
        var seconds: UInt64 = 0
        var nanoseconds: UInt64 = 0
        let exponent = Int(code & 0x7F)
        if code & 0x80 != 0 {
            seconds = exponent < 64 ? units >> UInt64(exponent) : 0
            let rest = exponent < 64 ? units & ((1 << UInt64(exponent)) - 1) : units
            // rest * 10^9 / 2^exponent over 128 bits.
            let product = rest.multipliedFullWidth(by: 1_000_000_000)
            nanoseconds =
                exponent == 0
                ? 0
                : exponent < 64
                    ? product.high << UInt64(64 - exponent) | product.low >> UInt64(exponent)
                    : product.high >> UInt64(exponent - 64)
        } else if exponent <= 19 {
            let perSecond = Self.powerOfTen(exponent)
            seconds = units / perSecond
            let rest = units % perSecond
            nanoseconds = exponent <= 9 ? rest * Self.powerOfTen(9 - exponent) : rest / Self.powerOfTen(exponent - 9)
        } else if exponent <= 28 {
            // 2^64 such units are less than two seconds.
            nanoseconds = units / Self.powerOfTen(exponent - 9)
        }
        guard let whole = Int64(exactly: seconds) else { return nil }
        let (shifted, first) = whole.addingReportingOverflow(offsetSeconds)
        let (scaled, second) = shifted.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, third) = scaled.addingReportingOverflow(Int64(nanoseconds))
        return first || second || third ? nil : CaptureTime(nanoseconds: total)
    }
}
