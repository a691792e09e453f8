import ByteParsing
import Digests

/// The id of a name, realm, host or other short text in a `NameTable`. Zero means "none".
public struct NameID: RawRepresentable, QuicklyHashed, Sendable, BitwiseCopyable {
    /// The index in the table.
    public var rawValue: UInt32
    /// Makes an id from an index.
    @inlinable @inline(__always)
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable public var hashWord: UInt64 { UInt64(rawValue) }
    // RawRepresentable brings a hash of its own, too.
    @inlinable public func _rawHashValue(seed: Int) -> Int { QuickHash.value(hashWord, seed: seed) }
    @inlinable public func hash(into hasher: inout Hasher) { hasher.combine(hashWord) }

    /// No name at all: the field was absent.
    @inlinable public static var none: NameID { NameID(rawValue: 0) }
    /// A name was there, but the table was full.
    @inlinable public static var overflow: NameID { NameID(rawValue: 1) }
    /// A name of no octets.
    @inlinable public static var empty: NameID { NameID(rawValue: 2) }

    /// Whether the field was present in the message.
    @inlinable public var isPresent: Bool { rawValue != 0 }
}

/// Every name met, each kept once, in a bounded table: messages carry ids, text is made only at
/// output. When the bound is reached further names become `NameID.overflow`, and are counted.
///
/// The hash is seeded at random in each run, so colliding names cannot be prepared; ids are handed
/// out in order of appearance, so nothing in the output depends on the seed.
public final class NameTable {
    private let storage: ExclusiveCell<NameStorage>
    private let memo = ExclusiveCell(DigestMemo())
    private let hash = KeyedHash(purpose: 1)
    private let lastRealm = PlainCell(LastName())
    private let lastLongRealm = PlainCell(NameID.none)
    /// The day of the time that was read last.
    let lastDay = PlainCell(UsualDay())
    private let principals = ExclusiveCell(PrincipalMemo())
    /// The ids of the well-known OIDs, by the mechanism's number; made when first asked for.
    private let mechanisms = PlainCell(InlineArray<8, NameID>(repeating: .none))
    /// How ciphertexts are named.
    public let cipherNaming: CipherNaming

    /// An empty table that keeps at most so many names and octets of text.
    public init(maximumCount: Int = 1 << 18, maximumBytes: Int = 8 << 20, cipherNaming: CipherNaming = .published) {
        storage = ExclusiveCell(NameStorage(maximumCount: maximumCount, maximumBytes: maximumBytes))
        self.cipherNaming = cipherNaming
    }

    /// The names kept.
    public var count: Int { storage.value.count }
    /// Names that did not fit.
    public var overflowCount: UInt64 { storage.value.overflowCount }

    /// A name of 8 to 16 octets, by its first eight and its last eight.
    private struct LastName: BitwiseCopyable {
        var count = 0
        var first: UInt64 = 0
        var last: UInt64 = 0
        var id = NameID.none
    }

    /// The id of a realm: mostly the one that was asked for last.
    @inline(__always)
    func realm(_ bytes: borrowing RawSpan) -> NameID {
        let count = bytes.byteCount
        if count == lastRealm.value.count, count >= 8, bytes.le64(0) == lastRealm.value.first, bytes.le64(count &- 8) == lastRealm.value.last {
            return lastRealm.value.id
        }
        return otherRealm(bytes)
    }

    @inline(never)
    private func otherRealm(_ bytes: borrowing RawSpan) -> NameID {
        let count = bytes.byteCount
        if count < 8 || count > 16 { return intern(bytes, last: &lastLongRealm.value) }
        let id = intern(bytes)
        // Names that did not fit are counted each time.
        if id != .overflow { lastRealm.value = LastName(count: count, first: bytes.le64(0), last: bytes.le64(count - 8), id: id) }
        return id
    }

    /// The same as `intern` for a text that is mostly the last one of its kind.
    @inline(__always)
    func intern(_ bytes: borrowing RawSpan, last: inout NameID) -> NameID {
        if !storage.value.holds(last, bytes) { last = storage.value.intern(bytes) }
        return last
    }

    /// Makes the count what it was: names that did not fit are met again by a reader that begins anew.
    func restoreOverflowCount(_ count: UInt64) { storage.value.overflowCount = count }

    /// The id of the name with these octets, added where new; text past 2048 octets is cut.
    public func intern(_ bytes: borrowing RawSpan) -> NameID { storage.value.intern(bytes) }

