import ByteParsing

/// Recognises the first line of a request or a response (RFC 9112, 3 and 4).
enum HTTPStartLine {
    /// What the first octets of a message are.
    enum Judgement: Equatable {
        case request, response
        /// Too few octets to tell.
        case unsure
        case neither
    }

    /// Without a line end within so many octets, a request line is judged by its method alone.
    static let longestAwaitedLine = 16 << 10
    /// The longest method that is believed.
    static let longestMethod = 32

    /// `HTTP/1.1`.
    static let usualVersion: UInt64 = 0x4854_5450_2F31_2E31

    /// Judges octets that begin where a message should begin.
    static func judge(_ bytes: RawSpan) -> Judgement {
        let count = bytes.byteCount
        if count == 0 { return .unsure }
        if bytes.u8(0) == UInt8(ascii: "H"), let response = judgeResponse(bytes) { return response }
        var end = count >= 4 && bytes.be32(0) == 0x4745_5420 ? 3 : 0
        while end < count, end <= longestMethod, bytes.u8(end).isTokenCharacter { end += 1 }
        if end == 0 || end > longestMethod { return .neither }
        if end == count { return .unsure }
        guard bytes.u8(end).isBlank else { return .neither }
        if let lineFeed = bytes.firstIndex(of: 0x0A, from: end) {
            return versionOffset(bytes, from: end, to: lineFeed) == nil ? .neither : .request
        }
        // No text protocol's line holds control octets: what does is given up at once.
        for offset in end..<min(count, end + 64) where bytes.u8(offset) < 0x20 && !bytes.u8(offset).isHTTPSpace {
            return .neither
        }
        if count < longestAwaitedLine { return .unsure }
        return isKnownMethod(bytes.slice(0, end)) ? .request : .neither
    }

    /// `HTTP/` and a digit; nil where the octets are another word that begins with H.
    private static func judgeResponse(_ bytes: RawSpan) -> Judgement? {
        let count = bytes.byteCount
        if count < 6 { return bytes.equals("HTTP/", count: min(count, 5)) ? .unsure : nil }
        guard bytes.be32(0) == 0x4854_5450, bytes.u8(4) == UInt8(ascii: "/") else { return nil }
        return bytes.u8(5).decimalDigit == nil ? nil : .response
    }

    /// Judges the first octets of an unclaimed flow: only what cannot be another protocol is certain.
    static func probe(_ bytes: RawSpan) -> ProbeVerdict {
        var start = 0
        while start < bytes.byteCount, start < 8, bytes.u8(start).isLineEnd { start += 1 }
        let message = bytes.slice(from: start)
        switch judge(message) {
        case .neither: return .notMine
        case .unsure: return hasMethodAndTarget(message) ? .certain : .unsure
        case .response:
            if message.byteCount < 7 { return .unsure }
            return message.hasASCII("HTTP/1.") ? .certain : .notMine
        case .request:
            guard let lineFeed = message.firstIndex(of: 0x0A),
                let version = versionOffset(message, from: 0, to: lineFeed)
            else { return .certain }
            return message.hasASCII("HTTP/1.", at: version) ? .certain : .notMine
        }
    }

    /// Without a line end within so many octets, a flow is claimed by what there is of its request line.
    private static let longestProbedLine = 48

    /// Whether octets without a line end are a request line by their known method, the shape of their
    /// target (RFC 9112, 3.2), and either their length or the beginning of their version.
    private static func hasMethodAndTarget(_ message: RawSpan) -> Bool {
        guard let blank = message.firstIndex(of: 0x20), isKnownMethod(message.slice(0, blank)),
            message.byteCount >= longestProbedLine || cutVersionOffset(message, from: blank) != nil
        else { return false }
        return message.hasASCII("/", at: blank + 1) || message.hasASCII("http", at: blank + 1)
            || message.hasASCII("CONNECT")
    }

    /// Whether octets whose start line may be unfinished can only be a message: they begin with the
    /// version of a response, or with a known method and a blank.
    static func namesMessage(_ bytes: RawSpan) -> Bool {
        if bytes.hasASCII("HTTP/") { return true }
        if judge(bytes) == .request { return true }
        var end = 0
        while end < bytes.byteCount, end <= longestMethod, !bytes.u8(end).isBlank { end += 1 }
        return end < bytes.byteCount && isKnownMethod(bytes.slice(0, end)) && judge(bytes) != .neither
    }

