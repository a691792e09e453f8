import Collections

/// Several captures on one timeline: the earliest packet comes first, ties in the order in which the
/// captures were given; within a capture its own order stands.
///
/// A capture is open from when its first packet is due until its last one has been taken.
public final class MergedSource: PacketSource {
    private let branches: [MergeBranch]
    private let openLimit: Int
    private var openCount = 0
    /// The captures in the order of the packets at their heads, ties in the order in which they were given.
    private var heads = Heap<Head>()
    private struct Head: Comparable {
        var time: Int64
        var index: Int

        static func < (left: Head, right: Head) -> Bool { (left.time, left.index) < (right.time, right.index) }
    }
    /// Captures of which the next event has to be asked for, the next one last.
    private var hungry: [Int] = []
    private var points = ObservationPoints()
    private var pending: SourceEvent?

    private static let batchOctets = 1 << 18
    /// Captures that may be open at one time. Each may take a hundred kilobytes, so all together 200 MB.
    static let usualOpenLimit = 2048

    init(_ branches: [MergeBranch], openLimit: Int = MergedSource.usualOpenLimit) {
        self.branches = branches
        self.openLimit = openLimit
        for (index, branch) in branches.enumerated().reversed() {
            if branch.state == .waiting {
                heads.insert(Head(time: branch.headTime, index: index))
            } else {
                hungry.append(index)
            }
        }
    }

    /// Merges sources of one capture each; their frames carry their index in `sources`. Of more than `openLimit` that
    /// overlap in time, the further ones are not read, and say so.
    public convenience init(_ sources: [any PacketSource], openLimit: Int? = nil) {
        self.init(
            sources.enumerated().map { index, source in
                MergeBranch(
                    placeholder: CaptureDescription(name: "", format: "unknown"), firstTime: nil,
                    capture: UInt16(truncatingIfNeeded: index)
                ) { source }
            }, openLimit: openLimit ?? Self.usualOpenLimit)
    }

    /// The captures in the order given.
    public var captures: [CaptureDescription] { branches.map(\.description) }

    /// The next packets of the common timeline, or an event of one of the captures.
    public func next(into batch: inout PacketBatch) -> SourceEvent {
        batch.removeAll()
        if let event = pending {
            pending = nil
            return event
        }
        while true {
            // Nothing can be chosen before every capture that is due shows its next packet.
            while let index = hungry.last {
                if let event = feed(index) {
                    if batch.records.isEmpty { return event }
                    pending = event
                    return .packets
                }
            }
            guard let first = heads.min?.index else { return batch.records.isEmpty ? .finished : .packets }
            let branch = branches[first]
            if branch.state == .waiting {
                heads.popMin()
                hungry.append(first)
                continue
            }
            if branch.point == nil {
                branch.settle(point: points.point(of: first, branch.description, begins: branch.headTime))
            }
            let second = heads.second
            branch.moveRun(before: second?.time ?? .max, orAt: second.map { first < $0.index } ?? true, to: &batch)
            if branch.state == .ready {
                heads.replaceMin(with: Head(time: branch.headTime, index: first))
            } else {
                heads.popMin()
                hungry.append(first)
            }
            if batch.buffer.count >= Self.batchOctets || batch.records.count >= ContainerLimit.recordsPerBatch {
                return .packets
            }
        }
    }

    /// Asks the capture that is last in `hungry` for its next event: nil where that brought a packet, or the end.
    private func feed(_ index: Int) -> SourceEvent? {
        let branch = branches[index]
        if !branch.isOpen {
            if openCount < openLimit { branch.open() } else { branch.refuse(beyond: openLimit) }
            openCount += 1
        }
        if let event = branch.advance() { return event }
        hungry.removeLast()
        if branch.state == .ready {
            heads.insert(Head(time: branch.headTime, index: index))
        } else {
            openCount -= 1
            points.end(index, branch.description)
        }
        return nil
    }
}
