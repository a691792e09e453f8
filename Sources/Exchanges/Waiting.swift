import Collections
import PacketModel

/// Something that waits since an instant: an entry of a queue for time-outs. It stays in the queue when what waited has
/// gone, or waits anew; whoever takes it out looks whether it still stands for anything.
struct Waiting<ID: BitwiseCopyable>: BitwiseCopyable {
    var id: ID
    var since: CaptureTime
}

extension RingBuffer {
    /// Whether most entries must be stale where only `liveCount` can stand for anything: time to remove those.
    /// Between two such times as many are appended as one looks at, so that each costs a constant.
    func isMostlyStale(liveCount: Int) -> Bool { count > 2 * liveCount + 1024 }
}
