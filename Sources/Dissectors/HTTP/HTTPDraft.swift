import ByteParsing
import CaptureFile

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
final class HTTPWorkshop {
    /// The reader of headers, with its scratch.
    let reader = ExclusiveCell(HTTPHeaderReader())
    /// The messages that are open, by their places. The first is blank, and what new ones are made from.
    let drafts: ExclusiveCell<Slab<HTTPDraft>>
    /// Places to be used again.
    private let free = ExclusiveCell(Slab<Int32>(maximumCount: .max))

    init() {
        var first = Slab<HTTPDraft>(maximumCount: .max, initialCapacity: 8)
        _ = first.append(HTTPDraft())
        drafts = ExclusiveCell(first)
    }

    /// A place for a message of which nothing has been read.
    func draft() -> Int {
        guard let last = free.value.removeLast() else { return drafts.value.append(copyOf: 0) ?? 0 }
        drafts.value.copy(from: 0, to: Int(last))
        return Int(last)
    }

    /// Takes back the place of a message that has been reported, or never will be.
    func takeBack(_ draft: Int) { _ = free.value.append(Int32(truncatingIfNeeded: draft)) }
}
