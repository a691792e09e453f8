import Platform

/// Runs another source on a second thread, a few batches ahead: unpacking and reading go on while
/// the packets read so far are looked at. Events and packets are those of the inner source.
public final class ThreadedSource: PacketSource {
    private struct Message: ~Copyable, Sendable {
        var event: SourceEvent
        var batch: PacketBatch
        var captures: [CaptureDescription]
    }

    /// The inner source, in a box that can be moved to the thread that runs it.
    private final class Inner {
        var source: (any PacketSource)?
        init(_ source: any PacketSource) { self.source = source }
    }

    /// Batches under way: enough to even out the two threads, few enough to stay in the cache.
    private static let depth = 4

    private let filled = BoundedQueue<Message>(capacity: ThreadedSource.depth)
    private let empty = BoundedQueue<PacketBatch>(capacity: ThreadedSource.depth + 1)
    /// The inner source where no thread could be had.
    private var direct: (any PacketSource)?
    private var isFinished = false
    private let kept: [AnyObject]
    /// What is known of the captures as of the last event handed out.
    public private(set) var captures: [CaptureDescription]

    /// Runs `inner`, which must not be used elsewhere from here on. The objects in `kept` live as long as this source,
    /// even if the thread ends before.
    public init(_ inner: any PacketSource, keeping kept: [AnyObject] = []) {
        self.kept = kept
        captures = inner.captures
        for _ in 0..<Self.depth { empty.send(PacketBatch(capacity: 1 << 12)) }
        let filled = filled
        let empty = empty
        // Where the system has no thread left, the source is asked on this one.
        direct = WorkerThread.start(owning: Inner(inner)) { Self.run($0, filled, empty) }?.source
    }

    deinit {
        filled.close()
        empty.close()
    }

    private static func run(_ inner: Inner, _ filled: BoundedQueue<Message>, _ empty: BoundedQueue<PacketBatch>) {
        while var batch = empty.receive(), let source = inner.source {
            let event = source.next(into: &batch)
            let captures = source.captures
            let isLast = if case .finished = event { true } else { false }
            // When the end is reported, the file has been closed and the memory freed.
            if isLast { inner.source = nil }
            guard filled.send(Message(event: event, batch: batch, captures: captures)), !isLast else { return }
        }
    }

    /// Hands out what the other thread has made ready, waiting for it where need be.
    public func next(into batch: inout PacketBatch) -> SourceEvent {
        if let direct {
            let event = direct.next(into: &batch)
            captures = direct.captures
            return event
        }
        batch.removeAll()
        guard !isFinished, var message = filled.receive() else { return .finished }
        captures = message.captures
        let event = message.event
        if case .packets = event { swap(&batch, &message.batch) }
        if case .finished = event { isFinished = true }
        recycle(message)
        return event
    }

    private func recycle(_ message: consuming Message) {
        var batch = message.batch
        batch.removeAll()
        empty.send(batch)
    }
}
