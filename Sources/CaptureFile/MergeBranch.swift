import PacketModel
import ByteParsing

/// One capture on the way into a merged timeline: its source, its current batch and where it stands.
final class MergeBranch {
    enum State {
        /// Not opened yet; its first packet's time is known already.
        case waiting
        /// There is a packet at the head.
        case ready
        /// The next event has to be asked for; the capture may have to be opened for that.
        case hungry
        case ended
    }

    private(set) var state: State
    /// When the packet at the head was captured, or its predecessor where it has no time.
    private(set) var headTime: Int64
    /// The observation point, once the first packet is about to go out.
    private(set) var point: UInt16?
    private let makeSource: () -> any PacketSource
    private let capture: UInt16
    /// There from when the capture is opened until its end, and no longer: it holds a file and memory.
    private var source: (any PacketSource)?
    private var batch = PacketBatch(capacity: 0, records: 0)
    private var index = 0
    /// What is known of the capture while it is not open.
    private var resting: CaptureDescription

    /// A branch over the source of the capture with index `capture` that `makeSource` opens. With the time of its first
    /// packet, it waits until the timeline gets there.
    init(
        placeholder: CaptureDescription, firstTime: CaptureTime?, capture: UInt16,
        makeSource: @escaping () -> any PacketSource
    ) {
        resting = placeholder
        self.capture = capture
        self.makeSource = makeSource
        headTime = firstTime?.nanoseconds ?? .min
        state = firstTime == nil ? .hungry : .waiting
    }

    /// What is known of the capture.
    var description: CaptureDescription {
        var current = source?.captures.first ?? resting
        if let point { current.point = point }
        return current
    }

    /// Whether the capture is open.
    var isOpen: Bool { source != nil }

    /// Opens a capture whose time has come.
    func open() {
        source = makeSource()
        state = .hungry
    }

    /// Gives a fault in place of a capture for which there is no room.
    func refuse(beyond limit: Int) {
        let message =
            """
            not read: more than \(limit) captures overlap in time here; read fewer at once, or join some with \
            mergecap first
            """
        source = CaptureReader(FailedInput(message), name: resting.name, capture: capture, pieceLength: 16)
        state = .hungry
    }

    /// Asks for the next event: nil where that brought a packet to the head, or the end.
    func advance() -> SourceEvent? {
        guard let source else { return nil }
        switch source.next(into: &batch) {
        case .packets:
            index = 0
            state = .ready
            readHead()
            if let point { stamp(point) }
            return nil
        case .finished:
            resting = description
            state = .ended
            // What it held is free for others from here on.
            self.source = nil
            batch = PacketBatch(capacity: 0, records: 0)
            return nil
        case let event:
            return event
        }
    }

    private func readHead() {
        if let time = batch.records[index].time { headTime = time.nanoseconds }
    }

    /// Gives the capture its observation point.
    func settle(point: UInt16) {
        self.point = point
        stamp(point)
    }

    private func stamp(_ point: UInt16) {
        guard let first = batch.records.first, first.point != point else { return }
        for position in batch.records.indices { batch.records[position].point = point }
    }

    /// Moves the packets from the head on that lie before a limit, or at it where `orAt` holds, to the
    /// end of `output`; at least the head itself. A batch that goes as a whole is not copied.
    func moveRun(before limit: Int64, orAt: Bool, to output: inout PacketBatch) {
        var stop = index + 1
        var time = headTime
        while stop < batch.records.count {
            if let next = batch.records[stop].time { time = next.nanoseconds }
            guard time < limit || orAt && time == limit else { break }
            headTime = time
            stop += 1
        }
        if index == 0, stop == batch.records.count, output.records.isEmpty {
            swap(&output, &batch)
        } else {
            Self.copy(batch, index, stop, to: &output)
        }
        index = stop
        if index < batch.records.count {
            readHead()
        } else {
            state = .hungry
            batch.removeAll()
            index = 0
        }
    }

    private static func copy(_ batch: borrowing PacketBatch, _ from: Int, _ to: Int, to output: inout PacketBatch) {
        // The records lie one behind the other, so one copy takes them all.
        let start = batch.records[from].offset
        let last = batch.records[to - 1]
        let shift = output.buffer.count - start
        output.buffer.append(batch.buffer.bytes.slice(start, last.offset + last.capturedLength))
        for position in from..<to {
            var record = batch.records[position]
            record.offset += shift
            output.records.append(record)
        }
    }
}
