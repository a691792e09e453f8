import Collections
import PacketModel
import ByteParsing
import Dissectors

/// The sign-ons in progress: opened by a ticket on a user's behalf or by an HTTP request, extended
/// step by step, closed when complete or when their time has passed.
struct SignOns: ~Copyable {
    /// Changed in place: a sign-on is touched with each of its steps.
    struct Open {
        /// None where there is no sign-on.
        var told: CopyOnWriteBox<SignOn.Storage>?
        var lastTime: CaptureTime
        /// Ticket requests and transactions that are still under way, by step.
        var pendingSteps = 0
        /// The backend has accepted: only a little more is waited for.
        var isComplete = false
        /// Whether it is past the linger, and whether something has happened to it since it was looked at.
        var isWaiting = false
        var hasChanged = false

        /// What is known of it, changed in its place.
        var facts: SignOnFacts {
            @inline(__always) _read { yield told!.value.facts }
            @inline(__always) _modify { yield &told!.mutable.facts }
        }

        /// Adds a step behind the others; returns the one that it leaves no room for.
        @discardableResult
        mutating func append(_ step: consuming SignOnStep) -> SignOnStep? {
            Self.append(step, to: &told!.mutable.facts)
        }

        private static func append(_ step: consuming SignOnStep, to facts: inout SignOnFacts) -> SignOnStep? {
            var gone: SignOnStep?
            if facts.steps.count >= 2 * keptSteps {
                gone = facts.removeStep(at: keptSteps)
                facts.omittedSteps += 1
            }
            facts.append(step)
            return gone
        }
    }

    private var open = IDTable(vacant: Open(told: nil, lastTime: CaptureTime(nanoseconds: .min)))
    private static let nothing = SignOnFacts(id: 0, kind: .delegated, point: 0, connector: IPAddress(v4: 0))
    /// What told sign-ons are kept in.
    private var pool = BoxPool<SignOn.Storage>(maximumCount: 512)
    private var queue = RingBuffer<Waiting<UInt64>>()
    private var nextID: UInt64 = 1
    /// No open sign-on has a smaller id.
    private var oldestID: UInt64 = 1
    /// Steps kept from the start and from the end.
    static let keptSteps = 8

    var count: Int { open.count }
    func isOpen(_ id: UInt64) -> Bool { open.contains(id) }

    /// What is asked of the open sign-on with this id; nil where it has been closed.
    mutating func ask<Answer>(_ id: UInt64, _ question: (inout SignOnFacts) -> Answer) -> Answer? {
        guard let slot = open.slot(of: id) else { return nil }
        return question(&open[slot: slot].facts)
    }

    /// Begins a sign-on.
    mutating func begin(_ kind: SignOnKind, point: UInt16, connector: IPAddress, now: CaptureTime) -> UInt64 {
        let id = nextID
        nextID += 1
        var told = pool.acquire { SignOn.Storage(Self.nothing) }
        told.mutable.facts.begin(id: id, kind: kind, point: point, connector: connector)
        let slot = open.insertVacant(id)
        open[slot: slot] = Open(told: consume told, lastTime: now)
        enqueue(id, now)
        return id
    }

    /// Changes an open sign-on in place; does nothing where it has been closed.
    mutating func update(_ id: UInt64, now: CaptureTime, _ change: (inout Open) -> Void) {
        guard let slot = open.slot(of: id) else { return }
        change(&open[slot: slot])
        // While it stays, its entry of before stands for it.
        if now > open[slot: slot].lastTime {
            open[slot: slot].lastTime = now
            open[slot: slot].isWaiting = false
            enqueue(id, now)
        } else if open[slot: slot].isWaiting, !open[slot: slot].hasChanged {
            open[slot: slot].hasChanged = true
            changed.append(id)
        }
    }

    /// Changes what is known of an open sign-on, which goes on waiting as it did.
    mutating func change(_ id: UInt64, _ change: (inout SignOnFacts) -> Void) {
        if let slot = open.slot(of: id) { change(&open[slot: slot].facts) }
    }

