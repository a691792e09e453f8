import ByteParsing
@testable import Dissectors
import Testing

/// Lost octets, and input made to hurt.
@Suite struct HTTPHostileTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    @Test func aHoleInABodyCostsNothing() {
        let driver = StreamDriver()
        driver.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789", .backward)
        driver.gap(90, .backward)
        driver.send(Self.ok, .backward)
        #expect(driver.lines.count == 2)
    }

    @Test func aHoleInAHeaderIsToldAndTheNextMessageFound() {
        let driver = StreamDriver()
        driver.send("GET /a HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate oQcwBaADCgEC", .forward)
        driver.gap(500, .forward)
        driver.send("lost tail\r\n\r\n", .forward)
        driver.send("GET /b HTTP/1.1\r\n\r\n", .forward)
        #expect(
            driver.lines == [
                "GET /a host=h auth=Negotiate/spnego_response/9/- bytes=63/37 !truncated", "GET /b host=- bytes=19/0",
            ])
    }

    @Test func aHoleWhileABodyIsLookedAt() {
        let driver = StreamDriver()
        driver.send("HTTP/1.1 400 Bad\r\nContent-Length: 60\r\n\r\nRequest Too Long", .backward)
        #expect(driver.lines.isEmpty)
        driver.gap(40, .backward)
        driver.send("1234" + Self.ok, .backward)
        #expect(
            driver.lines == [
                "400 length=60 header-too-long bytes=40/18", "200 length=0 bytes=38/17",
            ])
    }

    @Test func aHoleInATunnelOrAnOpenBodyIsPassedOver() {
        let driver = StreamDriver()
        driver.send("HTTP/1.1 200 OK\r\n\r\nabc", .backward)
        driver.gap(7, .backward)
        driver.send(Self.ok, .backward)
        driver.finish()
        #expect(driver.lines == ["200 close bytes=19/0"])
    }

    @Test func aHeaderWithoutEndIsBounded() {
        let driver = StreamDriver()
        driver.send("GET / HTTP/1.1\r\nX: ", .forward)
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        for _ in 0..<1400 { driver.send(piece, .forward) }
        driver.send("GET /b HTTP/1.1\r\n\r\n", .forward)
        driver.finish()
        #expect(driver.lines.count == 2)
        #expect(driver.lines.first?.hasSuffix("!unsupported") == true)
        #expect(driver.lines.last == "GET /b host=- bytes=19/0")
    }

    @Test func tinySegmentsTakeLinearTime() {
        // 120 KiB of header, octet by octet: what is searched must not be searched again.
        let clock = ContinuousClock()
        let driver = HTTPStream(DissectionContext(names: NameTable()))
        var header = Array("GET / HTTP/1.1\r\nX: ".utf8)
        header += [UInt8](repeating: UInt8(ascii: "a"), count: 120_000)
        let taken = clock.measure {
            for count in 1...header.count {
                let view = header.rawBytes
                let step = driver.consume(view.slice(0, count), from: .forward)
                if step.taken != 0 { Issue.record("taken \(step.taken) at \(count)") }
            }
        }
        #expect(taken < .seconds(1))
    }

    @Test func pipelinedRequestsWithoutAnswersAreBounded() {
        let driver = StreamDriver()
        for index in 0..<200 {
            driver.send("\(index == 150 ? "HEAD" : "GET") /\(index) HTTP/1.1\r\n\r\n", .forward)
        }
        for _ in 0..<200 { driver.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", .backward) }
        #expect(driver.messages.filter { $0.kind == .request }.count == 200)
        // Past the bound the kind of a request is not known, and all but the HEAD were no HEAD.
        #expect(driver.messages.filter { $0.kind == .response }.count == 200)
        driver.send("HEAD /x HTTP/1.1\r\n\r\n", .forward)
        driver.send("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n\(Self.ok)", .backward)
        #expect(driver.messages.filter { $0.kind == .response }.count == 202)
    }

    @Test(arguments: [
        "zz\r\n", "-1\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5x\r\nhello\r\n", "5\r\nhelloXX0\r\n\r\n", ";\r\n", "\r\n",
        String(repeating: "0", count: 40_000), "0\r\n" + String(repeating: "a: b\r\n", count: 9_000),
    ])
    func badChunksLoseThePlaceAndNothingElse(_ body: String) {
        let driver = StreamDriver()
        driver.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .backward)
        for start in stride(from: 0, to: body.utf8.count, by: 500) {
            driver.send(Array(Array(body.utf8)[start..<min(start + 500, body.utf8.count)]), .backward)
        }
        driver.send(Self.ok, .backward)
        driver.finish()
        #expect(driver.messages.first?.status == 200)
        #expect(driver.messages.count <= 2)
    }

    @Test func changedOctetsDoNotTrap() {
        let seed = UInt64.random(in: .min ... .max)
        var state = seed
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33)
        }
        var messages = 0
        for one in HTTPStreamTests.cases {
            for _ in 0..<200 {
                let driver = StreamDriver()
                for (direction, text) in one.pieces {
                    var octets = Array(text.utf8)
                    for _ in 0..<next() % 4 { octets[next() % octets.count] = UInt8(truncatingIfNeeded: next()) }
                    if next() % 8 == 0 { driver.gap(next() % 50, direction) }
                    let cut = next() % octets.count
                    driver.send(Array(octets[..<cut]), direction)
                    if next() % 8 == 0 { driver.gap(next() % 3, direction) }
                    driver.send(Array(octets[cut...]), direction)
                }
                driver.finish()
                messages += driver.messages.count
            }
        }
        #expect(messages > 2000, "seed \(seed)")
    }

    /// A connection inside another, as in a tunnel, is read while the outer one is.
    @Test func aConnectionIsReadWithinAnother() {
        let outer = StreamDriver(), inner = HTTPStream(outer.context)
        let first = Array("GET /outer HTTP/1.1\r\nContent-Length: 4\r\n\r\nab".utf8), rest = Array("cd".utf8)
        let request = Array("GET /inner HTTP/1.1\r\nContent-Length: 2\r\n\r\nx".utf8), end = Array("y".utf8)
        func consume(_ stream: HTTPStream, _ bytes: [UInt8]) {
            _ = stream.consume(bytes.rawBytes, from: .forward)
        }
        consume(outer.dissector, first)
        // As it would be in the middle of reading: what connections share is in use.
        let shared = outer.context.shared(HTTPScratchPool(outer.context)).usual
        func within(_ body: () -> Void) {
            func use(_ scratch: inout HTTPParserScratch) { body() }
            use(&shared.value)
        }
        within {
            consume(inner, request)
            inner.reset()
            consume(inner, request)
            consume(inner, end)
            consume(inner, Array("GET / HTTP/1.1\r\n\r\n".utf8))
        }
        consume(outer.dissector, rest)
        consume(outer.dissector, Array("GET / HTTP/1.1\r\n\r\n".utf8))
        let targets = outer.messages.filter { $0.kind == .request }.map { outer.names.string($0.target) }
        #expect(targets.contains("/inner") && targets.contains("/outer"))
    }
}
