import PacketModel
import ByteParsing
@testable import Dissectors
import Testing

/// What is read by a way of its own because it is usual is read as everything else is: over prefixes of messages,
/// and with octets of them changed.
@Suite struct UsualFormsTests {
    /// Prefixes of a message, and the message with one octet changed: every one of a short message, of a long one some
    /// hundred.
    private static func variants(_ bytes: [UInt8], _ body: ([UInt8]) -> Void) {
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

    /// What was read, in numbers, or the fault.
    private struct Reading: Equatable, CustomStringConvertible {
        var numbers = SIMD8<Int>()
        var fault: ParseFault?
        var description: String { fault.map { "\($0.kind) at \($0.offset)" } ?? "\(numbers)" }

        init(_ read: () throws(ParseFault) -> SIMD8<Int>) {
            do throws(ParseFault) {
                numbers = try read()
            } catch {
                fault = error
            }
        }
    }

    private static func numbers(_ element: DERElement) -> SIMD8<Int> {
        SIMD8(
            Int(element.tag.bits), element.offset, element.contentOffset, element.announcedLength,
            element.isCut ? 1 : 0,
            element.depth, element.content.byteCount, element.content.byteCount > 0 ? Int(element.content.u8(0)) : 0)
    }

    private static func numbers(_ octets: RawSpan) -> SIMD8<Int> {
        let count = octets.byteCount
        return SIMD8(count, count > 0 ? Int(octets.u8(0)) : 0, count > 0 ? Int(octets.u8(count - 1)) : 0, 0, 0, 0, 0, 0)
    }

    private static func numbers(_ value: Int) -> SIMD8<Int> { SIMD8(value, 0, 0, 0, 0, 0, 0, 0) }

    /// What one level holds, read in the usual way and in the general one; the first difference, or nil.
    private static func difference(_ reader: DERReader) -> String? {
        var usual = reader
        while true {
            var general = usual
            var hasEnded = false
            let expected = Reading { () throws(ParseFault) in
                guard let element = try general.unusual() else { return numbers(-1) }
                return numbers(element)
            }
            var inside: String?
            let found = Reading { () throws(ParseFault) in
                guard let element = try usual.next() else {
                    hasEnded = true
                    return numbers(-1)
                }
                inside = differenceInside(element)
                return numbers(element)
            }
            if found != expected || usual.offset != general.offset { return "\(found), not \(expected)" }
            if let inside { return inside }
            if hasEnded || found.fault != nil { return nil }
        }
    }

    /// An INTEGER as 32 bits, by way of 64.
    private static func general(_ element: DERElement) throws(ParseFault) -> Int32 {
        let value = try element.integer()
        guard value >= Int64(Int32.min), value <= Int64(UInt32.max) else {
            throw ParseFault(.malformed, at: element.offset)
        }
        return Int32(truncatingIfNeeded: value)
    }

    private static func differenceInside(_ element: DERElement) -> String? {
        let inner = Reading { () throws(ParseFault) in numbers(try element.inner()) }
        let generalInner = Reading { () throws(ParseFault) in
            numbers(
                try DERElement.unusualInner(
                    element.content, element.start, element.contentStart, element.length, element.head))
        }
        if inner != generalInner { return "inside: \(inner), not \(generalInner)" }
        let number = Reading { () throws(ParseFault) in numbers(Int(try element.int32())) }
        let generalNumber = Reading { () throws(ParseFault) in
            numbers(Int(try general(element)))
        }
        if number != generalNumber { return "number: \(number), not \(generalNumber)" }
        let innerNumber = Reading { () throws(ParseFault) in numbers(Int(try element.innerInt32())) }
        let generalInnerNumber = Reading { () throws(ParseFault) in
            let element = try DERElement.unusualInner(
                element.content, element.start, element.contentStart, element.length, element.head)
            return numbers(Int(try general(element)))
        }
        if innerNumber != generalInnerNumber { return "number inside: \(innerNumber), not \(generalInnerNumber)" }
        let bits = Reading { () throws(ParseFault) in numbers(Int(try element.bits32())) }
        let generalBits = Reading { () throws(ParseFault) in
            numbers(
                Int(
                    try DERElement.anyBits32(
                        element.content, element.start, element.contentStart, element.length, element.head)))
        }
        if bits != generalBits { return "bits: \(bits), not \(generalBits)" }
        let octets = Reading { () throws(ParseFault) in numbers(try element.octetString()) }
        let generalOctets = Reading { () throws(ParseFault) in
            numbers(
                try DERElement.otherOctetString(
                    element.content, element.start, element.contentStart, element.length, element.head))
        }
        if octets != generalOctets { return "octets: \(octets), not \(generalOctets)" }
        let text = Reading { () throws(ParseFault) in numbers(try element.text()) }
        let generalText = Reading { () throws(ParseFault) in
            numbers(
                try DERElement.otherText(
                    element.content, element.start, element.contentStart, element.length, element.head))
        }
        if text != generalText { return "text: \(text), not \(generalText)" }
        let wrapped = Reading { () throws(ParseFault) in numbers(try element.encapsulated().offset) }
        let generalWrapped = Reading { () throws(ParseFault) in
            numbers(
                try DERElement.otherEncapsulated(
                    element.content, element.start, element.contentStart, element.length, element.head
                ).offset)
        }
        if wrapped != generalWrapped { return "wrapped: \(wrapped), not \(generalWrapped)" }
        if let children = try? element.children(), let inside = difference(children) { return inside }
        if let reader = try? element.encapsulated(), let inside = difference(reader) { return inside }
        return nil
    }

    @Test(arguments: [
        ("AS-REQ", KerberosSample.asReq), ("S4U2Proxy", KerberosSample.s4u2Proxy),
        ("KRB-ERROR", KerberosSample.badOption),
    ])
    func elements(_ name: String, _ bytes: [UInt8]) {
        var differences: [String] = []
        Self.variants(bytes) { variant in
            guard differences.count < 5, let difference = Self.difference(DERReader(variant.rawBytes)) else { return }
            differences.append("\(difference) in \(variant)")
        }
        #expect(differences == [])
    }

    @Test func integers() {
        var differences: [String] = []
        for length in 0...6 {
            for seed in 0..<400 {
                let octets = (0..<length).map {
                    UInt8(truncatingIfNeeded: [0, 0xFF, 0x7F, 0x80, seed][(seed >> ($0 & 3) * 2 &+ $0) % 5])
                }
                let bytes = [0xA0, UInt8(length + 2), 2, UInt8(length)] + octets
                if let difference = Self.difference(DERReader(bytes.rawBytes)) {
                    differences.append("\(difference) in \(bytes)")
                }
            }
        }
        #expect(differences == [])
    }

    /// A table that has met many principal names gives what a new one gives.
    @Test func namesMetBefore() {
        let warm = NameTable()
        var differences: [String] = []
        for (name, bytes) in KerberosSample.all {
            Self.variants(bytes) { variant in
                var message = KerberosMessage()
                let fault = KerberosDecoder.decode(variant.rawBytes, names: warm, into: &message)
                let cold = KerberosReading(variant)
                if fault != cold.fault || fieldText(message, warm) != fieldText(cold.message, cold.names),
                    differences.count < 5
                {
                    differences.append("\(name): \(variant)")
                }
            }
        }
        #expect(differences == [])
    }

    /// A message that is read in one pass is read as any other, also where names do not fit.
    @Test(
        arguments: KerberosSample.all.map(\.name) + ["S4U X509", "TYPED-DATA", "skew", "salt", "AS-REQ with an X509"])
    func messages(_ name: String) throws {
        let further: [(name: String, bytes: [UInt8])] = [
            (
                "S4U X509",
                KerberosSample.request(
                    12,
                    padata: [
                        KerberosSample.pa(130, KerberosSample.s4uX509("bob", nonce: 77)), KerberosSample.pa(136, [1]),
                    ],
                    body: DER.ctx(2, DER.text("")), DER.ctx(9, DER.seq()))
            ),
            (
                "TYPED-DATA",
                KerberosSample.error(60, data: DER.seq(DER.seq(DER.ctx(0, DER.int(1)), DER.ctx(1, DER.octets([1])))))
            ),
            ("skew", KerberosSample.error(37, data: DER.seq(KerberosSample.pa(2, [])))),
            ("salt", KerberosSample.error(24, data: DER.seq(KerberosSample.pa(3, Array("a salt of 12".utf8))))),
            (
                "AS-REQ with an X509",
                KerberosSample.request(10, padata: [KerberosSample.pa(130, [1])], body: DER.ctx(7, DER.int(1)))
            ),
        ]
        let bytes = try #require((KerberosSample.all + further).first { $0.name == name }?.bytes)
        var whole = KerberosMessage()
        let isUsual = UsualKerberos.read(bytes.rawBytes, names: NameTable(), into: &whole)
        #expect(isUsual != (name == "TYPED-DATA"))
        var differences: [String] = []
        Self.variants(bytes) { variant in
            for (names, others) in [
                (NameTable(), NameTable()), (NameTable(maximumCount: 2), NameTable(maximumCount: 2)),
            ] {
                for extent in [KerberosDecoder.Extent.available, .whole] {
                    var message = KerberosMessage(), other = KerberosMessage()
                    let fault = KerberosDecoder.decode(variant.rawBytes, extent: extent, names: names, into: &message)
                    let expected = KerberosDecoder.decodeAny(
                        variant.rawBytes, extent: extent, names: others, into: &other)
                    if fault != expected || fieldText(message, names) != fieldText(other, others)
                        || names.count != others.count
                        || names.overflowCount != others.overflowCount, differences.count < 5
                    {
                        differences.append("\(variant)")
                    }
                }
            }
        }
        #expect(differences == [])
    }

    /// A message is read in the place of the one before: types share room, so that two would be mixed up in it.
    @Test func messageReadAgain() {
        var differences: [String] = []
        for (first, before) in KerberosSample.all {
            for (second, bytes) in KerberosSample.all {
                for variant in [bytes, Array(bytes.dropLast(4))] {
                    let names = NameTable()
                    var message = KerberosMessage(), other = KerberosMessage()
                    _ = KerberosDecoder.decode(before.rawBytes, names: names, into: &message)
                    let fault = KerberosDecoder.decode(variant.rawBytes, names: names, into: &message)
                    let expected = KerberosDecoder.decode(variant.rawBytes, names: names, into: &other)
                    if fault != expected || fieldText(message, names) != fieldText(other, names) {
                        differences.append("\(second) after \(first)")
                    }
                }
            }
        }
        #expect(differences == [])
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

    /// A time with a fraction of nothing is read by the general way.
    @Test func times() {
        func read(_ text: String) -> String {
            let octets = [UInt8]([0x18, UInt8(text.utf8.count)]) + Array(text.utf8)
            var reader = DERReader(octets.rawBytes)
            do throws(ParseFault) {
                return "\(try reader.require().generalizedTime()?.nanoseconds ?? -1)"
            } catch {
                return error.kind.name
            }
        }
        let days = [
            "19691231", "19700101", "20000229", "20261231", "21991231", "22000101", "20370913", "99991231", "00010101",
            "20250230", "20251301", "20250001", "20250100", "20250132", "2025013a", "2025/101", "20:50101",
        ]
        let clocks = ["000000", "235959", "235960", "240000", "126000", "121261", "1212:1", "12120/", "\u{1}21212"]
        for day in days {
            for clock in clocks {
                #expect(read(day + clock + "Z") == read(day + clock + ".0Z"), "\(day)\(clock)")
                #expect(read(day + clock + "z").hasPrefix("malformed"), "\(day)\(clock)")
            }
        }
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
