extension HTTPErrorPhrases {
    /// The phrases that stand in a reason phrase or in the first octets of an error's body, as
    /// HTTP.sys, Apache, nginx, Tomcat and Jetty write them.
    init(in bytes: RawSpan) {
        self = []
        for phrase in Self.headerTooLongTexts where bytes.containsCaseless(phrase) {
            insert(.headerTooLong)
            return
        }
    }

    /// Whether a body's first octets hold a field for a password.
    static func hasPasswordField(_ bytes: RawSpan) -> Bool {
        bytes.containsCaseless("type=\"password\"") || bytes.containsCaseless("type='password'")
            || bytes.containsCaseless("type=password")
    }

    /// Whether an address that a response redirects to is, by its path, that of a log-in form.
    static func namesLogIn(_ location: RawSpan) -> Bool {
        let path = location.slice(0, location.firstIndex(of: UInt8(ascii: "?")) ?? location.byteCount)
        for word in logInWords where path.containsCaseless(word) { return true }
        return false
    }

    private static let headerTooLongTexts: [String] = [
        "request too long", "request headers is too long", "header or cookie too large",
        "header fields too large", "header is too large", "header too large",
        "header field exceeds server limit", "request header too long",
    ]

    private static let logInWords: [String] = [
        "login", "logon", "signin", "sign-in", "sign_in", "log-in", "/adfs/ls", "/oauth2/authorize",
    ]
}
