import TestSupport
import PacketModel
import Dissectors
import Pipeline
import Testing

/// Which frames a message names where its octets came in another order than they were sent: its first octet's, and the
/// last of all that brought it.
@Suite struct HeldFrameTests {
    private typealias C = Conversation
    private static let body =
        Array("HTTP/1.1 206 Partial Content\r\nContent-Length: 30\r\n\r\n".utf8)
        + [UInt8](repeating: 0x78, count: 30)

    private static func request(_ number: Int) -> [UInt8] { Array("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n".utf8) }

    /// Each message as its start, first frame and frame.
    private static func frames(_ packets: [TestPacket], watermarks: [Int64] = []) -> [String] {
        var out: [String] = []
        MessageWalk.run(ListSource(C.handshake + packets, watermarks: watermarks)) { message, names in
            guard let http = message.content as? HTTPMessage, message.envelope.duplicateOf == nil else { return true }
            let start = http.kind == .request ? names.string(http.target) ?? "-" : "\(http.status)"
            let fault = message.envelope.fault.map { " \($0.kind.name)" } ?? ""
            out.append("\(start) \(message.envelope.firstFrame.frame)-\(message.envelope.frame.frame)\(fault)")
            return true
        }
        return out
    }

    /// A segment of the octets that the client sends, by their place.
    private static func piece(_ octets: [UInt8], _ range: Range<Int>, _ milliseconds: Int) -> TestPacket {
        C.fromClient(101 + range.lowerBound, 501, milliseconds, Array(octets[range]))
    }

    @Test func aMessageThatBeginsInHeldOctetsNamesTheirFrame() {
        let octets = Self.request(1) + Self.request(2)
        let one = Self.request(1).count
        // Frames count from 4, behind the handshake.
        let cases: [(String, [TestPacket], [String])] = [
            ("in order", [Self.piece(octets, 0..<10, 3), Self.piece(octets, 10..<2 * one, 4)], ["/1 4-5", "/2 5-5"]),
            (
                "the second before the first", [Self.piece(octets, one..<2 * one, 3), Self.piece(octets, 0..<one, 4)],
                ["/1 5-5", "/2 4-5"]
            ),
            ("a held end", [Self.piece(octets, 10..<one, 3), Self.piece(octets, 0..<10, 4)], ["/1 5-5"]),
            (
                "a held segment that holds an end and a beginning",
                [
                    Self.piece(octets, 10..<one + 5, 3), Self.piece(octets, 0..<10, 4),
                    Self.piece(octets, one + 5..<2 * one, 5),
                ],
                ["/1 5-5", "/2 4-6"]
            ),
            (
                "two held segments",
                [
                    Self.piece(octets, one + 5..<2 * one, 3), Self.piece(octets, one..<one + 5, 4),
                    Self.piece(octets, 0..<one, 5),
                ], ["/1 6-6", "/2 5-6"]
            ),
            (
                "a held segment amid one that comes later",
                [Self.piece(octets, one..<one + 5, 3), Self.piece(octets, 0..<2 * one, 4)], ["/1 5-5", "/2 4-5"]
            ),
        ]
        for (name, packets, expected) in cases { #expect(Self.frames(packets) == expected, "\(name)") }
    }

    @Test func aBodyThatIsReadPastAHoleEndsWithItsLastFrame() {
        let head = Self.body.count - 30
        func answer(_ range: Range<Int>, _ milliseconds: Int) -> TestPacket {
            C.fromServer(501 + range.lowerBound, 101 + C.request.count, milliseconds, Array(Self.body[range]))
        }
        let question = C.fromClient(101, 501, 3, C.request)
        let late = C.start + 60_000_000_000
        // Ten octets of the body are in no frame; what follows them comes in three.
        let holed = [
            question, answer(0..<head, 4), answer(head + 10..<head + 15, 5), answer(head + 15..<head + 20, 6),
            answer(head + 20..<head + 30, 7),
        ]
        #expect(Self.frames(holed, watermarks: [late]) == ["/index 4-4", "206 5-8"])
        let swapped = [holed[0], holed[1], holed[4], holed[2], holed[3]]
        #expect(Self.frames(swapped, watermarks: [late]) == ["/index 4-4", "206 5-8"])
    }
}
