import ByteParsing

/// Takes out of an address what may be a secret: the one place where a request target, a Location or a Host is made
/// what may be shown. Nothing else of it is kept.
///
/// - Of a target or a Location only the path up to `;`, `?` or `#` stays; behind it stands how much there was: `?…(41
///   bytes)`.
/// - A user and password before an `@` go in every shape in which some server or browser takes them for that.
/// - Segments of a path that look like a token, hold a session id such as `(S(…))`, a parameter or another address,
///   or follow a word such as `password`, become `…(24 bytes)`.
///
/// Escaped characters count as what they stand for. Reads any bytes, in one pass over each and one more over the
/// rest.
public struct AddressCleaner: ~Copyable {
    /// What may be shown of the address that was cleaned last.
    private(set) var text = ByteBuffer(capacity: 64)
    /// Whether anything was left out of it.
    private(set) var isCut = false
    /// The segment that is looked at, its escapes resolved.
    private var segment = ByteBuffer(capacity: 64)

    /// A cleaner that has cleaned nothing yet.
    public init() {}

    /// What may be shown of a request target or a Location; `keepsPath` keeps path and query whole.
    public static func shownTarget(_ value: borrowing RawSpan, keepsPath: Bool = false) -> String {
        var cleaner = AddressCleaner()
        cleaner.cleanTarget(copy value, keepsPath: keepsPath)
        return cleaner.text.bytes.decodeUTF8()
    }

    /// What may be shown of a host and port.
    public static func shownHost(_ value: borrowing RawSpan) -> String {
        var cleaner = AddressCleaner()
        cleaner.cleanHost(copy value)
        return cleaner.text.bytes.decodeUTF8()
    }

    /// What may be shown of free text.
    public static func shownText(_ value: borrowing RawSpan) -> String {
        var cleaner = AddressCleaner()
        cleaner.cleanText(copy value)
        return cleaner.text.bytes.decodeUTF8()
    }

    /// Cleans a request target, a Location or anything alike. `keepsPath` keeps path and query whole, and only takes
    /// out users and passwords.
    mutating func cleanTarget(_ value: RawSpan, keepsPath: Bool) {
        begin()
        if !keepsPath, let end = Self.plainPathEnd(value) {
            text.append(value.slice(0, end))
            if end < value.byteCount { cut(value.byteCount - end - 1, mark: value.slice(end, end + 1)) }
            return
        }
        cleanAnyTarget(value, keepsPath: keepsPath)
    }

    /// The same for targets of every kind.
    mutating func cleanAnyTarget(_ value: RawSpan, keepsPath: Bool) {
        begin()
        let start = Self.authorityStart(value)
        guard start > 0 else { return cleanPath(value, from: 0, keepsPath: keepsPath, isSuspicious: false) }
        append(value.slice(0, start))
        let end = Self.authorityEnd(value, from: start)
        if let at = Self.lastAt(value, from: start, to: end) {
            cut(at - start, mark: nil)
            text.append(UInt8(ascii: "@"))
            appendHost(value.slice(Self.behind(value, at), end))
            return cleanPath(value, from: end, keepsPath: keepsPath, isSuspicious: true)
        }
        if let hasPort = Self.hostHasPort(value.slice(start, end)) {
            appendHost(value.slice(start, end))
            // `user:80/rest@host` may be a password with a slash in it.
            return cleanPath(value, from: end, keepsPath: keepsPath, isSuspicious: hasPort)
        }
        // No host: a password that holds a slash or a question mark, up to the last `@` that there is.
        if let at = Self.lastAt(value, from: end, to: value.byteCount) {
            cut(at - start, mark: nil)
            text.append(UInt8(ascii: "@"))
            let host = Self.behind(value, at)
            let hostEnd = Self.authorityEnd(value, from: host)
            appendHost(value.slice(host, hostEnd))
            return cleanPath(value, from: hostEnd, keepsPath: keepsPath, isSuspicious: false)
        }
        cut(end - start, mark: nil)
        cleanPath(value, from: end, keepsPath: keepsPath, isSuspicious: true)
    }

    /// Cleans the value of a Host field or the target of a CONNECT: a host and its port, and nothing else.
    mutating func cleanHost(_ value: RawSpan) {
        begin()
        let count = value.byteCount
        var start = Self.authorityStart(value)
        if let at = Self.lastAt(value, from: 0, to: count) { start = Self.behind(value, at) }
        var end = Self.authorityEnd(value, from: start)
        for offset in start..<end
        where value.u8(offset).isHTTPSpace || value.u8(offset) == UInt8(ascii: ";")
            || value.u8(offset) == UInt8(ascii: ",")
        {
            end = offset
            break
        }
        if start > 0 { isCut = true }
        appendHost(value.slice(start, end))
        if end < count { cut(count - end, mark: nil) }
    }

