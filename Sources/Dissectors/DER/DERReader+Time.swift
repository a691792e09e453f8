import PacketModel
import ByteParsing

extension DERReader {
    /// The instant of a GeneralizedTime in UTC: KerberosTime (RFC 4120, 5.2.3), `YYYYMMDDHHMMSSZ`.
    /// A fraction is read although KerberosTime has none. Nil for an instant outside the years that
    /// a `CaptureTime` holds, such as the year 9999; `malformed` for anything else.
    public func generalizedTime(_ element: DERElement) throws(ParseFault) -> CaptureTime? {
        guard element.tag == .universal(UInt32(DERUniversal.generalizedTime)) else {
            throw ParseFault(.malformed, at: element.offset)
        }
        try requireWhole(element)
        let start = element.contentOffset, end = element.contentEnd
        guard element.count >= 15, bytes.u8(end - 1) == UInt8(ascii: "Z") else {
            throw ParseFault(.malformed, at: element.offset)
        }
        // Four pairs of digits at once: century, year, month, day; and the day again, hour, minute, second.
        guard let date = pairs(start), let clock = pairs(start + 6) else {
            throw ParseFault(.malformed, at: element.offset)
        }
        let year = Int(date >> 48) &* 100 &+ Int(date >> 32 & 0xFF)
        let month = Int(date >> 16 & 0xFF), day = Int(date & 0xFF)
        let hour = Int(clock >> 32 & 0xFF), minute = Int(clock >> 16 & 0xFF), second = Int(clock & 0xFF)
        guard month >= 1, month <= 12, day >= 1, day <= 31, hour < 24, minute < 60, second <= 60 else {
            throw ParseFault(.malformed, at: element.offset)
        }
        let nanoseconds = try fraction(from: start + 14, to: end - 1)
        let days = Self.days(year: year, month: month, day: day)
        let seconds = Int64(days &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return nil }
        let (total, carry) = scaled.addingReportingOverflow(Int64(nanoseconds))
        return carry ? nil : CaptureTime(nanoseconds: total)
    }

    /// The numbers of the four pairs of digits at an offset, 16 bits each; nil where an octet is no digit.
    @inline(__always)
    private func pairs(_ start: Int) -> UInt64? {
        let digits = bytes.be64(start) ^ 0x3030_3030_3030_3030
        // An octet below ten stays below 0x80 when 0x76 is added, and no other does.
        guard (digits | (digits &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0 else { return nil }
        return (digits >> 8 & 0x00FF_00FF_00FF_00FF) &* 10 &+ (digits & 0x00FF_00FF_00FF_00FF)
    }

    /// Nanoseconds of `.ddd` or `,ddd`; digits past the ninth are passed over.
    private func fraction(from start: Int, to end: Int) throws(ParseFault) -> Int {
        if start == end { return 0 }
        let mark = bytes.u8(start)
        guard mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","), end - start > 1 else {
            throw ParseFault(.malformed, at: start)
        }
        var value = 0
        var scale = 100_000_000
        for index in start + 1..<end {
            let digit = bytes.u8(index) &- UInt8(ascii: "0")
            guard digit < 10 else { throw ParseFault(.malformed, at: index) }
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
