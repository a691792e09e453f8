import PacketModel
import CaptureFile

/// The captures' names by index, as they stand in output.
struct CaptureNames {
    private let names: [String]

    init(_ names: [String]) { self.names = names }

    init(_ captures: [CaptureDescription]) { names = captures.map(\.name) }

    /// Whether no name is needed to tell captures apart.
    var isOne: Bool { names.count <= 1 }

    /// The name of a capture; its index where it has none.
    subscript(index: UInt16) -> String {
        Int(index) < names.count ? names[Int(index)] : "\(index)"
    }

    /// A frame's number; with several captures also which capture.
    func label(of frame: FrameReference) -> String {
        guard !isOne, Int(frame.capture) < names.count else { return "\(frame.frame)" }
        return "\(names[Int(frame.capture)]):\(frame.frame)"
    }

    /// `frame 12`, `frames 12, 13 and 4 more`, `no frame of its own`. `more` frames are not in the list.
    func phrase(_ frames: [FrameReference], more: UInt64) -> String {
        if frames.isEmpty { return "no frame of its own" }
        let noun = frames.count == 1 && more == 0 ? "frame" : "frames"
        return "\(noun) \(Wording.firsts(frames, omitted: more, label))"
    }
}
