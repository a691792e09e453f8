import PacketModel
import ByteParsing
import Dissectors

/// What waits on each flow, the oldest first: the queues of all flows in one pool.
///
/// What only asks is `mutating`, too: a table that is only lent to be read would be copied.
struct FlowQueues<Element>: ~Copyable {
    struct Ends: BitwiseCopyable {
        var first: Int
        var last: Int
    }
    struct Node {
        /// Stays as it was when it has been taken; what holds on to much lets go of it in `take`.
        var element: Element
        var next: Int
    }
    private var ends = IDTable(vacant: Ends(first: -1, last: -1))
    private var nodes = Arena<Node>()
    private var free = -1
    /// Everything that waits, on all flows.
    private(set) var count = 0

    /// Where the oldest of a flow is; stays so until it is taken.
    mutating func first(_ flow: FlowID) -> Int? { ends.place(of: flow.rawValue).map { ends[place: $0].first } }

    /// Where the newest of a flow is.
    mutating func last(_ flow: FlowID) -> Int? { ends.place(of: flow.rawValue).map { ends[place: $0].last } }

    /// Whether there is such a place.
    func holds(_ place: Int) -> Bool { place >= 0 && place < nodes.count }

    /// What is at a place.
    subscript(place: Int) -> Element {
        @inline(__always) _read { yield nodes[place].element }
        @inline(__always) _modify { yield &nodes[place].element }
    }

    /// Adds behind what waits on the flow, and returns where.
    @discardableResult
    mutating func append(to flow: FlowID, _ element: consuming Element) -> Int {
        let place: Int
        if free >= 0 {
            place = free
            free = nodes[place].next
            nodes[place] = Node(element: element, next: -1)
        } else {
            place = nodes.append(Node(element: element, next: -1))
        }
        link(place, flow)
        return place
    }

    private mutating func link(_ place: Int, _ flow: FlowID) {
        if let known = ends.place(of: flow.rawValue) {
            nodes[ends[place: known].last].next = place
            ends[place: known].last = place
        } else {
            _ = ends.add(Ends(first: place, last: place), for: flow.rawValue)
        }
        count += 1
    }

    /// The same, where it is what is wanted.
    mutating func take<Taken>(_ flow: FlowID, where isWanted: (inout Element) -> Bool, _ read: (inout Element) -> Taken)
        -> Taken?
    {
        guard let place = first(flow), isWanted(&nodes[place].element) else { return nil }
        return take(flow, read)
    }

    /// Takes the oldest of a flow: `read` sees it in its place for the last time.
    mutating func take<Taken>(_ flow: FlowID, _ read: (inout Element) -> Taken) -> Taken? {
        guard let known = ends.place(of: flow.rawValue) else { return nil }
        let place = ends[place: known].first
        let next = nodes[place].next
        if next < 0 { ends.removeValue(for: flow.rawValue) } else { ends[place: known].first = next }
        nodes[place].next = free
        free = place
        count -= 1
        return read(&nodes[place].element)
    }
}
