/// One element: its tag, and where its content is in the octets of its reader.
public struct DERElement: BitwiseCopyable, Sendable {
    // Narrow, to be handed on in registers. `DERReader.init` sees to it that all offsets fit.
    private let start: UInt32
    private let contentStart: UInt32
    private let contentStop: UInt32
    /// Octets that were announced and are not there: 0 where the content is whole, -1 where nobody knows how many.
    private let missing: Int32
    /// Class, number, constructed or not.
    public let tag: DERTag
    /// How many constructed elements this one is inside of.
    let depth: UInt8

    /// The `missing` of an element whose indefinite length does not end.
    static var unknown: Int { -1 }

    @inline(__always)
    init(tag: DERTag, offset: Int, contentOffset: Int, contentEnd: Int, missing: Int = 0, depth: UInt8) {
        self.tag = tag
        start = UInt32(truncatingIfNeeded: offset)
        contentStart = UInt32(truncatingIfNeeded: contentOffset)
        contentStop = UInt32(truncatingIfNeeded: contentEnd)
        self.missing = Int32(truncatingIfNeeded: missing)
        self.depth = depth
    }

    /// Offset of the identifier octet.
    public var offset: Int { @inline(__always) get { Int(start) } }
    /// Offset of the content.
    public var contentOffset: Int { @inline(__always) get { Int(contentStart) } }
    /// Where the content that is there ends; before the end-of-contents octets of an indefinite length.
    var contentEnd: Int { @inline(__always) get { Int(contentStop) } }
    /// Octets of content that are there.
    var count: Int { @inline(__always) get { contentEnd &- contentOffset } }
    /// Whether less is there than was announced.
    public var isCut: Bool { @inline(__always) get { missing != 0 } }
    /// Octets of content as announced, at most `Int32.max`; of an indefinite length those that are there.
    public var announcedLength: Int { count &+ Int(max(missing, 0)) }
}
