import ByteParsing

/// Takes a list of challenges apart (RFC 9110, 11.6.1): a comma may separate two challenges or two
/// parameters of one, and only what follows a word tells which.
///
///     challenge  = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
///     token68    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
///     auth-param = token BWS "=" BWS ( token / quoted-string )
struct HTTPChallengeReader: ~Escapable {
    /// A parameter's place: its name and its value, without the quotes of a quoted one.
    struct Parameter {
        var name: Range<Int>
        var value: Range<Int>
    }

    private let bytes: RawSpan
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    /// Whether everything has been read.
    var isAtEnd: Bool { position >= bytes.byteCount }

    /// The next challenge's scheme; nil at the end. Anything up to white space or a comma is
    /// believed, as real servers send `Negotiate:Kerberos`; but only a comma begins another
    /// challenge, so that no rest of a broken token is taken for a scheme.
    @_lifetime(copy self)
    mutating func scheme() -> RawSpan? {
        if position > 0 { skipToComma() }
        while position < bytes.byteCount, bytes.u8(position).isHTTPSpace || bytes.u8(position) == UInt8(ascii: ",") {
            position += 1
        }
        let start = position
        while position < bytes.byteCount, !bytes.u8(position).isHTTPSpace, bytes.u8(position) != UInt8(ascii: ",") {
            position += 1
        }
        return position > start ? bytes.slice(start, position) : nil
    }

    /// Steps to the next comma that is not quoted, or to the end.
    @_lifetime(self: copy self)
    private mutating func skipToComma() {
        var isQuoted = false
        while position < bytes.byteCount {
            let octet = bytes.u8(position)
            if octet == UInt8(ascii: ","), !isQuoted { return }
            if octet == UInt8(ascii: "\"") { isQuoted.toggle() }
            position += octet == UInt8(ascii: "\\") && isQuoted ? 2 : 1
        }
        position = bytes.byteCount
    }

    /// Everything that is left.
    @_lifetime(copy self)
    func rest() -> RawSpan { bytes.slice(from: position).trimmed() }

    /// The token of the challenge whose scheme was just read; nil, with nothing consumed, where it
    /// has none. A line may be folded inside it. Of its characters the first `known` have been looked at.
    @_lifetime(copy self)
    mutating func token68(after known: Int = 0) -> RawSpan? {
        let count = bytes.byteCount
        var start = position
        while start < count, bytes.u8(start).isHTTPSpace { start += 1 }
        var end = start + known
        while end < count {
            if Self.isToken68(bytes.u8(end)) {
                end += 1
            } else if bytes.u8(end).isLineEnd {
                var next = end
                while next < count, bytes.u8(next).isHTTPSpace { next += 1 }
                end = next
            } else {
                break
            }
        }
        while end < count, bytes.u8(end) == UInt8(ascii: "=") { end += 1 }
        if end == start { return nil }
        var after = end
        while after < count, bytes.u8(after).isHTTPSpace { after += 1 }
        guard after == count || bytes.u8(after) == UInt8(ascii: ",") else { return nil }
        position = after
        return bytes.slice(start, end)
    }

    /// The next parameter of the current challenge; nil where the next word is another challenge's
    /// scheme, or at the end.
    @_lifetime(self: copy self)
    mutating func parameter() -> Parameter? {
        let count = bytes.byteCount
        var start = position
        while start < count, bytes.u8(start).isHTTPSpace || bytes.u8(start) == UInt8(ascii: ",") { start += 1 }
        var nameEnd = start
        while nameEnd < count, bytes.u8(nameEnd).isTokenCharacter { nameEnd += 1 }
        var cursor = nameEnd
        while cursor < count, bytes.u8(cursor).isHTTPSpace { cursor += 1 }
        guard nameEnd > start, cursor < count, bytes.u8(cursor) == UInt8(ascii: "=") else { return nil }
        cursor += 1
        while cursor < count, bytes.u8(cursor).isHTTPSpace { cursor += 1 }
        var valueStart = cursor
        if cursor < count, bytes.u8(cursor) == UInt8(ascii: "\"") {
            valueStart += 1
            cursor += 1
            while cursor < count, bytes.u8(cursor) != UInt8(ascii: "\"") {
                cursor += bytes.u8(cursor) == UInt8(ascii: "\\") ? 2 : 1
            }
            let valueEnd = min(cursor, count)
            position = min(cursor + 1, count)
            return Parameter(name: start..<nameEnd, value: valueStart..<valueEnd)
        }
        while cursor < count, bytes.u8(cursor) != UInt8(ascii: ","), !bytes.u8(cursor).isHTTPSpace { cursor += 1 }
        position = cursor
        return Parameter(name: start..<nameEnd, value: valueStart..<cursor)
    }

    /// The octets of a parameter's name.
    @_lifetime(copy self)
    func name(of parameter: Parameter) -> RawSpan { bytes.slice(parameter.name.lowerBound, parameter.name.upperBound) }

    /// The octets of a parameter's value.
    @_lifetime(copy self)
    func value(of parameter: Parameter) -> RawSpan {
        bytes.slice(parameter.value.lowerBound, parameter.value.upperBound)
    }

    private static func isToken68(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            return true
        default:
            return false
        }
    }
}
