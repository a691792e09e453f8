/// Several captures on one timeline: the earliest packet comes first, ties in the order in which the
/// captures were given; within a capture its own order stands.
///
/// Each capture is an observation point of its own, but one that continues an earlier one (same
/// interfaces, begun when the earlier had ended) shares its point.
public final class MergedSource: PacketSource {
    private let branches: [MergeBranch]
    private var pending: SourceEvent?
    /// For captures that have ended: which of them has been continued by another.
    private var continued: Set<Int> = []
    private var interfacesAtStart: [Int: [InterfaceKey]] = [:]

    private static let batchOctets = 1 << 18

    private struct InterfaceKey: Hashable {
        var linkType: LinkType
        var name: String?
    }

    init(_ branches: [MergeBranch]) {
        self.branches = branches
    }

    /// Merges sources of one capture each; their frames carry their index in `sources`.
    public convenience init(_ sources: [any PacketSource]) {
        self.init(
            sources.map { source in
                MergeBranch(placeholder: CaptureDescription(name: "", format: "unknown"), firstTime: nil) { source }
            })
    }

    /// The captures in the order given.
    public var captures: [CaptureDescription] { branches.map(\.description) }
    /// Every branch is read forward.
    public var needsSeeking: Bool { false }
    /// As ordered as the captures themselves.
    public var isTimeOrdered: Bool { true }

    /// The next packets of the common timeline, or an event of one of the captures.
    public func next(into batch: inout PacketBatch) -> SourceEvent {
        batch.removeAll()
        if let event = pending {
            pending = nil
            return event
        }
        while true {
            // Nothing can be chosen before every capture shows its next packet.
            for branch in branches {
                while branch.state == .hungry {
                    guard let event = branch.advance() else { continue }
                    if batch.records.isEmpty { return event }
                    pending = event
                    return .packets
                }
            }
            guard let (first, limit, winsTies) = choose() else {
                return batch.records.isEmpty ? .finished : .packets
            }
            let branch = branches[first]
            if branch.state == .waiting {
                branch.wake()
                continue
            }
            if branch.point == nil { branch.settle(point: point(for: first)) }
            branch.moveRun(before: limit, orAt: winsTies, to: &batch)
            if batch.buffer.count >= Self.batchOctets || batch.records.count >= ContainerLimit.recordsPerBatch {
                return .packets
            }
        }
    }

    /// The capture whose head is the earliest, how far it may run, and whether it may also take
    /// packets at that very time.
    private func choose() -> (index: Int, limit: Int64, winsTies: Bool)? {
        var best: Int?
        var second: Int?
        for index in branches.indices where branches[index].state != .ended {
            guard let current = best else {
                best = index
                continue
            }
            if branches[index].headTime < branches[current].headTime {
                second = current
                best = index
            } else if second == nil || branches[index].headTime < branches[second!].headTime {
                second = index
            }
        }
        guard let best else { return nil }
        guard let second else { return (best, .max, true) }
        return (best, branches[second].headTime, best < second)
    }

    /// The point of a capture whose first packet is about to go out.
    private func point(for index: Int) -> UInt16 {
        let own = UInt16(truncatingIfNeeded: index)
        let begins = branches[index].headTime
        let description = branches[index].description
        let keys = description.interfaces.map { InterfaceKey(linkType: $0.linkType, name: $0.name) }
        interfacesAtStart[index] = keys
        guard begins != .min else { return own }
        let candidates = branches.indices.filter { other in
            guard other != index, branches[other].state == .ended, !continued.contains(other),
                interfacesAtStart[other] == keys, let ended = branches[other].description.lastTime
            else { return false }
            return ended.nanoseconds <= begins
        }
        guard let chosen = Self.best(of: candidates, names: branches.map(\.description.name), for: index) else {
            return own
        }
        continued.insert(chosen)
        return branches[chosen].point ?? own
    }

    /// Of several captures that may be continued, the one whose name differs in digits alone; where
    /// that does not decide, none: a wrong join would mix two clocks.
    private static func best(of candidates: [Int], names: [String], for index: Int) -> Int? {
        if candidates.count == 1 { return candidates[0] }
        let stem = names[index].filter { !$0.isNumber }
        let alike = candidates.filter { names[$0].filter { !$0.isNumber } == stem }
        return alike.count == 1 ? alike[0] : nil
    }
}
