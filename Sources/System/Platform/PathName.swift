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

    /// The name as text, to be shown; what is not UTF-8 is written as `\xff`, so that different names stay different.
    public var description: String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            if let character = String(validating: rest.prefix(length), as: UTF8.self) {
                text += character
                rest = rest.dropFirst(length)
            } else {
                text += "\\x" + String(first, radix: 16)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The folder that holds the file, and the file's name in it; nil where the last part of the path is no name.
    var folderAndName: (folder: PathName, name: PathName)? {
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let name = PathName(bytes: Array(bytes[start...]))
        if name.bytes.isEmpty || name == "." || name == ".." { return nil }
        // "/" keeps its slash.
        return (start == 0 ? "." : PathName(bytes: Array(bytes[..<max(start - 1, 1)])), name)
    }

    /// Whether the name stands for standard input.
    public var isStandardInput: Bool { bytes == [UInt8(ascii: "-")] }

    /// The octets with a closing zero, as system calls want them.
    var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}
