/// A list of at most `capacity` small values kept in place, without heap. What does not fit is
/// counted, never silently lost.
public struct InlineList<let capacity: Int, Element: BitwiseCopyable & Sendable>: Sendable, BitwiseCopyable {
    @usableFromInline var storage: InlineArray<capacity, Element>
    /// Values kept.
    public var count: Int32 { @inlinable get { held } }
    @usableFromInline var held: Int32
    /// Values that did not fit.
    public var omitted: Int32 { @inlinable get { lost } }
    @usableFromInline var lost: Int32

    /// An empty list; `filler` stands in the unused places.
    @inlinable
    public init(filler: Element) {
        storage = InlineArray(repeating: filler)
        held = 0
        lost = 0
    }

    /// Appends a value, or counts it where the list is full.
    @inlinable
    public mutating func append(_ element: Element) {
        if Int(count) < capacity {
            storage[Int(count)] = element
            held += 1
        } else if lost < Int32.max {
            lost += 1
        }
    }

    /// Whether there is nothing, kept or omitted.
    @inlinable public var isEmpty: Bool { count == 0 && omitted == 0 }

    /// The value at a place below `count`; traps elsewhere.
    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < Int(count))
            return storage[index]
        }
        set {
            precondition(index >= 0 && index < Int(count))
            storage[index] = newValue
        }
    }

    /// The kept values as an array: for output, not for the hot path.
    @inlinable public var array: [Element] { (0..<Int(count)).map { storage[$0] } }

    /// Whether a kept value satisfies `predicate`.
    @inlinable
    public func contains(where predicate: (Element) -> Bool) -> Bool {
        for index in 0..<Int(count) where predicate(storage[index]) { return true }
        return false
    }
}
