import PacketModel

/// Elements in the order of their arrival. Taking the first one moves none of the others.
struct ArrivalQueue<Element> {
    private var elements: [Element] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }
    var count: Int { elements.count - head }
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    /// Takes the oldest element out.
    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: head <= 64)
            head = 0
        } else if head > 32, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }

    /// Keeps only the elements that satisfy `isLive`.
    mutating func compact(_ isLive: (Element) -> Bool) {
        elements = elements[head...].filter(isLive)
        head = 0
    }

    /// Whether most elements must be dead where only `liveCount` can be live: time to compact. Between
    /// two compactions as many are appended as one looks at, so that each costs a constant.
    func isCrowded(liveCount: Int) -> Bool { count > 2 * liveCount + 1024 }
}

/// Something that waits since an instant.
struct Waiting<ID> {
    var id: ID
    var since: CaptureTime
}
