/// A date and time of day in UTC, by the proleptic Gregorian calendar.
public struct CivilTime: Hashable, Sendable {
    public var year: Int
    /// 1 to 12.
    public var month: Int
    /// 1 to 31.
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var nanosecond: Int

    /// The date and time of an instant.
    public init(_ time: CaptureTime) {
        let seconds = Self.floorDivide(time.nanoseconds, 1_000_000_000)
        nanosecond = Int(time.nanoseconds &- seconds &* 1_000_000_000)
        let days = Self.floorDivide(seconds, 86_400)
        let rest = Int(seconds - days * 86_400)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        (year, month, day) = Self.date(ofDay: Int(days))
    }

    /// The date of a day counted from 1970-01-01.
    public static func date(ofDay days: Int) -> (year: Int, month: Int, day: Int) {
        // Years are counted from March, so that the leap day is the last of its year; 400 years
        // (an era) have 146 097 days.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    /// Days from 1970-01-01 to a date.
    public static func days(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }

    /// `2026-11-21`.
    public var dateText: String { "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))" }

    /// `09:12:33.104`, to the millisecond (cut, not rounded).
    public var clockText: String { "\(secondsText).\(Self.padded(nanosecond / 1_000_000, 3))" }

    /// `09:12:33`.
    public var secondsText: String { "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))" }

    public static func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension CaptureTime {
    /// Reads RFC 3339: a date, or a date and a time with `Z`, an offset, or neither (then UTC). Nil
    /// where the text is something else or lies outside what 64 bits of nanoseconds hold.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2), (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        let days = CivilTime.days(year: year, month: month, day: day)
        var seconds = days * 86_400
        var nanoseconds = 0
        if !reader.isAtEnd {
            guard reader.take("T") || reader.take("t") || reader.take(" "), let hour = reader.number(2),
                reader.take(":"),
                let minute = reader.number(2), hour < 24, minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
            if reader.take(":") {
                guard let second = reader.number(2), second <= 60 else { return nil }
                seconds += second
                if reader.take(".") {
                    guard let fraction = reader.fraction() else { return nil }
                    nanoseconds = fraction
                }
            }
            if !reader.isAtEnd, !reader.take("Z"), !reader.take("z") {
                let isWest = reader.take("-")
                guard isWest || reader.take("+"), let hours = reader.number(2), reader.take(":"),
                    let minutes = reader.number(2), hours < 24, minutes < 60
                else { return nil }
                seconds += (isWest ? 1 : -1) * (hours * 3600 + minutes * 60)
            }
        }
        let (product, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = product.addingReportingOverflow(Int64(nanoseconds))
        // A day that its month lacks comes back as another date.
        let check = CivilTime.date(ofDay: days)
        guard reader.isAtEnd, !overflow, !carry, check.month == month, check.day == day else { return nil }
        self.init(nanoseconds: sum)
    }
}

/// Reads fixed-width numbers out of a short text.
private struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = text[...].utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: scalar) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = rest.first, digit >= 0x30, digit <= 0x39 else { return nil }
            value = value * 10 + Int(digit - 0x30)
            rest.removeFirst()
        }
        return value
    }

    /// One to nine digits as nanoseconds; further ones are read and ignored.
    mutating func fraction() -> Int? {
        var value = 0
        var count = 0
        while let digit = rest.first, digit >= 0x30, digit <= 0x39 {
            if count < 9 { value = value * 10 + Int(digit - 0x30) }
            count += 1
            rest.removeFirst()
        }
        guard count > 0 else { return nil }
        for _ in min(count, 9)..<9 { value *= 10 }
        return value
    }
}
