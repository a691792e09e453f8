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
}
