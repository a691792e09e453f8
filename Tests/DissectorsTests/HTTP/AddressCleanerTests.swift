import ByteParsing
@testable import Dissectors
import Testing

/// What of an address may be shown. `PW` stands for what may not.
@Suite struct AddressCleanerTests {
    static func target(_ text: String, keepsPath: Bool = false) -> String {
        let octets = Array(text.utf8)
        return AddressCleaner.shownTarget(octets.rawBytes, keepsPath: keepsPath)
    }

    static func host(_ text: String) -> String {
        let octets = Array(text.utf8)
        return AddressCleaner.shownHost(octets.rawBytes)
    }

    @Test(arguments: [
        ("Microsoft-IIS/10.0", "Microsoft-IIS/10.0"),
        ("Apache/2.4.71 (Debian) mod_auth_gssapi/1.6.4", "Apache/2.4.71 (Debian) mod_auth_gssapi/1.6.4"),
        ("UNSUPPORTED_S4U2PROXY_REQUEST", "UNSUPPORTED_S4U2PROXY_REQUEST"),
        ("Corp Portal, \"b\"", "Corp Portal, \"b\""),
        ("alice@CORP.EXAMPLE not found", "alice@CORP.EXAMPLE not found"),
        ("app aZ3kQ9xW8vU7tS6rP5nM4kJ3hG2fD1 x", "app …(30 bytes) x"),
        ("key=PW b", "…(6 bytes) b"), ("see http://user:PW@h/ now", "see …(17 bytes) now"),
        ("9f86d081884c7d659a2feaa0c55ad015", "…(32 bytes)"),
    ])
    func ofTextWordsThatMayBeASecretAreLeftOut(_ text: String, _ shown: String) {
        let octets = Array(text.utf8)
        #expect(AddressCleaner.shownText(octets.rawBytes) == shown)
    }

    @Test(arguments: [
        "/", "*", "", "/portal/", "/portal/logo.png", "/style.css", "/ocsp/MFMwUTBPME0", "http://app.corp.example/",
        "http://app-internal.corp.example:8080/start", "https://[2001:db8::1]:8443/a", "//cdn.corp.example/x.js",
        "login.aspx",
        "/owa/alice@corp.example/inbox", "/sites/Quarterly-Report-2024-Final-Version/Forms/AllItems.aspx",
        "/:w:/r/personal",
        "/lib/jquery-3.6.0.min.js", "/bootstrap-5.3.0-beta2/css", "/PublishedApplicationFolder/Default.aspx",
        "/a%20b/%C3%A9",
        "/umlaut/ä", "/proxy/http://inner.corp.example:8080/x", "/100%25/x", "/auth/login", "/token/refresh",
        "/reset/done",
        "https://login.corp.example/mail/alice@corp.example", "/scripts/connector-setup-2024-edition/index.html",
        "//owa/x",
    ])
    func staysAsItIs(_ text: String) {
        #expect(Self.target(text) == text)
    }

