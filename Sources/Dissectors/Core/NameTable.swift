import Collections
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

/// Every name met, each kept once, in a bounded table: messages carry ids, text is made only at output. Where there
/// is no room, names that have not been used for long go, and only those of the same rank as the new one: whatever
/// anybody sends, the names of answered requests, of sign-ons and of findings stay. Request targets and locations
/// have room of their own, and of them the newest are kept, cleaned of what may be a secret.
///
/// The hash is seeded at random in each run, so colliding names cannot be prepared; nothing in the output depends on
/// the seed.
public final class NameTable {
    private let storage: RefCell<AgeingNames>
    private let passing: RefCell<PassingNames>
    private let memo = RefCell(DigestMemo())
    private let hash = KeyedHash(purpose: 1)
    private let lastRealm = Cell(LastName())
    private let lastLongRealm = Cell(NameID.none)
    private let principals = RefCell(PrincipalMemo())
    /// The ids of the well-known OIDs, by the mechanism's number.
    private let mechanisms = Cell(InlineArray<8, NameID>(repeating: .none))
    private let cleaner = RefCell(AddressCleaner())
    /// How ciphertexts are named.
    public let ticketFingerprint: TicketFingerprint
    /// Whether request targets and locations are kept with their queries.
    public let keepsTargets: Bool

    /// An empty table that keeps at most so many names and bytes of their text, and beside them at most so many targets
    /// and bytes of those. `keepsTargets` keeps targets and locations whole but for users and passwords.
    public init(
        maximumCount: Int = 1 << 17, maximumBytes: Int = 4 << 20, maximumPassingCount: Int = 1 << 16,
        maximumPassingBytes: Int = 4 << 20, ticketFingerprint: TicketFingerprint = .sha256, keepsTargets: Bool = false
    ) {
        storage = RefCell(AgeingNames(maximumCount: maximumCount, maximumBytes: maximumBytes))
        passing = RefCell(PassingNames(maximumCount: maximumPassingCount, maximumBytes: maximumPassingBytes))
        self.ticketFingerprint = ticketFingerprint
        self.keepsTargets = keepsTargets
        // Messages have little room for the ids of mechanisms, so these come first.
        for kind in Mechanism.Kind.allCases {
            if let text = Mechanism.text(of: kind) {
                mechanisms.value[Int(kind.rawValue)] = intern(utf8: text, .forGood)
            }
        }
    }

