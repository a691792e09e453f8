import PacketModel
import ByteParsing
import Dissectors
import Testing

/// Connections in HTTP/1.x, and the messages that they hold.
@Suite struct HTTPStreamTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var pieces: [(Direction, String)]
        var expected: [String]
        var testDescription: String { name }
        init(_ name: String, _ pieces: [(Direction, String)], _ expected: [String]) {
            self.name = name
            self.pieces = pieces
            self.expected = expected
        }
    }

    static let cases: [Case] = [
        Case(
            "a request and its response",
            [
                (.forward, "GET /a HTTP/1.1\r\nHost: web.example\r\n\r\n"),
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
            ], ["GET /a host=web.example bytes=38/17", "200 length=5 bytes=38/17"]),
        Case(
            "keep-alive, with bodies both ways",
            [
                (.forward, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nGET "),
                (.backward, "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n"),
                (.forward, "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"),
                (.backward, "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"),
                (.forward, "GET /c HTTP/1.1\r\nHost: h\r\n\r\n"),
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\nHTTP/1.1 500 Not it"),
            ],
            [
                "POST /a host=h length=4 bytes=48/17", "204 length=9 bytes=46/17", "GET /b host=h bytes=28/7",
                "304 length=9 bytes=48/17", "GET /c host=h bytes=28/7", "200 length=19 bytes=39/18",
            ]),
        Case(
            "pipelined requests, one of them HEAD",
            [
                (.forward, "HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nHEAD /c HTTP/1.1\r\n\r\n"),
                (
                    .backward,
                    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nxx"
                ),
                (.backward, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                (.forward, "GET /d HTTP/1.1\r\n\r\n"),
                (.backward, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
            ],
            [
                "HEAD /a host=- bytes=20/0", "GET /b host=- bytes=19/0", "HEAD /c host=- bytes=20/0",
                "200 length=100 bytes=40/19", "200 length=2 bytes=38/17", "200 chunked bytes=47/26",
                "GET /d host=- bytes=19/0", "404 length=0 bytes=45/17",
            ]),
        Case(
            "chunks with extensions and trailers",
            [
                (.forward, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"),
                (.backward, "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n"),
                (
                    .backward,
                    "5;name=\"value\"\r\nHTTP/\r\n0A \r\n0\r\n\r\n12345\r\n000\r\nX-Trailer: 1\r\nDigest: 2\r\n\r\n"
                ),
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            ],
            [
                "GET /a host=- bytes=19/0", "GET /b host=- bytes=19/0", "200 chunked bytes=53/32",
                "200 length=0 bytes=38/17",
            ]),
        Case(
            "interim responses",
            [
                (.forward, "PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"),
                (.backward, "HTTP/1.1 100 Continue\r\n\r\n"),
                (.forward, "abc"),
                (
                    .backward,
                    "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
                ),
            ],
            [
                "100 bytes=25/0", "PUT /a host=- length=3 bytes=60/20", "103 bytes=37/7", "201 length=0 bytes=43/17",
            ]),
        Case(
            "a body up to the end of the connection",
            [
                (.forward, "GET / HTTP/1.0\r\n\r\n"),
                (.backward, "HTTP/1.0 200 OK\r\nServer: s\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            ], ["GET / host=- close bytes=18/0", "200 close bytes=30/9"]),
        Case(
            "HTTP/1.0 that stays open",
            [
                (.forward, "GET / HTTP/1.0\r\nConnection: Keep-Alive, x\r\n\r\n"),
                (.backward, "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\nx"),
                (.forward, "GET /2 HTTP/1.0\r\n\r\n"),
            ], ["GET / host=- bytes=45/25", "200 length=1 bytes=62/22", "GET /2 host=- close bytes=19/0"]),
        Case(
            "a tunnel",
            [
                (.forward, "CONNECT user:pass@h.example:443 HTTP/1.1\r\nHost: h.example:443\r\n\r\n"),
                (.backward, "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 500 within\r\n\r\n"),
                (.forward, "GET /within HTTP/1.1\r\n\r\n"),
            ],
            [
                "CONNECT h.example:443 host=h.example:443 bytes=65/19", "200 bytes=39/0",
                "GET /within host=- bytes=24/0", "500 close bytes=23/0",
            ]),
        Case(
            "a refused tunnel",
            [
                (.forward, "CONNECT h:443 HTTP/1.1\r\n\r\n"),
                (.backward, "HTTP/1.1 407 Proxy\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n"),
                (.backward, "Content-Length: 2\r\n\r\nno"),
                (.forward, "CONNECT h:443 HTTP/1.1\r\nProxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n"),
            ],
            [
                "CONNECT h:443 host=- bytes=26/0",
                "407 proxy-challenge=Negotiate/none/0/- proxy-challenge=NTLM/none/0/- length=2 bytes=98/29",
                "CONNECT h:443 host=- proxy-auth=Basic/basic/0/- bytes=67/39",
            ]),
        Case(
            "another protocol takes over",
            [
                (.forward, "GET /chat HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
                (
                    .backward,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 500 within\r\n\r\n"
                ),
            ], ["GET /chat host=- bytes=63/19", "101 bytes=56/18"]),
        Case(
            "bare line feeds, empty lines before, blanks before the colon, a folded line",
            [
                (.forward, "\r\n\r\nGET /a HTTP/1.1\nHost : h.example \nX: a\n  b\n\tc\n\n"),
                (.backward, "\nHTTP/1.1  200  OK\ncontent-LENGTH:\t2\t\n\nxxHTTP/1.1 200\nContent-Length: 0\n\n"),
            ],
            [
                "GET /a host=h.example bytes=47/17", "200 length=2 bytes=38/18", "200 length=0 bytes=32/17",
            ]),
        Case(
            "equal lengths twice",
            [
                (
                    .backward,
                    "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nxxHTTP/1.1 204 No\r\n\r\n"
                )
            ], ["200 length=2 bytes=60/20", "204 bytes=19/0"]),
        Case(
            "lengths that differ",
            [
                (.forward, "POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nxxx"),
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            ],
            [
                "POST / host=- length=2 bytes=57/17 !malformed", "200 length=2 close bytes=57/17 !malformed",
            ]),
        Case(
            "a length that is no number, and one past 64 bits",
            [
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nxx")
            ], ["200 close bytes=40/19 !malformed"]),
        Case(
            "a length past 64 bits",
            [
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n\r\nxx")
            ], ["200 close bytes=57/36 !malformed"]),
        Case(
            "chunked overrides a length; HTTP/1.0 knows no chunks",
            [
                (.backward, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                (.backward, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"),
            ], ["200 chunked length=5 bytes=66/26", "200 chunked close bytes=47/26 !malformed"]),
        Case(
            "a coding that nobody has registered",
            [
                (.backward, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, x-rot13\r\n\r\n0\r\n\r\n")
            ], ["200 close bytes=56/35 !unsupported"]),
        Case(
            "a coding with a word behind it",
            [
                (.backward, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked x\r\n\r\n0\r\n\r\n")
            ], ["200 close bytes=49/28 !unsupported"]),
        Case(
            "an unknown coding inside chunks, and a known one alone",
            [
                (.backward, "HTTP/1.1 200 OK\r\nTransfer-Encoding: x-rot13, chunked\r\n\r\n0\r\n\r\n"),
                (.backward, "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nxx"),
            ], ["200 chunked bytes=56/35", "200 close bytes=44/23"]),
        Case(
            "an unfinished header",
            [
                (.forward, "GET /a HTTP/1.1\r\nHost: h.example\r\nCookie: a=1; b=2\r\nX-Cut: abc")
            ], ["GET /a host=h.example cookie=other cookie=other bytes=62/16 !truncated"]),
        Case(
            "a response that is none",
            [
                (.forward, "GET /a HTTP/1.1\r\n\r\n"), (.backward, "SSH-2.0-OpenSSH\r\n"),
            ], ["GET /a host=- bytes=19/0", "0 bytes=0/0 !malformed"]),
        Case(
            "a status that is none",
            [
                (.backward, "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n")
            ], ["0 length=0 bytes=38/17 !malformed"]),
        Case(
            "an address with a password",
            [
                (.forward, "GET http://user:p@ss@h.example/a@b?c@d HTTP/1.1\r\nHost: user@h.example\r\n\r\n"),
                (.backward, "HTTP/1.1 302 Found\r\nLocation: https://u:p@h.example/a\r\nContent-Length: 0\r\n\r\n"),
                (.backward, "HTTP/1.1 302 Found\r\nLocation: /a@b\r\nContent-Length: 0\r\n\r\n"),
            ],
            [
                "GET http://…(9 bytes)@h.example/…(7 bytes) host=h.example bytes=73/20",
                "302 location=https://…(3 bytes)@h.example/a length=0 bytes=76/33",
                "302 location=/a@b length=0 bytes=57/17",
            ]),
        Case(
            "cookies by name",
            [
                (.forward, "GET / HTTP/1.1\r\nCookie: JSESSIONID=secret; b = s=t ;lone; c=\r\n\r\n"),
                (
                    .backward,
                    """
                    HTTP/1.1 200 OK\r\nSet-Cookie: BIGipServerpool_x=secret; Path=/\r\nSet-Cookie: \
                    t=1\r\nContent-Length: 0\r\n\r\n
                    """
                ),
            ],
            [
                "GET / host=- cookie=JSESSIONID cookie=other bytes=64/44",
                "200 cookie=BIGipServer cookie=other length=0 bytes=101/44",
            ]),
        Case(
            "a header that was too long",
            [
                (.forward, "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
                (.backward, "HTTP/1.1 400 Bad Request\r\nContent-Length: 63\r\n\r\n"),
                (.backward, "<html>\r\n<h2>Request Header Or Cookie Too Large</h2>\r\n1234567890"),
                (.backward, "HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n"),
                (.backward, "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n"),
                (.backward, "10\r\nRequest Too Long\r\n0\r\n\r\n"),
                (.backward, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nsomething else"),
            ],
            [
                "GET / host=- bytes=18/0", "GET / host=- bytes=18/0", "GET / host=- bytes=18/0",
                "GET / host=- bytes=18/0",
                "400 length=63 header-too-long bytes=48/18", "431 length=0 header-too-long bytes=67/17",
                "400 chunked header-too-long bytes=56/26", "400 close bytes=47/17",
            ]),
        Case(
            "a log-in form after a token that was not accepted",
            [
                (.forward, "GET /a HTTP/1.1\r\nAuthorization: Bearer x\r\n\r\nGET /b HTTP/1.1\r\n\r\n"),
                (
                    .backward,
                    """
                    HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 24\r\n\r\n<input \
                    type="password"/>
                    """
                ),
                (
                    .backward,
                    "HTTP/1.1 302 Found\r\nLocation: /Account/Login?ReturnUrl=%2f\r\nContent-Length: 0\r\n\r\n"
                ),
            ],
            [
                "GET /a host=- auth=Bearer/none/0/- bytes=44/23", "GET /b host=- bytes=19/0",
                "200 length=24 log-in bytes=79/38",
                "302 location=/Account/Login?…(13 bytes) length=0 log-in bytes=81/38",
            ]),
        Case(
            "methods beyond the usual",
            [
                (.forward, "PROPFIND /a HTTP/1.1\r\n\r\nRPC_IN_DATA /rpc HTTP/1.1\r\nContent-Length: 0\r\n\r\n"),
                (.forward, "MY-METHOD /a b c HTTP/1.1\r\n\r\nOPTIONS * HTTP/1.1\r\n\r\n"),
            ],
            [
                "PROPFIND /a host=- bytes=24/0", "RPC_IN_DATA /rpc host=- length=0 bytes=48/17",
                "MY-METHOD /a b c host=- bytes=29/0", "OPTIONS * host=- bytes=22/0",
            ]),
    ]

    @Test(arguments: cases)
    func readsConnection(_ one: Case) {
        #expect(read(one.pieces) == one.expected)
    }

    @Test(arguments: cases)
    func splitsDoNotMatter(_ one: Case) {
        // Every piece cut in two at every place, the others whole.
        for (index, piece) in one.pieces.enumerated() {
            let octets = Array(piece.1.utf8)
            for cut in 1..<max(octets.count, 2) {
                let driver = StreamDriver()
                for (other, text) in one.pieces[..<index] { driver.send(text, other) }
                driver.send(Array(octets[..<min(cut, octets.count)]), piece.0)
                driver.send(Array(octets[min(cut, octets.count)...]), piece.0)
                for (other, text) in one.pieces[(index + 1)...] { driver.send(text, other) }
                driver.finish()
                if driver.lines != one.expected {
                    #expect(driver.lines == one.expected, "piece \(index) cut at \(cut)")
                    return
                }
            }
        }
        // Pieces of one to seven octets.
        for size in 1...7 {
            let driver = StreamDriver()
            for (direction, text) in one.pieces {
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    driver.send(Array(rest.prefix(size)), direction)
                    rest = rest.dropFirst(size)
                }
            }
            driver.finish()
            #expect(driver.lines == one.expected, "pieces of \(size)")
        }
    }

    @Test(arguments: cases)
    func truncationKeepsWhatCameBefore(_ one: Case) {
        for (index, piece) in one.pieces.enumerated() {
            let octets = Array(piece.1.utf8)
            for cut in 0..<octets.count {
                let driver = StreamDriver()
                for (other, text) in one.pieces[..<index] { driver.send(text, other) }
                driver.send(Array(octets[..<cut]), piece.0)
                let before = driver.lines
                driver.finish()
                // Messages reported before the cut are those of the whole connection.
                guard Array(one.expected.prefix(before.count)) == before, driver.lines.count <= before.count + 2 else {
                    Issue.record("piece \(index) cut at \(cut): \(driver.lines)")
                    return
                }
            }
        }
    }
}
