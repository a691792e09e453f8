import Dissectors
import Testing

/// A dissector that has read one flow and is made as new reads the next as a new one does.
@Suite struct RecyclingTests {
    private typealias Life = @Sendable (StreamDriver) -> Void

    private static let token = "YIIBpAYGKwYBBQUCoIIBmDCCAZSgDTALBgkqhkiG9xIBAgI="

    private static let lives: [Life] = [
        { _ in },
        { $0.send("GET /a HTTP/1.1\r\nHost: one\r\nAuthorization: Negotiate \(token)\r\n\r\n", .forward) },
        { $0.send("GET /a HTTP/1.1\r\nHost: o", .forward) },
        { $0.send("HEAD /a HTTP/1.1\r\nHost: one\r\nCookie: a=b; c=d\r\n\r\n", .forward) },
        { $0.send("CONNECT one:443 HTTP/1.1\r\n\r\n", .forward) },
        {
            $0.send("CONNECT one:443 HTTP/1.1\r\n\r\n", .forward)
            $0.send("HTTP/1.1 200 OK\r\n\r\nabc", .backward)
        },
        { $0.send("POST /a HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc", .forward) },
        { $0.send("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .forward) },
        {
            $0.send("GET /a HTTP/1.1\r\nAuthorization: Basic QTpC\r\n\r\n", .forward)
            $0.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 900\r\n\r\n<inp", .backward)
        },
        {
            $0.send(
                "HTTP/1.0 401 No\r\nWWW-Authenticate: Negotiate \(token), Basic realm=x\r\nSet-Cookie: q=1\r\n\r\nabc",
                .backward)
        },
        {
            $0.send("GET /a HTTP/1.1\r\n\r\n", .forward)
            $0.gap(100, .backward)
            $0.send("\u{1}\u{2}\u{3}", .backward)
        },
        {
            $0.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n", .forward)
            $0.send("HTTP/1.1 400 Bad\r\nContent-Length: 30\r\n\r\nRequest Too ", .backward)
        },
        {
            $0.send("GET /c HTTP/1.1\r\nHost: two\r\n\r\n", .forward)
            $0.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 204 No\r\n\r\n", .backward)
        },
    ]

    @Test(arguments: lives.indices)
    func aConnectionOfHTTP(_ first: Int) {
        for (second, life) in Self.lives.enumerated() {
            for finishes in [false, true] {
                let fresh = StreamDriver()
                life(fresh)
                fresh.finish()
                let earlier = StreamDriver()
                Self.lives[first](earlier)
                if finishes { earlier.finish() }
                let before = earlier.lines.count
                let later = StreamDriver(after: earlier)
                life(later)
                later.finish()
                #expect(Array(later.lines[before...]) == fresh.lines, "\(first), then \(second)")
            }
        }
    }

    @Test func aConnectionOfKerberos() {
        let whole = KerberosStreamTests.conversation
        let lives: [@Sendable (inout StreamPlayer) -> Void] = [
            { _ in },
            { $0.show(whole) },
            { $0.show(Array(whole.prefix(50))) },
            { $0.show([0xFF, 2, 3, 4, 5, 6, 7, 8]) },
            {
                $0.show(Array(whole.prefix(50)))
                $0.gap(20)
            },
            {
                $0.show(Array(whole.prefix(50)))
                $0.gap(5000)
            },
            { $0.show([0, 0x20, 0, 0, 0x6A, 0x83, 0x20, 0, 0, 0x30]) },
        ]
        for first in lives {
            for second in lives {
                var fresh = StreamPlayer()
                second(&fresh)
                fresh.show(whole)
                fresh.finish()
                var earlier = StreamPlayer()
                first(&earlier)
                let before = earlier.texts.count
                earlier.stream.reset()
                var later = StreamPlayer(after: earlier)
                second(&later)
                later.show(whole)
                later.finish()
                #expect(Array(later.texts[before...]) == fresh.texts)
            }
        }
    }
}
