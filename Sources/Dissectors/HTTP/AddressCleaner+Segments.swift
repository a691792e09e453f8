import ByteParsing

/// Which segments of a path may be a secret.
extension AddressCleaner {
    /// Which part of a path is followed by a secret.
    enum Announcement {
        case nothing
        /// A password or a key, whatever it looks like.
        case secret
        /// A token, unless it is a short word.
        case token
    }

    /// The same as an array.
    var shownBytes: [UInt8] {
        let shown = text.bytes
        return shown.copyBytes()
    }

    /// Whether a segment whose escapes are resolved may hold a secret.
    static func isSecret(_ segment: RawSpan, _ announced: Announcement) -> Bool {
        let count = segment.byteCount
        for offset in 0..<count {
            switch segment.u8(offset) {
            // A parameter, or an address whose slashes are escaped.
            case UInt8(ascii: "="), UInt8(ascii: "/"), UInt8(ascii: "\\"): return true
            default: break
            }
        }
        // `(S(…))` and its like, in which a server without cookies keeps session and log-in.
        if count > 3, segment.u8(0) == UInt8(ascii: "("), segment.u8(2) == UInt8(ascii: "(") { return true }
        switch announced {
        case .secret: return true
        case .token: if count > 12 || !isWord(segment) { return true }
        case .nothing: break
        }
        return TokenShape.holdsToken(segment)
    }

    static func isWord(_ segment: RawSpan) -> Bool {
        for offset in 0..<segment.byteCount {
            let octet = segment.u8(offset)
            if octet != UInt8(ascii: "-"), octet < UInt8(ascii: "a") || octet > UInt8(ascii: "z") { return false }
        }
        return true
    }

    static func announcement(_ segment: RawSpan) -> Announcement {
        for word in secretWords where segment.isCaseless(word) { return .secret }
        for word in tokenWords where segment.isCaseless(word) { return .token }
        return .nothing
    }

    static let secretWords: [StaticString] = [
        "password", "passwd", "pwd", "passcode", "passphrase", "secret", "apikey", "api-key", "api_key", "otp", "pin",
        "access_token", "accesstoken", "refresh_token", "id_token", "jwt", "bearer",
    ]
    static let tokenWords: [StaticString] = [
        "token", "tokens", "key", "reset", "resetpassword", "reset-password", "password-reset", "passwordreset",
        "invite",
        "invitation", "activate", "activation", "verify", "confirm", "magic", "session", "sessionid", "sid",
        "jsessionid",
        "unsubscribe", "code", "auth",
    ]
}
