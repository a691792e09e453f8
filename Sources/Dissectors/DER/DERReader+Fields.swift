import ByteParsing

// The value of a field: the one element inside an EXPLICIT tag. Kerberos tags every field so.
//
// Each function reads the value as `inner` and the function for an element read it. Where the value has the expected
// type and fills its tag, as it does in nearly every message, it is read where the function is called, without a look
// at anything else.
extension DERReader {
    /// The one element inside an EXPLICIT tag.
    public func inner(_ field: DERElement) throws(ParseFault) -> DERElement {
        var level = try children(field)
        return try require(&level)
    }

    /// Where the content of the value begins, where the value has this identifier octet, a length in at most three
    /// octets, and fills its tag; nil where anything is otherwise.
    @inline(__always)
    private func valueStart(_ field: DERElement, _ identifier: UInt8) -> Int? {
        // The depth needs no look: no field that is asked for a value here is at half of the deepest one.
        guard field.tag.isConstructed, let head = bytes.be16(ifThere: field.contentOffset),
            head >> 8 == UInt16(identifier)
        else { return nil }
        let start = field.contentOffset &+ 2
        let length = Int(head & 0xFF)
        if length < 0x80 { return start &+ length == field.contentEnd ? start : nil }
        guard let more = bytes.be16(ifThere: start) else { return nil }
        if length == 0x82 { return start &+ 2 &+ Int(more) == field.contentEnd ? start &+ 2 : nil }
        return length == 0x81 && start &+ 1 &+ Int(more >> 8) == field.contentEnd ? start &+ 1 : nil
    }

    /// The value as an element: of any form, but read at once where it has this identifier octet.
    @inline(__always)
    func value(_ field: DERElement, _ usualIdentifier: UInt8) throws(ParseFault) -> DERElement {
        if let start = valueStart(field, usualIdentifier) {
            return DERElement(
                tag: DERTag(usualIdentifier), offset: field.contentOffset, contentOffset: start,
                contentEnd: field.contentEnd, depth: field.depth &+ 1)
        }
        return try anyValue(field)
    }

    @inline(never)
    private func anyValue(_ field: DERElement) throws(ParseFault) -> DERElement { try inner(field) }

    /// The INTEGER in a field, as `integer` reads it.
    @inline(__always)
    func integerValue(_ field: DERElement) throws(ParseFault) -> Int64 {
        // One octet of content; a length in two octets would leave none.
        if field.count == 3, field.tag.isConstructed, bytes.be16(ifThere: field.contentOffset) == 0x0201 {
            return Int64(Int8(bitPattern: bytes.u8(field.contentOffset &+ 2)))
        }
        return try anyInteger(field)
    }

    @inline(never)
    private func anyInteger(_ field: DERElement) throws(ParseFault) -> Int64 {
        try integer(try value(field, DERIdentifier.integer))
    }

    /// The INTEGER in a field, as `int32` reads it.
    @inline(__always)
    func int32Value(_ field: DERElement) throws(ParseFault) -> Int32 {
        try Self.narrowed(try integerValue(field), at: field.contentOffset)
    }

    /// The INTEGER in a field as unsigned 32 bits: stacks that encode it as signed are read too.
    @inline(__always)
    func uint32Value(_ field: DERElement) throws(ParseFault) -> UInt32 { UInt32(bitPattern: try int32Value(field)) }

    /// The BIT STRING in a field, as `bits32` reads it.
    @inline(__always)
    func bits32Value(_ field: DERElement) throws(ParseFault) -> UInt32 {
        // 32 bits, none of them unused.
        if field.count == 7, field.tag.isConstructed, bytes.be16(ifThere: field.contentOffset) == 0x0305,
            bytes.u8(field.contentOffset &+ 2) == 0
        {
            return bytes.be32(field.contentOffset &+ 3)
        }
        return try anyBits32(field)
    }

    @inline(never)
    private func anyBits32(_ field: DERElement) throws(ParseFault) -> UInt32 { try bits32(try inner(field)) }

    /// The text in a field, as `text` reads it.
    @inline(__always)
    @_lifetime(copy self)
    func textValue(_ field: DERElement) throws(ParseFault) -> RawSpan {
        if let start = valueStart(field, DERIdentifier.generalString) { return bytes.slice(start, field.contentEnd) }
        return try anyText(field)
    }

    @inline(never)
    @_lifetime(copy self)
    private func anyText(_ field: DERElement) throws(ParseFault) -> RawSpan { try text(try inner(field)) }

    /// The level inside the SEQUENCE in a field, as `sequence` gives it.
    @inline(__always)
    func sequenceValue(_ field: DERElement) throws(ParseFault) -> DERLevel {
        try sequence(try value(field, DERIdentifier.sequence))
    }
}
