import Foundation

/// A kind of secret, where a message carries it, and the message.
struct PlantedSecret: Sendable {
    let kind: String
    let secret: String
    let request: String
    let response: String

    /// In a request target.
    static func target(_ kind: String, _ secret: String, _ target: String, method: String = "GET") -> PlantedSecret {
        PlantedSecret(
            kind: kind, secret: secret, request: "\(method) \(target) HTTP/1.1\r\nHost: app.corp.example\r\n",
            response: "")
    }

    /// In a field of a request.
    static func request(_ kind: String, _ secret: String, _ field: String) -> PlantedSecret {
        let host = field.hasPrefix("Host:") ? "" : "Host: app.corp.example\r\n"
        return PlantedSecret(
            kind: kind, secret: secret, request: "GET /page HTTP/1.1\r\n\(host)\(field)\r\n", response: "")
    }

    /// In a field of a response.
    static func response(_ kind: String, _ secret: String, _ field: String) -> PlantedSecret {
        PlantedSecret(
            kind: kind, secret: secret, request: "GET /page HTTP/1.1\r\nHost: app.corp.example\r\n",
            response: "\(field)\r\n")
    }

    static let password = "hunter2-PWPW"
    static let token = "aZ3kQ9xW8vU7tS6rP5nM4kJ3hG2fD1"
    static let hex = "9f86d081884c7d659a2feaa0c55ad015"
    static let identifier = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    static let webToken = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJlLW9mLWl0"
    static let session = "lit3py55t21z5v55vlm25s55"

    /// Every kind, each with a secret of its own: it ends in the kind's number.
    static let all: [PlantedSecret] = kinds.enumerated().map { number, one in
        let secret = String(one.secret.dropLast(3)) + String(format: "%03d", number + 1)
        return PlantedSecret(
            kind: one.kind, secret: secret, request: one.request.replacingOccurrences(of: one.secret, with: secret),
            response: one.response.replacingOccurrences(of: one.secret, with: secret))
    }

