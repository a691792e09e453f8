import TestSupport
import PacketModel
import Dissectors
import Flows
import Pipeline
import Testing

/// Ended flows stay for a while; where very many have ended, those that ended first go. What is still
/// listed of them must find nothing in their place.
@Suite struct LingeringTests {
    private static let request = Array("GET / HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)

    private static let connections = 6000
    private static let bystanders = 10_000

    /// Connections that only begin; then requests with a hole in each; then a RST for each of them; then a
    /// packet after a while.
    private static let packets: [TestPacket] = {
        var out: [TestPacket] = []
        var time = Conversation.start
        func send(_ client: Int, _ sequence: UInt32, _ flags: UInt8, _ payload: [UInt8] = []) {
            time += 10_000
            out.append(
                PacketMaker.tcp(
                    0x0A00_0000 + UInt32(client), 2000, Conversation.server, 80, sequence: sequence,
                    acknowledgment: flags == TCP.syn ? 0 : 501, flags: flags, time: time, payload))
        }
        for client in 0..<bystanders { send(connections + client, 100, TCP.syn) }
        for client in 0..<connections {
            send(client, 100, TCP.syn)
            out.append(
                PacketMaker.tcp(
                    Conversation.server, 80, 0x0A00_0000 + UInt32(client), 2000, sequence: 500,
                    acknowledgment: 101, flags: TCP.syn | TCP.ack, time: time))
            send(client, 101, TCP.ack, Array(request.prefix(10)))
            send(client, 121, TCP.ack, Array(request.dropFirst(20)))
        }
        for client in 0..<connections { send(client, 111, TCP.rst | TCP.ack) }
        time += 7_000_000_000
        send(connections + bystanders, 100, TCP.syn)
        return out
    }()

    /// A flow that was given up while it was listed with a hole left the index of a free record behind,
    /// and whoever looked there took the next free record for the place of a stream.
    @Test func holesOfFlowsThatAreGone() {
        #expect(Self.connections > FlowSettings().maximumLingering)
        let result = Analysis.run(ListSource(Self.packets))
        #expect(result.packets == UInt64(Self.packets.count))
        #expect(result.points.map(\.gapCount) == [UInt64(Self.connections)])
        #expect(result.signOnCounts.total == 0)
        #expect(result.limits.isEmpty)
    }
}
