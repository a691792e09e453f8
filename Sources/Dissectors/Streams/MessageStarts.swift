import PacketModel

/// Where the newest messages of a direction stood in the sequence space, to recognise them when they are sent again:
/// a ring.
struct MessageStarts: Sendable {
    private struct Start: Sendable, BitwiseCopyable {
        var sequence: UInt32 = 0
        var frame = FrameReference(capture: 0, frame: 0)
    }

    private var newest = InlineArray<4, Start>(repeating: Start())
    private var next = 0
    private var count = 0

    /// Takes note of the messages that a call has reported: those behind the first `count` of the context, which are
    /// then forgotten there. `sequence` is the number of the first octet that was shown.
    mutating func note(behind count: Int, of context: DissectionContext, from sequence: UInt32) {
        if context.startCount == count { return }
        for index in count..<context.startCount {
            let start = context.start(index)
            newest[next] = Start(
                sequence: sequence &+ UInt32(truncatingIfNeeded: start.offset),
                frame: context.messages[start.message].envelope.frame)
            next = (next + 1) & 3
            self.count = min(self.count + 1, newest.count)
        }
        context.removeStarts(behind: count)
    }

    /// The first remembered message that begins inside a repeated segment: its offset there, and the frame that
    /// completed it.
    func first(in sequence: UInt32, length: Int) -> (offset: Int, frame: FrameReference)? {
        var best: (offset: Int, frame: FrameReference)?
        for index in 0..<count {
            let offset = Int(Int32(bitPattern: newest[index].sequence &- sequence))
            if offset >= 0, offset < length, best.map({ offset < $0.offset }) ?? true {
                best = (offset, newest[index].frame)
            }
        }
        return best
    }
}