    @Test(arguments: [
        // What follows the path.
        ("/a?pw=PW", "/a?…(5 bytes)"), ("/a?", "/a?"), ("/a#x", "/a#…(1 byte)"),
        ("/a;jsessionid=PW?x=PW", "/a;…(18 bytes)"),
        ("/a%3Fpw=PW", "/a%3F…(5 bytes)"), ("/a%253Bpw=PW", "/a%253B…(5 bytes)"), ("/a\0PW", "/a%00…(2 bytes)"),
        ("https://h/cb?code=PW#access_token=PW", "https://h/cb?…(23 bytes)"), ("?PW", "?…(2 bytes)"),
        // Users and passwords.
        ("http://user:PW@h/x", "http://…(7 bytes)@h/x"), ("http://PW@h/x", "http://…(2 bytes)@h/x"),
        ("http://user:p/PW@h/x", "http://…(9 bytes)@h/x"), ("http://user:p?PW@h/x", "http://…(9 bytes)@h/x"),
        ("http://u:p@PW@h/x", "http://…(6 bytes)@h/x"), ("http:user:PW@h/x", "http:…(7 bytes)@h/x"),
        ("http:/user:PW@h/x", "http:/…(7 bytes)@h/x"), ("HTTP:\\\\user:PW@h\\x", "HTTP:\\\\…(7 bytes)@h…(2 bytes)"),
        ("/\\user:PW@h/x", "/\\…(7 bytes)@h/x"), ("//user:PW@h/x", "//…(7 bytes)@h/x"),
        ("user:PW@h/x", "…(7 bytes)@h/x"),
        ("/proxy/http://user:PW@h/x", "/proxy/…(14 bytes)@h/x"), ("/proxy/https:/user:PW@h/", "/proxy/…(14 bytes)@h/"),
        ("/proxy/user:PW@h/x", "/proxy/…(7 bytes)@h/x"), ("/proxy//PW@h/x", "/proxy/…(3 bytes)@h/x"),
        ("/proxy/http://user:p/PW@h/x", "/proxy/…(16 bytes)@h/x"),
        ("/proxy/http://user:p;PW@h/x", "/proxy/…(20 bytes)"),
        ("/proxy/http%3A%2F%2Fuser%3APW%40h/x", "/proxy/…(22 bytes)%40h/x"),
        ("/proxy/http%253A//user:PW@h", "/proxy/…(18 bytes)@h"),
        ("http://user%3APW%40h/x", "http://…(9 bytes)@h/x"), ("http://user:80/PW@h/x", "http://user:80/…(2 bytes)@h/x"),
        ("/go?u=http://user:PW@h/", "/go?…(19 bytes)"), ("/%75ser%u003aPW%u0040h", "/…(14 bytes)%u0040h"),
        // Segments.
        ("/(S(PWPWPW))/page.aspx", "/…(11 bytes)/page.aspx"), ("/app/(A(PW)F(PW))/x", "/app/…(12 bytes)/x"),
        ("/%28S%28PW%29%29/x", "/…(15 bytes)/x"),
        ("/reset/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/reset/…(36 bytes)"),
        ("/x/9f86d081884c7d659a2feaa0c55ad015/y", "/x/…(32 bytes)/y"),
        ("/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "/x/…(41 bytes)"),
        ("/x/aGVsbG8td29ybGQtMTIzNDU2Nzg5", "/x/…(28 bytes)"),
        ("/x/a8f3k2m9q1w2e3r4", "/x/…(16 bytes)"), ("/x/qWkzJxHvBnMpLkJhGfDsAqWe", "/x/…(24 bytes)"),
        ("/x/%61%62%63%31%32%33%61%62%63%31%32%33%61%62%63%31%32%33%61%62%63%31%32%33", "/x/…(72 bytes)"),
        ("/password/PW/x", "/password/…(2 bytes)/x"), ("/Reset-Password/PW1", "/Reset-Password/…(3 bytes)"),
        ("/token/PW", "/token/…(2 bytes)"),
        ("/a/pw=PW/b", "/a/…(5 bytes)/b"), ("/a&token=PW", "/…(10 bytes)"), ("/a/..%2Fpw%2FPW", "/a/…(12 bytes)"),
    ])
    func losesWhatMayBeASecret(_ text: String, _ shown: String) {
        #expect(Self.target(text) == shown)
    }

    @Test(arguments: [
        ("/a?pw=PW#x;y", "/a?pw=PW#x;y"),
        ("/(S(PW))/reset/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/(S(PW))/reset/3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        ("http://user:PW@h/x?y", "http://…(7 bytes)@h/x?y"), ("/go?u=http://user:PW@h/", "/go?u=…(14 bytes)@h/"),
        ("/a\0b", "/a%00b"),
    ])
    func wholeTargetsStillLoseUsersAndPasswords(_ text: String, _ shown: String) {
        #expect(Self.target(text, keepsPath: true) == shown)
    }

    @Test(arguments: [
        ("app.corp.example", "app.corp.example"), ("app.corp.example:8080", "app.corp.example:8080"),
        ("[2001:db8::1]:80", "[2001:db8::1]:80"),
        ("", ""), ("WIN-5K2J8F3H9QX", "WIN-5K2J8F3H9QX"),
        ("ip-10-0-1-25.eu-west-1.compute.internal", "ip-10-0-1-25.eu-west-1.compute.internal"),
        ("web-7d9f8b6c5d-x2x4z.corp.example", "web-7d9f8b6c5d-x2x4z.corp.example"),
        ("user:PW@h", "h"), ("user:p/PW@h:80", "h:80"), ("http://user:PW@h/x", "h…(2 bytes)"), ("user%3APW%40h", "h"),
        ("ftp:user:PW@h", "h"),
        ("h/PW", "h…(3 bytes)"), ("h?PW", "h…(3 bytes)"), ("h PW", "h…(3 bytes)"), ("user:PW", "…(7 bytes)"),
        ("h;PW", "h…(3 bytes)"),
        ("9f86d081884c7d659a2feaa0c55ad015.corp.example", "…(45 bytes)"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "…(41 bytes)"),
    ])
    func ofAHostOnlyNameAndPortStay(_ text: String, _ shown: String) {
        #expect(Self.host(text) == shown)
    }

    /// A NUL within the brackets of what is taken for an address was left as it is.
    @Test func aNULInBracketsIsEscaped() {
        #expect(Self.target("//[.\0(S(]#PW") == "//[.%00(S(]#…(2 bytes)")
        #expect(!Self.host("[.\0(S(]:80").contains("\0"))
    }

    /// Any bytes: whatever stands behind `?`, `#`, `;` or before an `@` in an authority is gone, cleaning what is clean
    /// changes nothing, and no NUL is left.
    @Test func anyBytesAreCleaned() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SplitMix(seed: seed)
        let pieces = [
            "/", "//", "\\", ":", "@", "%40", "%3A", "%2F", "%25", "%2540", "%", "%u0040", ";", "?", "#", "http:",
            "https://", "h", "user",
            "a.example", "(S(", ")", "=", "&", "[", "]", "\0", "ä", "\u{7f}", " ", ".", "password", "eyJ",
        ]
        for step in 0..<3000 {
            var text = ""
            for _ in 0..<Int.random(in: 0..<12, using: &random) { text += pieces.randomElement(using: &random) ?? "" }
            let secret = "zQ9xW8vU7tS6rP5nM4kJ3hG2"
            let place = Int.random(in: 0..<4, using: &random)
            let whole = [
                text + "?" + secret, text + "#" + secret + text, text + "/" + secret + "/" + text,
                "http://u:" + secret + "@h" + text,
            ][place]
            let shown = Self.target(whole)
            let again = Self.target(shown)
            #expect(
                !shown.contains(secret) && !shown.contains("\0"),
                "seed \(seed), step \(step): \(whole) is shown as \(shown)")
            #expect(!again.contains(secret))
            #expect(!Self.host(whole).contains(secret), "seed \(seed), step \(step): host \(whole)")
            if place == 3 {
                #expect(!Self.target(whole, keepsPath: true).contains(secret), "seed \(seed), step \(step): \(whole)")
            }
        }
    }