    private static let kinds: [PlantedSecret] = [
        // Request targets.
        target("token in a query", token, "/p?token=\(token)"),
        target("password in a query", password, "/p?user=a&password=\(password)"),
        target("web token in a query", webToken, "/p?jwt=\(webToken)"),
        target("code in a query", token, "/callback?code=\(token)&state=x"),
        target("fragment of a target", token, "/p#access_token=\(token)"),
        target("escaped query", password, "/p%3Fpw=\(password)"),
        target("query escaped twice", password, "/p%253Fpw=\(password)"),
        target("session id behind a semicolon", session, "/p;jsessionid=\(session)"),
        target("matrix parameter inside a path", password, "/p;pw=\(password)/x"),
        target("session id without cookies", session, "/(S(\(session)))/default.aspx"),
        target("short session id without cookies", "shortPW", "/(S(shortPW))/default.aspx"),
        target("log-in without cookies", token, "/(A(\(token))F(\(token)))/default.aspx"),
        target("escaped session id without cookies", session, "/%28S%28\(session)%29%29/x"),
        target("reset identifier in a path", identifier, "/reset/\(identifier)"),
        target("hexadecimal token in a path", hex, "/invite/\(hex)/accept"),
        target("web token in a path", webToken, "/login/\(webToken)"),
        target("token in a path", token, "/x/\(token)"),
        target("escaped token in a path", "%61%5A3kQ9xW8vU7tS6rP5nM4k", "/x/%61%5A3kQ9xW8vU7tS6rP5nM4k"),
        target("password behind its name in a path", password, "/api/password/\(password)"),
        target("short token behind its name in a path", "k3yPW", "/reset-password/k3yPW"),
        target("parameter in a path", password, "/api/pw=\(password)/x"),
        target("parameters without a question mark", password, "/p&pw=\(password)"),
        target("absolute target", password, "http://user:\(password)@h.example/p"),
        target("absolute target, key alone", password, "http://\(password)@h.example/p"),
        target("absolute target, slash in the password", password, "http://user:p/\(password)@h.example/p"),
        target("absolute target, question mark in the password", password, "http://user:p?\(password)@h.example/p"),
        target("absolute target, at sign in the password", password, "http://user:p@\(password)@h.example/p"),
        target("absolute target, escaped", password, "http://user%3A\(password)%40h.example/p"),
        target("absolute target without slashes", password, "http:user:\(password)@h.example/p"),
        target("two slashes", password, "//user:\(password)@h.example/p"),
        target("slash and backslash", password, "/\\user:\(password)@h.example/p"),
        target("address in a path", password, "/proxy/http://user:\(password)@h.example/p"),
        target("address in a path, slash in the password", password, "/proxy/http://user:p/\(password)@h.example/p"),
        target(
            "address in a path, semicolon in the password", password, "/proxy/http://user:p;\(password)@h.example/p"),
        target("address in a path, one slash", password, "/proxy/https:/user:\(password)@h.example/p"),
        target("address in a path, escaped", password, "/proxy/http%3A%2F%2Fuser%3A\(password)%40h.example/p"),
        target(
            "address in a path, escaped twice", password,
            "/proxy/http%253A%252F%252Fuser%253A\(password)%2540h.example/p"),
        target("user and password in a path", password, "/proxy/user:\(password)@h.example/p"),
        target("address in a query", password, "/go?u=http://user:\(password)@h.example/"),
        target("tunnel with a password", password, "user:\(password)@h.example:443", method: "CONNECT"),
        target("method", token, "/p", method: token),
        // Fields of requests.
        request("password in Host", password, "Host: user:\(password)@app.corp.example"),
        request("address in Host", password, "Host: ftp://user:\(password)@app.corp.example/"),
        request("slash in the password in Host", password, "Host: user:p/\(password)@app.corp.example"),
        request("escaped password in Host", password, "Host: user%3A\(password)%40app.corp.example"),
        request("user and password alone in Host", password, "Host: user:\(password)"),
        request("path in Host", token, "Host: app.corp.example/\(token)"),
        request("token for a label in Host", hex, "Host: \(hex).apps.example"),
        request("web token in Host", webToken, "Host: \(webToken)"),
        request(
            "Basic", Data("alice:\(password)".utf8).base64EncodedString(),
            "Authorization: Basic " + Data("alice:\(password)".utf8).base64EncodedString()),
        request("Bearer", webToken, "Authorization: Bearer \(webToken)"),
        request(
            "Digest response", hex,
            "Authorization: Digest username=\"a\", realm=\"r\", nonce=\"n\", response=\"\(hex)\""),
        request("token that is none", token, "Authorization: Negotiate \(token)"),
        request("key alone", password, "Authorization: \(password)"),
        request("key and something behind it", "HUNTERPWPW", "Authorization: HUNTERPWPW x"),
        request("scheme that nobody knows", token, "Authorization: ApiKey \(token)"),
        request("realm of a scheme that nobody knows", password, "Authorization: Custom realm=\"\(password)\""),
        request("signature", hex, "Authorization: AWS4-HMAC-SHA256 Credential=x, Signature=\(hex)"),
        request("Proxy-Authorization", token, "Proxy-Authorization: Basic \(token)"),
        request("key for a proxy", password, "Proxy-Authorization: \(password) x"),
        request("cookie", token, "Cookie: JSESSIONID=\(token)"),
        request("name of a cookie", token, "Cookie: \(token)=1; x=2"),
        request("pool in the name of a cookie", "secret_poolPW", "Cookie: BIGipServer~part~secret_poolPW=1"),
        request("suffix of the name of a cookie", "QSABCDPW", "Cookie: ASPSESSIONIDQSABCDPW=1"),
        request("X-Api-Key", token, "X-Api-Key: \(token)"),
        request("Referer", token, "Referer: https://app.corp.example/p?token=\(token)"),
        request("User-Agent", token, "User-Agent: agent/1.0 (\(token))"),
        request("Via of a request", token, "Via: 1.1 \(token)"),
        request("comment in Via", password, "Via: 1.1 proxy.corp.example (\(password))"),
        request("password in Via", password, "Via: 1.1 user:\(password)@proxy.corp.example"),
        request("protocol in Via", token, "Via: \(token) proxy.corp.example"),
        // Fields of responses.
        response("code in Location", token, "Location: https://app.corp.example/cb?code=\(token)"),
        response("fragment of Location", token, "Location: https://app.corp.example/cb#access_token=\(token)"),
        response("password in Location", password, "Location: https://user:\(password)@app.corp.example/"),
        response(
            "password in Location behind a backslash", password, "Location: /\\user:\(password)@app.corp.example/"),
        response("password in Location without slashes", password, "Location: http:user:\(password)@app.corp.example/"),
        response("session id in Location", session, "Location: /p;jsessionid=\(session)"),
        response("session id without cookies in Location", session, "Location: /(S(\(session)))/default.aspx"),
        response("reset identifier in Location", identifier, "Location: /reset/\(identifier)"),
        response("Content-Location", token, "Content-Location: /p?token=\(token)"),
        response("Set-Cookie", token, "Set-Cookie: ASP.NET_SessionId=\(token); Path=/"),
        response("name in Set-Cookie", token, "Set-Cookie: \(token)=1; Path=/"),
        response("realm of Basic", token, "WWW-Authenticate: Basic realm=\"\(token)\""),
        response(
            "address in a realm", password, "WWW-Authenticate: Digest realm=\"http://user:\(password)@h.example/\""),
        response("realm of a challenge that nobody knows", password, "WWW-Authenticate: Custom realm=\"\(password)\""),
        response("realm of Bearer", password, "WWW-Authenticate: Bearer realm=\"\(password)\""),
        response("challenge that nobody knows", "HUNTERPWPW", "WWW-Authenticate: HUNTERPWPW x=y"),
        response("nonce", token, "WWW-Authenticate: Digest realm=\"r\", nonce=\"\(token)\""),
        response("challenge of a proxy", password, "Proxy-Authenticate: Custom realm=\"\(password)\""),
        response("Server", token, "Server: app/1.0 \(token)"),
        response("parameter in Server", password, "Server: app key=\(password)"),
        response("password in Server", password, "Server: http://user:\(password)@h.example/"),
        response("Authentication-Info", token, "Authentication-Info: nextnonce=\"\(token)\""),
    ]

