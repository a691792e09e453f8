import PacketModel
import ByteParsing
import Dissectors

/// Flows in the order in which they were put in, one word each: the oldest goes where there is no more room.
///
/// A flow that is put in stays where it is, whatever becomes of it: what has become of it is asked when its turn comes.
struct FlowRing {
    private var words: [UInt64] = []
    private var head = 0
    private(set) var count = 0
    private let capacity: Int

    /// Room for so many flows, taken as it is needed.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Puts a flow last.
    mutating func append(_ index: Int, _ id: FlowID) {
        if count == words.count, count < capacity { grow() }
        if count == words.count { _ = removeFirst() }
        var place = head + count
        if place >= words.count { place -= words.count }
        words[place] = UInt64(index) << 32 | id.rawValue & 0xFFFF_FFFF
        count += 1
    }

    /// Takes the first one out: where it was in the table, and the lower half of its number, which tells whether it
    /// still is there.
    mutating func removeFirst() -> (index: Int, id: UInt32)? {
        if count == 0 { return nil }
        let word = words[head]
        head = head + 1 < words.count ? head + 1 : 0
        count -= 1
        return (Int(word >> 32), UInt32(truncatingIfNeeded: word))
    }

    private mutating func grow() {
        var larger: [UInt64] = []
        let room = min(capacity, max(64, 2 * words.count))
        larger.reserveCapacity(room)
        for place in 0..<count { larger.append(words[(head + place) % words.count]) }
        larger.append(contentsOf: repeatElement(0, count: room - count))
        words = larger
        head = 0
    }
}
