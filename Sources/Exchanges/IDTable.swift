import ByteParsing

/// What is open, by its number: open addressing, as a number that counts upwards needs no hashing that
/// costs more than one multiplication. Values stay in their places while others come and go, and are
/// changed there.
struct IDTable<Value> {
    private struct Slot {
        /// One more than the number; 0 where the slot is free.
        var tag: UInt64
        var place: Int
    }
    private var slots: [Slot] = []
    private var values: [Value] = []
    /// What stands where a value has been taken out, so that it holds on to nothing; one, and aside, as
    /// the table itself is handed about.
    private let vacant: [Value]
    private var free: [Int] = []
    /// Odd and random in each process, so that nobody can choose what stays open by where it falls.
    private let multiplier = QuickHash.processSeed | 1
    private var shift: UInt64 = 64
    private(set) var count = 0

    init(vacant: Value) { self.vacant = [vacant] }

    /// Every number, in order.
    var ids: [UInt64] { slots.compactMap { $0.tag == 0 ? nil : $0.tag &- 1 }.sorted() }

    /// Where the value of a number is; stays so until it is taken out.
    func place(of id: UInt64) -> Int? {
        if count == 0 { return nil }
        let tag = id &+ 1
        var index = home(tag)
        while slots[index].tag != tag {
            if slots[index].tag == 0 { return nil }
            index = (index + 1) & (slots.count - 1)
        }
        return slots[index].place
    }

    func contains(_ id: UInt64) -> Bool { place(of: id) != nil }

    /// The value at a place.
    subscript(place place: Int) -> Value {
        get { values[place] }
        _modify { yield &values[place] }
    }

    subscript(id: UInt64) -> Value? { place(of: id).map { values[$0] } }

    /// Puts a value in, in place of the one that is there, and returns where it is.
    @discardableResult
    mutating func insert(_ value: Value, for id: UInt64) -> Int {
        let place = place(of: id) ?? begin(id)
        values[place] = value
        return place
    }

    /// A place for a new number; a vacant value stands there.
    mutating func begin(_ id: UInt64) -> Int {
        if count * 2 >= slots.count { grow() }
        let place: Int
        if let reused = free.popLast() {
            place = reused
        } else {
            place = values.count
            // A quarter more at a time: values are large, and most tables stop growing at their bound.
            if values.count == values.capacity { values.reserveCapacity(values.count + values.count / 4 + 8) }
            values.append(vacant[0])
        }
        link(Slot(tag: id &+ 1, place: place))
        count += 1
        return place
    }

    /// Takes a value out.
    @discardableResult
    mutating func removeValue(for id: UInt64) -> Value? {
        guard let place = unlink(id) else { return nil }
        var value = vacant[0]
        swap(&value, &values[place])
        return value
    }

    /// Takes a number out whose value the caller has made vacant in its place, and returns where it was.
    @discardableResult
    mutating func unlink(_ id: UInt64) -> Int? {
        if count == 0 { return nil }
        let mask = slots.count - 1
        let tag = id &+ 1
        var hole = home(tag)
        while slots[hole].tag != tag {
            if slots[hole].tag == 0 { return nil }
            hole = (hole + 1) & mask
        }
        let place = slots[hole].place
        // What follows without a gap moves up, where it stays findable.
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
        free.append(place)
        return place
    }

    private func home(_ tag: UInt64) -> Int { Int(truncatingIfNeeded: (tag &* multiplier) &>> shift) }

    private mutating func link(_ slot: Slot) {
        var index = home(slot.tag)
        while slots[index].tag != 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private mutating func grow() {
        let old = slots
        let size = max(16, old.count * 2)
        slots = Array(repeating: Slot(tag: 0, place: 0), count: size)
        shift = 64 - UInt64(size.trailingZeroBitCount)
        for slot in old where slot.tag != 0 { link(slot) }
    }
}
