import ByteParsing

/// Tells what looks like a token, a key or a session id from what people read: by its length and its mixture of
/// letters and digits alone. Wrong now and then both ways; a name that is hidden costs less than a key that is shown.
enum TokenShape {
    /// From so many characters on a run that does not read like words is a token.
    static let longRun = 24
    /// From so many characters on a single word is one where letters and digits take turns.
    static let longWord = 16
    /// So many hexadecimal digits are one whatever they look like: an MD5, a GUID.
    static let longHex = 32

    /// Whether a token stands anywhere in a text. Where `splitsWords`, a hyphen or a low line ends what is looked
    /// at, as names of hosts and codes of errors are made of several short words and numbers.
    static func holdsToken(_ text: RawSpan, splitsWords: Bool = false) -> Bool {
        let count = text.byteCount
        var start = 0
        while start < count {
            if !isRun(text.u8(start)) {
                start += 1
                continue
            }
            var end = start
            while end < count, isRun(text.u8(end)) { end += 1 }
            if isToken(text.slice(start, end), splitsWords: splitsWords) { return true }
            // The header of a JSON web token, which goes on behind a full stop.
            if end < count, text.u8(end) == UInt8(ascii: "."), beginsWebToken(text.slice(start, end)) { return true }
            start = end
        }
        return false
    }

    private static func beginsWebToken(_ run: RawSpan) -> Bool { run.byteCount >= 8 && run.hasASCII("eyJ") }

    private static func isToken(_ run: RawSpan, splitsWords: Bool) -> Bool {
        let count = run.byteCount
        if count < longWord { return false }
        if run.hasASCII("eyJ"), count >= longRun { return true }
        var hexDigits = 0
        var isHex = true
        for offset in 0..<count {
            let octet = run.u8(offset)
            if EscapedOctet.digit(octet) != nil { hexDigits += 1 } else if octet != UInt8(ascii: "-") { isHex = false }
        }
        if isHex, hexDigits >= longHex { return true }
        var readsLikeWords = true
        var start = 0
        while start < count {
            var end = start
            while end < count, isWord(run.u8(end)) { end += 1 }
            let word = run.slice(start, end)
            if turns(word) >= 4, word.byteCount >= longWord { return true }
            if !isReadable(word) {
                readsLikeWords = false
                if splitsWords, word.byteCount >= longRun { return true }
            }
            start = end + 1
        }
        return !splitsWords && count >= longRun && !readsLikeWords
    }

    /// How often letters and digits take turns.
    private static func turns(_ word: RawSpan) -> Int {
        var turns = 0
        for offset in 1..<max(word.byteCount, 1) where isDigit(word.u8(offset)) != isDigit(word.u8(offset - 1)) {
            turns += 1
        }
        return turns
    }

    /// A word of one case, a few words written as one with capitals between them, or a number; a word may begin or end
    /// in a short number.
    private static func isReadable(_ word: RawSpan) -> Bool {
        let count = word.byteCount
        var start = 0
        while start < count, isDigit(word.u8(start)) { start += 1 }
        if start == count { return count <= 10 }
        var end = count
        while end > start, isDigit(word.u8(end - 1)) { end -= 1 }
        if start > 4 || count - end > 4 || start > 0 && end < count { return false }
        var capitals = 0
        for offset in start..<end {
            let octet = word.u8(offset)
            if isDigit(octet) { return false }
            if octet < UInt8(ascii: "a") { capitals += 1 }
        }
        let letters = end - start
        if capitals == 0 || capitals == letters { return letters < longRun }
        return capitals * 3 <= letters
    }

    private static func isDigit(_ octet: UInt8) -> Bool { octet.decimalDigit != nil }

    private static func isWord(_ octet: UInt8) -> Bool {
        let small = octet | 0x20
        return small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z") || isDigit(octet)
    }

    /// What base64 in both its forms and hexadecimal numbers are made of, but for the slash, which ends a segment.
    private static func isRun(_ octet: UInt8) -> Bool {
        isWord(octet) || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_") || octet == UInt8(ascii: "+")
            || octet == UInt8(ascii: "~") || octet == UInt8(ascii: "=")
    }
}
