import ByteParsing

/// Reads the elements of one level of BER (X.690), DER included: definite lengths in short and long
/// form, minimal or not, indefinite lengths, low and high tag numbers.
///
/// Octets that end before what they announce are not refused: the elements that are there can be
/// read, and the stop comes where the octets end, as `truncated`. A length that contradicts the
/// length around it is `malformed`. Fault offsets count from the start of the outermost message.
///
///     var reader = DERReader(bytes)
///     while let element = try reader.next() { … }
public struct DERReader: ~Escapable, BitwiseCopyable {
    /// The deepest nesting that is read; no Kerberos message comes near it.
    public static let maximumDepth = 32

    /// The octets of this level that are there.
    let bytes: RawSpan
    /// Offset of `bytes` in the outermost message.
    let base: Int
    /// What stands at the end of `bytes`.
    let end: End
    /// How many constructed elements this level stands in.
    let depth: Int
    private var position = 0

    /// What the end of the octets means.
    enum End: BitwiseCopyable {
        /// Nothing announced it: elements may end here, and one that runs past it is truncated.
        case open
        /// The element around announced it: one that runs past it is malformed.
        case exact
        /// The element around announced more than there is.
        case cut
    }

    /// Reads the outermost level. `base` is added to the offsets of faults.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan, base: Int = 0) {
        self.init(bytes, base: base, end: .open, depth: 0)
    }

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, base: Int, end: End, depth: Int) {
        self.bytes = bytes
        self.base = base
        self.end = end
        self.depth = depth
    }

    /// Where the next element begins, from the start of the outermost message.
    public var offset: Int { base + position }

    /// Whether nothing is left, be it that the level ended or that the octets did.
    public var isAtEnd: Bool { position >= bytes.byteCount }

    /// The next element, or nil at the end of the level.
    ///
    /// Throws `truncated` where the octets end and the level does not, `malformed` where an element
    /// contradicts X.690 or the level around it, `unsupported` for a tag number past 28 bits.
    @inline(__always)
    @_lifetime(copy self)
    public mutating func next() throws(ParseFault) -> DERElement? {
        if position >= bytes.byteCount, end != .cut { return nil }
        if let element = Self.usual(bytes, at: &position, base: base, depth: depth) { return element }
        return try unusual()
    }

    /// The element at `position`, which is moved behind it, in the usual form: a low tag number and a definite
    /// length of at most three octets, with all of the content there.
    @inline(__always)
    @_lifetime(copy bytes)
    static func usual(_ bytes: RawSpan, at position: inout Int, base: Int, depth: Int) -> DERElement? {
        let start = position
        guard let first = bytes.be16(ifThere: start) else { return nil }
        let identifier = UInt8(truncatingIfNeeded: first >> 8)
        var length = Int(first & 0xFF)
        var contentStart = start &+ 2
        if length >= 0x80 {
            guard let more = bytes.be16(ifThere: contentStart) else { return nil }
            if length == 0x82 {
                length = Int(more)
                contentStart &+= 2
            } else if length == 0x81 {
                length = Int(more >> 8)
                contentStart &+= 1
            } else {
                return nil
            }
        }
        guard identifier & 0x1F != 0x1F, let content = bytes.slice(ifThere: contentStart, count: length) else {
            return nil
        }
        position = contentStart &+ length
        return DERElement(
            tag: DERTag(identifier: identifier, number: UInt32(identifier & 0x1F)), content: content,
            offset: base &+ start,
            contentOffset: base &+ contentStart, announcedLength: length, isCut: false, depth: depth)
    }

    /// The next element in any other form, or what is wrong with it.
    @inline(never)
    @_lifetime(copy self)
    mutating func unusual() throws(ParseFault) -> DERElement? {
        if position >= bytes.byteCount {
            if end == .cut { throw ParseFault(.truncated, at: base + bytes.byteCount) }
            return nil
        }
        let start = position
        let header = try Self.header(bytes, at: start, base: base, end: end)
        let available = bytes.byteCount - header.contentStart
        var contentEnd = bytes.byteCount
        var isCut = false
        if header.isIndefinite {
            if let stop = try Self.endOfContents(bytes, from: header.contentStart, base: base, end: end, depth: depth) {
                contentEnd = stop
                position = stop + 2
            } else {
                isCut = true
                position = bytes.byteCount
            }
        } else if header.length <= available {
            contentEnd = header.contentStart + header.length
            position = contentEnd
        } else if end == .exact {
            throw ParseFault(.malformed, at: base + start)
        } else {
            isCut = true
            position = bytes.byteCount
        }
        return DERElement(
            tag: header.tag, content: bytes.slice(header.contentStart, contentEnd), offset: base + start,
            contentOffset: base + header.contentStart,
            announcedLength: header.isIndefinite ? contentEnd - header.contentStart : header.length, isCut: isCut,
            depth: depth)
    }

    /// The next element, which must be there: `malformed` where the level has ended, `truncated` where
    /// that is the outermost one.
    @inline(__always)
    @_lifetime(copy self)
    public mutating func require() throws(ParseFault) -> DERElement {
        guard let element = try next() else {
            throw ParseFault(end == .open ? .truncated : .malformed, at: offset)
        }
        return element
    }

    /// The next element, which must be there and have this tag.
    @_lifetime(copy self)
    public mutating func require(_ tag: DERTag) throws(ParseFault) -> DERElement {
        let element = try require()
        guard element.tag == tag else { throw ParseFault(.malformed, at: element.offset) }
        return element
    }

    /// Identifier and length octets (X.690, 8.1.2 and 8.1.3).
    private struct Header {
        var tag: DERTag
        var contentStart: Int
        /// Announced octets of content, at most `Int32.max`; 0 where indefinite.
        var length: Int
        var isIndefinite: Bool
    }

    @inline(never)
    private static func header(_ bytes: RawSpan, at start: Int, base: Int, end: End) throws(ParseFault) -> Header {
        let count = bytes.byteCount
        // Octets missing inside a header: the level's end decides what that means.
        let short = end == .exact ? ParseFault(.malformed, at: base + start) : ParseFault(.truncated, at: base + count)
        let identifier = bytes.u8(start)
        var position = start + 1
        var number = UInt32(identifier & 0x1F)
        if number == 0x1F {
            number = 0
            var more = true
            while more {
                guard position < count else { throw short }
                guard number >> 21 == 0 else { throw ParseFault(.unsupported, at: base + start) }
                let octet = bytes.u8(position)
                number = number << 7 | UInt32(octet & 0x7F)
                more = octet & 0x80 != 0
                position += 1
            }
        }
        let tag = DERTag(identifier: identifier, number: number)
        guard position < count else { throw short }
        let first = bytes.u8(position)
        position += 1
        if first < 0x80 { return Header(tag: tag, contentStart: position, length: Int(first), isIndefinite: false) }
        if first == 0x80 {
            // Only a constructed element may leave its length open; 0xFF is reserved (8.1.3.5, 8.1.3.6).
            guard tag.isConstructed else { throw ParseFault(.malformed, at: base + start) }
            return Header(tag: tag, contentStart: position, length: 0, isIndefinite: true)
        }
        guard first != 0xFF else { throw ParseFault(.malformed, at: base + start) }
        let octets = Int(first & 0x7F)
        guard count - position >= octets else { throw short }
        var length = 0
        for index in 0..<octets {
            // Past 31 bits the exact value no longer matters: no message is that long.
            length = min(length << 8 | Int(bytes.u8(position + index)), Int(Int32.max))
        }
        return Header(tag: tag, contentStart: position + octets, length: length, isIndefinite: false)
    }

    /// Where the end-of-contents octets of an indefinite length stand that begins at `start`; nil
    /// where the octets end before. One pass without recursion: only open lengths are entered.
    private static func endOfContents(
        _ bytes: RawSpan, from start: Int, base: Int, end: End, depth: Int
    ) throws(ParseFault) -> Int? {
        let count = bytes.byteCount
        var position = start
        var open = 1
        while position < count {
            if bytes.u8(position) == 0, position + 1 < count, bytes.u8(position + 1) == 0 {
                open -= 1
                if open == 0 { return position }
                position += 2
                continue
            }
            let header: Header
            do throws(ParseFault) {
                header = try Self.header(bytes, at: position, base: base, end: end)
            } catch {
                if error.kind == .truncated { return nil }
                throw error
            }
            if header.isIndefinite {
                open += 1
                guard depth + open <= maximumDepth else { throw ParseFault(.unsupported, at: base + position) }
                position = header.contentStart
            } else if header.length <= count - header.contentStart {
                position = header.contentStart + header.length
            } else if end == .exact {
                throw ParseFault(.malformed, at: base + position)
            } else {
                return nil
            }
        }
        if end == .exact { throw ParseFault(.malformed, at: base + count) }
        return nil
    }
}
