import PacketModel
import ByteParsing
import Dissectors

/// The oddities of flows, in places that are given out as they are needed: as many as there are flows at most.
struct OddityTable: ~Copyable {
    private var flows: RecordArray<FlowOddities>
    /// Two of each.
    private var sides: RecordArray<SideOddities>
    private var free: Int32 = -1

    /// Where whoever has none finds that there are none.
    static let none: Int32 = 0

    init(maximumFlows: Int) {
        flows = RecordArray(maximumCount: maximumFlows + 1, initialCapacity: 2048)
        sides = RecordArray(maximumCount: 2 * (maximumFlows + 1), initialCapacity: 4096)
        _ = give()
    }

    subscript(place: Int32) -> FlowOddities {
        @inline(__always) _read { yield flows[Int(place)] }
        @inline(__always) _modify { yield &flows[Int(place)] }
    }

    subscript(place: Int32, direction: Direction) -> SideOddities {
        @inline(__always) _read { yield sides[2 * Int(place) + Int(direction.rawValue)] }
        @inline(__always) _modify { yield &sides[2 * Int(place) + Int(direction.rawValue)] }
    }

    /// A place where nothing is noted yet.
    mutating func give() -> Int32 {
        guard free >= 0 else {
            _ = sides.append(SideOddities())
            _ = sides.append(SideOddities())
            return Int32(flows.append(FlowOddities()) ?? 0)
        }
        let place = free
        free = flows[Int(place)].nextFree
        flows[Int(place)] = FlowOddities()
        sides[2 * Int(place)] = SideOddities()
        sides[2 * Int(place) + 1] = SideOddities()
        return place
    }

    /// Takes a place back.
    mutating func takeBack(_ place: Int32) {
        flows[Int(place)].nextFree = free
        free = place
    }
}
