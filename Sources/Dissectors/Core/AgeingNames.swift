import ByteParsing
import Collections

/// The names of a `NameTable`: each once, by its bytes. A name that has not been used for long makes room for a new
/// one of its rank. An id stands for one name only: another name in the same place has another id, until the place
/// has been taken 512 times.
struct AgeingNames: ~Copyable {
    // Not private: other modules name it where they let go of a table, and then the compiler must find it.
    struct Entry: BitwiseCopyable {
        var id: UInt32
        var start: UInt32
        var count: UInt16
        var rank: NameRank
        /// False where the name has gone, and the place is free.
        var isThere: Bool
        /// Whether it was asked for since it last could have gone.
        var wasUsed = false
    }

    /// The names of one rank, in the order in which they may go.
    struct Share {
        let maximumCount: Int
        let maximumBytes: Int
        var count = 0
        var bytes = 0
        /// Ids, the next to go first; those that have another rank by now are passed over.
        var order = RingBuffer<UInt32>()
    }

    private var text: ByteBuffer
    private var entries: RecordArray<Entry>
    /// Finds a place by the hash of its name.
    private var index = HashIndex(minimumCapacity: 256)
    private var shares: [Share]
    /// Places whose names have gone, the one that has been free longest first: so that ids come again as late as can
    /// be.
    private var free = RingBuffer<UInt32>()
    private let seed = QuickHash.seed(2)
    private let maximumBytes: Int
    /// Names that have gone so far.
    private(set) var goneCount: UInt64 = 0
    /// Names that were asked for when they had gone, or never fitted.
    private(set) var lostCount: UInt64 = 0

    /// So many bits of an id are its place.
    static let placeBits: UInt32 = 18
    private static let placeMask: UInt32 = (1 << placeBits) - 1
    /// And so many more how often the place was taken before: as many as `Principal` has room for.
    private static let roundMask: UInt32 = (1 << 9) - 1
    /// Ids below are no names.
    static let firstID: UInt32 = 3

    /// An empty table of so many names and bytes of text, shared out among the ranks.
    init(maximumCount: Int, maximumBytes: Int) {
        let count = min(maximumCount, (1 << 17) + (1 << 16))
        // In eighths: headers, requests, what was answered, what is reported.
        shares = [1, 2, 3, 2].map {
            Share(maximumCount: max(count * $0 / 8, 1), maximumBytes: max(maximumBytes * $0 / 8, 1))
        }
        self.maximumBytes = maximumBytes
        text = ByteBuffer(capacity: 4096)
        // A name may come before the ones that it pushes out have gone.
        entries = RecordArray(maximumCount: count + 1024, initialCapacity: 256)
    }

    /// The names kept, without the program's own words.
    var count: Int { shares.reduce(0) { $0 + $1.count } }

    // MARK: Looking up

    /// The id of the name with these bytes, where it is there, and its hash.
    @inline(__always)
    mutating func find(_ bytes: borrowing RawSpan) -> (id: NameID?, hash: UInt64) {
        let hash = QuickHash.value(bytes, seed: seed)
        guard let place = index.find(hash, where: { name(at: $0).equals(bytes) }) else { return (nil, hash) }
        entries[place].wasUsed = true
        return (NameID(rawValue: entries[place].id), hash)
    }

    /// Whether a name is there and has these bytes.
    @inline(__always)
    mutating func holds(_ id: NameID, _ bytes: borrowing RawSpan) -> Bool {
        guard let place = place(of: id), Int(entries[place].count) == bytes.byteCount, name(at: place).equals(bytes)
        else { return false }
        entries[place].wasUsed = true
        return true
    }

    /// Whether a name is there and has a lower rank.
    @inline(__always)
    func isBelow(_ id: NameID, _ rank: NameRank) -> Bool {
        guard let place = place(of: id) else { return false }
        return entries[place].rank.rawValue < rank.rawValue
    }

    /// Where a name is; nil where it has gone.
    @inline(__always)
    private func place(of id: NameID) -> Int? {
        let place = Int(id.rawValue & Self.placeMask) &- Int(Self.firstID)
        guard place >= 0, place < entries.count, entries[place].id == id.rawValue, entries[place].isThere else {
            return nil
        }
        return place
    }

    @inline(__always)
    @_lifetime(borrow self)
    private func name(at place: Int) -> RawSpan {
        let start = Int(entries[place].start)
        return text.bytes.slice(start, start &+ Int(entries[place].count))
    }

    /// The text of a name; nil where the field was absent. What is not UTF-8 becomes U+FFFD.
    mutating func string(_ id: NameID) -> String? {
        switch id {
        case .none: return nil
        case .empty: return ""
        default:
            if let place = place(of: id) { return name(at: place).decodeUTF8() }
            lostCount += 1
            return NameStorage.lostText
        }
    }

    /// Whether a name ends with this byte.
    func hasSuffix(_ id: NameID, _ octet: UInt8) -> Bool {
        guard let place = place(of: id), entries[place].count > 0 else { return false }
        let name = name(at: place)
        return name.u8(name.byteCount - 1) == octet
    }

