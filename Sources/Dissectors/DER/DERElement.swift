import ByteParsing

/// One element: a tag and a view of its content. Accessors throw `truncated` where the content is
/// cut, `malformed` where it contradicts X.690 or has another type than asked for.
public struct DERElement: ~Escapable, BitwiseCopyable {
    /// Class, number, constructed or not.
    public var tag: DERTag { @inline(__always) get { DERTag(bits: UInt32(truncatingIfNeeded: head)) } }
    /// The content octets that are there; without the end-of-contents octets of an open length.
    public let content: RawSpan
    /// Offset of the identifier octet in the outermost message.
    public var offset: Int { Int(start) }
    /// Offset of the content in the outermost message.
    public var contentOffset: Int { Int(contentStart) }
    /// Octets of content as announced, at most `Int32.max`; of an open length those that are there.
    public var announcedLength: Int { Int(length) }
    /// Whether less is there than was announced.
    public var isCut: Bool { @inline(__always) get { head >> 40 != 0 } }

    // Narrow and few, as an element is handed on at every step: with more than seven parts it would be handed on
    // in memory. Offsets past 2 GiB lose their upper bits.
    let start: Int32
    let contentStart: Int32
    let length: Int32
    /// The tag, how many constructed elements this one stands in, and whether it is cut.
    let head: UInt64
    /// How many constructed elements this one stands in.
    var depth: Int { @inline(__always) get { Int(UInt8(truncatingIfNeeded: head >> 32)) } }

    @inline(__always)
    @_lifetime(copy content)
    init(tag: DERTag, content: RawSpan, offset: Int, contentOffset: Int, announcedLength: Int, isCut: Bool, depth: Int)
    {
        self.content = content
        start = Int32(truncatingIfNeeded: offset)
        contentStart = Int32(truncatingIfNeeded: contentOffset)
        length = Int32(truncatingIfNeeded: announcedLength)
        head = UInt64(tag.bits) | UInt64(UInt8(truncatingIfNeeded: depth)) << 32 | (isCut ? 1 << 40 : 0)
    }

    /// An element of its parts. What is rare is done by functions that take them one by one: handed on as a whole, an
    /// element would be written to memory each time, for a function that is hardly ever called.
    @inline(__always)
    @_lifetime(copy content)
    private init(_ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64) {
        self.content = content
        self.start = start
        self.contentStart = contentStart
        self.length = length
        self.head = head
    }

    /// A reader of the elements inside. `malformed` for a primitive element, `unsupported` past the
    /// depth that is read.
    @inline(__always)
    @_lifetime(copy self)
    public func children() throws(ParseFault) -> DERReader {
        guard tag.isConstructed else { throw ParseFault(.malformed, at: offset) }
        guard depth < DERReader.maximumDepth else { throw ParseFault(.unsupported, at: offset) }
        return DERReader(content, base: contentOffset, end: isCut ? .cut : .exact, depth: depth + 1)
    }

    /// A reader of the elements inside, where this is a SEQUENCE or SEQUENCE OF.
    @inline(__always)
    @_lifetime(copy self)
    public func sequence() throws(ParseFault) -> DERReader {
        guard tag == .sequence else { throw ParseFault(.malformed, at: offset) }
        return try children()
    }

    /// The one element inside an EXPLICIT tag.
    @inline(__always)
    @_lifetime(copy self)
    public func inner() throws(ParseFault) -> DERElement {
        var position = 0
        if tag.isConstructed, depth < DERReader.maximumDepth,
            let element = DERReader.usual(content, at: &position, base: contentOffset, depth: depth &+ 1)
        {
            return element
        }
        return try Self.unusualInner(content, start, contentStart, length, head)
    }

    @inline(never)
    @_lifetime(copy content)
    static func unusualInner(
        _ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64
    ) throws(ParseFault) -> DERElement {
        var reader = try DERElement(content, start, contentStart, length, head).children()
        return try reader.require()
    }

    /// The value of an INTEGER of one octet inside an EXPLICIT tag, as most are; nil for anything else.
    @inline(__always)
    var smallInteger: Int32? {
        guard content.byteCount == 3, tag.isConstructed, depth < DERReader.maximumDepth, content.be16(0) == 0x0201
        else {
            return nil
        }
        return Int32(Int8(bitPattern: content.u8(2)))
    }

