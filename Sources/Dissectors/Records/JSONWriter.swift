import PacketModel
import ByteParsing
import Digests

/// Writes JSON (RFC 8259) straight into a byte buffer: no tree, no string per field. The caller
/// opens and closes objects and arrays in pairs; commas, quotes and escapes are made here.
///
/// Captured text is made harmless: besides what JSON demands, every control, bidirectional and
/// invisible character is written as an escape, so that the document can be shown on a terminal.
public struct JSONWriter: ~Copyable {
    private var buffer: ByteBuffer
    private let isIndented: Bool
    private var depth = 0
    private var needsComma = false
    private var names: EscapedNames
    private let protocols: ProtocolRegistry

    /// A writer over a name table, for layers of these protocols; `indented` puts each member on its own line, for
    /// people.
    public init(names: NameTable, protocols: ProtocolRegistry = .standard, indented: Bool) {
        self.protocols = protocols
        buffer = ByteBuffer(capacity: 1 << 16)
        isIndented = indented
        self.names = EscapedNames(table: names)
    }

    /// What has been written and not removed.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        get { buffer.bytes }
    }

    /// Octets written and not removed.
    public var count: Int { buffer.count }

    /// Forgets what has been written, after it has gone out.
    public mutating func removeAll() { buffer.removeAll() }

    // MARK: Structure

    /// Opens an object, as a value.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// Closes it.
    public mutating func endObject() { close(UInt8(ascii: "}")) }
    /// Opens an array, as a value.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// Closes it.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A member's name; a value must follow. Names are literals of this program and need no escape.
    public mutating func key(_ name: String) {
        separate()
        buffer.append(0x22)
        buffer.append(utf8: name)
        buffer.append(0x22)
        buffer.append(0x3A)
        if isIndented { buffer.append(0x20) }
        needsComma = false
    }

    /// Ends a record: a line of its own.
    public mutating func endLine() {
        buffer.append(0x0A)
        needsComma = false
    }

    /// Ready-made members with their commas between them, but none before the first.
    public mutating func members(_ text: String) {
        separate()
        buffer.append(utf8: text)
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separateValue()
        buffer.append(bracket)
        depth += 1
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if isIndented, needsComma { lineBreak() }
        buffer.append(bracket)
        needsComma = true
    }

    /// Before a member of an object or an element of an array.
    private mutating func separate() {
        if needsComma { buffer.append(0x2C) }
        if isIndented, depth > 0 { lineBreak() }
    }

    /// Before a value: after a key nothing stands between, in an array a comma does.
    private mutating func separateValue() {
        if needsComma {
            separate()
        } else if isIndented, depth > 0, buffer.last == UInt8(ascii: "[") {
            lineBreak()
        }
    }

    private mutating func lineBreak() {
        buffer.append(0x0A)
        for _ in 0..<depth {
            buffer.append(0x20)
            buffer.append(0x20)
        }
    }

    // MARK: Values

    /// `null`.
    public mutating func null() { literal("null") }
    /// `true` or `false`.
    public mutating func bool(_ value: Bool) { literal(value ? "true" : "false") }
    /// A whole number.
    public mutating func number(_ value: some BinaryInteger) {
        separateValue()
        buffer.append(decimal: Int64(clamping: value))
        needsComma = true
    }

    /// A text, escaped.
    public mutating func string(_ text: String) {
        separateValue()
        buffer.append(jsonString: text)
        needsComma = true
    }

    /// The text of a name, or `null` where it was absent.
    public mutating func name(_ id: NameID) {
        guard id.isPresent else { return null() }
        separateValue()
        names.write(id, into: &buffer)
        needsComma = true
    }

    /// A digest as a text of 32 lower-case hexadecimal digits; `null` where it may not be shown.
    public mutating func digest(_ digest: Digest128) {
        guard let digest = names.published(digest) else { return null() }
        separateValue()
        buffer.append(0x22)
        for half in [digest.high, digest.low] {
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * place)) & 15
                buffer.append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
            }
        }
        buffer.append(0x22)
        needsComma = true
    }

    /// An address in its usual notation.
    public mutating func address(_ address: IPAddress) { string(address.description) }

    /// An instant as RFC 3339 in UTC with nanoseconds, or `null`.
    public mutating func time(_ time: CaptureTime?) {
        guard let time else { return null() }
        separateValue()
        buffer.append(0x22)
        buffer.append(rfc3339: time)
        buffer.append(0x22)
        needsComma = true
    }

    /// The name of a layer.
    func layerName(_ layer: Layer) -> String { protocols.name(of: layer) }

    private mutating func literal(_ text: String) {
        separateValue()
        buffer.append(utf8: text)
        needsComma = true
    }

    // MARK: Members

    public mutating func member(_ key: String, _ value: String?) {
        self.key(key)
        if let value { string(value) } else { null() }
    }
    public mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        bool(value)
    }
    public mutating func member(_ key: String, _ value: Bool?) {
        self.key(key)
        if let value { bool(value) } else { null() }
    }
    public mutating func member(_ key: String, number value: (some BinaryInteger)?) {
        self.key(key)
        if let value { number(value) } else { null() }
    }
    public mutating func member(_ key: String, _ value: NameID) {
        self.key(key)
        name(value)
    }
    public mutating func member(_ key: String, _ value: CaptureTime?) {
        self.key(key)
        time(value)
    }
    public mutating func member(_ key: String, _ value: IPAddress?) {
        self.key(key)
        if let value { address(value) } else { null() }
    }
}

