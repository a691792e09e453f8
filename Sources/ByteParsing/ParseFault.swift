/// Why a reader stopped: three different facts that are never mixed up.
public enum FaultKind: UInt8, Sendable, Hashable, CaseIterable, BitwiseCopyable {
    /// The bytes end before what they announce: a snaplen, a lost segment, the end of the file.
    case truncated
    /// The bytes are there and contradict the standard.
    case malformed
    /// The bytes may well be right, but this program does not read that form.
    case unsupported

    /// The word used in output.
    public var name: String {
        switch self {
        case .truncated: "truncated"
        case .malformed: "malformed"
        case .unsupported: "unsupported"
        }
    }
}

/// A stop while reading: its kind and the offset of the octet where it happened, counted from the
/// start of what the reader was given.
public struct ParseFault: Error, Hashable, Sendable {
    /// Truncated, malformed or unsupported.
    public var kind: FaultKind
    /// Offset in octets from the start of the outermost span that the reader was given.
    public var offset: Int

    /// Makes a fault of the given kind at an offset in octets.
    @inlinable
    public init(_ kind: FaultKind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// The same fault, seen from a span in which this one's span begins at `base`.
    @inlinable
    public func shifted(by base: Int) -> ParseFault {
        ParseFault(kind, at: offset + base)
    }
}
