import Collections
import ByteParsing

/// Places by number: open addressing, as a number needs no hashing that costs more than one multiplication. Eight
/// numbers that follow each other lie side by side, for what began together is asked for together.
struct HashedPlaces: ~Copyable {
    private var slots: RecordArray<NumberedPlace>
    /// Odd and random in each process, so that nobody can choose what stays open by where it falls.
    private let multiplier = QuickHash.processSeed | 1
    private var shift: UInt64
    private(set) var count = 0

    init() {
        slots = RecordArray(count: 16, of: .none)
        shift = Self.shift(16)
    }

    /// The place of a number; nil where it has none.
    subscript(number: UInt64) -> Int? {
        let slot = find(number &+ 1)
        return slots[slot].tag == 0 ? nil : slots[slot].place
    }

    /// Gives a number a place, in place of the one that it had.
    mutating func set(_ number: UInt64, _ place: Int) {
        let tag = number &+ 1
        var slot = find(tag)
        if slots[slot].tag == 0 {
            count += 1
            if count * 2 > slots.count {
                grow()
                slot = find(tag)
            }
        }
        slots[slot] = NumberedPlace(tag: tag, place: place)
    }

    /// Forgets a number, if this is its place.
    mutating func remove(_ number: UInt64, ifAt place: Int) {
        let slot = find(number &+ 1)
        if slots[slot].tag != 0, slots[slot].place == place { close(slot) }
    }

    /// Forgets a number; returns the place that it had.
    mutating func remove(_ number: UInt64) -> Int? {
        let slot = find(number &+ 1)
        if slots[slot].tag == 0 { return nil }
        let place = slots[slot].place
        close(slot)
        return place
    }

    /// Every number, in any order.
    func appendAll(to numbers: inout [UInt64]) {
        for slot in 0..<slots.count where slots[slot].tag != 0 { numbers.append(slots[slot].tag &- 1) }
    }

    /// The slot of a tag, or the free one where it would be put.
    private func find(_ tag: UInt64) -> Int {
        var slot = home(tag)
        while slots[slot].tag != tag, slots[slot].tag != 0 { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    /// Frees a slot: what follows without a gap moves up, where it stays findable.
    private mutating func close(_ freed: Int) {
        let mask = slots.count - 1
        var hole = freed
        var next = (hole + 1) & mask
        while slots[next].tag != 0 {
            let distance = (next - home(slots[next].tag)) & mask
            if distance >= (next - hole) & mask {
                slots[hole] = slots[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        slots[hole].tag = 0
        count -= 1
    }

    @inline(__always)
    private func home(_ tag: UInt64) -> Int {
        let group = ((tag &>> Self.groupBits) &* multiplier) &>> shift
        return Int(truncatingIfNeeded: (group &<< Self.groupBits) | (tag & ((1 &<< Self.groupBits) &- 1)))
    }

    private static var groupBits: UInt64 { 3 }

    private static func shift(_ size: Int) -> UInt64 { 64 - UInt64(size.trailingZeroBitCount) + groupBits }

    private mutating func grow() {
        let size = slots.count * 2
        var old = RecordArray<NumberedPlace>(count: size, of: .none)
        swap(&old, &slots)
        shift = Self.shift(size)
        for slot in 0..<old.count where old[slot].tag != 0 { slots[find(old[slot].tag)] = old[slot] }
    }
}

/// Where the value of a number is.
struct NumberedPlace: BitwiseCopyable {
    /// One more than the number; 0 where there is none.
    var tag: UInt64
    var place: Int

    /// None.
    static let none = NumberedPlace(tag: 0, place: 0)
}
