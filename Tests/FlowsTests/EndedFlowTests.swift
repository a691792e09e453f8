import TestSupport
import PacketModel
import CaptureFile
import Dissectors
import Flows
import Testing

/// What comes of a flow that has ended, or has been idle for too long, and of its endpoints when they are used again.
@Suite struct EndedFlowTests {
    private typealias C = Conversation
    private static let fin = TCP.fin | TCP.ack
    private static let asked = 101 + C.request.count
    private static let told = 501 + C.answer.count

    /// A whole connection: it ends with the second FIN, frame 7.
    private static let connection =
        C.handshake + [
            C.fromClient(101, 501, 3, C.request), C.fromServer(501, asked, 4, C.answer),
            C.fromServer(told, asked, 5, flags: fin), C.fromClient(asked, told + 1, 6, flags: fin),
        ]

    /// An ICMP error about a packet: a host cannot be reached.
    private static func unreachable(_ packet: TestPacket, _ milliseconds: Int) -> TestPacket {
        PacketMaker.ipv4(
            0x0A00_00FE, C.server, ipProtocol: 1, time: C.start + Int64(milliseconds) * 1_000_000,
            [3, 1, 0, 0, 0, 0, 0, 0] + packet.bytes.prefix(28))
    }

    private static func again(_ packet: TestPacket, _ milliseconds: Int) -> TestPacket {
        TestPacket(time: C.start + Int64(milliseconds) * 1_000_000, linkType: .raw, bytes: packet.bytes)
    }

