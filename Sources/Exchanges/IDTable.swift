import ByteParsing

/// What is open, by its number: open addressing, as a number that counts upwards needs no hashing that
/// costs more than one multiplication. Eight numbers that follow each other lie side by side, for what began
/// together is asked for together. Values stay in their places while others come and go, and are changed there.
struct IDTable<Value>: ~Copyable {
    private var slots: Slab<IDTableSlot>
    private var values = Pool<Value>()
    /// What stands where a value has been taken out, so that it holds on to nothing.
    private let vacant: Value
    /// The place that is free, and then the next one for each; -1 ends it.
    private var free = -1
    private var nextFree: Slab<Int>
    /// Odd and random in each process, so that nobody can choose what stays open by where it falls.
    private let multiplier = QuickHash.processSeed | 1
    private var shift: UInt64
    private(set) var count = 0

    init(vacant: Value) {
        self.vacant = vacant
        slots = Self.slots(16)
        shift = Self.shift(16)
        nextFree = Slab(maximumCount: .max, initialCapacity: 16)
    }

    /// Every number, in order.
    var ids: [UInt64] {
        var out: [UInt64] = []
        out.reserveCapacity(count)
        for index in 0..<slots.count where slots[index].tag != 0 { out.append(slots[index].tag &- 1) }
        return out.sorted()
    }

    /// Where the value of a number is; stays so until it is taken out.
    func place(of id: UInt64) -> Int? {
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
        @inline(__always) _read { yield values[place] }
        @inline(__always) _modify { yield &values[place] }
    }

    subscript(id: UInt64) -> Value? { place(of: id).map { values[$0] } }

    /// Puts a value in, in place of the one that is there, and returns where it is.
    @discardableResult
    mutating func insert(_ value: Value, for id: UInt64) -> Int {
        if let place = place(of: id) {
            values[place] = value
            return place
        }
        return add(value, for: id)
    }

    /// Puts in the value of a number that is not there yet, and returns where it is.
    mutating func add(_ value: Value, for id: UInt64) -> Int {
        let place = begin(id)
        values[place] = value
        return place
    }

    /// A place for a number that is not there yet; a vacant value stands there.
    mutating func begin(_ id: UInt64) -> Int {
        if (count + 1) * 2 > slots.count { grow() }
        let place: Int
        if free >= 0 {
            place = free
            free = nextFree[place]
        } else {
            place = values.append(vacant)
            _ = nextFree.append(-1)
        }
        link(IDTableSlot(tag: id &+ 1, place: place))
        count += 1
        return place
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
        nextFree[place] = free
        free = place
        return place
    }

    @inline(__always)
    private func home(_ tag: UInt64) -> Int {
        let group = ((tag &>> Self.groupBits) &* multiplier) &>> shift
        return Int(truncatingIfNeeded: (group &<< Self.groupBits) | (tag & ((1 &<< Self.groupBits) &- 1)))
    }

    private static var groupBits: UInt64 { 3 }

    private mutating func link(_ slot: IDTableSlot) {
        var index = home(slot.tag)
        while slots[index].tag != 0 { index = (index + 1) & (slots.count - 1) }
        slots[index] = slot
    }

    private static func shift(_ size: Int) -> UInt64 { 64 - UInt64(size.trailingZeroBitCount) + groupBits }

    private static func slots(_ size: Int) -> Slab<IDTableSlot> {
        var slots = Slab<IDTableSlot>(maximumCount: size, initialCapacity: size)
        for _ in 0..<size { _ = slots.append(IDTableSlot(tag: 0, place: 0)) }
        return slots
    }

    private mutating func grow() {
        let size = slots.count * 2
        var old = Self.slots(size)
        swap(&old, &slots)
        shift = Self.shift(size)
        for index in 0..<old.count where old[index].tag != 0 { link(old[index]) }
    }
}

/// Where the value of a number is.
struct IDTableSlot: BitwiseCopyable {
    /// One more than the number; 0 where the slot is free.
    var tag: UInt64
    var place: Int
}
