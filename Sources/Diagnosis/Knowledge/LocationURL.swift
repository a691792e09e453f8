import Exchanges

/// An absolute URL of a Location field or an absolute-form target, as far as rules look at it.
struct LocationURL: Equatable {
    var scheme: String
    var authority: HostName
    /// The path with its query.
    var path: String

    /// Reads `scheme://authority/path`; nil where the text is a relative reference.
    init?(_ text: String) {
        let octets = Array(text.utf8)
        guard let colon = octets.firstIndex(of: UInt8(ascii: ":")), colon > 0, colon + 2 < octets.count,
            octets[colon + 1] == UInt8(ascii: "/"), octets[colon + 2] == UInt8(ascii: "/"),
            octets[..<colon].allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A })
        else { return nil }
        let rest = octets[(colon + 3)...]
        let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        scheme = String(decoding: octets[..<colon].map { $0 | 0x20 }, as: UTF8.self)
        var name = rest[..<(end ?? rest.endIndex)]
        if let at = name.lastIndex(of: UInt8(ascii: "@")) { name = name[(at + 1)...] }
        authority = HostName(String(decoding: name, as: UTF8.self))
        path = String(decoding: end.map { rest[$0...] } ?? [], as: UTF8.self)
    }

    /// The port, written or the scheme's own.
    var port: Int { authority.port ?? (scheme == "https" ? 443 : 80) }
}
