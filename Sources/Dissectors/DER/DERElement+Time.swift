import PacketModel
import ByteParsing

/// A day as eight digits, and the seconds from 1970 to its beginning.
struct UsualDay: BitwiseCopyable {
    /// 0 before there was any.
    fileprivate(set) var digits: UInt64 = 0
    fileprivate(set) var start = 0
}

extension DERElement {
    /// The instant of a GeneralizedTime in UTC: KerberosTime (RFC 4120, 5.2.3), `YYYYMMDDHHMMSSZ`.
    /// A fraction is read although KerberosTime has none. Nil for an instant outside the years that
    /// a `CaptureTime` holds, such as the year 9999; `malformed` for anything else.
    public func generalizedTime() throws(ParseFault) -> CaptureTime? {
        guard tag == .universal(UInt32(DERUniversal.generalizedTime)) else { throw ParseFault(.malformed, at: offset) }
        try requireWhole()
        let count = content.byteCount
        if count == 15 {
            var day = UsualDay()
            if let time = Self.usualTime(content, &day) { return time }
        }
        guard count >= 15, content.u8(count - 1) == UInt8(ascii: "Z") else { throw ParseFault(.malformed, at: offset) }
        let century = pair(0)
        let yearOfCentury = pair(2)
        let month = pair(4)
        let day = pair(6)
        let hour = pair(8)
        let minute = pair(10)
        let second = pair(12)
        // A pair that is no number is negative, and so is what is made of it.
        guard century | yearOfCentury | month | day | hour | minute | second >= 0, month >= 1, month <= 12, day >= 1,
            day <= 31, hour < 24, minute < 60, second <= 60
        else { throw ParseFault(.malformed, at: offset) }
        let year = century * 100 + yearOfCentury
        let nanoseconds = try fraction(from: 14, to: count - 1)
        let days = Self.days(year: year, month: month, day: day)
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return nil }
        let (total, carry) = scaled.addingReportingOverflow(Int64(nanoseconds))
        return carry ? nil : CaptureTime(nanoseconds: total)
    }

    /// The instant of `YYYYMMDDHHMMSSZ` in the years from 1970 to 2199, eight digits at a time; nil for anything else.
    ///
    /// `lastDay` is the day that was read last: it is mostly the same one.
    @inline(__always)
    static func usualTime(_ content: RawSpan, _ lastDay: inout UsualDay) -> CaptureTime? {
        guard content.byteCount == 15 else { return nil }
        let digits = content.be64(0)
        if digits != lastDay.digits {
            guard let day = usualDay(digits) else { return nil }
            lastDay = day
        }
        let clock = content.be64(7) ^ 0x3030_3030_3030_305A
        // An octet below ten does not reach the upper bit.
        guard (clock | (clock &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0, clock & 0xFF == 0 else {
            return nil
        }
        // Pairs of digits as numbers, each in 16 bits.
        let mask: UInt64 = 0x00FF_00FF_00FF_00FF
        let seconds = (clock >> 16 & mask) &* 10 &+ (clock >> 8 & mask)
        let hour = Int(seconds >> 32 & 0xFF), minute = Int(seconds >> 16 & 0xFF), second = Int(seconds & 0xFF)
        guard hour < 24, minute < 60, second <= 60 else { return nil }
        return CaptureTime(nanoseconds: Int64(lastDay.start &+ hour &* 3600 &+ minute &* 60 &+ second) &* 1_000_000_000)
    }

    /// The day of `YYYYMMDD`.
    @inline(never)
    private static func usualDay(_ digits: UInt64) -> UsualDay? {
        let date = digits ^ 0x3030_3030_3030_3030
        // An octet below ten does not reach the upper bit.
        guard (date | (date &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0 else { return nil }
        let mask: UInt64 = 0x00FF_00FF_00FF_00FF
        let pairs = (date >> 8 & mask) &* 10 &+ (date & mask)
        let year = Int(pairs >> 48) &* 100 &+ Int(pairs >> 32 & 0xFF)
        let month = Int(pairs >> 16 & 0xFF), day = Int(pairs & 0xFF)
        guard year >= 1970, year < 2200, month >= 1, month <= 12, day >= 1, day <= 31 else { return nil }
        return UsualDay(digits: digits, start: Self.days(year: year, month: month, day: day) &* 86_400)
    }

    /// The number of the two digits at an offset; -1 where they are none.
    @inline(__always)
    private func pair(_ start: Int) -> Int {
        let tens = content.u8(start) &- UInt8(ascii: "0")
        let ones = content.u8(start + 1) &- UInt8(ascii: "0")
        return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : -1
    }

    /// Nanoseconds of `.ddd` or `,ddd`; digits past the ninth are passed over.
    private func fraction(from start: Int, to end: Int) throws(ParseFault) -> Int {
        if start == end { return 0 }
        let mark = content.u8(start)
        guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","), end - start > 1 else {
            throw ParseFault(.malformed, at: contentOffset + start)
        }
        var value = 0
        var scale = 100_000_000
        for index in start + 1..<end {
            let digit = content.u8(index) &- UInt8(ascii: "0")
            guard digit < 10 else { throw ParseFault(.malformed, at: contentOffset + index) }
            value += Int(digit) * scale
            scale /= 10
        }
        return value
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar: years begin in March, so that the
    /// leap day comes last, and 400 of them have 146 097 days.
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
