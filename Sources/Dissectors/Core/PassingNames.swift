import ByteParsing

/// Texts of which there may be very many, each of use for a while: request targets above all. The newest are
/// kept, in two generations of equal room; when the younger one is full, it becomes the older one, and what was
/// the older one goes. What somebody holds on to is saved from that.
///
/// An id stands for one text for ever: of one that has gone it still says that it is none of the others.
struct PassingNames: ~Copyable {
    private let maximumCount: Int
    private let maximumBytes: Int
    private var young: NameStorage
    private var old: NameStorage
    /// What the first text of each generation is counted as.
    private var youngStart: UInt32
    private var oldStart: UInt32
    /// Texts that are held, in the two generations; and those that were held when their generation went.
    private var held: Set<UInt32> = []
    private var saved: [UInt32: String] = [:]
    /// Texts that were asked for when they had gone, and such as did not fit at all.
    private(set) var lostCount: UInt64 = 0

    /// Marks the ids of these texts; below it they count up, and begin again after two thousand millions.
    static let mark: UInt32 = 1 << 31
    private static let serials = mark - 1
    /// So many texts may be held on to.
    static let maximumHeld = 1 << 14

    /// No texts yet; at most so many, and so many octets, are kept. The first is counted as `firstSerial`.
    init(maximumCount: Int, maximumBytes: Int, firstSerial: UInt32 = 0) {
        // A generation has half of the room.
        self.maximumCount = max(maximumCount / 2, 1)
        self.maximumBytes = maximumBytes / 2
        youngStart = firstSerial & Self.serials
        oldStart = youngStart
        young = NameStorage(maximumCount: self.maximumCount, maximumBytes: self.maximumBytes)
        old = NameStorage(maximumCount: 0, maximumBytes: 0)
    }

    /// The id of a text that is kept already.
    func find(_ bytes: borrowing RawSpan) -> NameID? {
        if bytes.byteCount > NameStorage.maximumNameBytes { return nil }
        if bytes.byteCount == 0 { return .empty }
        if let known = young.find(bytes) { return Self.id(youngStart, known) }
        if old.count > 0, let known = old.find(bytes) { return Self.id(oldStart, known) }
        return nil
    }

    /// Whether an id is one of these.
    @inline(__always)
    static func holds(_ id: NameID) -> Bool { id.rawValue & mark != 0 }

    /// The texts kept.
    var count: Int { young.count + old.count }

    /// The id of a text, which is kept from now on, where it is not yet.
    mutating func intern(_ bytes: borrowing RawSpan) -> NameID {
        if let known = find(bytes) { return known }
        var added = young.intern(bytes)
        if added == .overflow {
            turn()
            added = young.intern(bytes)
        }
        if added != .overflow { return Self.id(youngStart, added) }
        lostCount += 1
        return .overflow
    }

    /// The young texts become the old ones.
    private mutating func turn() {
        save()
        oldStart = youngStart
        youngStart = (youngStart &+ UInt32(young.count)) & Self.serials
        var fresh = NameStorage(maximumCount: maximumCount, maximumBytes: maximumBytes)
        swap(&old, &young)
        swap(&young, &fresh)
    }

    /// Saves what is held on to of the old texts, which go.
    private mutating func save() {
        var stillHeld: Set<UInt32> = []
        for serial in held {
            if let place = place(of: serial), place.isOld {
                saved[serial] = old.shownText(place.id)
            } else {
                stillHeld.insert(serial)
            }
        }
        held = stillHeld
    }

    /// Holds on to a text for as long as the run takes, where there is room for that.
    mutating func hold(_ id: NameID) {
        let serial = id.rawValue & Self.serials
        guard Self.holds(id), held.count + saved.count < Self.maximumHeld, saved[serial] == nil,
            place(of: serial) != nil
        else { return }
        held.insert(serial)
    }

    /// The text of an id, without what stands behind a NUL, which only tells it from others; what is not UTF-8 becomes
    /// U+FFFD.
    mutating func string(_ id: NameID) -> String {
        let serial = id.rawValue & Self.serials
        if let place = place(of: serial) {
            return (place.isOld ? old.shownText(place.id) : young.shownText(place.id)) ?? ""
        }
        if let text = saved[serial] { return text }
        lostCount += 1
        return NameStorage.lostText
    }

    /// Whether a text ends with this octet.
    func hasSuffix(_ id: NameID, _ octet: UInt8) -> Bool {
        guard let place = place(of: id.rawValue & Self.serials) else { return false }
        return place.isOld ? old.hasSuffix(place.id, octet) : young.hasSuffix(place.id, octet)
    }

    /// Whether a text is, or begins with, an ASCII text, letters without case.
    func begins(_ id: NameID, _ other: StaticString, mayGoOn: Bool) -> Bool {
        guard let place = place(of: id.rawValue & Self.serials) else { return false }
        return place.isOld
            ? old.begins(place.id, other, mayGoOn: mayGoOn) : young.begins(place.id, other, mayGoOn: mayGoOn)
    }

    /// Where a text is, and its id there; nil where it has gone.
    private func place(of serial: UInt32) -> (isOld: Bool, id: NameID)? {
        let offset = (serial &- youngStart) & Self.serials
        if offset < UInt32(young.count) { return (false, NameID(rawValue: offset + NameStorage.firstID)) }
        let older = (serial &- oldStart) & Self.serials
        return older < UInt32(old.count) ? (true, NameID(rawValue: older + NameStorage.firstID)) : nil
    }

    private static func id(_ start: UInt32, _ place: NameID) -> NameID {
        NameID(rawValue: mark | (start &+ (place.rawValue - NameStorage.firstID)) & serials)
    }
}
