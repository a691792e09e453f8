/// Judges JSON by the grammar of RFC 8259 and nothing else: written apart from the product, to compare with it.
struct StrictJSON {
    private let octets: [UInt8]
    private var position = 0
    /// How deep arrays and objects stand in each other at most.
    private(set) var depth = 0
    /// Whether a number has a fraction or an exponent, or more than eighteen digits.
    private(set) var hasUnusualNumber = false

    /// Whether the octets are one value, with white space around it.
    static func isValid(_ octets: [UInt8]) -> Bool { judge(octets) != nil }

    /// What was seen on the way, where the octets are one value.
    static func judge(_ octets: [UInt8]) -> StrictJSON? {
        var judge = StrictJSON(octets: octets)
        guard String(validating: octets, as: UTF8.self) != nil, judge.value(1) else { return nil }
        judge.space()
        return judge.position == octets.count ? judge : nil
    }

    private init(octets: [UInt8]) { self.octets = octets }

    private var next: UInt8 { position < octets.count ? octets[position] : 0 }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func space() { while [0x20, 0x09, 0x0A, 0x0D].contains(next) { position += 1 } }

    private mutating func value(_ level: Int) -> Bool {
        // Past what the product accepts by far; the stack has an end.
        guard level < 200 else { return false }
        space()
        switch next {
        case UInt8(ascii: "{"):
            return list(level, "}") { judge in
                judge.space()
                guard judge.string() else { return false }
                judge.space()
                return judge.take(":") && judge.value(level + 1)
            }
        case UInt8(ascii: "["): return list(level, "]") { $0.value(level + 1) }
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func word(_ word: String) -> Bool { word.unicodeScalars.allSatisfy { take($0) } }

    private mutating func list(_ level: Int, _ end: Unicode.Scalar, _ element: (inout StrictJSON) -> Bool) -> Bool {
        depth = max(depth, level)
        position += 1
        space()
        if take(end) { return true }
        repeat {
            guard element(&self) else { return false }
            space()
        } while take(",")
        return take(end)
    }

    private mutating func digits() -> Int {
        let start = position
        while next >= 0x30, next <= 0x39 { position += 1 }
        return position - start
    }

    private mutating func number() -> Bool {
        _ = take("-")
        let startsWithZero = next == 0x30
        let whole = digits()
        guard whole > 0, !startsWithZero || whole == 1 else { return false }
        if whole > 18 { hasUnusualNumber = true }
        if take(".") {
            hasUnusualNumber = true
            guard digits() > 0 else { return false }
        }
        if take("e") || take("E") {
            hasUnusualNumber = true
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { return false }
        }
        return true
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while position < octets.count {
            let octet = octets[position]
            position += 1
            if octet == UInt8(ascii: "\"") { return true }
            if octet < 0x20 { return false }
            guard octet == UInt8(ascii: "\\") else { continue }
            let escape = next
            position += 1
            if escape == UInt8(ascii: "u") {
                for _ in 0..<4 {
                    guard Character(Unicode.Scalar(next)).isHexDigit, next < 0x80 else { return false }
                    position += 1
                }
            } else if !"\"\\/bfnrt".utf8.contains(escape) {
                return false
            }
        }
        return false
    }
}
