import Dissectors

/// What waits on each flow, the oldest first: the queues of all flows in one pool.
struct FlowQueues<Element> {
    private struct Ends {
        var first: Int
        var last: Int
    }
    private struct Node {
        var element: Element?
        var next: Int
    }
    private var ends = IDTable<Ends>()
    private var nodes: [Node] = []
    private var free = -1
    /// Everything that waits, on all flows.
    private(set) var count = 0

    /// Where the oldest of a flow is; stays so until it is taken.
    func first(_ flow: FlowID) -> Int? { ends.place(of: flow.rawValue).map { ends[place: $0].first } }

    /// Where the newest of a flow is.
    func last(_ flow: FlowID) -> Int? { ends.place(of: flow.rawValue).map { ends[place: $0].last } }

    /// What is at a place.
    subscript(place: Int) -> Element {
        get { nodes[place].element! }
        _modify { yield &nodes[place].element! }
    }

    /// Adds behind what waits on the flow, and returns where.
    @discardableResult
    mutating func append(_ element: Element, to flow: FlowID) -> Int {
        let place: Int
        if free >= 0 {
            place = free
            free = nodes[place].next
            nodes[place] = Node(element: element, next: -1)
        } else {
            place = nodes.count
            nodes.append(Node(element: element, next: -1))
        }
        if let known = ends.place(of: flow.rawValue) {
            nodes[ends[place: known].last].next = place
            ends[place: known].last = place
        } else {
            ends.insert(Ends(first: place, last: place), for: flow.rawValue)
        }
        count += 1
        return place
    }

    /// Takes the oldest of a flow.
    mutating func popFirst(_ flow: FlowID) -> Element? {
        guard let place = unlinkFirst(flow) else { return nil }
        var element: Element?
        swap(&element, &nodes[place].element)
        return element
    }

    /// Forgets the oldest of a flow.
    mutating func removeFirst(_ flow: FlowID) {
        if let place = unlinkFirst(flow) { nodes[place].element = nil }
    }

    private mutating func unlinkFirst(_ flow: FlowID) -> Int? {
        guard let known = ends.place(of: flow.rawValue) else { return nil }
        let place = ends[place: known].first
        let next = nodes[place].next
        if next < 0 { ends.removeValue(for: flow.rawValue) } else { ends[place: known].first = next }
        nodes[place].next = free
        free = place
        count -= 1
        return place
    }
}
