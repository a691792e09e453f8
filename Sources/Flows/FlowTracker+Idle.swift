import PacketModel
import Dissectors

/// Flows that have been idle for too long.
extension FlowTracker {
    /// Gives up flows that have been idle for too long.
    ///
    /// Where very many are, the rest waits for the next packet; returns whether all have been looked at.
    mutating func sweep() -> Bool {
        fragments.expire(before: watermark.advanced(byNanoseconds: -settings.fragmentPatienceNanoseconds), &counters)
        // To look at every flow would load each from memory.
        if watermark <= soonestIdle { return true }
        let limit = ended.count + Self.closedAtOnce
        var soonest = CaptureTime(nanoseconds: .max)
        var index = 0
        while index < table.recordCount, ended.count < limit {
            if table[index].isLive {
                let idle = watermark.nanoseconds(since: table[index].lastTime)
                if idle > patience(index) {
                    close(index, .abandoned, evict: true)
                } else {
                    soonest = min(soonest, table[index].lastTime.advanced(byNanoseconds: leastPatience(index)))
                }
            }
            index += 1
        }
        guard index == table.recordCount else { return false }
        soonestIdle = soonest
        return true
    }

    /// How long a flow may be idle, as it stands.
    private mutating func patience(_ index: Int) -> Int64 {
        if table[index].isReported { return settings.lingerEndedNanoseconds }
        if table[index].transport == .udp {
            return table[index].flags.contains(.hasMessages)
                ? settings.idleDatagramFlowNanoseconds : settings.idleUnreadDatagramFlowNanoseconds
        }
        return table[index].streamIndex != nil ? settings.idleMessageFlowNanoseconds : settings.idleFlowNanoseconds
    }

    /// How long it may be at the least, whatever becomes of it until it ends.
    mutating func leastPatience(_ index: Int) -> Int64 {
        if table[index].isReported { return settings.lingerEndedNanoseconds }
        return table[index].transport == .udp
            ? min(settings.idleDatagramFlowNanoseconds, settings.idleUnreadDatagramFlowNanoseconds)
            : min(settings.idleMessageFlowNanoseconds, settings.idleFlowNanoseconds)
    }
}
