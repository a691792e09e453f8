import ByteParsing
import Dissectors
import PacketModel

/// A protocol over streams that the program does not have: `!`, a length, and as many octets of text.
enum ToyStreamProtocol: ProtocolModule {
    static let id = ProtocolID(rawValue: 32)
    static let name = "toy_stream"
    static let title = "Toy stream"
    static var streams: [any StreamDissector.Type] { [ToyStream.self] }
    static let schema: String? = """
        {
          "toy_stream_record": {
            "allOf": [{"$ref": "#/$defs/record"}],
            "required": ["text"],
            "properties": {"protocol": {"enum": ["toy_stream"]}, "text": {"type": "string"}},
            "unevaluatedProperties": false
          }
        }
        """
}

/// A text.
struct ToyText: MessageContent {
    static let protocolID = ToyStreamProtocol.id
    static let blank = ToyText()
    var text = NameID.none

    func forEachName(_ body: (NameID) -> Void) { body(text) }
    func writeMembers(to json: inout JSONWriter) { json.member("text", text) }
}

final class ToyStream: StreamDissector {
    static let protocolID = ToyStreamProtocol.id
    private let context: DissectionContext
    private let messages: MessageStore<ToyText>

    init(_ context: DissectionContext) {
        self.context = context
        messages = context.store(of: ToyText.self)
    }

    static func probe(_ bytes: borrowing RawSpan, serverPort: UInt16, clientPort: UInt16) -> ProbeVerdict {
        bytes.byteCount > 0 && bytes.u8(0) == UInt8(ascii: "!") ? .certain : .notMine
    }

    func reset() {}

    func consume(_ bytes: borrowing RawSpan, from direction: Direction) -> StreamStep {
        var offset = 0
        while bytes.byteCount - offset >= 2 {
            let end = offset + 2 + Int(bytes.u8(offset + 1))
            if end > bytes.byteCount { return StreamStep(taken: offset, wanted: end - offset) }
            let text = bytes.slice(offset + 2, end).decodeUTF8()
            context.emit(to: messages, at: offset) {
                $0.text = context.names.intern(text)
                return nil
            }
            offset = end
        }
        return StreamStep(taken: offset)
    }

    func gap(_ unfinished: borrowing RawSpan, length: Int, from direction: Direction) {}
    func finish(_ unfinished: borrowing RawSpan, missing: Int, ending: StreamEnding, from direction: Direction) {}
}
