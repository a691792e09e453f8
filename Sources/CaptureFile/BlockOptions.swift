import ByteParsing

/// The options at the end of a pcapng block: code, length and value, padded to four octets.
///
/// Options that overrun their block end the list; what came before them stands.
struct BlockOptions: ~Escapable {
    private let bytes: RawSpan
    private let isBigEndian: Bool
    private var position: Int
    private let end: Int

    /// The options in `bytes` from `start` up to `end`.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, from start: Int, to end: Int, bigEndian: Bool) {
        self.bytes = bytes
        self.end = end
        position = start
        isBigEndian = bigEndian
    }

    /// One option: its code and where its value lies.
    struct Option {
        var code: UInt16
        var start: Int
        var length: Int
    }

    /// The next option, or nil at the end of the list.
    @_lifetime(self: copy self)
    mutating func next() -> Option? {
        guard end - position >= 4 else { return nil }
        let code = bytes.u16(position, bigEndian: isBigEndian)
        let length = Int(bytes.u16(position + 2, bigEndian: isBigEndian))
        guard code != 0, end - position - 4 >= length else { return nil }
        let option = Option(code: code, start: position + 4, length: length)
        position = min(end, position + 4 + (length + 3) & ~3)
        return option
    }

    /// The option's value as text, up to a closing zero and 1 KiB; nil where it is empty.
    func text(_ option: Option, skipping: Int = 0) -> String? {
        guard option.length > skipping else { return nil }
        let start = option.start + skipping
        var stop = start + min(option.length - skipping, 1024)
        if let zero = bytes.firstIndex(of: 0, from: start), zero < stop { stop = zero }
        return stop > start ? bytes.slice(start, stop).decodeUTF8() : nil
    }
}
