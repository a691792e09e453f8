import ByteParsing
import Dissectors
import Foundation
import Testing

/// Base64 by fours and one by one is the same base64 (RFC 4648, 4).
@Suite struct Base64Tests {
    @Test(
        arguments: [
            ("", "", nil), ("TlRMTVNTUAA=", "NTLMSSP\0", nil), ("TlRM\r\n TVNTUAA", "NTLMSSP\0", nil),
            ("QQ==ignored", "A", nil),
            ("QUI=", "AB", nil), ("QUJD", "ABC", nil), ("Q", "", nil), ("QUJD*QUJD", "ABC", 4), ("-_", "", 0),
        ] as [(String, String, Int?)])
    func decodes(_ text: String, _ expected: String, _ stop: Int?) {
        var buffer = ByteBuffer(capacity: 16)
        let octets = Array(text.utf8)
        #expect(Base64.decode(octets.rawBytes, into: &buffer) == stop)
        let decoded = buffer.bytes.decodeUTF8()
        #expect(decoded == expected)
    }

    private static func decoded(_ text: String) -> (octets: [UInt8], stop: Int?) {
        var target = ByteBuffer(capacity: 0)
        let octets = Array(text.utf8)
        let stop = Base64.decode(octets.rawBytes, into: &target)
        return (target.bytes.copyBytes(), stop)
    }

    /// Every length, with white space at every place, padded or not, against Foundation's encoder.
    @Test func whiteSpaceAnywhere() {
        for length in 0..<40 {
            let octets = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ length &* 13) }
            let text = Data(octets).base64EncodedString()
            for place in 0...text.utf8.count {
                let index = text.index(text.startIndex, offsetBy: place)
                // White space behind the padding is not looked at any more.
                let spaced = String(text[..<index]) + " " + String(text[index...])
                #expect(Self.decoded(spaced).octets == octets, "\(length) \(place)")
                #expect(Self.decoded(spaced.filter { $0 != "=" }).octets == octets, "\(length) \(place)")
            }
        }
    }

    /// Every octet that is none of the alphabet stops it where it stands, in a group of four and at its edges.
    @Test func strangersStop() {
        let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/= \t\r\n".utf8)
        for octet in UInt8.min ... .max where !alphabet.contains(octet) {
            for place in 0..<21 {
                var octets = Array("QUJDREVGR0hJQUJDREVGR0hJ".utf8)
                octets[place] = octet
                var target = ByteBuffer(capacity: 0)
                let stop = Base64.decode(octets.rawBytes, into: &target)
                let kept = target.bytes.copyBytes()
                #expect(stop == place, "\(octet) at \(place)")
                #expect(kept == Array("ABCDEFGHIABCDEFGHI".utf8.prefix(place * 6 / 8)), "\(octet) at \(place)")
            }
        }
    }
}