    /// Cleans free text that a server says of itself: of its words those go that look like a token or a parameter, or
    /// hold a user and password.
    mutating func cleanText(_ value: RawSpan) {
        begin()
        let count = value.byteCount
        var start = 0
        while start < count {
            if Self.separatesWords(value.u8(start)) {
                text.append(value.u8(start))
                start += 1
                continue
            }
            var end = start
            while end < count, !Self.separatesWords(value.u8(end)) { end += 1 }
            let word = value.slice(start, end)
            resolve(word)
            let isAddress =
                Self.addressMark(word, from: 0, to: word.byteCount).flatMap {
                    Self.lastAt(word, from: $0, to: word.byteCount)
                } != nil
            if isAddress || word.firstIndex(of: UInt8(ascii: "=")) != nil
                || TokenShape.holdsToken(segment.bytes, splitsWords: true)
            {
                cut(end - start, mark: nil)
            } else {
                append(word)
            }
            start = end
        }
    }

    /// Puts a NUL and a hash behind the text, which is cut where there is no room for them.
    mutating func tellApart(by hash: (high: UInt64, low: UInt64), maximumBytes: Int) {
        text.keepFirst(maximumBytes - 17)
        text.append(0)
        for shift in 0..<8 { text.append(UInt8(truncatingIfNeeded: hash.high >> UInt64(8 * shift))) }
        for shift in 0..<8 { text.append(UInt8(truncatingIfNeeded: hash.low >> UInt64(8 * shift))) }
    }

    private mutating func begin() {
        text.removeAll()
        isCut = false
    }

    // MARK: Paths

    private mutating func cleanPath(_ value: RawSpan, from start: Int, keepsPath: Bool, isSuspicious: Bool) {
        let count = value.byteCount
        let end = keepsPath ? count : Self.pathEnd(value, from: start)
        // A colon, a backslash or two slashes, and an `@` behind them: a user and password of another address.
        var position = start
        if let colon = isSuspicious ? start : Self.addressMark(value, from: start, to: end),
            let at = Self.lastAt(value, from: colon, to: count)
        {
            let hidden = Self.segmentStart(value, before: colon, notBefore: start, inQuery: keepsPath)
            appendSegments(value, from: start, to: hidden, keepsPath: keepsPath)
            if isSuspicious, hidden < at, value.u8(hidden) == UInt8(ascii: "/") {
                text.append(UInt8(ascii: "/"))
                position = hidden + 1
            } else {
                position = hidden
            }
            guard at < end else { return cut(count - position, mark: nil) }
            if at > position { cut(at - position, mark: nil) }
            position = at
        }
        appendSegments(value, from: position, to: end, keepsPath: keepsPath)
        if end < count {
            let mark = EscapedOctet(value, at: end)
            cut(count - end - mark.length, mark: value.slice(end, end + mark.length))
        }
    }

    /// Appends the segments of a path, those that may be a secret left out.
    private mutating func appendSegments(_ value: RawSpan, from first: Int, to end: Int, keepsPath: Bool) {
        if keepsPath { return append(value.slice(first, end)) }
        var start = first
        var announced = Announcement.nothing
        while start < end {
            var stop = start
            while stop < end, value.u8(stop) != UInt8(ascii: "/") { stop += 1 }
            let raw = value.slice(start, stop)
            if raw.byteCount > 0 {
                resolve(raw)
                let isSecret = Self.isSecret(segment.bytes, announced)
                announced = Self.announcement(segment.bytes)
                if isSecret { cut(raw.byteCount, mark: nil) } else { append(raw) }
            }
            if stop < end { text.append(UInt8(ascii: "/")) }
            start = stop + 1
        }
    }

    // MARK: Hosts

    private mutating func appendHost(_ host: RawSpan) {
        if Self.hostHasPort(host) == nil || TokenShape.holdsToken(host, splitsWords: true) {
            if host.byteCount > 0 { cut(host.byteCount, mark: nil) }
        } else {
            append(host)
        }
    }

    // MARK: Writing

    /// Says that so many bytes were left out, behind the mark that began them.
    private mutating func cut(_ count: Int, mark: RawSpan?) {
        if let mark { append(mark) }
        isCut = true
        guard count > 0 else { return }
        // In pieces: a string made anew would cost more than all else that is done for a target.
        text.append(utf8: "…(")
        appendDecimal(count)
        text.append(utf8: count == 1 ? " byte)" : " bytes)")
    }

    private mutating func appendDecimal(_ number: Int) {
        if number >= 10 { appendDecimal(number / 10) }
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    /// Appends text as it is; a NUL, behind which the table of names keeps what is not shown, is written as an escape.
    private mutating func append(_ bytes: RawSpan) {
        guard bytes.firstIndex(of: 0) != nil else { return text.append(bytes) }
        for offset in 0..<bytes.byteCount {
            if bytes.u8(offset) == 0 { text.append(utf8: "%00") } else { text.append(bytes.u8(offset)) }
        }
    }

    /// Puts what the characters of a segment stand for into `segment`.
    private mutating func resolve(_ raw: RawSpan) {
        segment.removeAll()
        var position = 0
        while position < raw.byteCount {
            let octet = EscapedOctet(raw, at: position)
            segment.append(octet.value)
            position += octet.length
        }
    }
}
