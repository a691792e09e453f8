import ByteParsing

/// A queue for each of many keys, all in one arena: of each the first appended is removed first.
///
/// Functions that change nothing are `mutating`, too; see docs/compiler-workarounds.md.
public struct KeyedQueues<Element>: ~Copyable {
    /// An element, and the one behind it.
    @usableFromInline
    struct Node {
        @usableFromInline var element: Element
        @usableFromInline var next = SlotHandle.none

        @inlinable
        init(element: consuming Element) { self.element = element }
    }

    @usableFromInline
    struct Ends: BitwiseCopyable {
        @usableFromInline var first = SlotHandle.none
        @usableFromInline var last = SlotHandle.none

        @inlinable init() {}
    }

    @usableFromInline var ends = IDTable(vacant: Ends())
    @usableFromInline var nodes = SlotMap<Node>()

    /// No queues.
    @inlinable
    public init() {}

    /// Elements in all queues.
    @inlinable public var count: Int { nodes.count }

    /// The first element of a queue.
    @inlinable
    public mutating func first(_ key: UInt64) -> SlotHandle? { ends.slot(of: key).map { ends[slot: $0].first } }

    /// The last element of a queue.
    @inlinable
    public mutating func last(_ key: UInt64) -> SlotHandle? { ends.slot(of: key).map { ends[slot: $0].last } }

    /// Whether an element still waits.
    @inlinable
    public func contains(_ handle: SlotHandle) -> Bool { nodes.contains(handle) }

    /// An element that waits; traps where it has been removed.
    @inlinable
    public subscript(handle: SlotHandle) -> Element {
        @inline(__always) _read { yield nodes[handle].element }
        @inline(__always) _modify { yield &nodes[handle].element }
    }

    /// Appends an element to a queue.
    @inlinable @discardableResult
    public mutating func append(to key: UInt64, _ element: consuming Element) -> SlotHandle {
        let handle = nodes.insert(Node(element: element))
        if let slot = ends.slot(of: key) {
            nodes[ends[slot: slot].last].next = handle
            ends[slot: slot].last = handle
        } else {
            let slot = ends.insertVacant(key)
            ends[slot: slot].first = handle
            ends[slot: slot].last = handle
        }
        return handle
    }

    /// Removes the first element of a queue, where it satisfies a condition.
    @inlinable
    public mutating func removeFirst<Taken>(
        of key: UInt64, where isWanted: (inout Element) -> Bool, _ take: (inout Element) -> Taken
    ) -> Taken? {
        guard let slot = ends.slot(of: key), isWanted(&nodes[ends[slot: slot].first].element) else { return nil }
        return removeFirst(in: slot, take)
    }

    /// Removes the first element of a queue: `take` sees it in its slot for the last time, and must let go there of
    /// what holds on to much.
    @inlinable
    public mutating func removeFirst<Taken>(of key: UInt64, _ take: (inout Element) -> Taken) -> Taken? {
        guard let slot = ends.slot(of: key) else { return nil }
        return removeFirst(in: slot, take)
    }

    @inlinable
    mutating func removeFirst<Taken>(in slot: Int, _ take: (inout Element) -> Taken) -> Taken? {
        let handle = ends[slot: slot].first
        let next = nodes[handle].next
        if next == .none { ends.removeVacated(slot: slot) } else { ends[slot: slot].first = next }
        return nodes.remove(handle) { take(&$0.element) }
    }
}