    /// The id of a text of which there may be very many, such as a request target: these never take
    /// more than half of the table, so that they cannot push out the names that matter.
    public func internBulk(_ bytes: borrowing RawSpan) -> NameID { storage.value.internBulk(bytes) }

    /// The id of a Swift string.
    public func intern(_ string: String) -> NameID {
        let octets = Array(string.utf8)
        return storage.value.intern(octets.rawBytes)
    }

    /// The text of a name; nil where the field was absent. What is not UTF-8 becomes U+FFFD.
    public func string(_ id: NameID) -> String? { storage.value.string(id) }

    /// What names a ticket wherever it travels: a digest or a hash of its cipher, as `cipherNaming` says.
    public func digest(ofCipher octets: borrowing RawSpan) -> Digest128 {
        switch cipherNaming {
        case .published: return memo.value.sha256First128(octets)
        case .withinRun:
            let (high, low) = hash.value(octets)
            // All zero means that nothing was digested.
            return Digest128(high: high, low: low | 1)
        }
    }

    /// A digest as it may be shown; nil where nothing was digested, or where it is of use in this run only.
    public func published(_ digest: Digest128) -> Digest128? {
        cipherNaming == .published && !digest.isZero ? digest : nil
    }

    /// The principal whose encoding has these content octets, where it has been met lately.
    @inline(__always)
    func principal(encoded content: borrowing RawSpan, _ place: inout PrincipalMemo.Place) -> Principal? {
        principals.value.recent(content) ?? olderPrincipal(content, &place)
    }

    @inline(never)
    private func olderPrincipal(_ content: borrowing RawSpan, _ place: inout PrincipalMemo.Place) -> Principal? {
        place = PrincipalMemo.Place(hash.value(content))
        guard let known = principals.value[place] else { return nil }
        principals.value.keep(content, known)
        return known
    }

    /// Remembers what an encoding stands for.
    func remember(_ principal: Principal, at place: PrincipalMemo.Place) {
        // Names that did not fit are counted each time.
        if principal.name != .overflow, principal.first != .overflow { principals.value.remember(principal, at: place) }
    }

    /// The dotted text of a mechanism's OID; `none` for one that is not well known.
    func mechanism(_ kind: Mechanism.Kind) -> NameID {
        let place = Int(kind.rawValue)
        let known = mechanisms.value[place]
        if known.isPresent { return known }
        guard let text = Mechanism.text(of: kind) else { return .none }
        let id = intern(text)
        mechanisms.value[place] = id
        return id
    }

    /// Whether a name ends with this octet: `$` marks a computer account.
    public func hasSuffix(_ id: NameID, _ octet: UInt8) -> Bool { storage.value.hasSuffix(id, octet) }
}

extension NameTable {
    /// Whether a name is this ASCII text, letters without case.
    public func equals(_ id: NameID, _ text: StaticString) -> Bool {
        storage.value.begins(id, text, mayGoOn: false)
    }

    /// Whether a name begins with this ASCII text, letters without case.
    public func begins(_ id: NameID, _ text: StaticString) -> Bool {
        storage.value.begins(id, text, mayGoOn: true)
    }
}

