import ByteParsing
import Dissectors
import PacketModel

/// A layer that the program does not have: `W`, then records of a length and as many octets, each inverted. What
/// comes out of a direction's records is a stream of another protocol.
enum ToyWrapperProtocol: ProtocolModule {
    static let id = ProtocolID(rawValue: 34)
    static let name = "toy_wrapper"
    static let title = "Toy wrapper"
    static var streams: [any StreamDissector.Type] { [ToyWrapper.self] }

    /// The octets as records of at most `length` octets, the first one behind the mark.
    static func wrapped(_ bytes: [UInt8], _ length: Int, isFirst: Bool) -> [UInt8] {
        var out: [UInt8] = isFirst ? [UInt8(ascii: "W")] : []
        for start in stride(from: 0, to: bytes.count, by: length) {
            let piece = bytes[start..<min(start + length, bytes.count)]
            out.append(UInt8(piece.count))
            out += piece.map { ~$0 }
        }
        return out
    }
}

final class ToyWrapper: StreamDissector {
    static let protocolID = ToyWrapperProtocol.id
    private let context: DissectionContext
    private var hasMark = [false, false]
    private(set) var child: ChildStream?

    init(_ context: DissectionContext) { self.context = context }

    static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        bytes.byteCount > 0 && bytes.u8(0) == UInt8(ascii: "W") ? .certain : .notMine
    }

    func reset() {
        hasMark = [false, false]
        child = nil
    }

    func consume(_ bytes: borrowing RawSpan, from direction: Direction) -> StreamStep {
        let inner = child ?? ChildStream(context, StreamPorts(server: 80, client: 2000), isVerbatim: false)
        child = inner
        var offset = 0
        if !hasMark[direction.index], bytes.byteCount > 0 {
            hasMark[direction.index] = true
            offset = 1
        }
        while offset < bytes.byteCount {
            let end = offset + 1 + Int(bytes.u8(offset))
            if end > bytes.byteCount { return StreamStep(taken: offset, wanted: end - offset) }
            let plain = bytes.slice(offset + 1, end).copyBytes().map { ~$0 }
            inner.forward(plain.rawBytes, from: direction, shownAt: offset + 1)
            offset = end
        }
        return StreamStep(taken: offset, ignoreRest: inner.isDone)
    }

    func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction) {
        child?.gap(length, from: direction)
    }

    func finish(_ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction) {
        child?.end(ending, from: direction)
    }
}
