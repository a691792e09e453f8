import ByteParsing
import Dissectors
import PacketModel

/// A protocol over datagrams that the program does not have: a number on port 7777.
enum ToyDatagramProtocol: ProtocolModule {
    static let id = ProtocolID(rawValue: 33)
    static let name = "toy_datagram"
    static let title = "Toy datagram"
    static let isMissed = true
    static var datagrams: [any DatagramDissector.Type] { [ToyDatagram.self] }
    static let schema: String? = """
        {
          "toy_datagram_record": {
            "allOf": [{"$ref": "#/$defs/record"}],
            "required": ["number"],
            "properties": {"protocol": {"enum": ["toy_datagram"]}, "number": {"type": "integer"}},
            "unevaluatedProperties": false
          }
        }
        """
}

/// A number.
struct ToyNumber: MessageContent {
    static let protocolID = ToyDatagramProtocol.id
    static let blank = ToyNumber()
    var number: UInt8 = 0

    func forEachName(_ body: (NameID) -> Void) {}
    func writeMembers(to json: inout JSONWriter) { json.member("number", number: number) }
}

final class ToyDatagram: DatagramDissector {
    static let protocolID = ToyDatagramProtocol.id
    private let context: DissectionContext
    private let messages: MessageStore<ToyNumber>

    init(_ context: DissectionContext) {
        self.context = context
        messages = context.store(of: ToyNumber.self)
    }

    static func claims(_ bytes: borrowing RawSpan, sourcePort: UInt16, destinationPort: UInt16) -> Bool {
        destinationPort == 7777 && bytes.byteCount > 0
    }

    func dissect(_ bytes: borrowing RawSpan, isCut: Bool) {
        let number = bytes.u8(0)
        context.emit(to: messages, at: 0) {
            $0.number = number
            return number == 255 ? LayerFault(.malformed, layer: Layer(ToyDatagramProtocol.id), at: 0) : nil
        }
    }
}
