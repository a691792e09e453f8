import PacketModel
import ByteParsing
@testable import Dissectors
import Testing

/// Elements of the common form are read where they are met, and by the function for elements of any form the same:
/// over prefixes of messages, and with octets of them changed.
@Suite struct DERFormsTests {
    @Test(arguments: [
        ("AS-REQ", KerberosSample.asReq), ("S4U2Proxy", KerberosSample.s4u2Proxy),
        ("KRB-ERROR", KerberosSample.badOption),
    ])
    func elements(_ name: String, _ bytes: [UInt8]) {
        var differences: [String] = []
        UsualFormsTests.variants(bytes) { variant in
            guard differences.count < 5, let difference = differenceOfForms(variant) else { return }
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
                if let difference = differenceOfForms(bytes) { differences.append("\(difference) in \(bytes)") }
            }
        }
        #expect(differences == [])
    }

    /// Fields that are as long as one of the common form, of which the value is otherwise: its length takes more octets
    /// than it has to, or it does not fill its tag. What follows a field must not be read as part of it.
    @Test(
        arguments: [
            [0xA0, 3, 0x02, 0x81, 0, 0xA1], [0xA0, 3, 0x02, 0, 5, 0xA1], [0xA0, 3, 0x02, 0x82, 0, 0xA1],
            [0xA0, 3, 0x0A, 1, 5, 0xA1], [0xA0, 7, 0x03, 0x81, 4, 0, 1, 2, 3, 0xA1],
            [0xA0, 7, 0x03, 0x82, 0, 3, 0, 1, 2, 0xA1], [0xA0, 7, 0x03, 4, 0, 1, 2, 3, 4, 0xA1],
            [0xA0, 7, 0x03, 5, 1, 1, 2, 3, 4, 0xA1], [0xA0, 3, 0x1B, 0x81, 0, 0xA1], [0xA0, 2, 0x1B, 0, 0xA1],
            [0xA0, 4, 0x30, 0x82, 0, 0, 0xA1], [0xA0, 3, 0x04, 0x81, 0, 0xA1], [0x80, 3, 0x02, 1, 5, 0xA1],
            [0xA0, 0x81, 3, 0x02, 1, 5, 0xA1], [0xA0, 4, 0x02, 1, 5, 0, 0xA1],
        ] as [[UInt8]])
    func otherwise(_ bytes: [UInt8]) {
        #expect(differenceOfForms(bytes) == nil)
    }

    /// A table that has met many principal names gives what a new one gives.
    @Test func namesMetBefore() {
        let warm = NameTable()
        var differences: [String] = []
        for (name, bytes) in KerberosSample.all {
            UsualFormsTests.variants(bytes) { variant in
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

    static let instants: [(text: String, nanoseconds: Int64?)] = [
        ("19691231235959Z", -1_000_000_000), ("19700101000000Z", 0), ("20000229000000Z", 951_782_400_000_000_000),
        ("21991231235959Z", 7_258_118_399_000_000_000), ("22000101000000.5Z", 7_258_118_400_500_000_000),
        ("20161231235960Z", 1_483_228_800_000_000_000),
    ]

    @Test(arguments: instants) func instant(_ one: (text: String, nanoseconds: Int64?)) {
        #expect(Self.read(one.text) == .success(one.nanoseconds))
    }

    @Test(arguments: [
        "20251301000000Z", "20250001000000Z", "20250100000000Z", "20250132000000Z", "2025013a000000Z",
        "2025/101000000Z", "20:50101000000Z", "20250101240000Z", "20250101126000Z", "20250101121261Z",
        "202501011212:1Z", "2025010112120/Z", "20250101\u{1}21212Z", "20250101121212z", "2025010112121Z",
        "20250101121212.Z", "20250101121212;5Z",
    ])
    func noInstant(_ text: String) {
        guard case .failure(let fault) = Self.read(text) else {
            Issue.record("\(text) is read")
            return
        }
        #expect(fault.kind == .malformed)
    }

    private static func read(_ text: String) -> Result<Int64?, ParseFault> {
        let octets = [UInt8]([0x18, UInt8(text.utf8.count)]) + Array(text.utf8)
        let der = DERReader(octets.rawBytes)
        var level = der.outermost()
        do throws(ParseFault) {
            return .success(try der.generalizedTime(try der.require(&level))?.nanoseconds)
        } catch {
            return .failure(error)
        }
    }
}