    private mutating func enqueue(_ id: UInt64, _ now: CaptureTime) {
        if queue.isMostlyStale(liveCount: open.count) {
            queue.removeAll { entry in open.slot(of: entry.id).map { open[slot: $0].lastTime != entry.since } ?? true }
        }
        queue.append(Waiting(id: id, since: now))
    }

    /// Takes a sign-on out.
    mutating func close(_ id: UInt64) -> CopyOnWriteBox<SignOn.Storage>? {
        guard let slot = open.removeVacated(id) else { return nil }
        var told: CopyOnWriteBox<SignOn.Storage>?
        swap(&told, &open[slot: slot].told)
        return told
    }

    /// Takes back what a told sign-on is made of, if nobody else holds it; `release` sees each of its steps off.
    mutating func recycle(_ signOn: inout SignOn, _ release: (inout SignOnStep) -> Void) {
        pool.recycle(&signOn.shared) { told in
            told.transactions.removeAll(keepingCapacity: true)
            told.ticketTransactions = nil
            told.facts.removeSteps(release)
        }
    }

    /// Takes out the sign-ons that have waited long enough.
    mutating func expire(
        now: CaptureTime, patience: Int64, linger: Int64, into out: inout [CopyOnWriteBox<SignOn.Storage>]
    ) {
        let before = waiting.count
        while let next = queue.first, now.nanoseconds(since: next.since) >= linger {
            _ = queue.popFirst()
            guard let slot = open.slot(of: next.id), open[slot: slot].lastTime == next.since else { continue }
            if let signOn = take(next, slot, now, patience) {
                out.append(signOn)
            } else {
                open[slot: slot].isWaiting = true
                waiting.append(next)
            }
        }
        // Those that have waited since before, as far as their time has come or something has happened to them; the
        // others are
        // looked at the next time.
        let due = dueCount(among: before, now, patience)
        if due == 0, changed.isEmpty { return }
        var seen = Array(waiting[..<due])
        for id in changed {
            guard let slot = open.slot(of: id) else { continue }
            open[slot: slot].hasChanged = false
            if open[slot: slot].isWaiting { seen.append(Waiting(id: id, since: open[slot: slot].lastTime)) }
        }
        changed.removeAll(keepingCapacity: true)
        var late: [Waiting<UInt64>] = []
        for next in seen.sorted(by: { $0.since != $1.since ? $0.since < $1.since : $0.id < $1.id }) {
            guard let slot = open.slot(of: next.id), open[slot: slot].lastTime == next.since else { continue }
            if let signOn = take(next, slot, now, patience) {
                out.append(signOn)
            } else if now.nanoseconds(since: next.since) >= patience, late.last?.id != next.id {
                late.append(next)
            }
        }
        waiting.replaceSubrange(..<due, with: late)
    }

    /// How many of the first that wait are past their patience. They wait in the order of their instants, but for
    /// clocks that are set.
    private mutating func dueCount(among count: Int, _ now: CaptureTime, _ patience: Int64) -> Int {
        var due = 0
        while due < count, now.nanoseconds(since: waiting[due].since) >= patience { due += 1 }
        return due
    }

    /// Takes a sign-on out, if nothing more is expected of it.
    private mutating func take(_ waiting: Waiting<UInt64>, _ slot: Int, _ now: CaptureTime, _ patience: Int64)
        -> CopyOnWriteBox<SignOn.Storage>?
    {
        guard open[slot: slot].pendingSteps == 0,
            open[slot: slot].isComplete || now.nanoseconds(since: waiting.since) >= patience
        else { return nil }
        return close(waiting.id)
    }

    /// Sign-ons past the linger that are not complete, with their instants.
    private var waiting: [Waiting<UInt64>] = []
    /// Those of them to which something has happened.
    private var changed: [UInt64] = []

    /// Takes out everything, oldest first.
    mutating func drain() -> [CopyOnWriteBox<SignOn.Storage>] { open.ids.compactMap { close($0) } }

    /// Takes out the oldest, to make room.
    mutating func dropOldest() -> CopyOnWriteBox<SignOn.Storage>? {
        while oldestID < nextID {
            if let oldest = close(oldestID) { return oldest }
            oldestID += 1
        }
        return nil
    }
}
