import ByteParsing

/// What finds a value in a `SlotMap`: its slot, and how often the slot had been emptied before, so that a handle whose
/// value has gone finds nothing, until the slot has been used 2^32 times.
@frozen public struct SlotHandle: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline let index: UInt32
    @usableFromInline let generation: UInt32

    @inlinable @inline(__always)
    init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    /// The handle of no value.
    @inlinable public static var none: SlotHandle { SlotHandle(index: .max, generation: .max) }
}

/// A generational arena: values stay in their slots while others come and go, and are changed there; slots are used
/// again, and handles know it.
public struct SlotMap<Element>: ~Copyable {
    @usableFromInline
    struct Slot {
        @usableFromInline var element: Element
        /// How often it has been emptied.
        @usableFromInline var generation: UInt32 = 0
        /// Of a free slot the next one that is free.
        @usableFromInline var nextFree: Int = -1

        @inlinable
        init(element: consuming Element) { self.element = element }
    }

    @usableFromInline var slots = Arena<Slot>()
    @usableFromInline var free = -1
    @usableFromInline var used = 0

    /// An empty map.
    @inlinable
    public init() {}

    /// Values in it.
    @inlinable public var count: Int { used }

    /// Whether a handle's value is still there.
    @inlinable @inline(__always)
    public func contains(_ handle: SlotHandle) -> Bool {
        Int(handle.index) < slots.count && slots[Int(handle.index)].generation == handle.generation
    }

    /// The value of a handle; traps where it has gone.
    @inlinable
    public subscript(handle: SlotHandle) -> Element {
        @inline(__always) _read {
            precondition(contains(handle))
            yield slots[Int(handle.index)].element
        }
        @inline(__always) _modify {
            precondition(contains(handle))
            yield &slots[Int(handle.index)].element
        }
    }

    /// Adds a value.
    @inlinable
    public mutating func insert(_ element: consuming Element) -> SlotHandle {
        used &+= 1
        guard free >= 0 else { return append(element) }
        let index = free
        free = slots[index].nextFree
        slots[index].element = element
        return SlotHandle(index: UInt32(truncatingIfNeeded: index), generation: slots[index].generation)
    }

    @inlinable @inline(never)
    mutating func append(_ element: consuming Element) -> SlotHandle {
        SlotHandle(index: UInt32(slots.append(Slot(element: element))), generation: 0)
    }

    /// Removes a value: `take` sees it in its slot for the last time. What `take` leaves there stays in memory until
    /// the slot is used again; so it must let go of what holds on to much. Nil where the value has gone already.
    @inlinable
    public mutating func remove<Taken>(_ handle: SlotHandle, _ take: (inout Element) -> Taken) -> Taken? {
        guard contains(handle) else { return nil }
        let index = Int(handle.index)
        slots[index].generation &+= 1
        slots[index].nextFree = free
        free = index
        used &-= 1
        return take(&slots[index].element)
    }
}
