/// A list that mostly has one or two elements: these stand in place, without heap, and only further
/// ones in an array.
public struct ShortList<Element: Sendable>: Sendable {
    @usableFromInline var one: Element?
    @usableFromInline var two: Element?
    @usableFromInline var others: [Element]?

    /// An empty list.
    @inlinable public init() {}

    /// The elements of a sequence, in order.
    public init(_ elements: some Sequence<Element>) {
        for element in elements { append(element) }
    }

    /// Adds an element behind the others.
    @inlinable
    public mutating func append(_ element: Element) {
        if one == nil {
            one = element
        } else if two == nil {
            two = element
        } else if others == nil {
            others = [element]
        } else {
            others!.append(element)
        }
    }

    /// Takes an element out; the later ones move up.
    public mutating func remove(at place: Int) {
        var all = Array(self)
        all.remove(at: place)
        self = ShortList(all)
    }
}

extension ShortList: RandomAccessCollection, MutableCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int {
        if let others { return 2 + others.count }
        return two != nil ? 2 : one != nil ? 1 : 0
    }

    /// The element at a place below the end; traps elsewhere.
    @inlinable
    public subscript(place: Int) -> Element {
        get {
            switch place {
            case 0: one!
            case 1: two!
            default: others![place - 2]
            }
        }
        set {
            precondition(place >= 0 && place < endIndex)
            switch place {
            case 0: one = newValue
            case 1: two = newValue
            default: others![place - 2] = newValue
            }
        }
    }
}

extension ShortList: ExpressibleByArrayLiteral {
    @inlinable public init(arrayLiteral elements: Element...) {
        for element in elements { append(element) }
    }
}
