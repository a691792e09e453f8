import ByteParsing

/// The lines of a header, noted while its end is searched for: where the first line ends, and the fields that the
/// header reader reads, so that it need not look at the others again. If a header comes in several pieces, the notes
/// are continued, unless those of another header have taken their place.
struct HTTPLines: ~Copyable {
    /// A field line, continuation lines included.
    struct Line: BitwiseCopyable {
        /// Where it begins and ends, counted from the start of the header.
        var start: Int32
        var stop: Int32
        /// Its name, if a colon follows at once, and where its value begins.
        var name: HTTPFieldName?
        var value: Int32 = 0
    }

    /// Nothing is noted of a header that has more fields to be read than this.
    private static let capacity = 64

    /// Those to be read: the first `count`.
    private(set) var fields: RecordArray<Line>
    private(set) var count = 0
    /// Where the first line ends.
    private(set) var firstEnd = 0
    /// Octets of the longest field line.
    private(set) var longest = 0
    /// Octets of the header; 0 while nothing is known of it.
    private var length = 0
    private var lineStart = 0
    private var isFirst = true
    /// The number of the header whose lines these are, counted up with each header begun. A search that is continued
    /// compares it with the number that it was given: if it differs, the notes are those of another header.
    private(set) var account: UInt64 = 0

    init() {
        fields = RecordArray(count: Self.capacity, of: Line(start: 0, stop: 0))
    }

    /// Begins to note another header, and returns its number.
    @inline(__always)
    mutating func begin() -> UInt64 {
        account &+= 1
        count = 0
        longest = 0
        length = 0
        lineStart = 0
        isFirst = true
        return account
    }

    /// Notes the line feed at `place` in a header's octets; `goesOn` says that the next line continues this one.
    @inline(__always)
    mutating func append(_ place: Int, in header: RawSpan, goesOn: Bool) {
        if isFirst {
            isFirst = false
            firstEnd = place
        } else if goesOn {
            return
        } else {
            longest = max(longest, place &- lineStart &- (header.u8(place &- 1) == 0x0D ? 1 : 0))
            if HTTPFieldName.mayBegin(header, at: lineStart) { append(header, place) }
        }
        lineStart = place &+ 1
    }

    @inline(never)
    private mutating func append(_ header: RawSpan, _ place: Int) {
        if count == Self.capacity { return }
        var line = Line(start: Int32(truncatingIfNeeded: lineStart), stop: Int32(truncatingIfNeeded: place))
        if let (name, length) = HTTPFieldName.atStart(of: header.slice(lineStart, place)) {
            line.name = name
            line.value = Int32(truncatingIfNeeded: lineStart + length + 1)
        }
        fields[count] = line
        count &+= 1
    }

    /// The header ends here.
    @inline(__always)
    mutating func end(_ length: Int) { self.length = count < Self.capacity ? length : 0 }

    /// Whether these are the lines of a header of so many octets, which is read now.
    @inline(__always)
    mutating func take(_ length: Int) -> Bool {
        let isKnown = self.length == length
        self.length = 0
        return isKnown
    }
}
