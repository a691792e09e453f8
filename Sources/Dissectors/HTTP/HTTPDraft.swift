import ByteParsing
import CaptureFile

/// A message whose header is read and whose body has not ended yet: large, so it is put together where it
/// stays until it is reported.
struct HTTPDraft: ~Copyable {
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
    private let spare = ExclusiveCell<[ExclusiveCell<HTTPDraft>]>([])

    private static let mostSpare = 64

    /// Room for a message; what the last one left is still there.
    func draft() -> ExclusiveCell<HTTPDraft> { spare.value.popLast() ?? ExclusiveCell(HTTPDraft()) }

    /// Takes back the room of a message that has been reported.
    func takeBack(_ draft: ExclusiveCell<HTTPDraft>) {
        if spare.value.count < Self.mostSpare { spare.value.append(draft) }
    }
}
