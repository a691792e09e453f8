import PacketModel
import ByteParsing

/// A message whose header is read and whose body has not ended yet: large, so it is put together where it
/// stays until it is reported.
struct HTTPDraft: BitwiseCopyable {
    var header = HTTPHeader()
    var fault: LayerFault?
    var firstFrame = FrameReference(capture: 0, frame: 0)
    /// Where it began, counted in octets of its side.
    var start = 0
}

/// What the connections of a run share: few of them have a message open between two segments, and only one
/// reads at a time.
struct HTTPWorkshop: ~Copyable {
    /// The reader of headers, with its scratch.
    var reader = HTTPHeaderReader()
    /// The messages that are open, by their places. The first is blank, and what new ones are made from.
    var drafts = RecordArray<HTTPDraft>(maximumCount: .max, initialCapacity: 8)
    /// Places to be used again.
    private var free = RecordArray<Int32>(maximumCount: .max)

    init() { _ = drafts.append(HTTPDraft()) }

    /// A place for a message of which nothing has been read.
    mutating func draft() -> Int {
        guard let last = free.removeLast() else { return drafts.append(copyOf: 0) ?? 0 }
        drafts.copy(from: 0, to: Int(last))
        return Int(last)
    }

    /// Takes back the place of a message that has been reported, or never will be.
    mutating func takeBack(_ draft: Int) { _ = free.append(Int32(truncatingIfNeeded: draft)) }
}
