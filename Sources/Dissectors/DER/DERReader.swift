import ByteParsing

/// Reads elements of BER (X.690), DER included: definite lengths in short and long form, minimal or
/// not, indefinite lengths, low and high tag numbers.
///
/// Octets that end before what they announce are not refused: the elements that are there can be
/// read, and reading stops where the octets end, as `truncated`. A length that contradicts the
/// length around it is `malformed`. Fault offsets count from the start of the octets.
///
///     let reader = DERReader(bytes)
///     var level = reader.outermost()
///     while let element = try reader.next(&level) { … }
///
/// Elements and levels are positions and no views: they stay in registers, where a view for each
/// would cost more than all else that is done with most elements.
///
/// Nearly every element has a low tag number, a definite length in at most three octets, and all of
/// its content. Those are read where `next` is called; `nextOfAnyForm` reads every other, and those.
public struct DERReader: ~Escapable, BitwiseCopyable {
    /// The deepest nesting that is read; no Kerberos message comes near it.
    public static let maximumDepth = 32

    /// The octets that are there.
    let bytes: RawSpan

    /// A reader of these octets; of more than 2 GiB those after them are taken as missing.
    @inline(__always)
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) {
        self.bytes = bytes.byteCount <= Int(Int32.max) ? bytes : bytes.slice(0, Int(Int32.max))
    }

    /// The outermost level: all octets, or those from `start` up to `end`.
    @inline(__always)
    public func outermost(from start: Int = 0, to end: Int? = nil, isWhole: Bool = false) -> DERLevel {
        DERLevel(position: start, end: end ?? bytes.byteCount, ending: isWhole ? .exact : .open, depth: 0)
    }

    /// The next element, or nil at the end of the level.
    ///
    /// Throws `truncated` where the octets end and the level does not, `malformed` where an element
    /// contradicts X.690 or the level around it, `unsupported` for a tag number past 28 bits.
    @inline(__always)
    public func next(_ level: inout DERLevel) throws(ParseFault) -> DERElement? {
        if level.position >= level.end, level.ending != .cut { return nil }
        if let element = commonElement(level) {
            level.position = element.contentEnd
            return element
        }
        guard let found = try nextOfAnyForm(level) else { return nil }
        let element = DERElement(
            tag: found.tag, offset: level.position, contentOffset: found.contentOffset, contentEnd: found.contentEnd,
            missing: found.missing, depth: level.depth)
        level.position = found.next
        return element
    }

    /// The next element, which must be there: `malformed` where the level has ended, `truncated` where
    /// that is the outermost one.
    @inline(__always)
    public func require(_ level: inout DERLevel) throws(ParseFault) -> DERElement {
        guard let element = try next(&level) else {
            throw ParseFault(level.ending == .open ? .truncated : .malformed, at: level.position)
        }
        return element
    }

    /// The next element, which must be there and have this tag.
    public func require(_ tag: DERTag, _ level: inout DERLevel) throws(ParseFault) -> DERElement {
        let element = try require(&level)
        guard element.tag == tag else { throw ParseFault(.malformed, at: element.offset) }
        return element
    }

    /// The next element of a level, where it has the common form; nil for any other.
    @inline(__always)
    private func commonElement(_ level: DERLevel) -> DERElement? {
        let start = level.position
        guard let first = bytes.be16(ifThere: start) else { return nil }
        var length = Int(first & 0xFF)
        var contentStart = start &+ 2
        if length >= 0x80 {
            guard length == 0x82 || length == 0x81, let more = bytes.be16(ifThere: contentStart) else { return nil }
            contentStart &+= length &- 0x80
            length = length == 0x82 ? Int(more) : Int(more >> 8)
        }
        let identifier = UInt8(truncatingIfNeeded: first >> 8)
        guard identifier & 0x1F != 0x1F, contentStart &+ length <= level.end else { return nil }
        return DERElement(
            tag: DERTag(identifier), offset: start, contentOffset: contentStart, contentEnd: contentStart &+ length,
            depth: level.depth)
    }
}
