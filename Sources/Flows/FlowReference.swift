import PacketModel

/// A flow as queues know it, in one word: its index in the table, and the lower half of its number, which tells whether
/// that flow still is there.
struct FlowReference: BitwiseCopyable {
    private let position: UInt32
    private let number: UInt32

    init(_ index: Int, _ id: FlowID) {
        position = UInt32(truncatingIfNeeded: index)
        number = UInt32(truncatingIfNeeded: id.rawValue)
    }

    /// Where the flow is, or was, in the table.
    var index: Int { Int(position) }

    /// Whether an id is that of the flow.
    func isOf(_ id: FlowID) -> Bool { number == UInt32(truncatingIfNeeded: id.rawValue) }
}
