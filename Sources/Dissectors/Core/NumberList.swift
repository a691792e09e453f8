/// A list of type numbers in place, without heap. Nearly every number of a registry fits 16 bits and takes one of
/// `capacity`
/// places; any other takes two, and is kept as it is. From the first one on that finds no room all are counted, never
/// silently lost.
public struct NumberList<let capacity: Int>: Sendable, BitwiseCopyable {
    @usableFromInline var places: InlineArray<capacity, Int16>
    /// A bit for each place that begins a number of 32 bits: its upper half, and the lower one in the next place.
    @usableFromInline var wide: UInt32 = 0
    /// The places in use, and the numbers that did not fit.
    @usableFromInline var tally = ListTally()

    /// The most places that there is a bit for.
    @usableFromInline static var maximumCapacity: Int { 32 }

    /// An empty list.
    @inlinable
    public init() {
        precondition(capacity <= Self.maximumCapacity)
        places = InlineArray(repeating: 0)
    }

    /// Numbers kept.
    @inlinable public var count: Int32 { tally.kept &- Int32(truncatingIfNeeded: wide.nonzeroBitCount) }
    /// Numbers that did not fit.
    @inlinable public var omitted: Int32 { tally.omitted }
    /// Whether there is nothing, kept or omitted.
    @inlinable public var isEmpty: Bool { tally.isZero }

    /// Appends a number, or counts it where the list is full.
    @inlinable @inline(__always)
    public mutating func append(_ number: Int32) {
        let small = Int16(truncatingIfNeeded: number)
        // What was omitted counts above all places, so that one comparison tells of both.
        if Int32(small) == number, tally.word < UInt32(capacity) {
            places[Int(tally.word)] = small
            tally.keep(1)
        } else {
            appendRare(number)
        }
    }

    @usableFromInline @inline(never)
    mutating func appendRare(_ number: Int32) {
        guard Int32(Int16(truncatingIfNeeded: number)) != number, Int(tally.word) + 2 <= capacity else {
            return tally.omit()
        }
        let place = Int(tally.word)
        wide |= 1 << UInt32(place)
        places[place] = Int16(truncatingIfNeeded: number >> 16)
        places[place + 1] = Int16(truncatingIfNeeded: number)
        tally.keep(2)
    }

    /// The kept numbers as an array: for output, not for the hot path.
    public var array: [Int32] {
        var out: [Int32] = []
        var place = 0
        while place < Int(tally.kept) {
            if wide >> UInt32(place) & 1 == 0 {
                out.append(Int32(places[place]))
                place += 1
            } else {
                out.append(Int32(places[place]) << 16 | Int32(UInt16(bitPattern: places[place + 1])))
                place += 2
            }
        }
        return out
    }
}