    /// Many of whatever makes it look again do not make it slow.
    @Test(arguments: ["/", "//@", "%25", "@", ":@/", "a/", "%2540", "password/", "(S("])
    func readsEachByteAFewTimes(_ piece: String) {
        let text = String(repeating: piece, count: 60_000)
        #expect(Self.target(text).utf8.count <= 2 * text.utf8.count + 64 * 60_000)
    }
}

/// What is told to be plain at one look is what the general way keeps as it is.
@Suite struct PlainTargetTests {
    private static func general(_ target: String) -> String {
        let octets = Array(target.utf8)
        var cleaner = AddressCleaner()
        cleaner.cleanAnyTarget(octets.rawBytes, keepsPath: false)
        return String(decoding: cleaner.shownBytes, as: UTF8.self)
    }

    @Test func plainTargetsAreCleanedAlike() {
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let parts = [
            "/", "/", "/", "app", "index.html", "a", "reset", "Token", "password", "pin", "eyJ", "eyJhbGci", ".", "-",
            "_", "12345",
            "0123456789abcdef", "A1b2C3d4E5f6G7h8", "?", ";", "#", "x=1", "@", ":", "%2f", "%00", "\\", "//", "http:",
            "(S(", "é", "~", "+",
        ]
        var plain = 0
        for step in 0..<20_000 {
            let target = "/" + (0..<1 + next(8)).map { _ in parts[next(parts.count)] }.joined()
            let octets = Array(target.utf8)
            if AddressCleaner.plainPathEnd(octets.rawBytes) != nil { plain += 1 }
            let shown = AddressCleaner.shownTarget(octets.rawBytes), expected = Self.general(target)
            if shown != expected {
                Issue.record("seed \(seed), step \(step): \(target) is shown as \(shown), not as \(expected)")
                return
            }
        }
        #expect(plain > 1000 && plain < 19_000)
    }

    @Test func everyAnnouncingWordIsLookedAt() {
        for word in AddressCleaner.secretWords + AddressCleaner.tokenWords {
            let octets = Array(word.description.utf8)
            #expect(AddressCleaner.mayAnnounce(octets[0], length: octets.count), "\(word)")
            #expect(AddressCleaner.plainPathEnd(Array("/\(word)/x".utf8).rawBytes) == nil, "\(word)")
        }
        #expect(!AddressCleaner.mayAnnounce(UInt8(ascii: "x"), length: 3))
    }
}
