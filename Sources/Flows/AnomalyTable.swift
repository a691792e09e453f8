import PacketModel
import ByteParsing
import Dissectors

/// The anomalies of flows, in slots that are allocated as they are needed: at most one for each flow.
struct AnomalyTable: ~Copyable {
    private var flows: RecordArray<FlowAnomalies>
    /// Two of each.
    private var sides: RecordArray<SideAnomalies>
    private var free: Int32 = -1

    /// The slot of every flow without anomalies: nothing is ever recorded there.
    static let none: Int32 = 0

    init(maximumFlows: Int) {
        flows = RecordArray(maximumCount: maximumFlows + 1, initialCapacity: 2048)
        sides = RecordArray(maximumCount: 2 * (maximumFlows + 1), initialCapacity: 4096)
        _ = allocate()
    }

    subscript(slot: Int32) -> FlowAnomalies {
        _read { yield flows[Int(slot)] }
        _modify { yield &flows[Int(slot)] }
    }

    subscript(slot: Int32, direction: Direction) -> SideAnomalies {
        _read { yield sides[2 * Int(slot) + Int(direction.rawValue)] }
        _modify { yield &sides[2 * Int(slot) + Int(direction.rawValue)] }
    }

    /// A slot in which nothing is recorded yet.
    mutating func allocate() -> Int32 {
        guard free >= 0 else {
            _ = sides.append(SideAnomalies())
            _ = sides.append(SideAnomalies())
            return Int32(flows.append(FlowAnomalies()) ?? 0)
        }
        let slot = free
        free = flows[Int(slot)].nextFree
        flows[Int(slot)] = FlowAnomalies()
        sides[2 * Int(slot)] = SideAnomalies()
        sides[2 * Int(slot) + 1] = SideAnomalies()
        return slot
    }

    /// Frees a slot.
    mutating func release(_ slot: Int32) {
        flows[Int(slot)].nextFree = free
        free = slot
    }
}
