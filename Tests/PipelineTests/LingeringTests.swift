import CaptureFile
import Dissectors
import Flows
import Pipeline
import Testing

/// Ended flows stay for a while; where very many have ended, those that ended first go. What is still
/// listed of them must find nothing in their place.
@Suite struct LingeringTests {
    private static let request = Array("GET / HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)

    /// Six packets of each connection: a request whose middle is missing, and a RST behind it.
    private static func brokenOff(_ index: Int) -> TestPacket {
        let connection = index / 6
        let client = 0x0A00_0000 + UInt32(connection)
        let time = Conversation.start + Int64(connection) * 1_000_000 + Int64(index % 6) * 10_000
        func sent(_ sequence: UInt32, _ flags: UInt8, _ payload: [UInt8] = []) -> TestPacket {
            PacketMaker.tcp(client, 2000, Conversation.server, 80, sequence: sequence, acknowledgment: flags == TCP.syn ? 0 : 501,
                            flags: flags, time: time, payload)
        }
        switch index % 6 {
        case 0: return sent(100, TCP.syn)
        case 1:
            return PacketMaker.tcp(Conversation.server, 80, client, 2000, sequence: 500, acknowledgment: 101,
                                   flags: TCP.syn | TCP.ack, time: time)
        case 2: return sent(101, TCP.ack)
        case 3: return sent(101, TCP.ack, Array(request.prefix(10)))
        case 4: return sent(121, TCP.ack, Array(request.dropFirst(20)))
        default: return sent(101 + UInt32(request.count), TCP.rst | TCP.ack)
        }
    }

    /// A flow that was given up while it was listed with a hole left the index of a free record behind,
    /// and whoever looked there read the place of a stream out of it.
    @Test func holesOfFlowsThatAreGone() {
        let connections = 4 * FlowSettings().maximumLingering
        var settings = FlowSettings()
        settings.seed = 1
        var tracker = FlowTracker(context: DissectionContext(names: NameTable()), settings: settings)
        var ended: UInt64 = 0
        for index in 0..<6 * connections {
            let packet = Self.brokenOff(index)
            tracker.process(packet.bytes.rawBytes, PacketRecord(
                offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                time: packet.time.map { CaptureTime(nanoseconds: $0) }, frame: FrameReference(capture: 0, frame: UInt64(index + 1)),
                linkType: .raw, point: 0))
            ended += UInt64(tracker.events.count)
            tracker.events.removeAll(keepingCapacity: true)
        }
        // No more than what lingers, and what still waits for its hole or its RST's turn.
        #expect(tracker.flowCount <= FlowSettings().maximumLingering + 6000)
        while tracker.finishSome() {}
        ended += UInt64(tracker.events.count)
        #expect(ended == UInt64(connections))
    }

    /// The same with everything above it: each connection is told once, and nothing else.
    @Test func brokenConnectionsAreToldOnce() {
        let connections = 3 * FlowSettings().maximumLingering
        let result = Analysis.run(ListSource(count: 6 * connections) { Self.brokenOff($0) })
        #expect(result.packets == UInt64(6 * connections))
        #expect(result.signOnCounts.total == 0)
        #expect(result.limits.allSatisfy { $0.name != "flows" })
    }
}
