/// A list of at most `capacity` small values kept in place, without heap. What does not fit is
/// counted, never silently lost.
public struct InlineList<let capacity: Int, Element: BitwiseCopyable & Sendable>: Sendable, BitwiseCopyable {
    @usableFromInline var storage: InlineArray<capacity, Element>
    @usableFromInline var tally: ListTally
    /// Values kept.
    @inlinable public var count: Int32 { tally.kept }
    /// Values that did not fit.
    @inlinable public var omitted: Int32 { tally.omitted }

    /// An empty list; `filler` stands in the unused places.
    @inlinable
    public init(filler: Element) {
        storage = InlineArray(repeating: filler)
        tally = ListTally()
    }

    /// Appends a value, or counts it where the list is full.
    @inlinable
    public mutating func append(_ element: Element) {
        if Int(count) < capacity {
            storage[Int(count)] = element
            tally.keep(1)
        } else {
            tally.omit()
        }
    }

    /// Whether there is nothing, kept or omitted.
    @inlinable public var isEmpty: Bool { tally.isZero }

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

/// How many values a short list keeps, at most 255, and how many it had no room for: in four octets, for a message has
/// many such lists.
@usableFromInline
struct ListTally: Sendable, BitwiseCopyable {
    /// What is kept in the lowest octet, what is omitted in the others.
    @usableFromInline var word: UInt32 = 0

    @inlinable init() {}

    @inlinable var isZero: Bool { word == 0 }
    @inlinable var kept: Int32 { Int32(truncatingIfNeeded: word & 0xFF) }
    @inlinable var omitted: Int32 { Int32(truncatingIfNeeded: word >> 8) }

    /// Counts what is kept; the list sees to it that there is room.
    @inlinable mutating func keep(_ count: UInt32) { word &+= count }

    /// Counts one that is omitted, up to 16 million: no message has octets for so many.
    @inlinable mutating func omit() {
        if word < 0xFFFF_FF00 { word &+= 0x100 }
    }
}
