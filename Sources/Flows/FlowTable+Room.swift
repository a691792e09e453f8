import Collections
import Dissectors

/// Which flow is evicted from a full table. Anybody can begin flows, in any number and from forged addresses; only
/// where both sides are heard is there something to lose. So those go first that nobody has answered: those without a
/// message, then those with one, each group in the order in which they began.
///
/// No packet pays for it: a flow is queued as it begins, and looked at only when its turn comes.
extension FlowTable {
    /// The flow to give up.
    mutating func victim() -> Int? {
        while let entry = begun.popFirst() {
            guard isThere(entry), isOneSided(entry.index) else { continue }
            if !carriesMessages(entry.index) { return entry.index }
            unanswered.append(entry)
        }
        while let entry = unanswered.popFirst() {
            if isThere(entry), isOneSided(entry.index) { return entry.index }
        }
        return idlest()
    }

    /// Whether a flow is still in the table.
    mutating func isThere(_ flow: FlowReference) -> Bool {
        flow.index < recordCount && self[flow.index].isLive && flow.isOf(self[details: flow.index].id)
    }

    /// Whether one of its sides was never heard.
    mutating func isOneSided(_ index: Int) -> Bool {
        self[index, .forward].packets == 0 || self[index, .backward].packets == 0
    }

    private mutating func carriesMessages(_ index: Int) -> Bool {
        self[index].streamIndex != nil || !self[index].flags.isDisjoint(with: [.hasMessages, .tls])
    }

    /// Of the next sixteen live flows the one idle longest.
    private mutating func idlest() -> Int? {
        guard recordCount > 0 else { return nil }
        var best: Int?
        var looked = 0
        for _ in 0..<min(recordCount, 64) {
            victimCursor = victimCursor + 1 < recordCount ? victimCursor + 1 : 0
            guard self[victimCursor].isLive else { continue }
            if let current = best {
                if self[victimCursor].lastTime < self[current].lastTime { best = victimCursor }
            } else {
                best = victimCursor
            }
            looked += 1
            if looked == 16 { break }
        }
        return best
    }
}
