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
    private func first<T>(_ bytes: [UInt8], _ read: (DERReader, DERElement) throws(ParseFault) -> T) -> Result<
        T, ParseFault
    > {
        do throws(ParseFault) {
            let der = DERReader(bytes.rawBytes)
            var outermost = der.outermost()
            return .success(try read(der, try der.require(&outermost)))
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
        switch first(test.bytes, { der, element throws(ParseFault) in try der.integer(element) }) {
        case .success(let value): #expect(value == test.value)
        case .failure(let fault): #expect(fault == test.fault)
        }
    }

    @Test("32-bit integers wrap above the signed range and refuse more")
    func narrow() {
        #expect(
            first([2, 5, 0, 0xFF, 0xFF, 0xFF, 0xFE]) { der, element throws(ParseFault) in try der.int32(element) }
                == .success(-2))
        #expect(
            first([2, 5, 1, 0, 0, 0, 0]) { der, element throws(ParseFault) in try der.int32(element) }
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
        switch first(test.bytes, { der, element throws(ParseFault) in try der.bits32(element) }) {
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
        switch first(test.bytes, { der, element throws(ParseFault) in try der.generalizedTime(element) }) {
        case .success(let value): #expect(value?.nanoseconds == test.value)
        case .failure(let fault): #expect(fault == test.fault)
        }
    }

    @Test("OBJECT IDENTIFIER as dotted text")
    func objectIdentifier() {
        func text(_ bytes: [UInt8]) -> Result<String, ParseFault> {
            first(bytes) { der, element throws(ParseFault) in try der.objectIdentifierText(element) }
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
        let der = DERReader(bytes.rawBytes)
        var outermost = der.outermost()
        let outer = try der.require(&outermost)
        #expect(outer.tag == .application(0))
        #expect(outer.announcedLength == inner.count + 3)
        var content = try der.children(outer)
        var fields = try der.sequence(try der.require(&content))
        let seven = try der.integer(try der.require(&fields))
        #expect(seven == 7)
        let segment = try der.octetString(try der.require(&fields)).byteCount
        #expect(segment == 2)
        #expect(fields.isAtEnd)
        let nine = try der.integer(try der.require(&content)), five = try der.integer(try der.require(&outermost))
        #expect(nine == 9 && five == 5)
    }

    @Test("A length past the element around it is malformed, past the octets truncated")
    func overrun() {
        let past = first([0x30, 3, 2, 4, 1, 9, 9, 9]) { der, element throws(ParseFault) -> Int64 in
            var content = try der.sequence(element)
            return try der.integer(try der.require(&content))
        }
        #expect(past == .failure(ParseFault(.malformed, at: 2)))
        let cut = first([0x30, 9, 2, 1, 1]) { der, element throws(ParseFault) -> Int in
            var content = try der.sequence(element)
            var sum = 0
            while let field = try der.next(&content) { sum += Int(try der.integer(field)) }
            return sum
        }
        #expect(cut == .failure(ParseFault(.truncated, at: 5)))
    }

    @Test("A string of several segments is passed over, not read")
    func segments() throws {
        let bytes: [UInt8] = [0x30, 13, 0x24, 8, 4, 2, 1, 2, 4, 2, 3, 4, 2, 1, 6]
        let der = DERReader(bytes.rawBytes)
        var outermost = der.outermost()
        var content = try der.sequence(try der.require(&outermost))
        let string = try der.require(&content)
        var fault: ParseFault?
        do throws(ParseFault) {
            _ = try der.octetString(string).byteCount
        } catch {
            fault = error
        }
        #expect(fault == ParseFault(.unsupported, at: 2))
        let six = try der.integer(try der.require(&content))
        #expect(six == 6)
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
        let der = DERReader(bytes.rawBytes)
        var level = der.outermost()
        do throws(ParseFault) {
            while let element = try der.next(&level) { level = try der.children(element) }
            return nil
        } catch {
            return error
        }
    }

    static let tags: [(bytes: [UInt8], tag: DERTag, number: Int)] = [
        ([0x02, 0], .universal(2), 2),
        ([0x30, 0], .sequence, 16),
        ([0xA3, 0], .context(3), 3),
        ([0x7E, 0], .application(30), 30),
        // A number that had no need of octets of its own is the same tag.
        ([0x7F, 10, 0], .application(10), 10),
        ([0x7F, 0x80, 10, 0], .application(10), 10),
        ([0x7F, 31, 0], .application(31), 31),
        ([0x1F, 0x81, 0, 0], .universal(128), 128),
        ([0xDF, 0xFF, 0xFF, 0xFF, 0x7F, 0], DERTag(.private, 0x0FFF_FFFF, isConstructed: false), 0x0FFF_FFFF),
    ]

    @Test("Tags with low and with high numbers", arguments: tags)
    func tag(_ one: (bytes: [UInt8], tag: DERTag, number: Int)) {
        let tag = first(one.bytes) { _, element throws(ParseFault) in element.tag }
        #expect(tag == .success(one.tag))
        #expect(one.tag.number == one.number)
    }
}
