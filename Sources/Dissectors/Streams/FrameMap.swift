import PacketModel

/// Which frames brought the octets of a stretch of a stream: runs of octets, a frame for each.
///
/// Nearly always there are one or two, which need no memory of their own: octets that were held, and those that a
/// packet has just brought.
public struct FrameMap: Sendable {
    /// Octets from an offset on, up to where the next run begins.
    private struct Run: Sendable, BitwiseCopyable {
        var start: Int
        var frame: FrameReference
    }

    private var first: FrameReference
    /// Between the first run and the last.
    private var middle: [Run] = []
    private var final: Run

    /// Octets that all came in one frame.
    public init(_ frame: FrameReference) {
        first = frame
        final = Run(start: 0, frame: frame)
    }

    /// The frame of the last octets.
    public var last: FrameReference { final.frame }

    /// The frame that brought the octet at an offset. An offset outside the stretch belongs to its nearest octet.
    public func frame(at offset: Int) -> FrameReference {
        if offset >= final.start { return final.frame }
        guard let second = middle.first, offset >= second.start else { return first }
        var low = 0
        var high = middle.count
        while high - low > 1 {
            let centre = (low + high) / 2
            if middle[centre].start <= offset { low = centre } else { high = centre }
        }
        return middle[low].frame
    }

    /// Records that the octets from an offset on came in this frame. The offset must be greater than all before.
    public mutating func append(_ frame: FrameReference, from start: Int) {
        if start == 0 || frame == final.frame {
            if start == 0 { self = FrameMap(frame) }
            return
        }
        if final.start > 0 { middle.append(final) }
        final = Run(start: start, frame: frame)
    }

    /// Says that octets from an offset on came as another map says.
    public mutating func append(_ other: FrameMap, from start: Int) {
        append(other.first, from: start)
        for run in other.middle { append(run.frame, from: start + run.start) }
        if other.final.start > 0 { append(other.final.frame, from: start + other.final.start) }
    }

    /// Forgets octets from the start: offsets count from behind them.
    public mutating func removeFirst(_ count: Int) {
        if count <= 0 || final.start == 0 { return }
        if count >= final.start {
            self = FrameMap(final.frame)
            return
        }
        first = frame(at: count)
        middle.removeAll { $0.start <= count }
        for index in middle.indices { middle[index].start -= count }
        final.start -= count
    }

    /// The map without its first `count` octets.
    public func dropping(_ count: Int) -> FrameMap {
        if final.start == 0 { return self }
        var rest = self
        rest.removeFirst(count)
        return rest
    }

    /// Octets of memory held beside itself.
    var memory: Int { middle.capacity * MemoryLayout<Run>.stride }
}
