import ByteParsing

/// Where the parts of an address begin and end.
extension AddressCleaner {
    static let schemes: [StaticString] = [
        "http", "https", "ws", "wss", "ftp", "ftps", "sftp", "ldap", "ldaps", "file", "rtsp", "smb",
    ]

    /// Where the authority of an address begins: behind a scheme and its colon, with any slashes of either kind, or
    /// behind two of them; 0 where there is none.
    static func authorityStart(_ value: RawSpan) -> Int {
        let count = value.byteCount
        var position = 0
        while position < count, position < 6, value.u8(position) | 0x20 >= UInt8(ascii: "a"),
            value.u8(position) | 0x20 <= UInt8(ascii: "z")
        {
            position += 1
        }
        var hasScheme = false
        if position > 0, position < count, value.u8(position) == UInt8(ascii: ":") {
            let scheme = value.slice(0, position)
            for known in schemes where scheme.isCaseless(known) { hasScheme = true }
        }
        position = hasScheme ? position + 1 : 0
        let first = position
        while position < count, isSlash(value.u8(position)) { position += 1 }
        return hasScheme || position - first >= 2 ? position : 0
    }

    static func authorityEnd(_ value: RawSpan, from start: Int) -> Int {
        var end = start
        while end < value.byteCount {
            let octet = value.u8(end)
            if isSlash(octet) || octet == UInt8(ascii: "?") || octet == UInt8(ascii: "#") { break }
            end += 1
        }
        return end
    }

    /// Where a path ends: before its parameters, its query, its fragment, or a NUL.
    static func pathEnd(_ value: RawSpan, from start: Int) -> Int {
        var position = start
        while position < value.byteCount {
            let octet = EscapedOctet(value, at: position)
            switch octet.value {
            case UInt8(ascii: ";"), UInt8(ascii: "?"), UInt8(ascii: "#"), 0: return position
            default: position += octet.length
            }
        }
        return position
    }

    /// The first sign that another address stands in a path.
    static func addressMark(_ value: RawSpan, from start: Int, to end: Int) -> Int? {
        var position = start
        var wasSlash = false
        while position < end {
            let octet = EscapedOctet(value, at: position)
            let slash = octet.value == UInt8(ascii: "/")
            if octet.value == UInt8(ascii: ":") || octet.value == UInt8(ascii: "\\")
                || slash && (wasSlash || octet.length > 1)
            {
                return position
            }
            wasSlash = slash
            position += octet.length
        }
        return nil
    }

    /// The last `@` that begins in a range, escaped or not.
    static func lastAt(_ value: RawSpan, from start: Int, to end: Int) -> Int? {
        var last: Int?
        var position = start
        while position < end {
            let octet = EscapedOctet(value, at: position)
            if octet.value == UInt8(ascii: "@") { last = position }
            position += octet.length
        }
        return last
    }

    static func behind(_ value: RawSpan, _ at: Int) -> Int { at + EscapedOctet(value, at: at).length }

    /// Where the segment begins in which a mark stands; in a query, the value.
    static func segmentStart(_ value: RawSpan, before mark: Int, notBefore start: Int, inQuery: Bool) -> Int {
        var position = mark
        while position > start {
            switch value.u8(position - 1) {
            case UInt8(ascii: "/"): return position
            case UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="), UInt8(ascii: ";"), UInt8(ascii: "#"):
                if inQuery { return position }
            default: break
            }
            position -= 1
        }
        return position
    }

    static func isSlash(_ octet: UInt8) -> Bool { octet == UInt8(ascii: "/") || octet == UInt8(ascii: "\\") }

    static func separatesWords(_ octet: UInt8) -> Bool {
        octet <= 0x20 || octet == UInt8(ascii: "(") || octet == UInt8(ascii: ")")
            || octet == UInt8(ascii: ",") || octet == UInt8(ascii: ";") || octet == UInt8(ascii: "\"")
    }

    /// Whether a host is followed by a port; nil for what is no host at all.
    static func hostHasPort(_ host: RawSpan) -> Bool? {
        let count = host.byteCount
        var position = 0
        if count > 0, host.u8(0) == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")), close < 64 else { return nil }
            position = close + 1
        } else {
            while position < count, isHostCharacter(host.u8(position)) { position += 1 }
        }
        if position == count { return false }
        guard host.u8(position) == UInt8(ascii: ":"), count - position <= 6 else { return nil }
        for offset in position + 1..<count where host.u8(offset).decimalDigit == nil { return nil }
        return true
    }

    static func isHostCharacter(_ octet: UInt8) -> Bool {
        let small = octet | 0x20
        return small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z") || octet.decimalDigit != nil || octet >= 0x80
            || octet == UInt8(ascii: "-") || octet == UInt8(ascii: ".") || octet == UInt8(ascii: "_")
            || octet == UInt8(ascii: "*")
    }
}
