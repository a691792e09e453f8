import TestSupport
import PacketModel
import CaptureFile
import Dissectors
import Exchanges
import Flows
import Pipeline
import Testing

/// FIN and RST end a flow where their receiver heeds them, and nowhere else (RFC 9293, 3.10.7.4).
@Suite struct EndsTests {
    private static let asked = Conversation.request.count
    private static let told = Conversation.answer.count
    private static let question = Conversation.fromClient(101, 501, 10, Conversation.request)
    private static let answer = Conversation.fromServer(501, 101 + asked, 12, Conversation.answer)
    private static let reset = TCP.rst | TCP.ack

    /// The summaries of all flows, in the order of their ends.
    private static func flows(_ packets: [TestPacket]) -> [ConnectionSummary] {
        var tracker = FlowTracker(context: DissectionContext(names: NameTable()))
        for (index, packet) in packets.enumerated() {
            tracker.process(
                packet.bytes.rawBytes,
                PacketRecord(
                    offset: 0, capturedLength: packet.bytes.count, originalLength: packet.bytes.count,
                    time: packet.time.map { CaptureTime(nanoseconds: $0) },
                    frame: FrameReference(capture: 0, frame: UInt64(index + 1)),
                    linkType: .raw, point: 0))
        }
        while tracker.finishSome() {}
        return (0..<tracker.ended.count).map { tracker.ended[$0] }
    }

    private static func statuses(_ packets: [TestPacket]) -> [UInt16] {
        Analysis.run(ListSource(packets)).transactions.map(\.status)
    }

    /// A packet amid a conversation, and whether it ends the flow there.
    @Test func resetsAmidAConversation() {
        let cases: [(String, TestPacket, Bool)] = [
            ("what the client expects", Conversation.fromServer(501, 101, 5, flags: Self.reset), true),
            ("what the server expects", Conversation.fromClient(101, 501, 5, flags: Self.reset), true),
            (
                "what the server expects, and the client goes on", Conversation.fromClient(101, 501, 5, flags: TCP.rst),
                false
            ),
            ("long past", Conversation.fromServer(1, 101, 5, flags: Self.reset), false),
            ("before the first octet", Conversation.fromServer(500, 101, 5, flags: Self.reset), false),
            ("beyond any window", Conversation.fromServer(50_000_000, 101, 5, flags: Self.reset), false),
            ("in the window, and the sender goes on", Conversation.fromServer(505, 101, 5, flags: Self.reset), false),
        ]
        for (title, packet, isHeeded) in cases {
            let packets = Conversation.handshake + [packet, Self.question, Self.answer]
            let flows = Self.flows(packets)
            let (client, server) = (flows[0].client, flows[0].server)
            #expect((flows[0].ending == .reset) == isHeeded, "\(title)")
            #expect((client.resetFrame ?? server.resetFrame)?.frame == (isHeeded ? 4 : nil), "\(title)")
            #expect(client.ignoredResets + server.ignoredResets == (isHeeded ? 0 : 1), "\(title)")
            #expect((client.firstIgnoredReset ?? server.firstIgnoredReset)?.frame == (isHeeded ? nil : 4), "\(title)")
            #expect(Self.statuses(packets) == (isHeeded ? [] : [403]), "\(title)")
        }
    }

    @Test func resetsAmidAHandshake() {
        let syn = Conversation.handshake[0]
        let cases: [(String, TestPacket, Bool)] = [
            ("acknowledges the SYN", Conversation.fromServer(0, 101, 1, flags: Self.reset), true),
            ("acknowledges something else", Conversation.fromServer(0, 700, 1, flags: Self.reset), false),
            ("acknowledges nothing", Conversation.fromServer(0, 0, 1, flags: TCP.rst), false),
            ("takes the SYN back", Conversation.fromClient(101, 0, 1, flags: TCP.rst), true),
        ]
        for (title, packet, isHeeded) in cases {
            let flows = Self.flows([syn, packet])
            #expect((flows[0].ending == .reset) == isHeeded, "\(title)")
            // Heeded or not: where the conversation goes on, it is read.
            let packets = [syn, packet] + Conversation.handshake.dropFirst() + [Self.question, Self.answer]
            if packet.bytes[12] == Conversation.handshake[1].bytes[12] {
                #expect(Self.statuses(packets) == [403], "\(title)")
            }
        }
    }

    @Test func finBeforeTheHandshakeEndsNothing() {
        let fin = Conversation.fromServer(501, 101, 1, flags: TCP.fin | TCP.ack)
        let packets =
            [Conversation.handshake[0], fin] + Conversation.handshake.dropFirst() + [Self.question, Self.answer]
        #expect(Self.statuses(packets) == [403])
    }

    /// FINs amid a conversation that goes on; what is read of it.
    @Test func finsAmidAConversation() {
        let half = Array(Conversation.answer.prefix(20))
        let rest = Array(Conversation.answer.dropFirst(20))
        let first = Conversation.fromServer(501, 101 + Self.asked, 12, half)
        let second = Conversation.fromServer(521, 101 + Self.asked, 14, rest)
        let cases: [(String, [TestPacket])] = [
            (
                "beyond a hole that is filled",
                [
                    first, Conversation.fromServer(501 + Self.told, 101 + Self.asked, 13, flags: TCP.fin | TCP.ack),
                    second,
                ]
            ),
            (
                "long past",
                [first, Conversation.fromServer(510, 101 + Self.asked, 13, flags: TCP.fin | TCP.ack), second]
            ),
            (
                "beyond any window",
                [first, Conversation.fromServer(90_000_000, 101 + Self.asked, 13, flags: TCP.fin | TCP.ack), second]
            ),
        ]
        for (title, packets) in cases {
            let all = Conversation.handshake + [Self.question] + packets
            let result = Analysis.run(ListSource(all))
            #expect(result.transactions.map(\.status) == [403], "\(title)")
            #expect(result.transactions.map { $0.responseFrame?.frame } == [7], "\(title)")
            #expect(result.transactions.map(\.isIncomplete) == [false], "\(title)")
        }
        let forged = Self.flows(Conversation.handshake + [Self.question] + cases[1].1)
        #expect(forged.map { $0.server.finFrame == nil } == [true])
    }

    /// The first octets of the connection come behind its FIN.
    @Test func finBeforeTheFirstOctets() {
        let fin = Conversation.fromClient(101 + Self.asked, 501, 9, flags: TCP.fin | TCP.ack)
        let packets =
            Conversation.handshake + [
                fin, Self.question, Conversation.fromServer(501, 102 + Self.asked, 12, Conversation.answer),
            ]
        #expect(Self.statuses(packets) == [403])
    }

    /// Octets in a SYN are numbered from behind it (RFC 7413).
    @Test func octetsInASyn() {
        let syn = Conversation.fromClient(100, 0, 0, flags: TCP.syn, Conversation.request)
        let packets = [
            syn, Conversation.fromServer(500, 101 + Self.asked, 1, flags: TCP.syn | TCP.ack),
            Conversation.fromServer(501, 101 + Self.asked, 2, Conversation.answer),
        ]
        #expect(Self.statuses(packets) == [403])
    }
}
