import PacketModel

/// The clock that all waiting runs on: capture time, which is never set back.
struct SteadyClock {
    /// How far it has come.
    var now = CaptureTime(nanoseconds: .min)
    /// By how much each point's clock has been set back so far, in nanoseconds.
    private var shifts: [UInt16: Int64] = [:]

    /// The clock of a point has been set back, by so much in all so far.
    mutating func set(_ point: UInt16, shift: Int64) { shifts[point] = shift }

    /// By how much a point's clock has been set back so far, in nanoseconds.
    func shift(_ point: UInt16) -> Int64 { shifts.isEmpty ? 0 : shifts[point] ?? 0 }

    /// An instant of a point on this clock. What was captured before the point's clock was set keeps its time.
    func time(_ time: CaptureTime?, _ point: UInt16) -> CaptureTime {
        guard let time else { return now }
        let shift = shift(point)
        if shift == 0 { return time }
        let shifted = time.advanced(byNanoseconds: shift)
        return shifted <= now ? shifted : min(time, now)
    }

    /// Whether the capture runs on for so long after an instant.
    func runsOn(for nanoseconds: Int64, after time: CaptureTime) -> Bool { now.nanoseconds(since: time) >= nanoseconds }
}
