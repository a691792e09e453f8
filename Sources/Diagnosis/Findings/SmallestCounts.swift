/// The smallest so many elements of a multiset, each with its copies, and how many there were.
///
/// Merging is associative and commutative: an element among the smallest of the whole is among the
/// smallest of every part that holds it, so none of its copies is ever lost on the way.
struct SmallestCounts<Element: Comparable & Sendable>: Sendable, Equatable {
    /// One kept element.
    struct Entry: Sendable, Equatable {
        var element: Element
        var copies: UInt64
    }

    /// The most elements kept.
    let capacity: Int
    /// The kept elements, ascending.
    private(set) var entries: [Entry] = []
    /// Everything ever added, copies included.
    private(set) var total: UInt64 = 0

    init(capacity: Int) { self.capacity = capacity }

    /// The kept elements, ascending.
    var elements: [Element] { entries.map(\.element) }
    /// What was added and is not kept, copies of it included.
    var omitted: UInt64 { entries.reduce(total) { $0 &- $1.copies } }
    /// How many different elements there were: exact while all are kept.
    var distinct: UInt64 { UInt64(entries.count) &+ omitted }

    mutating func add(_ element: Element, copies: UInt64 = 1) {
        total &+= copies
        if entries.count == capacity, let last = entries.last, last.element < element { return }
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].element < element { low = middle + 1 } else { high = middle }
        }
        if low < entries.count, entries[low].element == element {
            entries[low].copies &+= copies
            return
        }
        entries.insert(Entry(element: element, copies: copies), at: low)
        if entries.count > capacity { entries.removeLast() }
    }

    mutating func merge(_ other: SmallestCounts) {
        let omittedThere = other.omitted
        for entry in other.entries { add(entry.element, copies: entry.copies) }
        total &+= omittedThere
    }
}