    /// Whether a name is, or begins with, an ASCII text, letters without case.
    func begins(_ id: NameID, _ other: StaticString, mayGoOn: Bool) -> Bool {
        guard let place = place(of: id) else { return false }
        let name = name(at: place), count = other.utf8CodeUnitCount
        return (mayGoOn ? name.byteCount >= count : name.byteCount == count)
            && name.hasASCII(other, at: 0, ignoringCase: true)
    }

    // MARK: Adding

    /// Adds a name that is not there, whose hash is this.
    mutating func add(_ bytes: borrowing RawSpan, _ hash: UInt64, _ rank: NameRank) -> NameID {
        let count = bytes.byteCount
        guard makeRoom(for: count, rank) else {
            lostCount += 1
            return .overflow
        }
        if text.count + count > 2 * maximumBytes + 4096 { compact() }
        let place: Int
        if entries.count < entries.maximumCount,
            let added = entries.append(Entry(id: 0, start: 0, count: 0, rank: rank, isThere: false))
        {
            place = added
            entries[place].id = UInt32(place) + Self.firstID
        } else if let freed = free.popFirst() {
            place = Int(freed)
            let round = (entries[place].id >> Self.placeBits + 1) & Self.roundMask
            entries[place].id = round << Self.placeBits | UInt32(place) + Self.firstID
        } else {
            lostCount += 1
            return .overflow
        }
        entries[place].start = UInt32(text.count)
        entries[place].count = UInt16(count)
        entries[place].isThere = true
        entries[place].wasUsed = false
        text.append(bytes)
        enter(place, rank)
        index.insert(place, hash: hash)
        return NameID(rawValue: entries[place].id)
    }

    /// Counts a name among those of a rank.
    private mutating func enter(_ place: Int, _ rank: NameRank) {
        entries[place].rank = rank
        if rank == .forGood { return }
        let share = Int(rank.rawValue)
        shares[share].count += 1
        shares[share].bytes += Int(entries[place].count)
        if shares[share].order.count >= 2 * shares[share].maximumCount + 64 {
            // Half of them are names that have another rank by now.
            var order = RingBuffer<UInt32>()
            swap(&order, &shares[share].order)
            order.removeAll { !isThere($0, in: rank) }
            swap(&order, &shares[share].order)
        }
        shares[share].order.append(entries[place].id)
    }

    /// Gives a name a higher rank; nothing where it has that, or has gone.
    mutating func raise(_ id: NameID, to rank: NameRank) {
        guard let place = place(of: id) else { return }
        entries[place].wasUsed = true
        let before = entries[place].rank
        if before.rawValue >= rank.rawValue || !makeRoom(for: Int(entries[place].count), rank) { return }
        shares[Int(before.rawValue)].count -= 1
        shares[Int(before.rawValue)].bytes -= Int(entries[place].count)
        enter(place, rank)
    }

    // MARK: Making room

    /// Makes room for one more name of a rank; false where there is none even if all of them go.
    private mutating func makeRoom(for bytes: Int, _ rank: NameRank) -> Bool {
        if rank == .forGood { return true }
        let share = Int(rank.rawValue)
        let (maximumCount, maximumBytes) = (shares[share].maximumCount, shares[share].maximumBytes)
        if bytes > maximumBytes { return false }
        if shares[share].count < maximumCount, shares[share].bytes + bytes <= maximumBytes { return true }
        // Several at once: caches of ids must be emptied then, which would cost too much for each name.
        let count = min(maximumCount - 1, maximumCount - maximumCount / 16)
        let left = min(maximumBytes - bytes, maximumBytes - maximumBytes / 16)
        while shares[share].count > count || shares[share].bytes > left, let id = shares[share].order.popFirst() {
            guard isThere(id, in: rank) else { continue }
            let place = Int(id & Self.placeMask) - Int(Self.firstID)
            // A name that was used since its last turn is passed over once.
            if entries[place].wasUsed {
                entries[place].wasUsed = false
                shares[share].order.append(id)
            } else {
                remove(place)
            }
        }
        return true
    }

    private func isThere(_ id: UInt32, in rank: NameRank) -> Bool {
        guard let place = place(of: NameID(rawValue: id)) else { return false }
        return entries[place].rank == rank
    }

    private mutating func remove(_ place: Int) {
        index.remove(place, hash: QuickHash.value(name(at: place), seed: seed))
        let share = Int(entries[place].rank.rawValue)
        shares[share].count -= 1
        shares[share].bytes -= Int(entries[place].count)
        entries[place].isThere = false
        free.append(UInt32(place))
        goneCount += 1
    }

    /// Moves the names that are there together.
    private mutating func compact() {
        var fresh = ByteBuffer(capacity: maximumBytes)
        for place in 0..<entries.count where entries[place].isThere {
            let start = fresh.count
            fresh.append(name(at: place))
            entries[place].start = UInt32(start)
        }
        text.swap(with: &fresh)
    }
}
