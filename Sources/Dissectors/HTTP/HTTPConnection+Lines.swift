import ByteParsing

/// Where headers, lines and chunks end.
extension HTTPConnection {
    /// The offset behind the empty line that ends the header at `start`; nil while it has not come. `scanned` says how
    /// far behind `start` has been searched; it is kept for the next call. The header's lines are noted in `lines`, as
    /// long as `account` is the number of the header whose lines are there.
    static func headerEnd(
        _ bytes: RawSpan, from start: Int, scanned: inout Int, account: inout UInt64, lines: inout HTTPLines
    ) -> Int? {
        let header = bytes.slice(from: start)
        let count = header.byteCount
        if scanned == 0 { account = lines.begin() }
        let isKnown = account == lines.account
        var position = scanned
        while let lineFeed = header.firstIndex(of: 0x0A, from: position) {
            var next = lineFeed &+ 1
            let isBlank = next < count && header.u8(next).isBlank
            if next < count, header.u8(next) == 0x0D { next &+= 1 }
            if next >= count {
                // The octet that decides is not here yet: this line end is met again.
                scanned = lineFeed
                return nil
            }
            if isKnown { lines.append(lineFeed, in: header, goesOn: isBlank) }
            if header.u8(next) == 0x0A {
                if isKnown { lines.end(next + 1) }
                return start + next + 1
            }
            position = next
        }
        scanned = count
        return nil
    }

    /// The offset behind the line that begins at `start`.
    static func line(_ bytes: RawSpan, from start: Int, _ scanned: inout Int) -> Int? {
        guard let lineFeed = bytes.firstIndex(of: 0x0A, from: start + scanned) else {
            scanned = bytes.byteCount - start
            return nil
        }
        scanned = 0
        return lineFeed + 1
    }

    /// The number that a chunk's line begins with (RFC 9112, 7.1); nil where it has none, or one
    /// that no connection could carry.
    static func chunkSize(_ line: RawSpan) -> Int? {
        var position = 0
        while position < line.byteCount, line.u8(position).isBlank { position += 1 }
        let start = position
        var size = 0
        while position < line.byteCount {
            let octet = line.lowercased(position)
            let digit: Int
            if let decimal = octet.decimalDigit {
                digit = decimal
            } else if octet >= UInt8(ascii: "a"), octet <= UInt8(ascii: "f") {
                digit = Int(octet) - 87
            } else {
                break
            }
            guard size < longestSkip >> 4 else { return nil }
            size = size << 4 | digit
            position += 1
        }
        guard position > start else { return nil }
        let next = line.u8(position)
        return next == UInt8(ascii: ";") || next.isHTTPSpace ? size : nil
    }
}
