import ByteParsing

/// Elements as nearly all are written, one after another: a tag that is expected, a length of at most two octets behind the
/// first, all of the content there, and in an EXPLICIT tag one element that fills it.
///
/// Places are offsets in `bytes`; where an element is not of this form, its end is `UsualDER.none`. What has this form is read
/// by `DERReader` and `DERElement` the same, and what has not is theirs to read.
struct UsualDER: ~Escapable {
    /// The message.
    let bytes: RawSpan

    /// No end: not of the usual form.
    static let none = -1

    @inline(__always)
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    /// The identifier of the element at `position`; 0, which none has here, where the level has ended.
    @inline(__always)
    func identifier(_ position: Int, _ end: Int) -> UInt8 { position < end ? bytes.u8(position) : 0 }

    /// Steps from an element into its content, and returns where that ends.
    @inline(__always)
    func enter(_ tag: UInt8, _ position: inout Int, _ end: Int) -> Int {
        guard let head = bytes.be16(ifThere: position), head >> 8 == UInt16(tag) else { return Self.none }
        return enter(length: head, &position, end)
    }

    /// The same for an element with whatever low tag number.
    @inline(__always)
    func enter(_ position: inout Int, _ end: Int) -> Int {
        guard let head = bytes.be16(ifThere: position), head >> 8 & 0x1F != 0x1F else { return Self.none }
        return enter(length: head, &position, end)
    }

    @inline(__always)
    private func enter(length head: UInt16, _ position: inout Int, _ end: Int) -> Int {
        let first = Int(head & 0xFF)
        var start = position &+ 2
        var length = first
        if first >= 0x80 {
            guard first == 0x82 || first == 0x81, let more = bytes.be16(ifThere: start) else { return Self.none }
            start &+= first &- 0x80
            length = first == 0x82 ? Int(more) : Int(more >> 8)
        }
        guard start &+ length <= end else { return Self.none }
        position = start
        return start &+ length
    }

    /// Steps from an EXPLICIT tag, which has been looked at, into the content of the element inside, and returns where that ends.
    @inline(__always)
    func inside(_ tag: UInt8, _ position: inout Int, _ end: Int) -> Int {
        guard let head = bytes.be32(ifThere: position) else { return Self.none }
        let length = head & 0x7F
        if head & 0x00FF_FFFF == (length &+ 2) << 16 | UInt32(tag) << 8 | length, length <= 0x7D {
            position &+= 4
            let stop = position &+ Int(length)
            return stop <= end ? stop : Self.none
        }
        let (start, stop) = longInside(tag, position, end)
        position = start
        return stop
    }

    @inline(never)
    private func longInside(_ tag: UInt8, _ start: Int, _ end: Int) -> (start: Int, stop: Int) {
        if let head = bytes.be64(ifThere: start) {
            // Both lengths of two octets behind the first, or both of one.
            if head & 0x00FF_0000_FFFF_0000 == 0x0082_0000_0082_0000 | UInt64(tag) << 24, head >> 32 & 0xFFFF == (head & 0xFFFF) &+ 4 {
                let stop = start &+ 8 &+ Int(head & 0xFFFF)
                return stop <= end ? (start &+ 8, stop) : (start, Self.none)
            }
            if head & 0x00FF_00FF_FF00_0000 == 0x0081_0000_8100_0000 | UInt64(tag) << 32, head >> 40 & 0xFF == (head >> 16 & 0xFF) &+ 3 {
                let stop = start &+ 6 &+ Int(head >> 16 & 0xFF)
                return stop <= end ? (start &+ 6, stop) : (start, Self.none)
            }
        }
        var position = start
        let outer = enter(&position, end)
        guard outer >= 0 else { return (start, Self.none) }
        let stop = enter(tag, &position, outer)
        return stop == outer ? (position, stop) : (start, Self.none)
    }

    /// Passes over the element at `position`; false where that is not of the usual form.
    @inline(__always)
    func skip(_ position: inout Int, _ end: Int) -> Bool {
        let stop = enter(&position, end)
        if stop >= 0 { position = stop }
        return stop >= 0
    }

    /// Reads the INTEGER inside an EXPLICIT tag, which has been looked at, and passes over it.
    @inline(__always)
    func integer(_ position: inout Int, _ end: Int, _ value: inout Int32) -> Bool {
        if let head = bytes.be32(ifThere: position), head & 0x00FF_FFFF == 0x03_0201, end &- position >= 5 {
            value = Int32(Int8(bitPattern: bytes.u8(position &+ 4)))
            position &+= 5
            return true
        }
        let stop = inside(0x02, &position, end)
        guard stop >= 0, let number = number(position, stop) else { return false }
        value = number
        position = stop
        return true
    }

    /// The same for an unsigned number.
    @inline(__always)
    func integer(_ position: inout Int, _ end: Int, _ value: inout UInt32) -> Bool {
        var number: Int32 = 0
        guard integer(&position, end, &number) else { return false }
        value = UInt32(bitPattern: number)
        return true
    }

    /// The value of an INTEGER's content, of at most 32 bits with their sign or without it.
    @inline(__always)
    func number(_ start: Int, _ end: Int) -> Int32? {
        end &- start == 1 ? Int32(Int8(bitPattern: bytes.u8(start))) : longNumber(start, end)
    }

    @inline(never)
    private func longNumber(_ start: Int, _ end: Int) -> Int32? {
        switch end &- start {
        case 2: return Int32(Int16(bitPattern: bytes.be16(start)))
        case 3: return Int32(Int16(bitPattern: bytes.be16(start))) << 8 | Int32(bytes.u8(start &+ 2))
        case 4: return Int32(bitPattern: bytes.be32(start))
        case 5 where bytes.u8(start) == 0: return Int32(bitPattern: bytes.be32(start &+ 1))
        default: return nil
        }
    }

    /// Reads 32 bits of the BIT STRING inside an EXPLICIT tag, which has been looked at, and passes over it.
    @inline(__always)
    func bits(_ position: inout Int, _ end: Int, _ value: inout UInt32) -> Bool {
        let stop = inside(0x03, &position, end)
        guard stop >= 0, stop &- position == 5, bytes.u8(position) == 0 else { return false }
        value = bytes.be32(position &+ 1)
        position = stop
        return true
    }
}
