import TestSupport
import PacketModel
import Dissectors
import Pipeline
import Testing

/// Messages of which the snaplen left only the beginning.
@Suite struct CutPacketTests {
    private typealias C = Conversation

    /// Each message: what it is, and its fault.
    private static func messages(_ packets: [TestPacket]) -> [String] {
        var out: [String] = []
        MessageWalk.run(ListSource(C.handshake + packets)) { message, names in
            guard let http = message.content as? HTTPMessage else { return true }
            let start =
                http.kind == .request
                ? "\(names.string(http.method) ?? "-") \(names.string(http.target) ?? "-")" : "\(http.status)"
            let fault = message.envelope.fault.map { " \($0.kind.name) at \($0.offset)" } ?? ""
            out.append(start + fault)
            return true
        }
        return out
    }

    /// The packet with so many octets of its payload captured.
    private static func cut(_ packet: TestPacket, to payload: Int) -> TestPacket {
        TestPacket(
            time: packet.time, linkType: packet.linkType, bytes: Array(packet.bytes[..<(40 + payload)]),
            originalLength: packet.originalLength)
    }

    /// A connection's first request, cut anywhere in its start line: told once method, target and the first letter of
    /// the
    /// version show that it is HTTP; of a target that may go on nothing is told.
    @Test func aRequestCutWithinItsStartLine() {
        let line = "GET /index HTTP/1.1\r\n".utf8.count
        let packet = C.fromClient(101, 501, 3, C.request)
        for length in 1..<line {
            let expected = length < 12 ? [] : ["GET /index truncated at \(length)"]
            #expect(Self.messages([Self.cut(packet, to: length)]) == expected, "\(length) octets")
        }
        let answered = [Self.cut(packet, to: 15), C.fromServer(501, 101 + C.request.count, 4, C.answer)]
        #expect(Self.messages(answered) == ["GET /index truncated at 15", "403"])
    }

    /// On a connection that is known to be HTTP a method and a blank are enough.
    @Test func aLaterRequestCutWithinItsStartLine() {
        let first = [C.fromClient(101, 501, 3, C.request), C.fromServer(501, 101 + C.request.count, 4, C.answer)]
        let second = C.fromClient(101 + C.request.count, 501 + C.answer.count, 5, C.request)
        let cases = [
            (3, []), (4, ["GET - truncated at 4"]), (8, ["GET - truncated at 8"]), (11, ["GET - truncated at 11"]),
            (12, ["GET /index truncated at 12"]), (19, ["GET /index truncated at 19"]),
        ]
        for (length, expected) in cases {
            #expect(
                Self.messages(first + [Self.cut(second, to: length)]) == ["GET /index", "403"] + expected,
                "\(length) octets")
        }
    }

    /// Octets that another protocol may begin with claim nothing, and a password before a cut is not told.
    @Test(arguments: [
        ("OPTIONS icap://host/x ICA", []), ("OPTIONS sip:a@b SIP", []), ("PRI * HTTP/2", []), ("GET / HTTP/2.0", []),
        ("GET  HTTP/1", []), ("FETCH /x HTTP", []), ("GET key HTTP", []),
        ("GET http://u:secret@h/a HTTP/1.", ["GET http://…(8 bytes)@h/a truncated at 31"]),
        ("GET http://u:sec ret@h/a", []), ("CONNECT h:443 HT", ["CONNECT h:443 truncated at 16"]),
    ]) func aCutLineOf(_ text: String, _ expected: [String]) {
        let octets = Array(text.utf8) + [UInt8](repeating: 0x78, count: 200)
        #expect(Self.messages([Self.cut(C.fromClient(101, 501, 3, octets), to: text.utf8.count)]) == expected)
    }
}
