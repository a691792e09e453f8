/// A binary min-heap: the least element is at hand, and inserting or removing takes as many steps as the number of
/// elements has binary digits.
public struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    /// An empty heap.
    public init() {}

    /// Elements in it.
    public var count: Int { elements.count }

    /// Whether there is nothing.
    public var isEmpty: Bool { elements.isEmpty }

    /// The least element.
    public var min: Element? { elements.first }

    /// The least of the others.
    public var second: Element? {
        guard elements.count > 1 else { return nil }
        return elements.count > 2 && elements[2] < elements[1] ? elements[2] : elements[1]
    }

    /// Adds an element.
    public mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0, elements[child] < elements[(child - 1) / 2] {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Removes the least element.
    @discardableResult
    public mutating func popMin() -> Element? {
        guard let last = elements.popLast() else { return nil }
        return elements.isEmpty ? last : replaceMin(with: last)
    }

    /// Replaces the least element by another, which takes half as long as removing and inserting. Adds it where
    /// there is none.
    @discardableResult
    public mutating func replaceMin(with element: Element) -> Element? {
        guard let least = elements.first else {
            elements.append(element)
            return nil
        }
        elements[0] = element
        sink()
        return least
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < elements.count && elements[child] < elements[least] { least = child }
            if least == parent { return }
            elements.swapAt(parent, least)
            parent = least
        }
    }
}

extension Heap: Sendable where Element: Sendable {}
