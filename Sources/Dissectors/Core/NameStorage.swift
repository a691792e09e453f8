import ByteParsing
import Collections

/// One generation of `PassingNames`: one run of text, and an index over it. Takes no more when it is full.
struct NameStorage: ~Copyable {
    /// The most names kept.
    let maximumCount: Int
    /// The most octets of text kept.
    let maximumBytes: Int
    /// Names that did not fit.
    var overflowCount: UInt64 = 0

    private var text: ByteBuffer
    /// End offset of each name in `text`; name i spans ends[i-1]..<ends[i].
    private var ends: [Int32]
    /// Finds an id by the hash of its name.
    private var index = HashIndex(minimumCapacity: 128)
    private let seed: UInt64

    /// The id of the first name.
    static let firstID: UInt32 = 3
    /// Stands for a text that is not there any more.
    static let lostText = "(name not kept)"
    /// The longest name kept; the rest of a longer one is cut, as no real name comes near it.
    static let maximumNameBytes = 2048

    /// An empty table with the given bounds.
    init(maximumCount: Int, maximumBytes: Int) {
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
        seed = QuickHash.seed(maximumCount)
        text = ByteBuffer(capacity: 4096)
        ends = [0, 0, 0]
    }

    /// The names kept.
    var count: Int { ends.count - 3 }

    /// The id of a name that is already there.
    func find(_ bytes: borrowing RawSpan) -> NameID? {
        if bytes.byteCount == 0 { return .empty }
        let octets = bytes.extracting(0..<min(bytes.byteCount, Self.maximumNameBytes))
        return find(octets, QuickHash.value(octets, seed: seed))
    }

    @inline(__always)
    private func find(_ octets: borrowing RawSpan, _ hash: UInt64) -> NameID? {
        let id = index.find(hash) { text.bytes.slice(Int(ends[$0 - 1]), Int(ends[$0])).equals(octets) }
        return id.map { NameID(rawValue: UInt32($0)) }
    }

    /// The id of the name with these octets, added where new.
    mutating func intern(_ bytes: borrowing RawSpan) -> NameID {
        if bytes.byteCount == 0 { return .empty }
        if bytes.byteCount > Self.maximumNameBytes {
            return intern(whole: bytes.extracting(0..<Self.maximumNameBytes))
        }
        return intern(whole: bytes)
    }

    private mutating func intern(whole bytes: borrowing RawSpan) -> NameID {
        let hash = QuickHash.value(bytes, seed: seed)
        return find(bytes, hash) ?? add(bytes, hash)
    }

    @inline(never)
    private mutating func add(_ bytes: borrowing RawSpan, _ hash: UInt64) -> NameID {
        guard count < maximumCount, text.count + bytes.byteCount <= maximumBytes else {
            overflowCount += 1
            return .overflow
        }
        text.append(bytes)
        ends.append(Int32(text.count))
        index.insert(ends.count - 1, hash: hash)
        return NameID(rawValue: UInt32(ends.count - 1))
    }

    /// The text of a name; nil where the field was absent. What is not UTF-8 becomes U+FFFD.
    func string(_ id: NameID) -> String? {
        switch id {
        case .none: return nil
        case .overflow: return Self.lostText
        case .empty: return ""
        default:
            let index = Int(id.rawValue)
            guard index < ends.count else { return nil }
            return text.bytes.slice(Int(ends[index - 1]), Int(ends[index])).decodeUTF8()
        }
    }

    /// The text of a name up to a NUL.
    func shownText(_ id: NameID) -> String? {
        let index = Int(id.rawValue)
        guard index > 2, index < ends.count else { return string(id) }
        let whole = text.bytes.slice(Int(ends[index - 1]), Int(ends[index]))
        return whole.slice(0, whole.firstIndex(of: 0) ?? whole.byteCount).decodeUTF8()
    }

    /// Whether a name ends with this octet: `$` marks a computer account.
    func hasSuffix(_ id: NameID, _ octet: UInt8) -> Bool {
        let index = Int(id.rawValue)
        guard index > 2, index < ends.count, ends[index] > ends[index - 1] else { return false }
        return text.bytes.u8(Int(ends[index]) - 1) == octet
    }

    /// Whether a name is, or begins with, an ASCII text, letters without case.
    func begins(_ id: NameID, _ other: StaticString, mayGoOn: Bool) -> Bool {
        let index = Int(id.rawValue)
        guard index > 2, index < ends.count else { return false }
        let start = Int(ends[index - 1]), count = other.utf8CodeUnitCount
        let length = Int(ends[index]) - start
        return (mayGoOn ? length >= count : length == count)
            && text.bytes.hasASCII(other, at: start, ignoringCase: true)
    }
}
