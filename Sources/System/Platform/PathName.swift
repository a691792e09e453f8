/// A file name as the system gives it: octets, which need not be UTF-8.
public struct PathName: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The octets, without a closing zero. Nothing behind an embedded zero is kept.
    public let bytes: [UInt8]

    /// Makes a name from octets.
    public init(bytes: [UInt8]) { self.bytes = Array(bytes.prefix { $0 != 0 }) }

    /// Makes a name from text.
    public init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    /// Makes a name from a literal.
    public init(stringLiteral value: String) { self.init(value) }

    /// The name as text, to be shown; what is not UTF-8 becomes U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the name stands for standard input.
    public var isStandardInput: Bool { bytes == [UInt8(ascii: "-")] }

    /// The octets with a closing zero, as system calls want them.
    var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
