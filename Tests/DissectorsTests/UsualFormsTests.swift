import PacketModel
import ByteParsing
@testable import Dissectors
import Testing

/// What is read by a way of its own because it is usual is read as everything else is: over prefixes of texts, and
/// with octets of them changed.
@Suite struct UsualFormsTests {
    /// Prefixes of a message, and the message with one octet changed: every one of a short message, of a long one some
    /// hundred.
    static func variants(_ bytes: [UInt8], _ body: ([UInt8]) -> Void) {
        let step = 1 + bytes.count / 120
        for length in stride(from: 0, through: bytes.count, by: step) { body(Array(bytes.prefix(length))) }
        for place in stride(from: 0, to: bytes.count, by: step) {
            var changed = bytes
            for octet in [0, 1, 0x1F, 0x24, 0x30, 0x80, 0x81, 0x82, 0xFF, bytes[place] ^ 1, bytes[place] &+ 1] {
                changed[place] = octet
                body(changed)
            }
        }
    }

    /// A header whose lines are known when it is read is read as one that came in two pieces.
    @Test func headersInPieces() {
        let headers = [
            """
            GET http://a:b@web.example/?q=1 HTTP/1.1\r\nHost: web.example\r\nVia:x\r\nvia : y\r\nX-Long: \
            aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n
            """
                + "Cookie: a=1; b=2\r\n folded=3\r\nConnection: keep-alive, close\r\nAuthorization: Basic YTpi\r\n\r\n",
            """
            GET / HTTP/1.0\nHost:h\n no first line\nDate: Sun, 06 Nov 1994 08:49:37 GMT\nProxy-Authorization: \
            Bearer x\n\n
            """,
            """
            HTTP/1.1 401 Unauthorized\r\nServer: s\r\nWWW-Authenticate: Negotiate, Basic \
            realm="r"\r\nwww-AUTHENTICATE:NTLM\r\n
            """
                + """
                Set-Cookie: c=1\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: \
                0\r\nContent-Type:text/html\r\nhost\r\n\r\n
                """,
            """
            HTTP/1.1 302 Found\r\n folded: x\r\nLocation: /login?x\r\nTransfer-Encoding: gzip , \
            chunked\r\nProxy-Authenticate: Digest realm=x\r\n
            """
                + "Content-Encoding: identity\r\nCONTENT-LENGTH: 5\r\n\r\n0\r\n\r\n",
        ]
        var differences: [String] = []
        for header in headers {
            Self.variants(Array(header.utf8)) { variant in
                func read(_ pieces: [ArraySlice<UInt8>]) -> String {
                    let driver = StreamDriver()
                    let direction: Direction = header.hasPrefix("HTTP") ? .backward : .forward
                    for piece in pieces { driver.send(Array(piece), direction) }
                    driver.finish()
                    return driver.messages.map { "\(describe($0, driver.names)) \($0)" }.joined(separator: "\n")
                }
                // One octet of the empty line comes later: all before it has been searched by then.
                let (whole, pieces) = (read([variant[...]]), read([variant.dropLast(), variant.suffix(1)]))
                if whole != pieces, differences.count < 5 {
                    differences.append(String(decoding: variant, as: UTF8.self))
                }
            }
        }
        #expect(differences == [])
    }

    /// A date with one space more is read by the general way.
    @Test func datesOfHTTP() {
        func read(_ text: String) -> Int64? { HTTPDate.parse(Array(text.utf8).rawBytes)?.nanoseconds }
        let months = ["Jan", "FEB", "mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Foo", "J n"]
        for month in months {
            for day in ["01", "31", "00", "32", "1a"] {
                for year in ["1970", "1969", "2024", "2262", "0094", "00 4"] {
                    for clock in ["00:00:00", "23:59:60", "24:00:00", "12:60:00", "1:202:00", "12:0a:00"] {
                        let usual = read("Sun, \(day) \(month) \(year) \(clock) GMT")
                        let general = read("Sun,  \(day) \(month) \(year) \(clock) GMT")
                        #expect(usual == general, "\(day) \(month) \(year) \(clock)")
                    }
                }
            }
        }
        #expect(read("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777_000_000_000)
    }

    /// A token of which the first characters have been decoded ends where it ends otherwise.
    @Test func tokens() {
        let text = " YIIBpAYGKwYBBQUCoIIBmDCCAZSg/+TALBg== , Basic realm=\"x\""
        Self.variants(Array(text.utf8)) { variant in
            func read(_ known: Bool) -> String {
                var target = ByteBuffer(capacity: 0)
                var reader = HTTPChallengeReader(variant.rawBytes)
                let count = known ? Base64.decodeGroups(reader.rest(), into: &target) : 0
                let token = reader.token68(after: count)?.decodeUTF8()
                let parameter = reader.parameter()
                return "\(token ?? "-") \(reader.isAtEnd) \(String(describing: parameter))"
            }
            let (known, unknown) = (read(true), read(false))
            #expect(known == unknown, "\(String(decoding: variant, as: UTF8.self))")
        }
    }
}
