import ByteParsing
import PacketModel

/// What a dissector thinks of the first octets of a stream that nobody has claimed.
public enum ProbeVerdict: UInt8, Sendable {
    /// Certainly this protocol: the stream is pinned to it.
    case certain
    /// It may be; ask again with more octets.
    case unsure
    /// Certainly not.
    case notMine
}

/// What a stream dissector did with the octets that it was shown.
public struct StreamStep: Sendable {
    /// Octets finished with, from the start of what was shown.
    public var taken: Int
    /// Octets needed, counted from after `taken`, before another call makes sense; 0: any more.
    public var wanted: Int
    /// Octets to pass over after `taken` without being shown (a body that is counted, not kept).
    public var skip: Int
    /// Nothing further on this stream, in either direction, is of interest.
    public var ignoreRest: Bool

    /// Makes a step.
    @inlinable
    public init(taken: Int, wanted: Int = 0, skip: Int = 0, ignoreRest: Bool = false) {
        self.taken = taken
        self.wanted = wanted
        self.skip = skip
        self.ignoreRest = ignoreRest
    }
}

/// Why a direction of a stream came to its end.
public enum StreamEnding: UInt8, Sendable, Hashable, BitwiseCopyable {
    /// FIN, with every octet before it seen.
    case closed
    /// RST, from either side.
    case reset
    /// The flow was given up: idle, evicted, or the capture ended.
    case abandoned
}

/// A protocol over a byte stream. One instance serves one stream, both directions, and is used again for another
/// after `reset`.
///
/// The caller keeps what was not taken and shows it again with what follows, in order and without holes. A hole is
/// announced by `gap`; what was shown but not taken is then lost. A dissector of which the rest of a stream is
/// another protocol's (a header before the stream, a tunnel, a layer of encryption) has a `ChildStream` and forwards
/// octets, gaps and ends to it.
public protocol StreamDissector: AnyObject, SendableMetatype {
    /// The protocol.
    static var protocolID: ProtocolID { get }

    /// Judges the first octets that one side of an unclaimed stream has sent. `serverPort` is a hint.
    static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict

    init(_ context: DissectionContext)

    /// Makes it as new: what it reads next is another stream.
    func reset()

    /// Reads what it can of `bytes`, reporting messages to the context.
    func consume(_ bytes: borrowing RawSpan, from direction: Direction) -> StreamStep

    /// Octets were lost: `unfinished` is what was shown and not taken before the hole, `length` the
    /// size of the hole (0 where unknown).
    func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction)

    /// The direction has ended; `unfinished` is what was shown and not taken, `missing` how many of the octets that
    /// were to be passed over never came.
    func finish(_ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction)

    /// What reads the rest of the stream, where that is another protocol's.
    var child: ChildStream? { get }
}

extension StreamDissector {
    public var child: ChildStream? { nil }
}
