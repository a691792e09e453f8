/// The captures of a merged timeline in the order of the packets at their heads, ties in the order in which they were
/// given.
///
/// A binary heap: finding the next one takes as many steps as their number has digits, however many there are.
struct Timeline {
    private struct Head {
        var time: Int64
        var index: Int

        static func < (left: Head, right: Head) -> Bool { (left.time, left.index) < (right.time, right.index) }
    }

    private var heads: [Head] = []

    /// The capture whose head is the earliest.
    var first: Int? { heads.first?.index }

    /// The head that comes after the first: its time, and its capture.
    var second: (time: Int64, index: Int)? {
        guard heads.count > 1 else { return nil }
        let head = heads.count > 2 && heads[2] < heads[1] ? heads[2] : heads[1]
        return (head.time, head.index)
    }

    /// Adds a capture with the time of its head.
    mutating func insert(_ index: Int, at time: Int64) {
        heads.append(Head(time: time, index: index))
        var place = heads.count - 1
        while place > 0, heads[place] < heads[(place - 1) / 2] {
            heads.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes the first capture out.
    mutating func removeFirst() {
        heads.swapAt(0, heads.count - 1)
        heads.removeLast()
        sink()
    }

    /// Gives the first capture's new head a time.
    mutating func moveFirst(to time: Int64) {
        heads[0].time = time
        sink()
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heads.count && heads[child] < heads[least] {
                least = child
            }
            if least == place { return }
            heads.swapAt(place, least)
            place = least
        }
    }
}
