import ByteParsing
import Testing

/// Comparison by words is comparison by octets.
@Suite struct CaselessTests {
    private static func slowly(_ octets: [UInt8], _ text: String) -> Bool {
        func small(_ octet: UInt8) -> UInt8 { octet >= 0x41 && octet <= 0x5A ? octet | 0x20 : octet }
        return octets.count >= text.utf8.count && zip(octets, text.utf8).allSatisfy { small($0) == small($1) }
    }

    private static func has(_ octets: [UInt8], _ text: StaticString, at offset: Int = 0) -> Bool {
        octets.rawBytes.hasASCII(text, at: offset, ignoringCase: true)
    }

    private static func check(_ text: StaticString) {
        let name = text.description
        let octets = Array(name.utf8)
        for place in octets.indices {
            for octet in UInt8.min ... .max {
                var changed = octets
                changed[place] = octet
                #expect(has(changed, text) == slowly(changed, name), "\(name) \(place) \(octet)")
            }
        }
        for length in 0..<octets.count {
            #expect(!has(Array(octets.prefix(length)), text))
        }
        let shifted = [0x20] + Array(name.uppercased().utf8) + [0x20]
        #expect(has(shifted, text, at: 1))
        #expect(!has(shifted, text, at: 3))
    }

    @Test func everyOctetAtEveryPlace() {
        Self.check("a")
        Self.check("via")
        Self.check("HoSt")
        Self.check("nego2")
        Self.check("sign_in")
        Self.check("location")
        Self.check("[@`{~}^|\\]")
        Self.check("content-type")
        Self.check("www-authenticate")
        Self.check("proxy-authorization")
    }
}
