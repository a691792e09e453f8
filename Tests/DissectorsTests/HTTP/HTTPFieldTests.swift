import PacketModel
import ByteParsing
import Dissectors
import Testing

/// Fields of one header, and what must not be kept of them.
@Suite struct HTTPFieldTests {
    private static func response(_ fields: String) -> (HTTPMessage?, NameTable) {
        let driver = StreamDriver()
        driver.send("HTTP/1.1 401 Unauthorized\r\n\(fields)\r\nContent-Length: 0\r\n\r\n", .backward)
        return (driver.messages.first, driver.names)
    }

    @Test(arguments: [
        ("WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM", ["Negotiate/none//0", "NTLM/none//0"]),
        ("WWW-Authenticate: Negotiate, NTLM", ["Negotiate/none//0", "NTLM/none//0"]),
        (
            "www-authenticate: Negotiate:Kerberos,, Negotiate:PKU2U ,",
            ["Negotiate:Kerberos/none//0", "Negotiate:PKU2U/none//0"]
        ),
        ("WWW-Authenticate: Basic realm=\"a, b \\\"c\", Negotiate", ["Basic/none/a, b \\\"c/0", "Negotiate/none//0"]),
        (
            """
            WWW-Authenticate: Digest nonce="x=,y", qop="auth,auth-int" , REALM = r , algorithm=MD5, Basic \
            realm="q"
            """,
            ["Digest/none/r/0", "Basic/none/q/0"]
        ),
        (
            "WWW-Authenticate: Negotiate oQcwBaADCgEC, Basic realm=\"x\"",
            ["Negotiate/spnego_response//9", "Basic/none/x/0"]
        ),
        (
            "WWW-Authenticate: Negotiate oQcw\r\n BaAD\r\n\tCgEC\r\nWWW-Authenticate: NTLM",
            ["Negotiate/spnego_response//9", "NTLM/none//0"]
        ),
        ("WWW-Authenticate: Negotiate ====, NTLM !!", ["Negotiate/none//0", "NTLM/none//0"]),
        (
            "WWW-Authenticate: Negotiate oQcwBaADCgEC oQcwBaADCgEC, oQcwBaADCgEC==, NTLM",
            ["Negotiate/none//0", "other/none//0", "NTLM/none//0"]
        ),
        ("WWW-Authenticate: Negotiate aGVsbG8=", ["Negotiate/unrecognised//5"]),
        ("WWW-Authenticate: NTLM TlRMTVNTUAADAAAA", ["NTLM/ntlm//12"]),
        ("WWW-Authenticate:", []),
        ("WWW-Authenticate: Bearer", ["Bearer/none//0"]),
        ("WWW-Authenticate: Basic realm=\"unclosed", ["Basic/none/unclosed/0"]),
        ("WWW-Authenticate: Basic realm=\"unclosed\\", ["Basic/none/unclosed\\/0"]),
    ])
    func challenges(_ fields: String, _ expected: [String]) {
        let (message, names) = Self.response(fields)
        let found = message?.challenges.array.map {
            "\(names.string($0.scheme) ?? "-")/\($0.tokenKind.name)/\(names.string($0.realm) ?? "")/\($0.tokenLength)"
        }
        #expect(found == expected)
    }

    @Test func theFirstTokenIsKeptAndPlaced() {
        let (message, _) = Self.response(
            "WWW-Authenticate: Basic realm=\"r\", Negotiate oQcwBaADCgEC\r\nWWW-Authenticate: NTLM TlRMTVNTUAAB")
        #expect(message?.tokenPlace == .challenge)
        #expect(message?.tokenIndex == 1)
        #expect(message?.token.state == .reject)
        #expect(message?.challenges[2].tokenKind == .ntlm)
    }

    @Test(
        arguments: [
            ("Basic", "Basic"), ("dPoP", "dPoP"), ("SCRAM-SHA-256", "SCRAM-SHA-256"),
            ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256"),
            ("Negotiate:Kerberos", "Negotiate:Kerberos"), ("Negotiate:HUNTER", "other"), ("KEY", "other"),
            ("ApiKey", "other"), ("", nil),
        ] as [(String, String?)])
    func schemesThatNobodyKnowsAreNotTold(_ scheme: String, _ told: String?) {
        let (message, names) = Self.response("WWW-Authenticate: \(scheme) realm=\"secret\"")
        let challenge = message?.challenges.array.first
        #expect(challenge.flatMap { names.string($0.scheme) } == (scheme.isEmpty ? "other" : told))
        #expect(challenge.flatMap { names.string($0.realm) } == (scheme == "Basic" ? "secret" : nil))
    }

