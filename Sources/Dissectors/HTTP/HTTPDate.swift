import PacketModel
import ByteParsing

/// Reads the three forms of an HTTP date (RFC 9110, 5.6.7).
enum HTTPDate {
    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` or
    /// `Sun Nov  6 08:49:37 1994`; nil for anything else, and for years before 1970 or past 2261.
    static func parse(_ field: RawSpan) -> CaptureTime? {
        let text = field.trimmed()
        if let usual = usual(text) { return usual }
        if let comma = text.firstIndex(of: UInt8(ascii: ",")) {
            var reader = Reader(text: text, position: comma + 1)
            return reader.dayFirst()
        }
        guard let space = text.firstIndex(of: 0x20) else { return nil }
        var reader = Reader(text: text, position: space + 1)
        return reader.monthFirst()
    }

    /// The first form, written as all write it; nil for anything else.
    private static func usual(_ text: RawSpan) -> CaptureTime? {
        // The first comma ends the day's name, here as in the other forms.
        guard text.byteCount == 29, text.firstIndex(of: UInt8(ascii: ",")) == 3, text.u8(4) == 0x20, text.u8(7) == 0x20,
            text.u8(11) == 0x20, text.u8(16) == 0x20, text.u8(19) == UInt8(ascii: ":"), text.u8(22) == UInt8(ascii: ":")
        else { return nil }
        func pair(_ offset: Int) -> Int {
            let tens = text.u8(offset) &- 0x30, ones = text.u8(offset + 1) &- 0x30
            return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : -1
        }
        let day = pair(5), century = pair(12), yearOfCentury = pair(14)
        let hour = pair(17), minute = pair(20), second = pair(23)
        // A pair that is no number is negative, and so is what is made of it.
        guard day | century | yearOfCentury | hour | minute | second >= 0, century >= 10, hour < 24, minute < 60,
            second <= 60
        else { return nil }
        var reader = Reader(text: text, position: 8)
        guard let month = reader.month() else { return nil }
        return instant(
            year: century * 100 + yearOfCentury, month: month, day: day, seconds: hour * 3600 + minute * 60 + second)
    }

    private struct Reader: ~Escapable {
        let text: RawSpan
        var position: Int

        @_lifetime(copy text)
        init(text: RawSpan, position: Int) {
            self.text = text
            self.position = position
        }

        @_lifetime(self: copy self)
        mutating func dayFirst() -> CaptureTime? {
            guard let day = number(), let month = month(), let yearDigits = number(), let seconds = clock() else {
                return nil
            }
            // Two digits are RFC 850's; no server that matters ran before 1970.
            let year = yearDigits < 70 ? 2000 + yearDigits : yearDigits < 100 ? 1900 + yearDigits : yearDigits
            return HTTPDate.instant(year: year, month: month, day: day, seconds: seconds)
        }

        @_lifetime(self: copy self)
        mutating func monthFirst() -> CaptureTime? {
            guard let month = month(), let day = number(), let seconds = clock(), let year = number() else {
                return nil
            }
            return HTTPDate.instant(year: year, month: month, day: day, seconds: seconds)
        }

        @_lifetime(self: copy self)
        private mutating func skipSeparators() {
            while position < text.byteCount, text.u8(position).isHTTPSpace || text.u8(position) == UInt8(ascii: "-") {
                position += 1
            }
        }

        /// One to four digits.
        @_lifetime(self: copy self)
        private mutating func number() -> Int? {
            skipSeparators()
            var value = 0
            var digits = 0
            while position < text.byteCount, digits < 5, let digit = text.u8(position).decimalDigit {
                value = value * 10 + digit
                digits += 1
                position += 1
            }
            return digits > 0 && digits < 5 ? value : nil
        }

        /// The number of a month by its first three letters.
        @_lifetime(self: copy self)
        mutating func month() -> Int? {
            skipSeparators()
            guard text.byteCount - position >= 3 else { return nil }
            let letters =
                UInt32(text.lowercased(position)) << 16 | UInt32(text.lowercased(position + 1)) << 8
                | UInt32(text.lowercased(position + 2))
            position += 3
            switch letters {
            case 0x6A616E: return 1
            case 0x666562: return 2
            case 0x6D6172: return 3
            case 0x617072: return 4
            case 0x6D6179: return 5
            case 0x6A756E: return 6
            case 0x6A756C: return 7
            case 0x617567: return 8
            case 0x736570: return 9
            case 0x6F6374: return 10
            case 0x6E6F76: return 11
            case 0x646563: return 12
            default: return nil
            }
        }

        /// `hh:mm:ss` as seconds of the day.
        @_lifetime(self: copy self)
        private mutating func clock() -> Int? {
            guard let hour = number(), colon(), let minute = number(), colon(), let second = number(), hour < 24,
                minute < 60, second <= 60
            else { return nil }
            return hour * 3600 + minute * 60 + second
        }

        @_lifetime(self: copy self)
        private mutating func colon() -> Bool {
            guard position < text.byteCount, text.u8(position) == UInt8(ascii: ":") else { return false }
            position += 1
            return true
        }
    }

    private static func instant(year: Int, month: Int, day: Int, seconds: Int) -> CaptureTime? {
        guard year >= 1970, year < 2262, day >= 1, day <= 31 else { return nil }
        // Whole days before the year, leap days among them, then those of the months before.
        let before = year - 1
        let leapDays = before / 4 - before / 100 + before / 400 - 477
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let march = month > 2 ? (isLeap ? 1 : 2) : 0
        let dayOfYear = (367 * month - 362) / 12 - march + day - 1
        let days = (year - 1970) * 365 + leapDays + dayOfYear
        return CaptureTime(nanoseconds: Int64(days * 86_400 + seconds) * 1_000_000_000)
    }
}

/// The date read last: the fields of one second are all the same.
struct HTTPDateMemo {
    private var first: SIMD2<UInt64> = .zero
    private var second: SIMD2<UInt64> = .zero
    private var time: CaptureTime?

    /// What `HTTPDate.parse` makes of a field without white space around it.
    mutating func parse(_ text: RawSpan) -> CaptureTime? {
        guard text.byteCount == 29 else { return HTTPDate.parse(text) }
        let first = SIMD2(text.le64(0), text.le64(8)), second = SIMD2(text.le64(16), text.le64(21))
        if first == self.first, second == self.second { return time }
        time = HTTPDate.parse(text)
        self.first = first
        self.second = second
        return time
    }
}
