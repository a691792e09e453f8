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
