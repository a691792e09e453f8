import ByteParsing

// Elements of every form, and what is wrong with those that cannot be read.
extension DERReader {
    /// What is found out about an element: its parts as `DERElement` has them, and the position behind it.
    struct Found {
        var tag: DERTag
        var contentOffset: Int
        var contentEnd: Int
        var missing = 0
        var next: Int
    }

    /// The next element of a level, as `next` describes it.
    ///
    /// The level is no `inout`: one whose address is handed out could not be kept in registers by the loops that read
    /// the common form.
    @inline(never)
    func nextOfAnyForm(_ level: DERLevel) throws(ParseFault) -> Found? {
        let start = level.position, end = level.end
        if start >= end {
            if level.ending == .cut { throw ParseFault(.truncated, at: end) }
            return nil
        }
        let header = try header(at: start, level)
        var found = Found(tag: header.tag, contentOffset: header.contentStart, contentEnd: end, next: end)
        if header.isIndefinite {
            if let stop = try endOfContents(from: header.contentStart, level) {
                found.contentEnd = stop
                found.next = stop + 2
            } else {
                found.missing = DERElement.unknown
            }
        } else if header.length <= end - header.contentStart {
            found.contentEnd = header.contentStart + header.length
            found.next = found.contentEnd
        } else if level.ending == .exact {
            throw ParseFault(.malformed, at: start)
        } else {
            found.missing = header.length - (end - header.contentStart)
        }
        return found
    }

    /// Identifier and length octets (X.690, 8.1.2 and 8.1.3).
    private struct Header {
        var tag: DERTag
        var contentStart: Int
        /// Announced octets of content, at most `Int32.max`; 0 where indefinite.
        var length: Int
        var isIndefinite: Bool
    }

    private func header(at start: Int, _ level: DERLevel) throws(ParseFault) -> Header {
        let end = level.end
        // Octets missing inside a header: the level's end decides what that means.
        let short = level.ending == .exact ? ParseFault(.malformed, at: start) : ParseFault(.truncated, at: end)
        let identifier = bytes.u8(start)
        var position = start + 1
        var tag = DERTag(identifier)
        if identifier & 0x1F == 0x1F {
            var number: UInt32 = 0
            var more = true
            while more {
                guard position < end else { throw short }
                guard number >> 21 == 0 else { throw ParseFault(.unsupported, at: start) }
                let octet = bytes.u8(position)
                number = number << 7 | UInt32(octet & 0x7F)
                more = octet & 0x80 != 0
                position += 1
            }
            tag = DERTag(identifier, highNumber: number)
        }
        guard position < end else { throw short }
        let first = bytes.u8(position)
        position += 1
        if first < 0x80 { return Header(tag: tag, contentStart: position, length: Int(first), isIndefinite: false) }
        if first == 0x80 {
            // Only a constructed element may leave its length open; 0xFF is reserved (8.1.3.5, 8.1.3.6).
            guard tag.isConstructed else { throw ParseFault(.malformed, at: start) }
            return Header(tag: tag, contentStart: position, length: 0, isIndefinite: true)
        }
        guard first != 0xFF else { throw ParseFault(.malformed, at: start) }
        let octets = Int(first & 0x7F)
        guard end - position >= octets else { throw short }
        var length = 0
        for index in 0..<octets {
            // Past 31 bits the exact value no longer matters: no message is that long.
            length = min(length << 8 | Int(bytes.u8(position + index)), Int(Int32.max))
        }
        return Header(tag: tag, contentStart: position + octets, length: length, isIndefinite: false)
    }

    /// Where the end-of-contents octets of an indefinite length stand that begins at `start`; nil
    /// where the octets end before. One pass without recursion: only indefinite lengths are entered.
    private func endOfContents(from start: Int, _ level: DERLevel) throws(ParseFault) -> Int? {
        let end = level.end
        var position = start
        var open = 1
        while position < end {
            if bytes.u8(position) == 0, position + 1 < end, bytes.u8(position + 1) == 0 {
                open -= 1
                if open == 0 { return position }
                position += 2
                continue
            }
            let header: Header
            do throws(ParseFault) {
                header = try self.header(at: position, level)
            } catch {
                if error.kind == .truncated { return nil }
                throw error
            }
            if header.isIndefinite {
                open += 1
                guard Int(level.depth) + open <= Self.maximumDepth else {
                    throw ParseFault(.unsupported, at: position)
                }
                position = header.contentStart
            } else if header.length <= end - header.contentStart {
                position = header.contentStart + header.length
            } else if level.ending == .exact {
                throw ParseFault(.malformed, at: position)
            } else {
                return nil
            }
        }
        if level.ending == .exact { throw ParseFault(.malformed, at: end) }
        return nil
    }
}
