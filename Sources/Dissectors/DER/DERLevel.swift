/// One level of elements, and how far it has been read: the outermost one, or the inside of an element.
public struct DERLevel: BitwiseCopyable, Sendable {
    /// What the end of a level means.
    enum Ending: UInt8, BitwiseCopyable, Sendable {
        /// Nothing announced it: elements may end here, and one that runs past it is truncated.
        case open
        /// The element around announced it: one that runs past it is malformed.
        case exact
        /// The element around announced more than there is.
        case cut
    }

    // Narrow, as in an element.
    private var next: UInt32
    private let stop: UInt32
    /// What the end means.
    let ending: Ending
    /// How many constructed elements this level is inside of.
    let depth: UInt8

    @inline(__always)
    init(position: Int, end: Int, ending: Ending, depth: UInt8) {
        next = UInt32(truncatingIfNeeded: position)
        stop = UInt32(truncatingIfNeeded: end)
        self.ending = ending
        self.depth = depth
    }

    /// Where the next element begins.
    public internal(set) var position: Int {
        @inline(__always) get { Int(next) }
        @inline(__always) set { next = UInt32(truncatingIfNeeded: newValue) }
    }
    /// Where the octets of this level that are there end.
    var end: Int { @inline(__always) get { Int(stop) } }
    /// Whether nothing is left, be it that the level ended or that the octets did.
    public var isAtEnd: Bool { position >= end }
}