    /// The value of the INTEGER inside an EXPLICIT tag, as `int32` reads it.
    @inline(__always)
    func innerInt32() throws(ParseFault) -> Int32 {
        if let small = smallInteger { return small }
        return try inner().int32()
    }

    /// The value of an INTEGER or ENUMERATED, at most 64 bits; leading sign octets may be there
    /// (BER), a larger value is `unsupported`.
    public func integer() throws(ParseFault) -> Int64 {
        guard tag == .universal(UInt32(DERUniversal.integer)) || tag == .universal(UInt32(DERUniversal.enumerated))
        else { throw ParseFault(.malformed, at: offset) }
        try requireWhole()
        let count = content.byteCount
        guard count > 0 else { throw ParseFault(.malformed, at: offset) }
        let sign: UInt8 = content.u8(0) & 0x80 == 0 ? 0 : 0xFF
        var value = Int64(sign == 0 ? 0 : -1)
        for index in 0..<count {
            // Octets that would be shifted out, and what they push into the sign, must be the sign.
            let top = UInt8(truncatingIfNeeded: value >> 56)
            guard top == sign else { throw ParseFault(.unsupported, at: offset) }
            value = value << 8 | Int64(content.u8(index))
        }
        guard (value < 0) == (sign != 0) else { throw ParseFault(.unsupported, at: offset) }
        return value
    }

    /// The value of an INTEGER as 32 bits: an unsigned one above the signed range wraps.
    @inline(__always)
    public func int32() throws(ParseFault) -> Int32 {
        if tag == .universal(UInt32(DERUniversal.integer)), !isCut {
            if content.byteCount == 1 { return Int32(Int8(bitPattern: content.u8(0))) }
            if content.byteCount == 4 { return Int32(bitPattern: content.be32(0)) }
        }
        return try Self.anyInt32(content, start, contentStart, length, head)
    }

    @inline(never)
    static func anyInt32(
        _ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64
    ) throws(ParseFault) -> Int32 {
        let element = DERElement(content, start, contentStart, length, head)
        if element.tag == .universal(UInt32(DERUniversal.integer)), !element.isCut {
            if content.byteCount == 3 { return Int32(Int16(bitPattern: content.be16(0))) << 8 | Int32(content.u8(2)) }
            if content.byteCount == 2 { return Int32(Int16(bitPattern: content.be16(0))) }
        }
        let value = try element.integer()
        guard value >= Int64(Int32.min), value <= Int64(UInt32.max) else {
            throw ParseFault(.malformed, at: Int(start))
        }
        return Int32(truncatingIfNeeded: value)
    }

    /// The value of an INTEGER as unsigned 32 bits: stacks that encode it as signed are read too.
    @inline(__always)
    public func uint32() throws(ParseFault) -> UInt32 {
        UInt32(bitPattern: try int32())
    }

    /// The value of a BOOLEAN.
    public func boolean() throws(ParseFault) -> Bool {
        guard tag == .universal(UInt32(DERUniversal.boolean)) else { throw ParseFault(.malformed, at: offset) }
        try requireWhole()
        guard content.byteCount == 1 else { throw ParseFault(.malformed, at: offset) }
        return content.u8(0) != 0
    }

    /// The first 32 bits of a BIT STRING, bit 0 the most significant; missing ones are 0.
    @inline(__always)
    public func bits32() throws(ParseFault) -> UInt32 {
        if tag == .universal(UInt32(DERUniversal.bitString)), !isCut, content.byteCount == 5, content.u8(0) == 0 {
            return content.be32(1)
        }
        return try Self.anyBits32(content, start, contentStart, length, head)
    }

    @inline(never)
    static func anyBits32(
        _ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64
    ) throws(ParseFault) -> UInt32 {
        let octets = try DERElement(content, start, contentStart, length, head).string(DERUniversal.bitString)
        let offset = Int(start)
        guard octets.byteCount > 0, octets.u8(0) < 8, octets.byteCount > 1 || octets.u8(0) == 0 else {
            throw ParseFault(.malformed, at: offset)
        }
        var value: UInt32 = 0
        for index in 0..<min(octets.byteCount - 1, 4) {
            value |= UInt32(octets.u8(index + 1)) << UInt32(24 - 8 * index)
        }
        let bitCount = (octets.byteCount - 1) * 8 - Int(octets.u8(0))
        return bitCount >= 32 ? value : value & ~(UInt32.max >> UInt32(bitCount))
    }