    /// The offset of the `HTTP/` that ends a request line, between `start` and `end`; nil where the
    /// line does not end in a version.
    @inline(__always)
    static func versionOffset(_ bytes: RawSpan, from start: Int, to end: Int) -> Int? {
        // Nearly all end in ` HTTP/1.1` and a carriage return.
        if end - start > 10 {
            let usual = bytes.u8(end - 1) == 0x0D ? end - 9 : end - 8
            if bytes.be64(usual) == usualVersion, bytes.u8(usual - 1) == 0x20 { return usual }
        }
        return anyVersionOffset(bytes, from: start, to: end)
    }

    @inline(never)
    private static func anyVersionOffset(_ bytes: RawSpan, from start: Int, to end: Int) -> Int? {
        var stop = end
        while stop > start, bytes.u8(stop - 1).isHTTPSpace { stop -= 1 }
        // `HTTP/1.1`, or a version of up to a few more digits.
        var offset = stop - 1
        while offset > start, stop - offset < 16, !bytes.u8(offset - 1).isBlank { offset -= 1 }
        guard offset > start, stop - offset >= 6, bytes.hasASCII("HTTP/", at: offset),
            bytes.u8(offset + 5).decimalDigit != nil
        else { return nil }
        return offset
    }

    /// The offset of the version of a request line whose end was cut off, where at least its first
    /// letter is there and a target before it; nil where the octets may end within the target.
    static func cutVersionOffset(_ line: RawSpan, from start: Int) -> Int? {
        var end = line.byteCount
        if end > start, line.u8(end - 1) == 0x0D { end -= 1 }
        var offset = end
        while offset > start, end - offset < 9, !line.u8(offset - 1).isBlank { offset -= 1 }
        let length = end - offset
        guard length > 0, length < 9, line.slice(from: offset).equals("HTTP/1.", count: min(length, 7)) else {
            return nil
        }
        var targetEnd = offset
        while targetEnd > start, line.u8(targetEnd - 1).isBlank { targetEnd -= 1 }
        return targetEnd > start && targetEnd < offset ? offset : nil
    }

    /// Methods of RFC 9110, WebDAV and its relatives, and those of remote procedure calls and VPNs
    /// over HTTP.
    static func isKnownMethod(_ method: RawSpan) -> Bool {
        switch method.byteCount {
        case 3: method.hasASCII("GET") || method.hasASCII("PUT") || method.hasASCII("ACL")
        case 4:
            method.hasASCII("POST") || method.hasASCII("HEAD") || method.hasASCII("COPY") || method.hasASCII("MOVE")
                || method.hasASCII("LOCK") || method.hasASCII("POLL") || method.hasASCII("BIND")
        case 5:
            method.hasASCII("TRACE") || method.hasASCII("PATCH") || method.hasASCII("MKCOL") || method.hasASCII("MERGE")
                || method.hasASCII("BMOVE") || method.hasASCII("BCOPY") || method.hasASCII("LABEL")
        case 6:
            method.hasASCII("DELETE") || method.hasASCII("REPORT") || method.hasASCII("UNLOCK")
                || method.hasASCII("SEARCH") || method.hasASCII("NOTIFY") || method.hasASCII("UPDATE")
        case 7:
            method.hasASCII("OPTIONS") || method.hasASCII("CONNECT") || method.hasASCII("CHECKIN")
                || method.hasASCII("BDELETE")
        case 8: method.hasASCII("PROPFIND") || method.hasASCII("CHECKOUT") || method.hasASCII("CCM_POST")
        case 9:
            method.hasASCII("PROPPATCH") || method.hasASCII("SUBSCRIBE") || method.hasASCII("BPROPFIND")
        case 10: method.hasASCII("MKACTIVITY") || method.hasASCII("BPROPPATCH") || method.hasASCII("MKCALENDAR")
        case 11:
            method.hasASCII("RPC_IN_DATA") || method.hasASCII("RDG_IN_DATA") || method.hasASCII("UNSUBSCRIBE")
        case 12: method.hasASCII("RPC_OUT_DATA") || method.hasASCII("RDG_OUT_DATA")
        case 15: method.hasASCII("VERSION-CONTROL")
        case 16: method.hasASCII("SSTP_DUPLEX_POST") || method.hasASCII("BASELINE-CONTROL")
        default: false
        }
    }
}

extension RawSpan {
    /// Whether the first `count` octets are those of `text`.
    fileprivate func equals(_ text: String, count: Int) -> Bool {
        var offset = 0
        for octet in text.utf8 {
            if offset == count { return true }
            if u8(offset) != octet { return false }
            offset += 1
        }
        return offset == count
    }
}
