/// The fields that are read; every other one is passed over.
enum HTTPFieldName {
    case host, server, via, date, location, connection, cookie, setCookie
    case contentLength, contentType, contentEncoding, transferEncoding
    case authorization, proxyAuthorization, wwwAuthenticate, proxyAuthenticate

    /// The field with this name, in whatever case; nil for a field that is not read.
    init?(_ name: RawSpan) {
        // Lengths first: most names of other fields are given up by one comparison.
        switch name.byteCount {
        case 3 where name.isCaseless("via"): self = .via
        case 4 where name.isCaseless("host"): self = .host
        case 4 where name.isCaseless("date"): self = .date
        case 6 where name.isCaseless("server"): self = .server
        case 6 where name.isCaseless("cookie"): self = .cookie
        case 8 where name.isCaseless("location"): self = .location
        case 10 where name.isCaseless("connection"): self = .connection
        case 10 where name.isCaseless("set-cookie"): self = .setCookie
        case 12 where name.isCaseless("content-type"): self = .contentType
        case 13 where name.isCaseless("authorization"): self = .authorization
        case 14 where name.isCaseless("content-length"): self = .contentLength
        case 16 where name.isCaseless("www-authenticate"): self = .wwwAuthenticate
        case 16 where name.isCaseless("content-encoding"): self = .contentEncoding
        case 17 where name.isCaseless("transfer-encoding"): self = .transferEncoding
        case 18 where name.isCaseless("proxy-authenticate"): self = .proxyAuthenticate
        case 19 where name.isCaseless("proxy-authorization"): self = .proxyAuthorization
        default: return nil
        }
    }

    /// Whether a line may be of a field that is read: its first letters tell that of most others.
    @inline(__always)
    static func mayBegin(_ bytes: RawSpan, at line: Int) -> Bool {
        guard let octets = bytes.be32(ifThere: line) else { return true }
        let letters = octets | 0x2020_2020
        switch letters {
        case 0x686F_7374, 0x6461_7465, 0x7365_7276, 0x636F_6F6B, 0x6C6F_6361, 0x636F_6E6E, 0x7365_742D, 0x636F_6E74,
            0x6175_7468, 0x7777_772D, 0x7472_616E, 0x7072_6F78:
            return true
        default:
            return letters >> 8 == 0x76_6961
        }
    }

    /// The field whose name a line begins with, and the length of that, where a colon follows at once.
    @inline(__always)
    static func atStart(of line: RawSpan) -> (name: HTTPFieldName, length: Int)? {
        guard line.byteCount >= 8 else { return nil }
        // Four letters without their case, the first the highest.
        switch line.be32(0) | 0x2020_2020 {
        case 0x686F_7374: return named("host", .host, line)
        case 0x6461_7465: return named("date", .date, line)
        case 0x7365_7276: return named("server", .server, line)
        case 0x636F_6F6B: return named("cookie", .cookie, line)
        case 0x6C6F_6361: return named("location", .location, line)
        case 0x636F_6E6E: return named("connection", .connection, line)
        case 0x7365_742D: return named("set-cookie", .setCookie, line)
        case 0x636F_6E74:
            return named("content-type", .contentType, line) ?? named("content-length", .contentLength, line)
                ?? named("content-encoding", .contentEncoding, line)
        case 0x6175_7468: return named("authorization", .authorization, line)
        case 0x7777_772D: return named("www-authenticate", .wwwAuthenticate, line)
        case 0x7472_616E: return named("transfer-encoding", .transferEncoding, line)
        case 0x7072_6F78:
            return named("proxy-authenticate", .proxyAuthenticate, line)
                ?? named("proxy-authorization", .proxyAuthorization, line)
        default: return nil
        }
    }

    @inline(__always)
    private static func named(_ name: StaticString, _ field: HTTPFieldName, _ line: RawSpan) -> (
        name: HTTPFieldName, length: Int
    )? {
        let length = name.utf8CodeUnitCount
        guard line.byteCount > length, line.u8(length) == UInt8(ascii: ":"),
            line.hasASCII(name, at: 0, ignoringCase: true)
        else { return nil }
        return (field, length)
    }
}
