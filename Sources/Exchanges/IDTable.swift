import ByteParsing

/// What is open, by its number. Numbers count upwards and most of them soon go again, so each has a slot that its last
/// bits choose; the few that are still there when another needs their slot are hashed. Values stay in their
/// places while others come and go, and are changed there.
struct IDTable<Value>: ~Copyable {
    private var slots: RecordArray<NumberedPlace>
    private var mask: UInt64
    /// Those whose slot another has taken.
    private var displaced = HashedPlaces()
    private var values = Arena<Value>()
    /// What stands where a value has been taken out, so that it holds on to nothing.
    private let vacant: Value
    /// The place that is free, and then the next one for each; -1 ends it.
    private var free = -1
    private var nextFree: RecordArray<Int>
    private(set) var count = 0

    init(vacant: Value) {
        self.vacant = vacant
        slots = RecordArray(count: 16, of: .none)
        mask = 15
        nextFree = RecordArray(maximumCount: .max, initialCapacity: 16)
    }

    /// Every number, in order.
    var ids: [UInt64] {
        var out: [UInt64] = []
        out.reserveCapacity(count)
        for index in 0..<slots.count where slots[index].tag != 0 { out.append(slots[index].tag &- 1) }
        displaced.appendAll(to: &out)
        return out.sorted()
    }

    /// Where the value of a number is; stays so until it is taken out.
    @inline(__always)
    func place(of id: UInt64) -> Int? {
        let slot = slot(id)
        if slots[slot].tag == id &+ 1 { return slots[slot].place }
        return displaced.count == 0 ? nil : displaced[id]
    }

    func contains(_ id: UInt64) -> Bool { place(of: id) != nil }

    /// The value at a place.
    subscript(place place: Int) -> Value {
        @inline(__always) _read { yield values[place] }
        @inline(__always) _modify { yield &values[place] }
    }

    subscript(id: UInt64) -> Value? { place(of: id).map { values[$0] } }

    /// Puts a value in, in place of the one that is there, and returns where it is.
    @discardableResult
    mutating func insert(_ value: Value, for id: UInt64) -> Int {
        let place = place(of: id) ?? begin(id)
        values[place] = value
        return place
    }

    /// Puts in the value of a number that is not there yet, and returns where it is.
    mutating func add(_ value: Value, for id: UInt64) -> Int {
        let place = begin(id)
        values[place] = value
        return place
    }

    /// A place for a number that is not there yet; a vacant value stands there.
    mutating func begin(_ id: UInt64) -> Int {
        if (count + 1) * 4 > slots.count { grow() }
        if free < 0 { extend() }
        let place = free
        free = nextFree[place]
        link(NumberedPlace(tag: id &+ 1, place: place))
        count += 1
        return place
    }

    /// One more place, which is free.
    @inline(never)
    private mutating func extend() {
        _ = nextFree.append(free)
        free = values.append(vacant)
    }

    /// Takes a value out.
    @discardableResult
    mutating func removeValue(for id: UInt64) -> Value? {
        guard let place = unlink(id) else { return nil }
        var value = vacant
        swap(&value, &values[place])
        return value
    }

    /// Takes a number out whose value the caller has made vacant in its place, and returns where it was.
    @discardableResult
    mutating func unlink(_ id: UInt64) -> Int? {
        if count == 0 { return nil }
        let slot = slot(id)
        let place: Int
        if slots[slot].tag == id &+ 1 {
            place = slots[slot].place
            slots[slot].tag = 0
        } else {
            guard displaced.count > 0, let found = displaced.remove(id) else { return nil }
            place = found
        }
        count -= 1
        nextFree[place] = free
        free = place
        return place
    }

    @inline(__always)
    private func slot(_ id: UInt64) -> Int { Int(truncatingIfNeeded: (id &+ 1) & mask) }

    /// The newer of two that need one slot has it: it is asked for more often.
    @inline(__always)
    private mutating func link(_ new: NumberedPlace) {
        let slot = slot(new.tag &- 1)
        let old = slots[slot]
        if old.tag == 0 {
            slots[slot] = new
        } else if old.tag < new.tag {
            slots[slot] = new
            displaced.set(old.tag &- 1, old.place)
        } else {
            displaced.set(new.tag &- 1, new.place)
        }
    }

    @inline(never)
    private mutating func grow() {
        let size = slots.count * 2
        var old = RecordArray<NumberedPlace>(count: size, of: .none)
        swap(&old, &slots)
        mask = UInt64(size - 1)
        // What was displaced may have a slot of its own now.
        var spread = HashedPlaces()
        swap(&spread, &displaced)
        for index in 0..<old.count where old[index].tag != 0 { link(old[index]) }
        var numbers: [UInt64] = []
        spread.appendAll(to: &numbers)
        for number in numbers { if let place = spread[number] { link(NumberedPlace(tag: number &+ 1, place: place)) } }
    }
}