    /// The octets of an OCTET STRING.
    @inline(__always)
    @_lifetime(copy self)
    public func octetString() throws(ParseFault) -> RawSpan {
        if tag == .universal(UInt32(DERUniversal.octetString)), !isCut { return content }
        return try Self.otherOctetString(content, start, contentStart, length, head)
    }

    @inline(never)
    @_lifetime(copy content)
    static func otherOctetString(
        _ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64
    ) throws(ParseFault) -> RawSpan {
        try DERElement(content, start, contentStart, length, head).string(DERUniversal.octetString)
    }

    /// A reader of the elements that an OCTET STRING wraps: padata-value, e-data, mechToken. Where
    /// the string is cut, the elements that are there can still be read.
    @inline(__always)
    @_lifetime(copy self)
    public func encapsulated() throws(ParseFault) -> DERReader {
        if tag == .universal(UInt32(DERUniversal.octetString)), depth < DERReader.maximumDepth {
            return DERReader(content, base: contentOffset, end: isCut ? .cut : .exact, depth: depth + 1)
        }
        return try Self.otherEncapsulated(content, start, contentStart, length, head)
    }

    @inline(never)
    @_lifetime(copy content)
    static func otherEncapsulated(
        _ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64
    ) throws(ParseFault) -> DERReader {
        try DERElement(content, start, contentStart, length, head).openString()
    }

    @_lifetime(copy self)
    private func openString() throws(ParseFault) -> DERReader {
        guard tag.tagClass == .universal, tag.number == DERUniversal.octetString else {
            throw ParseFault(.malformed, at: offset)
        }
        guard depth < DERReader.maximumDepth else { throw ParseFault(.unsupported, at: offset) }
        if tag.isConstructed {
            let octets = try octetString()
            // One segment: its octets end where those of this element do.
            let start = contentOffset + content.byteCount - octets.byteCount
            return DERReader(octets, base: start, end: .exact, depth: depth + 1)
        }
        return DERReader(content, base: contentOffset, end: isCut ? .cut : .exact, depth: depth + 1)
    }

    /// The octets of a text: GeneralString as Kerberos has it, or what others write in its place.
    @inline(__always)
    @_lifetime(copy self)
    public func text() throws(ParseFault) -> RawSpan {
        if tag == .universal(UInt32(DERUniversal.generalString)), !isCut { return content }
        return try Self.otherText(content, start, contentStart, length, head)
    }

    @inline(never)
    @_lifetime(copy content)
    static func otherText(
        _ content: RawSpan, _ start: Int32, _ contentStart: Int32, _ length: Int32, _ head: UInt64
    ) throws(ParseFault) -> RawSpan {
        let element = DERElement(content, start, contentStart, length, head)
        switch element.tag.number {
        case DERUniversal.generalString, DERUniversal.utf8String, DERUniversal.printableString,
            DERUniversal.ia5String, DERUniversal.visibleString:
            return try element.string(element.tag.number)
        default: throw ParseFault(.malformed, at: Int(start))
        }
    }

    /// The octets of a string type. One made of segments (X.690, 8.7.3) is read where it has only
    /// one, as its octets are then in one place; otherwise it is `unsupported`.
    @inline(never)
    @_lifetime(copy self)
    private func string(_ number: Int) throws(ParseFault) -> RawSpan {
        guard tag.tagClass == .universal, tag.number == number else { throw ParseFault(.malformed, at: offset) }
        if tag.isConstructed {
            var segments = try children()
            let first = try segments.require()
            guard first.tag.tagClass == .universal, !first.tag.isConstructed,
                first.tag.number == number || first.tag.number == DERUniversal.octetString
            else { throw ParseFault(.unsupported, at: offset) }
            try first.requireWhole()
            if try segments.next() != nil { throw ParseFault(.unsupported, at: offset) }
            return first.content
        }
        try requireWhole()
        return content
    }

    /// Throws `truncated` where the content is cut.
    @inline(__always)
    public func requireWhole() throws(ParseFault) {
        if isCut { throw ParseFault(.truncated, at: contentOffset + content.byteCount) }
    }
}
