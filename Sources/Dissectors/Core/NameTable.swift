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
/// output. When the bound is reached further names become `NameID.overflow`, and are counted. Texts that are
/// of use for a while only, such as request targets, have room of their own, and of them the newest are kept.
///
/// The hash is seeded at random in each run, so colliding names cannot be prepared; ids are handed
/// out in order of appearance, so nothing in the output depends on the seed.
public final class NameTable {
    private let storage: ExclusiveCell<NameStorage>
    private let passing: ExclusiveCell<PassingNames>
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

    /// An empty table that keeps at most so many names and octets of their text, and beside them at most so many passing
    /// texts and octets of those.
    public init(maximumCount: Int = 1 << 17, maximumBytes: Int = 4 << 20, maximumPassingCount: Int = 1 << 16,
                maximumPassingBytes: Int = 4 << 20, cipherNaming: CipherNaming = .published) {
        storage = ExclusiveCell(NameStorage(maximumCount: maximumCount, maximumBytes: maximumBytes))
        passing = ExclusiveCell(PassingNames(maximumCount: maximumPassingCount, maximumBytes: maximumPassingBytes))
        self.cipherNaming = cipherNaming
    }

    /// The names kept, without the passing texts.
    public var count: Int { storage.value.count }
    /// Names that did not fit, and passing texts that were asked for when they had gone.
    public var overflowCount: UInt64 { storage.value.overflowCount + passing.value.lostCount }

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
    func restoreOverflowCount(_ count: UInt64) { storage.value.overflowCount = count - passing.value.lostCount }

    /// The id of the name with these octets, added where new; text past 2048 octets is cut.
    public func intern(_ bytes: borrowing RawSpan) -> NameID { storage.value.intern(bytes) }

    /// The id of a name that anybody can make up, such as that of a host in a header field: these never take more than a
    /// quarter of the table, so that they cannot push out the names that matter.
    public func internForeign(_ bytes: borrowing RawSpan) -> NameID { storage.value.internForeign(bytes) }

    /// The id of a text of which there may be very many, such as a request target: the newest are kept, and what `hold` names.
    public func internPassing(_ bytes: borrowing RawSpan) -> NameID { passing.value.intern(bytes) }

    /// Holds on to the text of an id, for a report that will be made much later.
    public func hold(_ id: NameID) { if PassingNames.holds(id) { passing.value.hold(id) } }

    /// The id of a Swift string.
    public func intern(_ string: String) -> NameID {
        let octets = Array(string.utf8)
        return storage.value.intern(octets.rawBytes)
    }

    /// The text of a name; nil where the field was absent. What is not UTF-8 becomes U+FFFD.
    public func string(_ id: NameID) -> String? {
        PassingNames.holds(id) ? passing.value.string(id) : storage.value.string(id)
    }

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
    public func hasSuffix(_ id: NameID, _ octet: UInt8) -> Bool {
        PassingNames.holds(id) ? passing.value.hasSuffix(id, octet) : storage.value.hasSuffix(id, octet)
    }
}

extension NameTable {
    /// Whether a name is this ASCII text, letters without case.
    public func equals(_ id: NameID, _ text: StaticString) -> Bool { begins(id, text, mayGoOn: false) }

    /// Whether a name begins with this ASCII text, letters without case.
    public func begins(_ id: NameID, _ text: StaticString) -> Bool { begins(id, text, mayGoOn: true) }

    private func begins(_ id: NameID, _ text: StaticString, mayGoOn: Bool) -> Bool {
        PassingNames.holds(id)
            ? passing.value.begins(id, text, mayGoOn: mayGoOn) : storage.value.begins(id, text, mayGoOn: mayGoOn)
    }
}
