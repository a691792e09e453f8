/// A JSON value (RFC 8259), read from text that a person may have written.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A whole number; fractions and exponents are refused, for none is expected anywhere.
    case number(Int64)
    case string(String)
    case array([JSONValue])
    /// Members in order.
    case object([Member])

    /// One member of an object.
    public struct Member: Hashable, Sendable {
        public var key: String
        public var value: JSONValue
    }

    /// Why a text is not the JSON that is expected.
    public struct Fault: Error, Hashable, Sendable {
        /// The line, from 1.
        public var line: Int
        /// What is wrong.
        public var message: String
    }

    /// The value of a member, where this is an object that has it.
    public subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// The text, where this is a string.
    public var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// The number, where this is one.
    public var integer: Int64? {
        if case .number(let number) = self { return number }
        return nil
    }

    /// The elements, where this is an array.
    public var elements: [JSONValue]? {
        if case .array(let elements) = self { return elements }
        return nil
    }

    /// Reads a whole text.
    public static func parse(_ octets: [UInt8]) throws(Fault) -> JSONValue {
        var parser = Parser(octets: octets)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == octets.count else { throw parser.fault("something follows the value") }
        return value
    }
}

/// Reads JSON from octets; nested at most 32 deep.
private struct Parser {
    let octets: [UInt8]
    var position = 0

    init(octets: [UInt8]) { self.octets = octets }

    private static let maximumDepth = 32

    func fault(_ message: String) -> JSONValue.Fault {
        JSONValue.Fault(line: octets[..<position].count { $0 == 10 } + 1, message: message)
    }

    private var next: UInt8? { position < octets.count ? octets[position] : nil }

    mutating func skipSpace() {
        while let octet = next, [9, 10, 13, 32].contains(octet) { position += 1 }
    }

    mutating func value(depth: Int) throws(JSONValue.Fault) -> JSONValue {
        guard depth < Self.maximumDepth else { throw fault("nested too deep") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONValue.Fault) -> JSONValue {
        guard octets[position...].starts(with: word.utf8) else { throw fault("not a value") }
        position += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONValue.Fault) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        let first = position
        while let octet = next, (48...57).contains(octet) { position += 1 }
        if position - first > 1, octets[first] == UInt8(ascii: "0") { throw fault("a number begins with a zero") }
        guard let number = Int64(String(decoding: octets[start..<position], as: UTF8.self)) else {
            throw fault("not a value")
        }
        if next == UInt8(ascii: ".") || next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            throw fault("a whole number is expected")
        }
        return .number(number)
    }

    private mutating func expect(_ octet: UInt8, _ message: String) throws(JSONValue.Fault) {
        skipSpace()
        guard next == octet else { throw fault(message) }
        position += 1
    }

    private mutating func object(_ depth: Int) throws(JSONValue.Fault) -> JSONValue {
        position += 1
        var members: [JSONValue.Member] = []
        var keys: Set<String> = []
        skipSpace()
        if next == UInt8(ascii: "}") {
            position += 1
            return .object([])
        }
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a member's name is expected") }
            let key = try string()
            guard keys.insert(key).inserted else { throw fault("\"\(key)\" stands twice") }
            try expect(UInt8(ascii: ":"), "a colon is expected")
            members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
            skipSpace()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect(UInt8(ascii: "}"), "a comma or } is expected")
            return .object(members)
        }
    }

    private mutating func array(_ depth: Int) throws(JSONValue.Fault) -> JSONValue {
        position += 1
        var elements: [JSONValue] = []
        skipSpace()
        if next == UInt8(ascii: "]") {
            position += 1
            return .array([])
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if next == UInt8(ascii: ",") {
                position += 1
                continue
            }
            try expect(UInt8(ascii: "]"), "a comma or ] is expected")
            return .array(elements)
        }
    }

    private mutating func string() throws(JSONValue.Fault) -> String {
        position += 1
        var units: [UInt8] = []
        while let octet = next {
            position += 1
            switch octet {
            case UInt8(ascii: "\""): return String(decoding: units, as: UTF8.self)
            case UInt8(ascii: "\\"): units += Array(try escape().utf8)
            case 0..<32: throw fault("a control character in a string")
            default: units.append(octet)
            }
        }
        throw fault("a string does not end")
    }

    private mutating func escape() throws(JSONValue.Fault) -> String {
        guard let octet = next else { throw fault("a string does not end") }
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(Character(Unicode.Scalar(octet)))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let first = try unit()
            if (0xD800..<0xDC00).contains(first), next == UInt8(ascii: "\\") {
                position += 1
                guard next == UInt8(ascii: "u") else { throw fault("half a surrogate pair") }
                position += 1
                let second = try unit()
                return String(decoding: [first, second], as: UTF16.self)
            }
            return String(decoding: [first], as: UTF16.self)
        default: throw fault("an unknown escape")
        }
    }

    private mutating func unit() throws(JSONValue.Fault) -> UInt16 {
        // The four digits alone: a number may have a sign before it, an escape may not.
        let digits = String(decoding: octets[position...].prefix(4), as: UTF8.self)
        guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16) else {
            throw fault("four hexadecimal digits are expected")
        }
        position += 4
        return unit
    }
}
