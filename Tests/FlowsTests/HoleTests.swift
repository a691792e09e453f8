import TestSupport
import PacketModel
import Dissectors
import Pipeline
import Testing

/// What is said of a message that has a hole.
@Suite struct HoleTests {
    /// A page that was being read has a hole, and ends before its end: it is cut where its octets end, the hole among
    /// them,
    /// whether it had announced its length or was to end with its connection.
    @Test(arguments: [1, 250, 600], [true, false]) func aCutBehindAHoleIsWhereTheOctetsEnd(
        hole: Int, isLengthKnown: Bool
    ) throws {
        let length = isLengthKnown ? "Content-Length: 2000\r\n" : ""
        let header = Array("HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\(length)\r\n".utf8)
        let first = header + Array(repeating: 0x61, count: 100)
        let second = [UInt8](repeating: 0x62, count: 200)
        let client = 101 + Conversation.request.count
        let server = 501 + first.count + hole
        let packets =
            Conversation.handshake + [
                Conversation.fromClient(101, 501, 10, Conversation.request),
                Conversation.fromServer(501, client, 20, first),
                Conversation.fromServer(server, client, 30, second),
                Conversation.fromClient(client, server + second.count, 40),
                Conversation.fromServer(server + second.count, client, 50, flags: TCP.rst | TCP.ack),
            ]
        let result = Analysis.run(ListSource(packets))
        let response = try #require(result.transactions.first?.responseFrame)
        #expect(response.frame >= 5)
        let faults = result.faults.filter { $0.layer == "http" }.map(\.offset)
        #expect(faults == [UInt64(first.count + hole + second.count)])
    }
}
