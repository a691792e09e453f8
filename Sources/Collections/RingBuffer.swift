/// A queue in a ring that grows: what was appended first is removed first, and nothing is moved.
///
/// With a bound it never holds more than that: where it is full, the first element makes room. Elements are plain
/// values, as those that have been removed stay in memory until they are overwritten.
public struct RingBuffer<Element: BitwiseCopyable> {
    @usableFromInline var slots: [Element] = []
    @usableFromInline var head = 0
    /// Elements in it.
    @inlinable public var count: Int { used }
    @usableFromInline var used = 0
    @usableFromInline let maximumCount: Int

    /// An empty ring that grows to at most so many elements.
    @inlinable
    public init(maximumCount: Int = .max) { self.maximumCount = max(maximumCount, 1) }

    /// Whether there is nothing.
    @inlinable public var isEmpty: Bool { used == 0 }

    /// The element that goes next.
    @inlinable public var first: Element? { used == 0 ? nil : slots[head] }

    /// Appends an element; returns the one that made room for it, where the ring is full.
    @inlinable @discardableResult
    public mutating func append(_ element: Element) -> Element? {
        var removed: Element?
        if used == slots.count {
            if used < maximumCount { grow(element) } else { removed = popFirst() }
        }
        var slot = head &+ used
        if slot >= slots.count { slot &-= slots.count }
        slots[slot] = element
        used &+= 1
        return removed
    }

    /// Removes the first element.
    @inlinable
    public mutating func popFirst() -> Element? {
        if used == 0 { return nil }
        let element = slots[head]
        head = head &+ 1 < slots.count ? head &+ 1 : 0
        used &-= 1
        return element
    }

    /// Removes the elements that satisfy a condition; the others keep their order.
    @inlinable
    public mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        for _ in 0..<used {
            if let element = popFirst(), !isUnwanted(element) { append(element) }
        }
    }

    /// Doubles the ring; new slots hold copies of `filler` until they are used.
    @inlinable @inline(never)
    mutating func grow(_ filler: Element) {
        let size = min(maximumCount, max(16, 2 * slots.count))
        var larger: [Element] = []
        larger.reserveCapacity(size)
        larger.append(contentsOf: slots[head...])
        larger.append(contentsOf: slots[..<head])
        larger.append(contentsOf: repeatElement(filler, count: size - larger.count))
        slots = larger
        head = 0
    }
}

extension RingBuffer: Sendable where Element: Sendable {}
