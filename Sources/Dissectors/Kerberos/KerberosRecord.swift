import ByteParsing

/// The record mark before a Kerberos message over TCP (RFC 4120, 7.2.2), and the first octets of
/// the message itself, as far as they are there.
struct KerberosRecord {
    /// Octets of the mark.
    static let markLength = 4
    /// The longest message that is collected and decoded, in octets; real ones stay far below.
    static let maximumLength = 1 << 20
    /// Octets that judge a record: the mark, a tag and a first length octet.
    static let judgedLength = markLength + 2

    /// What the first octets of a record are.
    enum Judgement {
        /// Too few octets to tell, and nothing against it so far.
        case unsure
        /// No record of a Kerberos message.
        case foreign
        /// A record; the lengths of the mark and of the message agree.
        case certain
        /// A mark before a message tag whose lengths differ or cannot be compared.
        case likely
    }

    /// Octets after the mark.
    let length: Int
    /// How sure it is.
    let judgement: Judgement

    @inline(__always)
    private init(length: Int, judgement: Judgement) {
        self.length = length
        self.judgement = judgement
    }

    /// Judges the octets from `start` on.
    @inline(__always)
    init(_ bytes: borrowing RawSpan, at start: Int) {
        // A message with a length of two octets, as nearly all are, and a mark that agrees with it.
        if let head = bytes.be64(ifThere: start), head >> 16 & 0xFF == 0x82, head >> 32 == (head & 0xFFFF) &+ 4,
            KerberosDecoder.isMessageTag(UInt8(truncatingIfNeeded: head >> 24))
        {
            self.init(length: Int(head >> 32), judgement: .certain)
            return
        }
        self.init(any: bytes, at: start)
    }

    @inline(never)
    private init(any bytes: borrowing RawSpan, at start: Int) {
        let count = bytes.byteCount - start
        guard count >= Self.judgedLength else {
            length = 0
            let isOpen = count <= 0 || bytes.u8(start) < 0x80
            let hasTag = count <= Self.markLength || KerberosDecoder.isMessageTag(bytes.u8(start + Self.markLength))
            judgement = isOpen && hasTag ? .unsure : .foreign
            return
        }
        let mark = bytes.be32(start)
        length = Int(mark & 0x7FFF_FFFF)
        guard KerberosDecoder.isMessageTag(bytes.u8(start + Self.markLength)), length >= 2, mark < 0x8000_0000 else {
            judgement = .foreign
            return
        }
        // A length of two octets is by far the most frequent one.
        if count >= Self.judgedLength + 2, bytes.u8(start + 5) == 0x82 {
            judgement = 4 + Int(bytes.be16(start + 6)) == length ? .certain : .likely
            return
        }
        judgement = Self.innerLength(bytes, at: start + Self.markLength) == length ? .certain : .likely
    }

    /// Octets of the message by its own tag and length; nil where the length is open or not there.
    private static func innerLength(_ bytes: borrowing RawSpan, at start: Int) -> Int? {
        let first = bytes.u8(start + 1)
        if first < 0x80 { return 2 + Int(first) }
        let octets = Int(first & 0x7F)
        guard octets >= 1, octets <= 4, bytes.byteCount - start - 2 >= octets else { return nil }
        var value = 0
        for index in 0..<octets { value = value << 8 | Int(bytes.u8(start + 2 + index)) }
        return 2 + octets + value
    }
}
