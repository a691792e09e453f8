import PacketModel
import ByteParsing
import Dissectors
import Testing

/// What one element is read as: the value, or the fault.
struct ElementCase: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var value: Int64?
    var fault: ParseFault?
    var testDescription: String { name }
}

@Suite("BER and DER")
struct KerberosDERReaderTests {
    /// Reads the first element with `read`, as a value or a fault.
    private func first<T>(_ bytes: [UInt8], _ read: (borrowing DERElement) throws(ParseFault) -> T) -> Result<
        T, ParseFault
    > {
        do throws(ParseFault) {
            var reader = DERReader(bytes.rawBytes)
            let element = try reader.require()
            return .success(try read(element))
        } catch {
            return .failure(error)
        }
    }

    static let integers: [ElementCase] = [
        ElementCase(name: "zero", bytes: [2, 1, 0], value: 0),
        ElementCase(name: "minus one", bytes: [2, 1, 0xFF], value: -1),
        ElementCase(name: "-135", bytes: [2, 2, 0xFF, 0x79], value: -135),
        ElementCase(name: "leading zeros", bytes: [2, 6, 0, 0, 0, 0, 1, 0], value: 256),
        ElementCase(name: "leading ones", bytes: [2, 4, 0xFF, 0xFF, 0xFF, 0xFE], value: -2),
        ElementCase(name: "largest", bytes: [2, 8, 0x7F] + Array(repeating: 0xFF, count: 7), value: .max),
        ElementCase(name: "smallest", bytes: [2, 8, 0x80] + Array(repeating: 0, count: 7), value: .min),
        ElementCase(
            name: "leading zero before 64 bits", bytes: [2, 9, 0, 0x7F] + Array(repeating: 0xFF, count: 7),
            value: .max),
        ElementCase(
            name: "65 bits", bytes: [2, 9, 0, 0x80] + Array(repeating: 0, count: 7),
            fault: ParseFault(.unsupported, at: 0)),
        ElementCase(
            name: "72 bits", bytes: [2, 9, 1] + Array(repeating: 0, count: 8), fault: ParseFault(.unsupported, at: 0)),
        ElementCase(name: "ENUMERATED", bytes: [10, 1, 2], value: 2),
        ElementCase(name: "length in long form", bytes: [2, 0x81, 1, 5], value: 5),
        ElementCase(name: "length with leading zeros", bytes: [2, 0x85, 0, 0, 0, 0, 1, 5], value: 5),
        ElementCase(name: "no content", bytes: [2, 0], fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "another type", bytes: [4, 1, 0], fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "content cut", bytes: [2, 4, 1, 2], fault: ParseFault(.truncated, at: 4)),
        ElementCase(name: "length cut", bytes: [2, 0x82, 1], fault: ParseFault(.truncated, at: 3)),
        ElementCase(name: "length missing", bytes: [2], fault: ParseFault(.truncated, at: 1)),
        ElementCase(name: "length reserved", bytes: [2, 0xFF, 1], fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "open length of a primitive", bytes: [2, 0x80, 0, 0], fault: ParseFault(.malformed, at: 0)),
        ElementCase(
            name: "length of 2^64", bytes: [2, 0x89, 1] + Array(repeating: 0, count: 8) + [7],
            fault: ParseFault(.truncated, at: 12)),
        ElementCase(
            name: "tag number past 28 bits", bytes: [0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0],
            fault: ParseFault(.unsupported, at: 0)),
    ]

    @Test("INTEGER", arguments: integers)
    func integer(test: ElementCase) {
        switch first(test.bytes, { element throws(ParseFault) in try element.integer() }) {
        case .success(let value): #expect(value == test.value)
        case .failure(let fault): #expect(fault == test.fault)
        }
    }