    /// What is told of flows: the number, the ending, the packets of client and server, copies, the frames of RST and
    /// ICMP error.
    private static func told(
        _ packets: [TestPacket], _ settings: FlowSettings = FlowSettings(), until seconds: Int64? = nil,
        isFinished: Bool = true
    ) -> [String] {
        var tracker = FlowTracker(context: DissectionContext(names: NameTable()), settings: settings)
        for (index, packet) in packets.enumerated() {
            tracker.process(
                packet.bytes.rawBytes,
                PacketRecord(
                    offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) },
                    frame: FrameReference(capture: 0, frame: UInt64(index + 1)),
                    linkType: .raw, point: 0))
        }
        for second in 0..<(seconds ?? 0) {
            tracker.advance(to: CaptureTime(nanoseconds: C.start + (second + 1) * 1_000_000_000))
        }
        while isFinished, tracker.finishSome() {}
        return (0..<tracker.ended.count).map { place in
            let flow = tracker.ended[place]
            var out = "\(flow.flow.rawValue) \(flow.ending) \(flow.client.packets)/\(flow.server.packets)"
            if flow.duplicatePackets > 0 { out += " copies \(flow.duplicatePackets)" }
            if let frame = flow.client.resetFrame ?? flow.server.resetFrame { out += " reset \(frame.frame)" }
            if let frame = flow.icmpFrame { out += " icmp \(frame.frame)" }
            return out
        }
    }

    /// What follows the end of a connection, and what is told in all.
    private static let late: [(String, [TestPacket], [String])] = [
        ("nothing", [], []),
        ("the last acknowledgement", [C.fromServer(told + 1, asked + 1, 7)], []),
        ("an error", [unreachable(connection[3], 8)], ["1 closed 4/3 icmp 8"]),
        ("two errors", [unreachable(connection[3], 8), unreachable(connection[4], 9)], ["1 closed 4/3 icmp 8"]),
        (
            "an acknowledgement, and an error", [C.fromServer(told + 1, asked + 1, 7), unreachable(connection[3], 8)],
            ["1 closed 4/4 icmp 9"]
        ),
        (
            "a copy of the FIN", [again(connection[6], 7), unreachable(connection[3], 8)],
            ["1 closed 4/3 copies 1 icmp 9"]
        ),
        ("the FIN sent again", [again(connection[6], 300), unreachable(connection[3], 301)], ["1 closed 5/3 icmp 9"]),
        ("octets sent again", [again(connection[3], 300), unreachable(connection[3], 301)], ["1 closed 5/3 icmp 9"]),
        (
            "a RST", [C.fromClient(asked + 1, told + 1, 7, flags: TCP.rst), unreachable(connection[3], 8)],
            ["1 closed 5/3 reset 8 icmp 9"]
        ),
        ("a SYN", [C.fromClient(9000, 0, 7, flags: TCP.syn)], ["2 abandoned 1/0"]),
        ("the same SYN", [again(connection[0], 300)], ["2 abandoned 1/0"]),
        (
            "a SYN, and an error", [C.fromClient(9000, 0, 7, flags: TCP.syn), unreachable(connection[0], 8)],
            ["2 abandoned 1/0 icmp 9", "2 abandoned 1/0 icmp 9"]
        ),
        ("a SYN/ACK", [C.fromServer(9000, 101, 7, flags: TCP.syn | TCP.ack)], []),
        ("an acknowledgement within 15 seconds", [C.fromServer(told + 1, asked + 1, 15_000)], []),
        ("an acknowledgement after 16 seconds", [C.fromServer(told + 1, asked + 1, 16_000)], ["2 abandoned 1/0"]),
        (
            "one after 14 and one after 28 seconds",
            [C.fromServer(told + 1, asked + 1, 14_000), C.fromServer(told + 1, asked + 1, 28_000)], []
        ),
    ]

    @Test func afterTheEnd() {
        for (title, packets, expected) in Self.late {
            #expect(Self.told(Self.connection + packets) == ["1 closed 4/3"] + expected, "\(title)")
        }
    }

    /// A RST that answers the SYN was not heeded where the handshake goes on.
    @Test func handshakeAfterARefusal() {
        let refused = [C.handshake[0], C.fromServer(0, 101, 1, flags: TCP.rst | TCP.ack)]
        #expect(Self.told(refused) == ["1 reset 1/1 reset 2"])
        #expect(Self.told(refused + C.handshake.dropFirst()) == ["1 reset 1/1 reset 2", "2 abandoned 1/1"])
        #expect(Self.told(refused + [C.fromServer(500, 77, 2, flags: TCP.syn | TCP.ack)]) == ["1 reset 1/1 reset 2"])
    }

    /// The same endpoints over and over: nothing that was noted of one flow is told of the next in its place.
    @Test func endpointsUsedAgain() {
        var packets: [TestPacket] = []
        for round in 0..<3 {
            packets += Self.connection.map { Self.again($0, round * 1000 + Int($0.time ?? 0) / 1_000_000 % 1000) }
            if round != 1 {
                packets += [
                    Self.again(Self.connection[6], round * 1000 + 7),
                    Self.unreachable(Self.connection[3], round * 1000 + 8),
                ]
            }
        }
        #expect(
            Self.told(packets) == [
                "1 closed 4/3", "1 closed 4/3 copies 1 icmp 9", "2 closed 4/3", "3 closed 4/3",
                "3 closed 4/3 copies 1 icmp 25",
            ])
    }

    /// Of the flows that have ended so many stay; the one that ended first goes, and its place is used again.
    @Test func fullOfEndedFlows() {
        var settings = FlowSettings()
        settings.maximumLingering = 2
        func attempt(_ port: Int, _ milliseconds: Int) -> [TestPacket] {
            let time = C.start + Int64(milliseconds) * 1_000_000
            return [
                PacketMaker.tcp(C.client, port, C.server, 80, sequence: 100, flags: TCP.syn, time: time),
                PacketMaker.tcp(
                    C.server, 80, C.client, port, sequence: 0, acknowledgment: 101, flags: TCP.rst | TCP.ack, time: time
                ),
            ]
        }
        let three = attempt(3000, 0) + attempt(3001, 1) + attempt(3002, 2)
        let ends = ["1 reset 1/1 reset 2", "2 reset 1/1 reset 4", "3 reset 1/1 reset 6"]
        #expect(Self.told(three, settings) == ends)
        #expect(
            Self.told(three + (0..<3).map { Self.unreachable(three[2 * $0], 3) }, settings)
                == ends + ["2 reset 1/1 reset 4 icmp 8", "3 reset 1/1 reset 6 icmp 9"])
        func acknowledgement(_ port: Int) -> TestPacket {
            PacketMaker.tcp(C.client, port, C.server, 80, sequence: 101, acknowledgment: 1, time: C.start + 3_000_000)
        }
        #expect(Self.told(three + [acknowledgement(3001), acknowledgement(3002)], settings) == ends)
        #expect(Self.told(three + [acknowledgement(3000)], settings) == ends + ["4 abandoned 1/0"])
        // A flow that was taken out because its endpoints were used again is not taken out a second time.
        let again = attempt(3001, 4) + attempt(3003, 5) + attempt(3002, 6)
        #expect(
            Self.told(three + again, settings)
                == ends + ["4 reset 1/1 reset 8", "5 reset 1/1 reset 10", "6 reset 1/1 reset 12"])
    }

    /// How long a flow that says no more stays, in seconds.
    @Test func idleFlows() {
        let hello = C.fromClient(101, 501, 3, [0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0])
        let query = PacketMaker.udp(C.client, 5353, C.server, 53, time: C.start, [1, 2, 3])
        let cases: [(String, [TestPacket], Int64)] = [
            ("messages", C.handshake + [C.fromClient(101, 501, 3, C.request)], 600),
            ("nothing to read yet", C.handshake, 300),
            ("nothing to read", C.handshake + [hello], 300),
            (
                "messages, and then nothing to read",
                C.handshake + [C.fromClient(101, 501, 3, Array(C.request.prefix(2))), hello], 300
            ),
            ("a name lookup", [query], 2),
        ]
        for (title, packets, seconds) in cases {
            #expect(Self.told(packets, until: seconds, isFinished: false).isEmpty, "\(title)")
            #expect(Self.told(packets, until: seconds + 1, isFinished: false).count == 1, "\(title)")
        }
    }
}