    /// Client and server of each kind talk on ports of their own: a request as it is, which is refused, and the same
    /// with a
    /// password, so that it is told as a step of a sign-on.
    static func capture(_ planted: [PlantedSecret]) -> Data {
        var file = Data()
        for word in [0xA1B2_C3D4, 0x0004_0002, 0, 0, 262_144, 101] as [UInt32] { file.append(little: word) }
        for (number, one) in planted.enumerated() {
            let port = UInt16(2000 + number)
            var sent: UInt32 = 1, received: UInt32 = 1
            for round in 0..<2 {
                let own =
                    one.request.lowercased().contains("\r\nauthorization:") || round == 0
                    ? "" : "Authorization: Basic Ym9iOnB3\r\n"
                let request = Data(
                    (one.request + own + "Content-Length: 30\r\n\r\nlogin=bob&body=hunter2-inabody").utf8)
                let status =
                    one.response.hasPrefix("Location")
                    ? "302 Found" : one.response.isEmpty && round > 0 ? "404 hunter2-phrase" : "401 hunter2-phrase"
                let response = Data(
                    ("HTTP/1.1 \(status)\r\n\(one.response)Content-Length: 15\r\n\r\nhunter2-inabody").utf8)
                let second = UInt32(1_700_000_000 + number * 4 + round)
                file.append(packet(request, 0x0A00_0001, port, 0xC000_0201, 80, sent, received, second, 0))
                sent &+= UInt32(request.count)
                file.append(packet(response, 0xC000_0201, 80, 0x0A00_0001, port, received, sent, second, 1000))
                received &+= UInt32(response.count)
            }
        }
        return file
    }

    private static func packet(
        _ payload: Data, _ source: UInt32, _ sourcePort: UInt16, _ destination: UInt32, _ destinationPort: UInt16,
        _ sequence: UInt32, _ acknowledgment: UInt32, _ second: UInt32, _ microsecond: UInt32
    ) -> Data {
        var packet = Data([0x45, 0])
        packet.append(big: UInt16(40 + payload.count))
        packet.append(contentsOf: [0, 0, 0, 0, 64, 6, 0, 0])
        packet.append(big: source)
        packet.append(big: destination)
        packet.append(big: sourcePort)
        packet.append(big: destinationPort)
        packet.append(big: sequence)
        packet.append(big: acknowledgment)
        packet.append(contentsOf: [0x50, 0x18, 0xFF, 0xFF, 0, 0, 0, 0])
        packet.append(payload)
        var record = Data()
        for word in [second, microsecond, UInt32(packet.count), UInt32(packet.count)] { record.append(little: word) }
        return record + packet
    }
}

extension Data {
    fileprivate mutating func append(little word: UInt32) {
        for shift in [0, 8, 16, 24] as [UInt32] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    fileprivate mutating func append(big word: UInt32) {
        for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
    fileprivate mutating func append(big word: UInt16) {
        for shift in [8, 0] as [UInt16] { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