    /// The names kept, without targets and the program's own words.
    public var count: Int { storage.value.count }
    /// Names and targets that were asked for when they had gone.
    public var overflowCount: UInt64 { storage.value.lostCount + passing.value.lostCount }
    /// Names that have made room for others, whether or not anybody asked for them again.
    public var goneCount: UInt64 { storage.value.goneCount }

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
        if count == lastRealm.value.count, count >= 8, bytes.le64(0) == lastRealm.value.first,
            bytes.le64(count &- 8) == lastRealm.value.last
        {
            return lastRealm.value.id
        }
        return otherRealm(bytes)
    }

    @inline(never)
    private func otherRealm(_ bytes: borrowing RawSpan) -> NameID {
        let count = bytes.byteCount
        if count < 8 || count > 16 {
            if !holds(lastLongRealm.value, bytes) { lastLongRealm.value = intern(bytes) }
            return lastLongRealm.value
        }
        let id = intern(bytes)
        if id != .overflow {
            lastRealm.value = LastName(count: count, first: bytes.le64(0), last: bytes.le64(count - 8), id: id)
        }
        return id
    }

    /// Whether an id is that of a name with these bytes: to know again what is mostly the last one of its kind.
    @inline(__always)
    func holds(_ id: NameID, _ bytes: borrowing RawSpan) -> Bool { storage.value.holds(id, bytes) }

    /// The id of a name of a Kerberos message, added where new; text past 2048 bytes is cut.
    public func intern(_ bytes: borrowing RawSpan) -> NameID { intern(bytes, .asked) }

    /// The id of a name of a header field or an NTLM message.
    public func internHeader(_ bytes: borrowing RawSpan) -> NameID { intern(bytes, .header) }

    /// The id of a name that a rule has made.
    public func intern(_ string: String) -> NameID { intern(utf8: string, .kept) }

    /// The id of a word of the program itself, which never goes.
    public func internKnown(_ word: StaticString) -> NameID { intern(utf8: "\(word)", .forGood) }

    private func intern(utf8 string: String, _ rank: NameRank) -> NameID {
        let octets = Array(string.utf8)
        return intern(octets.rawBytes, rank)
    }

    @inline(__always)
    private func intern(_ bytes: borrowing RawSpan, _ rank: NameRank) -> NameID {
        let count = bytes.byteCount
        if count == 0 { return .empty }
        if count > NameStorage.maximumNameBytes {
            return intern(bytes.extracting(0..<NameStorage.maximumNameBytes), rank)
        }
        let (known, hash) = storage.value.find(bytes)
        guard let known else { return add(bytes, hash, rank) }
        if rank.rawValue >= NameRank.kept.rawValue { raise(known, to: rank) }
        return known
    }

    @inline(never)
    private func add(_ bytes: borrowing RawSpan, _ hash: UInt64, _ rank: NameRank) -> NameID {
        let gone = storage.value.goneCount
        let id = storage.value.add(bytes, hash, rank)
        if storage.value.goneCount != gone { forgetIDs() }
        return id
    }

    /// Forgets what is remembered by ids, some of which stand for nothing any more. What is still in use is looked up
    /// again, and so counts as used.
    private func forgetIDs() {
        lastRealm.value = LastName()
        lastLongRealm.value = .none
        principals.value.removeAll()
    }

    /// The id of a request target or a Location, of which only that is kept which may be shown. Targets that differ
    /// in what is left out have ids that differ: behind what is shown, and never shown, stands a hash of the whole
    /// under a key of this run.
    func internTarget(_ value: borrowing RawSpan, _ cleaner: inout AddressCleaner) -> NameID {
        // What stands there as it is shown has nothing to be taken out of it.
        if let known = passing.value.find(value) { return known }
        cleaner.cleanTarget(value, keepsPath: keepsTargets)
        if !cleaner.isCut, value.byteCount <= NameStorage.maximumNameBytes {
            return passing.value.intern(cleaner.text.bytes)
        }
        let (high, low) = hash.value(value)
        cleaner.tellApart(by: (high, low), maximumBytes: NameStorage.maximumNameBytes)
        return passing.value.intern(cleaner.text.bytes)
    }

    /// The id of a name that is there already, whatever it was.
    func known(_ bytes: borrowing RawSpan) -> NameID? {
        let count = bytes.byteCount
        return count == 0 || count > NameStorage.maximumNameBytes ? nil : storage.value.find(bytes).id
    }

    /// The id of free text, of which words that may be a secret are left out.
    func internText(_ value: borrowing RawSpan) -> NameID {
        if value.byteCount == 0 { return .empty }
        if let known = known(value) { return known }
        cleaner.value.cleanText(copy value)
        let shown = cleaner.value.shownBytes
        return internHeader(shown.rawBytes)
    }

    /// Says that a name belongs to what was answered: what anybody can send does not push it out.
    @inline(__always)
    public func keep(_ id: NameID) { if storage.value.isBelow(id, .kept) { raise(id, to: .kept) } }

    /// The same of what names a request; mostly all of them have been kept before, and have one realm.
    public func keep(
        requester: Principal, _ requesterRealm: NameID, user: Principal, _ userRealm: NameID, service: Principal,
        _ serviceRealm: NameID
    ) {
        keep(service.name)
        keep(serviceRealm)
        if requester.name != service.name { keep(requester.name) }
        if user.name != requester.name { keep(user.name) }
        if requesterRealm != serviceRealm { keep(requesterRealm) }
        if userRealm != serviceRealm, userRealm != requesterRealm { keep(userRealm) }
    }

    /// Holds on to the text of an id, for a report that will be made much later.
    public func hold(_ id: NameID) {
        if PassingNames.holds(id) || storage.value.isBelow(id, .held) { raise(id, to: .held) }
    }

    private func raise(_ id: NameID, to rank: NameRank) {
        if PassingNames.holds(id) {
            if rank == .held { passing.value.hold(id) }
            return
        }
        let gone = storage.value.goneCount
        storage.value.raise(id, to: rank)
        if storage.value.goneCount != gone { forgetIDs() }
    }

    /// The text of a name; nil where the field was absent. What is not UTF-8 becomes U+FFFD.
    public func string(_ id: NameID) -> String? {
        PassingNames.holds(id) ? passing.value.string(id) : storage.value.string(id)
    }

    /// What names a ticket wherever it travels: a digest or a hash of its cipher, as `ticketFingerprint` says.
    public func digest(ofCipher octets: borrowing RawSpan) -> Digest128 {
        switch ticketFingerprint {
        case .sha256: return memo.value.sha256First128(octets)
        case .keyed:
            let (high, low) = hash.value(octets)
            // All zero means that nothing was digested.
            return Digest128(high: high, low: low | 1)
        }
    }

    /// A digest as it may be shown; nil where nothing was digested, or where it is of use in this run only.
    public func published(_ digest: Digest128) -> Digest128? {
        ticketFingerprint == .sha256 && !digest.isZero ? digest : nil
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
        if principal.name != .overflow, principal.first != .overflow { principals.value.remember(principal, at: place) }
    }

    /// The dotted text of a mechanism's OID; `none` for one that is not well known.
    func mechanism(_ kind: Mechanism.Kind) -> NameID { mechanisms.value[Int(kind.rawValue)] }

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
