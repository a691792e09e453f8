import ByteParsing

// What elements hold. `truncated` where the content is cut, `malformed` where it contradicts X.690 or has another type
// than asked for.
extension DERReader {
    /// The content octets that are there.
    @inline(__always)
    @_lifetime(copy self)
    public func content(_ element: DERElement) -> RawSpan { bytes.slice(element.contentOffset, element.contentEnd) }

    /// Throws `truncated` where the content is cut.
    @inline(__always)
    public func requireWhole(_ element: DERElement) throws(ParseFault) {
        if element.isCut { throw ParseFault(.truncated, at: element.contentEnd) }
    }

    /// The level inside an element. `malformed` for a primitive element, `unsupported` past the depth
    /// that is read.
    @inline(__always)
    public func children(_ element: DERElement) throws(ParseFault) -> DERLevel {
        guard element.tag.isConstructed else { throw ParseFault(.malformed, at: element.offset) }
        return try inside(element)
    }

    /// The level inside a SEQUENCE or SEQUENCE OF.
    @inline(__always)
    public func sequence(_ element: DERElement) throws(ParseFault) -> DERLevel {
        guard element.tag == .sequence else { throw ParseFault(.malformed, at: element.offset) }
        return try inside(element)
    }

    /// The level of the elements that an OCTET STRING wraps: padata-value, e-data, mechToken. Where
    /// the string is cut, the elements that are there can still be read.
    public func encapsulated(_ element: DERElement) throws(ParseFault) -> DERLevel {
        guard element.tag.isUniversal(DERUniversal.octetString) else {
            throw ParseFault(.malformed, at: element.offset)
        }
        if !element.tag.isConstructed { return try inside(element) }
        guard element.depth < Self.maximumDepth else { throw ParseFault(.unsupported, at: element.offset) }
        let segment = try onlySegment(element, DERUniversal.octetString)
        return DERLevel(
            position: segment.contentOffset, end: segment.contentEnd, ending: .exact, depth: element.depth &+ 1)
    }

    @inline(__always)
    private func inside(_ element: DERElement) throws(ParseFault) -> DERLevel {
        guard element.depth < Self.maximumDepth else { throw ParseFault(.unsupported, at: element.offset) }
        return DERLevel(
            position: element.contentOffset, end: element.contentEnd, ending: element.isCut ? .cut : .exact,
            depth: element.depth &+ 1)
    }

    /// The value of an INTEGER or ENUMERATED, at most 64 bits; leading sign octets may be there
    /// (BER), a larger value is `unsupported`.
    public func integer(_ element: DERElement) throws(ParseFault) -> Int64 {
        guard element.tag == DERTag(DERIdentifier.integer) || element.tag == DERTag(DERIdentifier.enumerated)
        else { throw ParseFault(.malformed, at: element.offset) }
        try requireWhole(element)
        guard element.count > 0 else { throw ParseFault(.malformed, at: element.offset) }
        var value = Int64(Int8(bitPattern: bytes.u8(element.contentOffset)))
        for offset in element.contentOffset + 1..<element.contentEnd {
            // What is shifted out must repeat the sign.
            guard value >> 55 == value >> 63 else { throw ParseFault(.unsupported, at: element.offset) }
            value = value << 8 | Int64(bytes.u8(offset))
        }
        return value
    }

    /// The value of an INTEGER as 32 bits: an unsigned one above the signed range wraps.
    @inline(__always)
    public func int32(_ element: DERElement) throws(ParseFault) -> Int32 {
        if element.tag == DERTag(DERIdentifier.integer), element.count == 1, !element.isCut {
            return Int32(Int8(bitPattern: bytes.u8(element.contentOffset)))
        }
        return try Self.narrowed(try integer(element), at: element.offset)
    }

    @inline(__always)
    static func narrowed(_ value: Int64, at offset: Int) throws(ParseFault) -> Int32 {
        guard value >= Int64(Int32.min), value <= Int64(UInt32.max) else { throw ParseFault(.malformed, at: offset) }
        return Int32(truncatingIfNeeded: value)
    }

    /// The value of a BOOLEAN.
    public func boolean(_ element: DERElement) throws(ParseFault) -> Bool {
        guard element.tag == .universal(UInt32(DERUniversal.boolean)) else {
            throw ParseFault(.malformed, at: element.offset)
        }
        try requireWhole(element)
        guard element.count == 1 else { throw ParseFault(.malformed, at: element.offset) }
        return bytes.u8(element.contentOffset) != 0
    }

    /// The first 32 bits of a BIT STRING, bit 0 the most significant; missing ones are 0.
    public func bits32(_ element: DERElement) throws(ParseFault) -> UInt32 {
        let octets = try string(element, DERUniversal.bitString)
        guard octets.byteCount > 0, octets.u8(0) < 8, octets.byteCount > 1 || octets.u8(0) == 0 else {
            throw ParseFault(.malformed, at: element.offset)
        }
        var value: UInt32 = 0
        for index in 0..<min(octets.byteCount - 1, 4) {
            value |= UInt32(octets.u8(index + 1)) << UInt32(24 - 8 * index)
        }
        let bitCount = (octets.byteCount - 1) * 8 - Int(octets.u8(0))
        return bitCount >= 32 ? value : value & ~(UInt32.max >> UInt32(bitCount))
    }

    /// The octets of an OCTET STRING.
    @_lifetime(copy self)
    public func octetString(_ element: DERElement) throws(ParseFault) -> RawSpan {
        try string(element, DERUniversal.octetString)
    }

    /// The octets of a text: GeneralString as Kerberos has it, or what others write in its place.
    @_lifetime(copy self)
    public func text(_ element: DERElement) throws(ParseFault) -> RawSpan {
        switch element.tag.number {
        case DERUniversal.generalString, DERUniversal.utf8String, DERUniversal.printableString,
            DERUniversal.ia5String, DERUniversal.visibleString:
            return try string(element, element.tag.number)
        default: throw ParseFault(.malformed, at: element.offset)
        }
    }

    /// The octets of a string type.
    @_lifetime(copy self)
    private func string(_ element: DERElement, _ number: Int) throws(ParseFault) -> RawSpan {
        guard element.tag.isUniversal(number) else { throw ParseFault(.malformed, at: element.offset) }
        if element.tag.isConstructed { return content(try onlySegment(element, number)) }
        try requireWhole(element)
        return content(element)
    }

    /// The segment of a string that is made of segments (X.690, 8.7.3): such a string is read where it has only one,
    /// as its octets are then in one place; otherwise it is `unsupported`.
    @inline(never)
    private func onlySegment(_ element: DERElement, _ number: Int) throws(ParseFault) -> DERElement {
        var segments = try children(element)
        let first = try require(&segments)
        guard !first.tag.isConstructed,
            first.tag.isUniversal(number) || first.tag.isUniversal(DERUniversal.octetString)
        else { throw ParseFault(.unsupported, at: element.offset) }
        try requireWhole(first)
        if try next(&segments) != nil { throw ParseFault(.unsupported, at: element.offset) }
        return first
    }
}
