import CaptureFile
import Dissectors

/// The sign-ons in progress: opened by a ticket on a user's behalf or by an HTTP request, extended
/// step by step, closed when complete or when their time has passed.
struct SignOns {
    /// Changed in place: a sign-on is touched with each of its steps.
    final class Open {
        var signOn: SignOn
        var lastTime: CaptureTime
        /// Ticket requests and transactions that are still under way, by step.
        var pendingSteps = 0
        /// The backend has accepted: only a little more is waited for.
        var isComplete = false

        init(signOn: SignOn, lastTime: CaptureTime) {
            self.signOn = signOn
            self.lastTime = lastTime
        }
    }

    private var open = IDTable<Open>()
    private var queue = ArrivalQueue<Waiting<UInt64>>()
    private var nextID: UInt64 = 1
    /// No open sign-on has a smaller id.
    private var oldestID: UInt64 = 1
    /// Steps kept from the start and from the end.
    static let keptSteps = 8

    var count: Int { open.count }
    subscript(id: UInt64) -> SignOn? { open[id]?.signOn }
    func isOpen(_ id: UInt64) -> Bool { open[id] != nil }

    /// Begins a sign-on.
    mutating func begin(_ kind: SignOnKind, point: UInt16, connector: IPAddress, now: CaptureTime) -> UInt64 {
        let id = nextID
        nextID += 1
        open[id] = Open(signOn: SignOn(id: id, kind: kind, point: point, connector: connector), lastTime: now)
        enqueue(id, now)
        return id
    }

    /// Changes an open sign-on in place; does nothing where it has been closed.
    mutating func update(_ id: UInt64, now: CaptureTime, _ change: (Open) -> Void) {
        guard let entry = open[id] else { return }
        change(entry)
        let isLater = now > entry.lastTime
        if isLater { entry.lastTime = now }
        // While it stays, its entry of before stands for it.
        if isLater { enqueue(id, now) }
    }

    private mutating func enqueue(_ id: UInt64, _ now: CaptureTime) {
        if queue.isCrowded(liveCount: open.count) {
            queue.compact { entry in open[entry.id]?.lastTime == entry.since }
        }
        queue.append(Waiting(id: id, since: now))
    }

    /// Adds a step behind the others.
    static func append(_ step: SignOnStep, to entry: Open) {
        if entry.signOn.steps.count >= 2 * keptSteps {
            entry.signOn.removeStep(at: keptSteps)
            entry.signOn.omittedSteps += 1
        }
        entry.signOn.append(step)
    }

    /// Takes a sign-on out.
    mutating func close(_ id: UInt64) -> SignOn? { open.removeValue(for: id)?.signOn }

    /// Takes out the sign-ons that have waited long enough.
    mutating func expire(now: CaptureTime, patience: Int64, linger: Int64) -> [SignOn] {
        var out: [SignOn] = []
        var kept: [(id: UInt64, time: CaptureTime)] = []
        while let next = queue.first, now.nanoseconds(since: next.since) >= linger {
            _ = queue.popFirst()
            let (id, time) = (next.id, next.since)
            guard let entry = open[id], entry.lastTime == time else { continue }
            let idle = now.nanoseconds(since: time)
            if entry.pendingSteps == 0, entry.isComplete || idle >= patience, let signOn = close(id) {
                out.append(signOn)
            } else {
                kept.append((id, time))
            }
        }
        waiting += kept
        if !waiting.isEmpty {
            var still: [(id: UInt64, time: CaptureTime)] = []
            for (id, time) in waiting {
                guard let entry = open[id], entry.lastTime == time else { continue }
                if entry.pendingSteps == 0, entry.isComplete || now.nanoseconds(since: time) >= patience,
                    let signOn = close(id)
                {
                    out.append(signOn)
                } else {
                    still.append((id, time))
                }
            }
            waiting = still
        }
        return out
    }

    /// Sign-ons past the linger that are not complete: looked at again until their patience ends.
    private var waiting: [(id: UInt64, time: CaptureTime)] = []

    /// Takes out everything, oldest first.
    mutating func drain() -> [SignOn] { open.ids.compactMap { close($0) } }

    /// Takes out the oldest, to make room.
    mutating func dropOldest() -> SignOn? {
        while oldestID < nextID {
            if let oldest = close(oldestID) { return oldest }
            oldestID += 1
        }
        return nil
    }
}
