import ByteParsing

/// Elements as nearly all are written, one after another: a tag that is expected, a length of at most two octets behind
/// the
/// first, all of the content there, and in an EXPLICIT tag one element that fills it.
///
/// Places are offsets in `bytes`; where an element is not of this form, its end is `UsualDER.none`. What has this form
/// is read
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

    /// Steps from an EXPLICIT tag, which has been looked at, into the content of the element inside, and returns where
    /// that ends.
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

    /// The same for an element that is mostly long: both lengths of two octets behind the first.
    @inline(__always)
    func insideLarge(_ tag: UInt8, _ position: inout Int, _ end: Int) -> Int {
        guard let head = bytes.be64(ifThere: position),
            head & 0x00FF_0000_FFFF_0000 == 0x0082_0000_0082_0000 | UInt64(tag) << 24,
            head >> 32 & 0xFFFF == (head & 0xFFFF) &+ 4
        else { return inside(tag, &position, end) }
        let stop = position &+ 8 &+ Int(head & 0xFFFF)
        if stop > end { return Self.none }
        position &+= 8
        return stop
    }

    @inline(never)
    private func longInside(_ tag: UInt8, _ start: Int, _ end: Int) -> (start: Int, stop: Int) {
        if let head = bytes.be64(ifThere: start) {
            // Both lengths of two octets behind the first, or both of one.
            if head & 0x00FF_0000_FFFF_0000 == 0x0082_0000_0082_0000 | UInt64(tag) << 24,
                head >> 32 & 0xFFFF == (head & 0xFFFF) &+ 4
            {
                let stop = start &+ 8 &+ Int(head & 0xFFFF)
                return stop <= end ? (start &+ 8, stop) : (start, Self.none)
            }
            if head & 0x00FF_00FF_FF00_0000 == 0x0081_0000_8100_0000 | UInt64(tag) << 32,
                head >> 40 & 0xFF == (head >> 16 & 0xFF) &+ 3
            {
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
        if let head = bytes.be64(ifThere: position), head & 0x00FF_FFFF_FF00_0000 == 0x0007_0305_0000_0000,
            end &- position >= 9
        {
            value = bytes.be32(position &+ 5)
            position &+= 9
            return true
        }
        let stop = inside(0x03, &position, end)
        guard stop >= 0, stop &- position == 5, bytes.u8(position) == 0 else { return false }
        value = bytes.be32(position &+ 1)
        position = stop
        return true
    }

    // MARK: Several headers at once, where all of them are as short or as long as they mostly are

    /// Steps from a PA-DATA, a SEQUENCE of a type [1] and an OCTET STRING [2], into that string, and returns where it
    /// ends.
    @inline(__always)
    func typedValue(_ position: inout Int, _ end: Int, _ type: inout Int32) -> Int {
        let stop = typedValueAtOnce(&position, end, &type)
        return stop >= 0 ? stop : anyTypedValue(&position, end, &type)
    }

    /// The same where its headers are as they mostly are; elsewhere nothing has been passed over.
    @inline(__always)
    func typedValueAtOnce(_ position: inout Int, _ end: Int, _ type: inout Int32) -> Int {
        if let head = bytes.be64(ifThere: position) {
            // A type of one octet, behind it lengths of one octet.
            if head & 0xFF80_FFFF_FFFF_00FF == 0x3000_A103_0201_00A2, let inner = bytes.be32(ifThere: position &+ 7) {
                let length = Int(head >> 48 & 0x7F)
                let stop = position &+ 2 &+ length
                if Int(inner >> 16 & 0xFF) == length &- 7, inner >> 8 & 0xFF == 0x04, Int(inner & 0xFF) == length &- 9,
                    stop <= end
                {
                    type = Int32(Int8(truncatingIfNeeded: head >> 8))
                    position &+= 11
                    return stop
                }
            }
            // A type of two octets.
            if head & 0xFF80_FFFF_FFFF_0000 == 0x3000_A104_0202_0000, let inner = bytes.be32(ifThere: position &+ 8) {
                let length = Int(head >> 48 & 0x7F)
                let stop = position &+ 2 &+ length
                if inner >> 24 == 0xA2, Int(inner >> 16 & 0xFF) == length &- 8, inner >> 8 & 0xFF == 0x04,
                    Int(inner & 0xFF) == length &- 10,
                    stop <= end
                {
                    type = Int32(Int16(truncatingIfNeeded: head))
                    position &+= 12
                    return stop
                }
            }
            // A type of one octet, behind it lengths of two octets after the first.
            if head & 0xFFFF_0000_FFFF_FFFF == 0x3082_0000_A103_0201, let inner = bytes.be64(ifThere: position &+ 9),
                inner & 0xFFFF_0000_FFFF_0000 == 0xA282_0000_0482_0000
            {
                let length = Int(head >> 32 & 0xFFFF)
                let stop = position &+ 4 &+ length
                if Int(inner >> 32 & 0xFFFF) == length &- 9, Int(inner & 0xFFFF) == length &- 13, stop <= end {
                    type = Int32(Int8(bitPattern: bytes.u8(position &+ 8)))
                    position &+= 17
                    return stop
                }
            }
        }
        return Self.none
    }

    @inline(never)
    private func anyTypedValue(_ position: inout Int, _ end: Int, _ type: inout Int32) -> Int {
        let stop = enter(0x30, &position, end)
        guard stop >= 0, identifier(position, stop) == 0xA1, integer(&position, stop, &type),
            identifier(position, stop) == 0xA2, inside(0x04, &position, stop) == stop
        else { return Self.none }
        return stop
    }

    /// Steps from the content of EncryptedData, with a version of the key of one octet, into its cipher, which takes
    /// the rest up
    /// to `end`; false where its headers are of another form.
    @inline(__always)
    func cipher(_ position: inout Int, _ end: Int, _ etype: inout Int32, _ kvno: inout UInt32?) -> Bool {
        // etype [0], kvno [1], cipher [2].
        guard let first = bytes.be64(ifThere: position), first & 0xFFFF_FFFF_00FF_FFFF == 0xA003_0201_00A1_0302,
            let second = bytes.be64(ifThere: position &+ 8), second & 0xFF00_FFFF_0000_FFFF == 0x0100_A282_0000_0482
        else { return false }
        let length = Int(second >> 16 & 0xFFFF)
        guard position &+ 14 &+ length == end, length >= 4, Int(bytes.be16(position &+ 16)) == length &- 4 else {
            return false
        }
        etype = Int32(Int8(truncatingIfNeeded: first >> 24))
        kvno = UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: second >> 48)))
        position &+= 18
        return true
    }
}