    @Test("32-bit integers wrap above the signed range and refuse more")
    func narrow() {
        #expect(
            first([2, 5, 0, 0xFF, 0xFF, 0xFF, 0xFE]) { element throws(ParseFault) in try element.int32() }
                == .success(-2))
        #expect(first([2, 1, 0xFE]) { element throws(ParseFault) in try element.uint32() } == .success(0xFFFF_FFFE))
        #expect(
            first([2, 5, 1, 0, 0, 0, 0]) { element throws(ParseFault) in try element.int32() }
                == .failure(ParseFault(.malformed, at: 0)))
    }

    static let bitStrings: [ElementCase] = [
        ElementCase(name: "32 bits", bytes: [3, 5, 0, 0x40, 0x81, 0, 0x10], value: 0x4081_0010),
        ElementCase(name: "8 bits", bytes: [3, 2, 0, 0x40], value: 0x4000_0000),
        ElementCase(name: "none", bytes: [3, 1, 0], value: 0),
        ElementCase(name: "40 bits", bytes: [3, 6, 0, 1, 2, 3, 4, 5], value: 0x0102_0304),
        ElementCase(name: "unused bits are not read", bytes: [3, 2, 4, 0xFF], value: 0xF000_0000),
        ElementCase(name: "one segment", bytes: [0x23, 4, 3, 2, 0, 0x80], value: 0x8000_0000),
        ElementCase(name: "no octet of unused bits", bytes: [3, 0], fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "nine unused bits", bytes: [3, 2, 9, 0], fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "unused bits of nothing", bytes: [3, 1, 3], fault: ParseFault(.malformed, at: 0)),
    ]

    @Test("BIT STRING", arguments: bitStrings)
    func bitString(test: ElementCase) {
        switch first(test.bytes, { element throws(ParseFault) in try element.bits32() }) {
        case .success(let value): #expect(Int64(value) == test.value)
        case .failure(let fault): #expect(fault == test.fault)
        }
    }

    static let times: [ElementCase] = [
        ElementCase(name: "epoch", bytes: DER.time("19700101000000Z"), value: 0),
        ElementCase(name: "leap day", bytes: DER.time("20240229123456Z"), value: 1_709_210_096_000_000_000),
        ElementCase(name: "before the epoch", bytes: DER.time("19691231235959Z"), value: -1_000_000_000),
        ElementCase(name: "fraction", bytes: DER.time("19700101000000.25Z"), value: 250_000_000),
        ElementCase(name: "leap second", bytes: DER.time("20161231235960Z"), value: 1_483_228_800_000_000_000),
        ElementCase(name: "year 9999: no time", bytes: DER.time("99991231235959Z")),
        ElementCase(name: "year 0: no time", bytes: DER.time("00000101000000Z")),
        ElementCase(name: "no zone", bytes: DER.time("20240229123456"), fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "month 13", bytes: DER.time("20241329123456Z"), fault: ParseFault(.malformed, at: 0)),
        ElementCase(name: "letters", bytes: DER.time("2024022912345xZ"), fault: ParseFault(.malformed, at: 0)),
        ElementCase(
            name: "letters in the fraction", bytes: DER.time("20240229123456.xZ"), fault: ParseFault(.malformed, at: 17)
        ),
        ElementCase(name: "cut", bytes: [0x18, 15] + Array("2024".utf8), fault: ParseFault(.truncated, at: 6)),
    ]

    @Test("GeneralizedTime", arguments: times)
    func time(test: ElementCase) {
        switch first(test.bytes, { element throws(ParseFault) in try element.generalizedTime() }) {
        case .success(let value): #expect(value?.nanoseconds == test.value)
        case .failure(let fault): #expect(fault == test.fault)
        }
    }

    @Test("OBJECT IDENTIFIER as dotted text")
    func objectIdentifier() {
        func text(_ bytes: [UInt8]) -> Result<String, ParseFault> {
            first(bytes) { element throws(ParseFault) in try element.objectIdentifierText() }
        }
        #expect(text([6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x12, 1, 2, 2]) == .success("1.2.840.113554.1.2.2"))
        #expect(text([6, 6, 0x2B, 6, 1, 5, 5, 2]) == .success("1.3.6.1.5.5.2"))
        #expect(text([6, 3, 0x88, 0x37, 3]) == .success("2.999.3"))
        #expect(text([6, 0]) == .failure(ParseFault(.malformed, at: 0)))
        #expect(text([6, 1, 0x80]) == .failure(ParseFault(.malformed, at: 0)))
        #expect(text([6, 10] + Array(repeating: 0xFF, count: 9) + [1]) == .failure(ParseFault(.unsupported, at: 0)))
    }

    @Test("Open lengths end at their own end-of-contents octets, nested ones too")
    func openLengths() throws {
        let inner: [UInt8] = [0x30, 0x80, 2, 1, 7, 0x24, 0x80, 4, 2, 0, 0, 0, 0, 0, 0]
        let bytes: [UInt8] = [0x60, 0x80] + inner + [2, 1, 9, 0, 0, 2, 1, 5]
        var reader = DERReader(bytes.rawBytes)
        let outer = try reader.require()
        #expect(outer.tag == .application(0))
        #expect(outer.announcedLength == inner.count + 3)
        var content = try outer.children()
        let sequence = try content.require()
        var fields = try sequence.sequence()
        #expect(try fields.require().integer() == 7)
        let segmented = try fields.require()
        #expect(try segmented.octetString().byteCount == 2)
        let isEnd = fields.isAtEnd
        #expect(isEnd)
        #expect(try content.require().integer() == 9)
        #expect(try reader.require().integer() == 5)
    }

    @Test("A length past the element around it is malformed, past the octets truncated")
    func overrun() {
        let past = first([0x30, 3, 2, 4, 1, 9, 9, 9]) { element throws(ParseFault) -> Int64 in
            var content = try element.sequence()
            return try content.require().integer()
        }
        #expect(past == .failure(ParseFault(.malformed, at: 2)))
        let cut = first([0x30, 9, 2, 1, 1]) { element throws(ParseFault) -> Int in
            var content = try element.sequence()
            var sum = 0
            while let field = try content.next() { sum += Int(try field.integer()) }
            return sum
        }
        #expect(cut == .failure(ParseFault(.truncated, at: 5)))
    }

    @Test("A string of several segments is passed over, not read")
    func segments() throws {
        let bytes: [UInt8] = [0x30, 13, 0x24, 8, 4, 2, 1, 2, 4, 2, 3, 4, 2, 1, 6]
        var reader = DERReader(bytes.rawBytes)
        var content = try reader.require().sequence()
        let string = try content.require()
        #expect(throws: ParseFault(.unsupported, at: 2)) { _ = try string.octetString().byteCount }
        #expect(try content.require().integer() == 6)
    }

    @Test("Nesting stops at the depth that is read", arguments: [0x30, 0x24, 0xA0] as [UInt8])
    func depth(tag: UInt8) {
        for isOpen in [true, false] {
            var bytes: [UInt8] = []
            for _ in 0..<20_000 { bytes = isOpen ? bytes + [tag, 0x80] : bytes }
            if !isOpen {
                for _ in 0..<2_000 { bytes = DER.wrap(tag, bytes) }
            }
            let result = descend(bytes)
            #expect(result?.kind == .unsupported)
        }
    }

    /// Enters the first element of each level until something stops it.
    private func descend(_ bytes: [UInt8]) -> ParseFault? {
        func enter(_ reader: consuming DERReader) throws(ParseFault) {
            guard let element = try reader.next() else { return }
            try enter(try element.children())
        }
        do throws(ParseFault) {
            try enter(DERReader(bytes.rawBytes))
            return nil
        } catch {
            return error
        }
    }
}