    @Test(arguments: [
        ("1.1 proxy.corp.example", "1.1 proxy.corp.example"),
        ("1.0 a, HTTP/1.1 b:8080 (c, d), 2 e", "1.0 a, HTTP/1.1 b:8080, 2 e"),
        ("1.1 u:p@h", "1.1 h"), ("secret", "other"), ("secret h", "other"), ("1.1 (secret)", "other"), ("", ""),
        ("1.1 aZ3kQ9xW8vU7tS6rP5nM4kJ3hG2fD1", "1.1 …(30 bytes)"),
    ])
    func ofViaOnlyProtocolsAndNamesAreTold(_ via: String, _ told: String) {
        let (message, names) = Self.response("Via: \(via)")
        #expect(message.flatMap { names.string($0.via) } == told)
    }

    @Test func challengesThatDoNotFitAreCounted() {
        let (message, _) = Self.response("WWW-Authenticate: " + Array(repeating: "A", count: 40).joined(separator: ","))
        #expect(message?.challenges.count == 6)
        #expect(message?.challenges.omitted == 34)
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu, 29 Feb 2024 23:59:60 GMT", 1_709_251_200), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
            ("Wed, 31 Dec 2098 12:00:00 GMT", 4_070_865_600), ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
            ("Sun, 06 Nov 2300 08:49:37 GMT", nil), ("Sun, 06 Nov 1969 08:49:37 GMT", nil), ("", nil), ("now", nil),
            ("S,n, 06 Nov 1994 08:49:37 GMT", nil), ("Sun, 6 Foo 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 25:49:37 GMT", nil),
            ("Sun, 99999999999999999999 Nov 1994 08:49:37 GMT", nil), ("Sun, 00 Nov 1994 08:49:37 GMT", nil),
        ] as [(String, Int64?)])
    func date(_ text: String, _ seconds: Int64?) {
        let (message, _) = Self.response("Date: \(text)")
        #expect(message?.date == seconds.map { CaptureTime(nanoseconds: $0 * 1_000_000_000) })
    }

    @Test func secretsAreNotKept() {
        let driver = StreamDriver()
        let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
        driver.send(
            "POST http://user:\(secret)@h/ HTTP/1.1\r\nHost: user:\(secret)@h\r\nAuthorization: Basic \(secret)\r\n"
                + "Proxy-Authorization: Digest username=\"\(secret)\", realm=\"r\", response=\"\(secret)\"\r\n"
                + "Cookie: a=\(secret); \(secret)\r\nX-Token: \(secret)\r\nContent-Length: 28\r\n\r\n\(secret)"
                + "GET / HTTP/1.1\r\nAuthorization: Bearer \(secret)\r\n\r\n"
                + "GET / HTTP/1.1\r\nAuthorization: NTLM \(secret)\r\n\r\n"
                    + """
                    GET / HTTP/1.1\r\nAuthorization: \(secret)\r\n\r\nGET / HTTP/1.1\r\nAuthorization: \
                    c2VjcmV0c2VjcmV0\r\n\r\n
                    """
                + "GET / HTTP/1.1\r\nAuthorization: Custom \(secret)\r\n\r\n", .forward)
        driver.send(
            "HTTP/1.1 302 Found\r\nLocation: //u:\(secret)@h/\r\nSet-Cookie: \(secret)\r\n"
                + """
                WWW-Authenticate: Bearer \(secret)\r\nWWW-Authenticate: Negotiate \(secret) \(secret), \
                \(secret)\r\nContent-Length: 0\r\n\r\n
                """,
            .backward)
        driver.finish()
        #expect(driver.messages.count == 7)
        for id in 0..<UInt32(driver.names.count + 3) {
            let name = driver.names.string(NameID(rawValue: id)) ?? ""
            #expect(!name.contains("c2VjcmV0"), "\(name)")
        }
    }

    @Test(arguments: [
        ("G", ProbeVerdict.unsure), ("GET /", .unsure), ("GET / HTTP/1.1\r\n", .certain), ("GET / HTTP/1.", .certain),
        ("\r\nGET / HTTP/1.0\n", .certain), ("HTTP/1.1 200", .certain), ("HTTP/", .unsure), ("HTTP/2 200", .notMine),
        ("PRI * HTTP/2.0\r\n\r\n", .notMine), ("MY-VERB x HTTP/1.1\r\n", .certain), ("MY-VERB x\r\n", .notMine),
        ("GET /" + String(repeating: "a", count: 50), .certain),
        ("CONNECT " + String(repeating: "a", count: 50), .certain),
        ("GET ftp://" + String(repeating: "a", count: 50), .unsure), ("OPTIONS sip:a SIP/2.0\r\n", .notMine),
        ("SSH-2.0-OpenSSH_9\r\n", .notMine), ("\u{16}\u{3}\u{1}", .notMine), ("220 mail\r\n", .notMine), ("", .unsure),
        ("GET \u{1}\u{2}", .notMine), (String(repeating: "A", count: 40), .notMine),
    ])
    func probe(_ text: String, _ verdict: ProbeVerdict) {
        let octets = Array(text.utf8)
        #expect(HTTPStream.probe(octets.rawBytes, serverPort: 1, clientPort: 2) == verdict)
    }
}
