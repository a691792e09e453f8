import Dissectors
import Pipeline

/// One HTTP connection by hand: the client's octets begin at 101, the server's at 501.
package enum Conversation {
    package static let client: UInt32 = 0x0A00_0001
    package static let server: UInt32 = 0xC000_0201
    package static let start: Int64 = 1_700_000_000_000_000_000
    package static let request = Array("GET /index HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)
    package static let answer = Array("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n".utf8)

    package static func fromClient(
        _ sequence: Int, _ acknowledgment: Int, _ milliseconds: Int, flags: UInt8 = TCP.ack,
        _ payload: [UInt8] = []
    ) -> TestPacket {
        PacketMaker.tcp(
            client, 2000, server, 80, sequence: UInt32(sequence), acknowledgment: UInt32(acknowledgment),
            flags: flags, time: start + Int64(milliseconds) * 1_000_000, payload)
    }

    package static func fromServer(
        _ sequence: Int, _ acknowledgment: Int, _ milliseconds: Int, flags: UInt8 = TCP.ack,
        _ payload: [UInt8] = []
    ) -> TestPacket {
        PacketMaker.tcp(
            server, 80, client, 2000, sequence: UInt32(sequence), acknowledgment: UInt32(acknowledgment),
            flags: flags, time: start + Int64(milliseconds) * 1_000_000, payload)
    }

    package static let handshake = [
        fromClient(100, 0, 0, flags: TCP.syn), fromServer(500, 101, 1, flags: TCP.syn | TCP.ack),
        fromClient(101, 501, 2),
    ]
}
