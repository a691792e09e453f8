import ByteParsing

/// The words of a header that are told as they stand, because everybody knows them. What is none of them may be a key
/// or a value that came where a name belongs, and is told as `other`.
enum HTTPKnownWords {
    /// What stands for a word that is not known.
    static let other: StaticString = "other"

    /// Whether a word is a scheme of the registry of RFC 9110, 16.4.1, or one that is met without being in it;
    /// Microsoft's also with the package behind a colon, as in `Negotiate:Kerberos`.
    static func isScheme(_ word: RawSpan) -> Bool {
        switch word.byteCount {
        case 4:
            word.isCaseless("ntlm") || word.isCaseless("dpop") || word.isCaseless("gnap") || word.isCaseless("hoba")
                || word.isCaseless("hawk")
        case 5:
            word.isCaseless("basic") || word.isCaseless("oauth") || word.isCaseless("vapid") || word.isCaseless("nego2")
                || word.isCaseless("pku2u")
        case 6: word.isCaseless("bearer") || word.isCaseless("digest") || word.isCaseless("mutual")
        case 7: word.isCaseless("credssp")
        case 8: word.isCaseless("kerberos")
        case 9: word.isCaseless("negotiate") || word.isCaseless("concealed")
        case 11: word.isCaseless("scram-sha-1")
        case 12: word.isCaseless("privatetoken")
        case 13: word.isCaseless("scram-sha-256")
        case 14...18: word.isCaseless("aws4-hmac-sha256") || isNegotiate(word)
        default: false
        }
    }

    private static func isNegotiate(_ word: RawSpan) -> Bool {
        guard word.hasCaselessPrefix("negotiate:", at: 0) else { return false }
        let package = word.slice(from: 10)
        return package.isCaseless("kerberos") || package.isCaseless("ntlm") || package.isCaseless("pku2u")
            || package.isCaseless("nego2")
            || package.isCaseless("negoex") || package.isCaseless("credssp")
    }

    /// Whether a word looks like a method: capitals, and a mark between them.
    static func isMethod(_ word: RawSpan) -> Bool {
        if HTTPStartLine.isKnownMethod(word) { return true }
        if word.byteCount > 24 { return false }
        for offset in 0..<word.byteCount {
            let octet = word.u8(offset)
            guard
                octet >= UInt8(ascii: "A") && octet <= UInt8(ascii: "Z") || octet == UInt8(ascii: "-")
                    || octet == UInt8(ascii: "_")
            else { return false }
        }
        return true
    }

    /// So many bytes of a cookie's name are told: all of one that is known, or the beginning that is known of one
    /// whose rest names a pool, an application or a server; nil of any other.
    static func toldLength(ofCookie name: RawSpan) -> Int? {
        if name.byteCount == 0 { return nil }
        for known in cookies[Int(name.lowercased(0) & 0x7F)] where name.hasASCII(known.text, at: 0, ignoringCase: true)
        {
            let length = known.text.utf8CodeUnitCount
            if known.isBeginning || name.byteCount == length { return length }
        }
        return nil
    }

    private struct Cookie {
        var text: StaticString
        var isBeginning: Bool
    }

    /// The names by their first character; the beginnings behind the whole ones.
    private static let cookies: [[Cookie]] = {
        var out: [[Cookie]] = Array(repeating: [], count: 128)
        func add(_ names: [StaticString], isBeginning: Bool) {
            for name in names {
                out[Int(name.description.utf8.first ?? 0)].append(Cookie(text: name, isBeginning: isBeginning))
            }
        }
        add(cookieNames, isBeginning: false)
        add(cookieBeginnings, isBeginning: true)
        return out
    }()

    // Written in small letters, as the comparison wants them.
    private static let cookieNames: [StaticString] = [
        "asp.net_sessionid", ".aspxauth", ".aspxformsauth", ".aspxanonymous", ".aspxroles", "__antixsrftoken",
        ".aspnetcore.session", ".aspnetcore.cookies", ".aspnet.cookies", ".aspnet.applicationcookie", ".aspnet.session",
        "jsessionid", "jsessionidsso", "phpsessid", "connect.sid", "cfid", "cftoken", "laravel_session", "sessionid",
        "session",
        "csrftoken", "xsrf-token", "arraffinity", "arraffinitysamesite", "awsalb", "awsalbcors", "awselb", "serverid",
        "routeid",
        "bigipcookie", "mrhsession", "lastmrh_session", "f5_st", "citrix_ns_id", "fedauth", "rtfa", "edgeaccesscookie",
        "msisauth", "msisauthenticated", "msissignout", "msisloopdetectioncookie", "msissamlrequest", "estsauth",
        "estsauthpersistent", "estsauthlight", "x-owa-canary", "cadata", "cadatakey", "cadataiv", "cadatasig",
        "cadatattl",
        "__utma", "__utmb", "__utmc", "__utmz", "_ga", "_gid", "outlooksession", "mysapsso2", "sap-usercontext",
        "ltpatoken", "ltpatoken2", "__cf_bm", "cf_clearance",
    ]
    private static let cookieBeginnings: [StaticString] = [
        "azureappproxyaccesscookie", "azureappproxyanalyticcookie", "azureappproxyusersessioncookie", "azureappproxy",
        "bigipserver", "__requestverificationtoken", ".aspnetcore.antiforgery", ".aspnetcore.correlation",
        ".aspnetcore.openidconnect.nonce", "openidconnect.nonce", "sap_sessionid_", "nsc_", "visid_incap_",
        "incap_ses_",
        "aspsessionid",
    ]
}
