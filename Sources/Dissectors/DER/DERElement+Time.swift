import ByteParsing
import CaptureFile

extension DERElement {
    /// The instant of a GeneralizedTime in UTC: KerberosTime (RFC 4120, 5.2.3), `YYYYMMDDHHMMSSZ`.
    /// A fraction is read although KerberosTime has none. Nil for an instant outside the years that
    /// a `CaptureTime` holds, such as the year 9999; `malformed` for anything else.
    public func generalizedTime() throws(ParseFault) -> CaptureTime? {
        guard tag == .universal(UInt32(DERUniversal.generalizedTime)) else { throw ParseFault(.malformed, at: offset) }
        try requireWhole()
        let count = content.byteCount
        guard count >= 15, content.u8(count - 1) == UInt8(ascii: "Z") else { throw ParseFault(.malformed, at: offset) }
        let year = try digits(0, 4)
        let month = try digits(4, 2)
        let day = try digits(6, 2)
        let hour = try digits(8, 2)
        let minute = try digits(10, 2)
        let second = try digits(12, 2)
        guard month >= 1, month <= 12, day >= 1, day <= 31, hour < 24, minute < 60, second <= 60 else {
            throw ParseFault(.malformed, at: offset)
        }
        let nanoseconds = try fraction(from: 14, to: count - 1)
        let days = Self.days(year: year, month: month, day: day)
        let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return nil }
        let (total, carry) = scaled.addingReportingOverflow(Int64(nanoseconds))
        return carry ? nil : CaptureTime(nanoseconds: total)
    }

    private func digits(_ start: Int, _ count: Int) throws(ParseFault) -> Int {
        var value = 0
        for index in start..<start + count {
            let digit = content.u8(index) &- UInt8(ascii: "0")
            guard digit < 10 else { throw ParseFault(.malformed, at: contentOffset + index) }
            value = value * 10 + Int(digit)
        }
        return value
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
            value += try digits(index, 1) * scale
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
