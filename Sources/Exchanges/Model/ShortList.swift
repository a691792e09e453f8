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
    public mutating func append(_ element: consuming Element) {
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

    /// Changes every element in its place.
    mutating func changeAll(_ change: (inout Element) -> Void) {
        if one == nil { return }
        change(&one!)
        if two == nil { return }
        change(&two!)
        if others == nil { return }
        for place in others!.indices { change(&others![place]) }
    }

    /// Changes the last element that satisfies a condition, in its place; nil where none does.
    mutating func changeLast<Result>(where isWanted: (borrowing Element) -> Bool, _ change: (inout Element) -> Result)
        -> Result?
    {
        if others != nil {
            for place in others!.indices.reversed() where isWanted(others![place]) { return change(&others![place]) }
        }
        if two != nil, isWanted(two!) { return change(&two!) }
        if one != nil, isWanted(one!) { return change(&one!) }
        return nil
    }

    /// Changes an element in its place.
    mutating func change<Result>(at place: Int, _ change: (inout Element) -> Result) -> Result {
        switch place {
        case 0: change(&one!)
        case 1: change(&two!)
        default: change(&others![place - 2])
        }
    }

    /// The first place whose element, looked at where it is, satisfies a condition.
    @inlinable
    public func place(where isWanted: (borrowing Element) -> Bool) -> Int? {
        // `!` and not `if let`, which copies the element.
        if one == nil { return nil }
        if isWanted(one!) { return 0 }
        if two == nil { return nil }
        if isWanted(two!) { return 1 }
        if others == nil { return nil }
        return others!.indices.first { isWanted(others![$0]) }.map { $0 + 2 }
    }

    /// What is asked of the last element, where it is; nil of an empty list.
    @inlinable
    public func askLast<Answer>(_ question: (borrowing Element) -> Answer) -> Answer? {
        if one == nil { return nil }
        if two == nil { return question(one!) }
        if others == nil { return question(two!) }
        return question(others![others!.count - 1])
    }

    /// The last element.
    @inlinable public var last: Element? {
        if one == nil { return nil }
        return two == nil ? one : others == nil ? two : others![others!.count - 1]
    }

    /// Takes all elements out.
    mutating func removeAll() {
        if one == nil { return }
        one = nil
        if two == nil { return }
        two = nil
        others = nil
    }

    /// Takes an element out; the later ones move up.
    public mutating func remove(at place: Int) {
        precondition(place >= 0 && place < endIndex)
        if place == 0 { one = two }
        if place <= 1 { two = others?.first }
        guard others != nil else { return }
        if others!.count == 1 { others = nil } else { others!.remove(at: place < 2 ? 0 : place - 2) }
    }
}

extension ShortList: RandomAccessCollection, MutableCollection {
    @inlinable public var startIndex: Int { 0 }
    @inlinable public var endIndex: Int { one == nil ? 0 : two == nil ? 1 : others == nil ? 2 : 2 + others!.count }

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