/// The storage of a `NameTable`: one run of text, and an open-addressing index over it.
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
    /// Open addressing: 0 is free, else an id in the lower 19 bits and as much of its name's hash as there is room for above.
    private var slots: [UInt32]
    private let seed: UInt64

    /// The longest name kept; the rest of a longer one is cut, as no real name comes near it.
    static let maximumNameBytes = 2048

    /// An empty table with the given bounds.
    init(maximumCount: Int = 1 << 18, maximumBytes: Int = 8 << 20) {
        self.maximumCount = min(maximumCount, (1 << 19) - 4)
        self.maximumBytes = maximumBytes
        // Random in each run, but where Swift's own hashing is told to be repeatable.
        var hasher = Hasher()
        hasher.combine(maximumCount)
        seed = UInt64(bitPattern: Int64(hasher.finalize()))
        text = ByteBuffer(capacity: 4096)
        ends = [0, 0, 0]
        slots = Array(repeating: 0, count: 256)
    }

    /// The names kept.
    var count: Int { ends.count - 3 }

    private var bulkCount = 0
    private var bulkBytes = 0

    /// The id of one of very many texts; see `NameTable.internBulk`.
    mutating func internBulk(_ bytes: borrowing RawSpan) -> NameID {
        let before = count
        let octets = min(bytes.byteCount, Self.maximumNameBytes)
        guard bulkCount < maximumCount / 2, bulkBytes + octets <= maximumBytes / 2 else {
            if let known = find(bytes) { return known }
            overflowCount += 1
            return .overflow
        }
        let id = intern(bytes)
        if count > before {
            bulkCount += 1
            bulkBytes += octets
        }
        return id
    }

    /// The id of a name that is already there.
    private func find(_ bytes: borrowing RawSpan) -> NameID? {
        if bytes.byteCount == 0 { return .empty }
        let octets = bytes.extracting(0..<min(bytes.byteCount, Self.maximumNameBytes))
        let (_, id) = place(octets, hash(octets))
        return id == 0 ? nil : NameID(rawValue: UInt32(id))
    }

    /// The slot and the id of the name with these octets; of one that is not there the free slot, and 0.
    @inline(__always)
    private func place(_ octets: borrowing RawSpan, _ hash: UInt64) -> (slot: Int, id: Int) {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let entry = slots[slot]
            if entry >> 19 == UInt32(truncatingIfNeeded: hash >> 51) {
                let id = Int(entry & 0x7FFFF)
                if text.bytes.slice(Int(ends[id - 1]), Int(ends[id])).equals(octets) { return (slot, id) }
            }
            slot = (slot + 1) & mask
        }
        return (slot, 0)
    }

    /// Whether a name has these octets.
    @inline(__always)
    func holds(_ id: NameID, _ bytes: borrowing RawSpan) -> Bool {
        let index = Int(id.rawValue)
        guard index > 2, index < ends.count else { return false }
        let start = Int(ends[index &- 1]), end = Int(ends[index])
        return end &- start == bytes.byteCount && text.bytes.slice(start, end).equals(bytes)
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
        let hash = hash(bytes)
        let (slot, id) = place(bytes, hash)
        return id == 0 ? add(bytes, hash, slot) : NameID(rawValue: UInt32(id))
    }

    @inline(never)
    private mutating func add(_ bytes: borrowing RawSpan, _ hash: UInt64, _ slot: Int) -> NameID {
        guard count < maximumCount, text.count + bytes.byteCount <= maximumBytes else {
            overflowCount += 1
            return .overflow
        }
        text.append(bytes)
        ends.append(Int32(text.count))
        let id = UInt32(ends.count - 1)
        slots[slot] = Self.entry(hash, id)
        if count * 2 > slots.count { grow() }
        return NameID(rawValue: id)
    }

    /// The text of a name; nil where the field was absent. What is not UTF-8 becomes U+FFFD.
    func string(_ id: NameID) -> String? {
        switch id {
        case .none: return nil
        case .overflow: return "(name not kept)"
        case .empty: return ""
        default:
            let index = Int(id.rawValue)
            guard index < ends.count else { return nil }
            return text.bytes.slice(Int(ends[index - 1]), Int(ends[index])).decodeUTF8()
        }
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

    @inline(never)
    private mutating func grow() {
        slots = Array(repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for id in 3..<ends.count {
            let hash = hash(text.bytes.slice(Int(ends[id - 1]), Int(ends[id])))
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Self.entry(hash, UInt32(id))
        }
    }

    /// What a slot keeps of a name.
    @inline(__always)
    private static func entry(_ hash: UInt64, _ id: UInt32) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 51) << 19 | id }

    @inline(__always)
    private func hash(_ bytes: borrowing RawSpan) -> UInt64 {
        var state = seed
        var offset = 0
        let count = bytes.byteCount
        while count - offset >= 8 {
            state = Self.mix(state ^ bytes.le64(offset))
            offset += 8
        }
        // The rest overlaps what has been read, where there is that much: its octets alone would be read one by one.
        let rest = count - offset
        var tail: UInt64 = 0
        if rest > 0 {
            if count >= 8 {
                tail = bytes.le64(count - 8)
            } else if count >= 4 {
                tail = UInt64(bytes.le32(0)) << 32 | UInt64(bytes.le32(count - 4))
            } else {
                tail = UInt64(bytes.u8(0)) << 16 | UInt64(bytes.u8(count / 2)) << 8 | UInt64(bytes.u8(count - 1))
            }
        }
        return Self.mix(Self.mix(state ^ tail) ^ UInt64(count))
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return product.high ^ product.low
    }
}
