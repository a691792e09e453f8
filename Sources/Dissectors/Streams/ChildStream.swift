import ByteParsing
import PacketModel

/// A stream within a stream: what a dissector forwards to another protocol's.
///
/// The parent owns it, and forwards octets, gaps and ends as they come; who reads them is found out as for any stream.
/// Messages that are read there keep the frames that brought their octets.
public final class ChildStream {
    /// Streams within streams beyond this depth are not read.
    public static let maximumDepth = 4

    private let context: DissectionContext
    private let ports: StreamPorts
    private var node = StreamNode()
    /// Whether it has the octets that were sent, and not what became of them.
    public let isVerbatim: Bool

    /// A stream within the one that is being read. `isVerbatim` says that the octets forwarded are those that were
    /// sent, as opposed to what was made of them.
    public init(_ context: DissectionContext, _ ports: StreamPorts, isVerbatim: Bool = true) {
        self.context = context
        self.ports = ports
        self.isVerbatim = isVerbatim
    }

    /// Nothing more of it is wanted.
    public var isDone: Bool { node.isDone }
    /// Who reads it; nil while nobody does.
    public var dissector: (any StreamDissector)? { node.dissector }
    /// Octets held in it.
    public var heldBytes: Int { node.heldBytes }
    /// Octets of memory held for that.
    public var memory: Int { node.memory }

    /// Reads octets that are next in order. The first came with the octet at `offset` of those shown to the parent, the
    /// second with the one after it, and so on.
    public func forward(_ bytes: RawSpan, from direction: Direction, shownAt offset: Int) {
        within { frames in
            let sequence = context.shownSequence.value &+ UInt32(truncatingIfNeeded: offset)
            node.deliver(bytes, frames.dropping(offset), sequence: sequence, direction, ports, context)
        }
    }

    /// Shows the messages of a repeated segment again, where its octets are those that were forwarded.
    func replayCopies(_ bytes: RawSpan, sequence: UInt32, _ direction: Direction, isPacketCopy: Bool) {
        if isVerbatim {
            node.replayCopies(bytes, sequence: sequence, direction, isPacketCopy: isPacketCopy, context)
        }
    }

    /// So many octets are lost.
    public func gap(_ length: Int, from direction: Direction) {
        within { _ in node.gap(length, direction, context) }
    }

    /// A direction has ended.
    public func end(_ ending: StreamEnding, from direction: Direction) {
        within { _ in node.end(ending, direction, context) }
    }

    /// Calls `body` with the frames of the octets that are shown to the parent, one stream deeper.
    private func within(_ body: (FrameMap) -> Void) {
        guard context.depth.value < Self.maximumDepth else { return context.noteTooDeep() }
        context.depth.value += 1
        let frames = context.frames
        let sequence = context.shownSequence.value
        body(frames)
        context.frames = frames
        context.shownSequence.value = sequence
        context.depth.value -= 1
    }
}