extension ByteBuffer {
    /// The octet written last.
    fileprivate var last: UInt8? { isEmpty ? nil : bytes.u8(count - 1) }

    /// Appends a whole number in decimal.
    public mutating func append(decimal value: Int64) {
        if value < 0 { append(0x2D) }
        append(decimal: value.magnitude)
    }

    /// Appends a whole number in decimal.
    public mutating func append(decimal value: UInt64) {
        if value < 10 { return append(0x30 &+ UInt8(truncatingIfNeeded: value)) }
        var digits: InlineArray<20, UInt8> = InlineArray(repeating: 0)
        var rest = value
        var count = 0
        while rest > 0 {
            digits[count] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
            count += 1
        }
        while count > 0 {
            count -= 1
            append(digits[count])
        }
    }

    /// Appends a number in decimal, with zeros before it up to `width` digits.
    private mutating func append(decimal value: Int, width: Int) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(0x30 &+ UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends an instant as `2026-11-21T09:12:33.104000000Z`.
    public mutating func append(rfc3339 time: CaptureTime) {
        let civil = CivilTime(time)
        append(decimal: civil.year, width: 4)
        append(0x2D)
        append(decimal: civil.month, width: 2)
        append(0x2D)
        append(decimal: civil.day, width: 2)
        append(0x54)
        append(decimal: civil.hour, width: 2)
        append(0x3A)
        append(decimal: civil.minute, width: 2)
        append(0x3A)
        append(decimal: civil.second, width: 2)
        append(0x2E)
        append(decimal: civil.nanosecond, width: 9)
        append(0x5A)
    }

    /// Appends a text as a JSON string with its quotes.
    public mutating func append(jsonString text: String) {
        append(0x22)
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x22, 0x5C:
                append(0x5C)
                append(UInt8(truncatingIfNeeded: scalar.value))
            case 0x0A: append(utf8: "\\n")
            case 0x0D: append(utf8: "\\r")
            case 0x09: append(utf8: "\\t")
            case 0x20..<0x7F: append(UInt8(truncatingIfNeeded: scalar.value))
            default:
                if SafeText.isHazardous(scalar) {
                    for unit in String(scalar).utf16 { append(escapedUnit: unit) }
                } else {
                    for byte in String(scalar).utf8 { append(byte) }
                }
            }
        }
        append(0x22)
    }

    private mutating func append(escapedUnit unit: UInt16) {
        append(utf8: "\\u")
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(truncatingIfNeeded: unit >> shift & 15)
            append(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
        }
    }
}
