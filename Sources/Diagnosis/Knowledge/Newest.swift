/// The newest elements of a row, in order; the oldest gives way without the others being moved each time.
struct Newest<Element> {
    private let maximumCount: Int
    private var elements: [Element] = []
    private var start = 0

    init(maximumCount: Int) { self.maximumCount = max(1, maximumCount) }

    /// What is kept, oldest first.
    var all: ArraySlice<Element> { elements[start...] }

    mutating func append(_ element: Element) {
        if elements.count - start >= maximumCount { start += 1 }
        if start >= maximumCount {
            elements.removeFirst(start)
            start = 0
        }
        elements.append(element)
    }
}
