import TestSupport
import PacketModel
import Dissectors
import Exchanges
import Flows
import Pipeline
import Testing

/// An answer captured before its question, by a few frames: two directions came by way of two ports or
/// two queues.
@Suite struct ReorderTests {
    /// What a run judges: the findings' slugs and how each sign-on came out.
    private static func verdict(_ packets: [TestPacket]) -> [String] {
        let result = Analysis.run(ListSource(packets))
        return result.findings.map { "\($0.rule.slug) \($0.severity.name)" }.sorted()
            + result.signOns.map { "\($0.kind.name) \($0.outcome.name)" }.sorted()
    }

    @Test func neighboursOfOppositeDirections() {
        var failures: [String] = []
        var compared = 0
        for sample in Samples.own {
            let whole = Self.verdict(sample.packets)
            for (seed, oneIn) in [(0, 1), (1, 2), (2, 2), (3, 4)] as [(UInt64, Int)] {
                var numbers = SeededNumbers(seed)
                let changed = Self.verdict(PacketEditor.swapped(sample.packets, oneIn: oneIn, &numbers))
                compared += 1
                if let difference = Fingerprint.difference(whole, changed) {
                    failures.append("\(sample.name) seed \(seed): \(difference)")
                }
            }
        }
        print("swapped neighbours: \(compared) comparisons, \(failures.count) differ")
        for failure in failures.prefix(20) { Issue.record("swapped: \(failure)") }
        #expect(failures.isEmpty && compared > 400)
    }

    // MARK: HTTP

    /// The transactions as "status:frame of the request>frame of the response".
    private static func transactions(_ packets: [TestPacket]) -> [String] {
        Analysis.run(ListSource(packets)).transactions.map {
            """
            \($0.status):\($0.requestFrame.map { "\($0.frame)" } ?? "-")>\
            \($0.responseFrame.map { "\($0.frame)" } ?? "-")
            """
        }.sorted()
    }

    @Test func acknowledgementsTellWhatAResponseAnswers() {
        let (asked, told) = (Conversation.request.count, Conversation.answer.count)
        let question = Conversation.fromClient(101, 501, 4, Conversation.request)
        let answer = Conversation.fromServer(501, 101 + asked, 3, Conversation.answer)
        let cases: [(String, [TestPacket], [String])] = [
            ("in order", [question, answer], ["403:4>5"]),
            ("response first", [answer, question], ["403:5>4"]),
            (
                "two of each, each response first",
                [
                    answer, question, Conversation.fromServer(501 + told, 101 + 2 * asked, 5, Conversation.answer),
                    Conversation.fromClient(101 + asked, 501 + told, 6, Conversation.request),
                ], ["403:5>4", "403:7>6"]
            ),
            (
                "both responses first",
                [
                    answer, Conversation.fromServer(501 + told, 101 + 2 * asked, 3, Conversation.answer), question,
                    Conversation.fromClient(101 + asked, 501, 6, Conversation.request),
                ], ["403:6>4", "403:7>5"]
            ),
            (
                "a response that acknowledges nothing of the request that follows is not its answer",
                [Conversation.fromServer(501, 101, 3, Conversation.answer), question], ["0:5>-", "403:->4"]
            ),
            (
                "the request was never captured, and the next one is another",
                [
                    answer, Conversation.fromClient(101 + asked, 501 + told, 900, Conversation.request),
                    Conversation.fromServer(501 + told, 101 + 2 * asked, 901, Conversation.answer),
                ], ["403:->4", "403:5>6"]
            ),
            (
                "response before the request's second half",
                [
                    Conversation.fromClient(101, 501, 3, Array(Conversation.request.prefix(20))), answer,
                    Conversation.fromClient(121, 501, 4, Array(Conversation.request.dropFirst(20))),
                ], ["403:6>5"]
            ),
            (
                "an acknowledgement of what nobody sent waits no longer than for a while",
                [
                    question, Conversation.fromServer(501, 101 + asked + 5000, 5, Conversation.answer),
                    Conversation.fromServer(501 + told, 101 + asked, 300),
                ],
                ["403:4>5"]
            ),
        ]
        for (title, packets, expected) in cases {
            let found = Self.transactions(Conversation.handshake + packets)
            #expect(found == expected, "\(title)")
        }
    }

    /// A server that speaks first, its first octets captured last.
    @Test func firstOctetsLast() {
        let line = Array("HTTP/1.1 200 OK\r\n".utf8)
        let field = Array("Content-Length: 0\r\n".utf8)
        let pieces = [
            Conversation.fromServer(501, 101, 3, line), Conversation.fromServer(501 + line.count, 101, 4, field),
            Conversation.fromServer(501 + line.count + field.count, 101, 5, Array("\r\n".utf8)),
        ]
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let messages = MessageLine.all(ListSource(Conversation.handshake + order.map { pieces[$0] }))
            #expect(messages.count == 1, "\(order)")
        }
    }

    @Test func resetCapturedBeforeTheRequestThatItAnswers() {
        let asked = Conversation.request.count
        let reset = Conversation.fromServer(501, 101 + asked, 4, flags: TCP.rst | TCP.ack)
        let result = Analysis.run(
            ListSource(Conversation.handshake + [reset, Conversation.fromClient(101, 501, 4, Conversation.request)]))
        #expect(result.transactions.map(\.silence) == [.reset])
        #expect(result.transactions.map { $0.endFrame?.frame } == [4])
    }

    // MARK: Kerberos

    private static func kdc(_ payload: [UInt8], _ milliseconds: Int, port: Int = 1024) -> TestPacket {
        PacketMaker.udp(
            Conversation.server, 88, Conversation.client, port,
            time: Conversation.start + Int64(milliseconds) * 1_000_000, payload)
    }

    private static func asking(_ payload: [UInt8], _ milliseconds: Int, port: Int = 1024) -> TestPacket {
        PacketMaker.udp(
            Conversation.client, port, Conversation.server, 88,
            time: Conversation.start + Int64(milliseconds) * 1_000_000, payload)
    }

    @Test func repliesInDatagramsBeforeTheirRequests() throws {
        let healthy = try Samples.named("healthy-mit-kdc")
        let denied = try Samples.named("account-password-wrong")
        let asReq = try PacketMaker.kerberos(0x6A, in: healthy)
        let asRep = try PacketMaker.kerberos(0x6B, in: healthy)
        let tgsReq = try PacketMaker.kerberos(0x6C, in: healthy)
        let otherReq = try PacketMaker.kerberos(0x6A, in: denied)
        let error = try PacketMaker.kerberos(0x7E, in: denied)
        let withProof = try PacketMaker.kerberos(0x6A, in: denied, number: 1)
        var again = asReq
        again[again.count - 1] ^= 1
        let open = RequestOutcome.unanswered(.captureEnded)
        let cases: [(String, [TestPacket], [RequestOutcome])] = [
            ("AS-REP first", [Self.kdc(asRep, 0), Self.asking(asReq, 2)], [.granted]),
            ("KRB-ERROR first", [Self.kdc(error, 0), Self.asking(otherReq, 2)], [.refused(25)]),
            ("too long before", [Self.kdc(asRep, 0), Self.asking(asReq, 80)], [open]),
            ("refusal too long before", [Self.kdc(error, 0), Self.asking(otherReq, 80)], [open]),
            ("another port", [Self.kdc(asRep, 0), Self.asking(asReq, 2, port: 1025)], [open]),
            ("another kind", [Self.kdc(asRep, 0), Self.asking(tgsReq, 2)], [open]),
            (
                "another client's name",
                [Self.kdc(error, 0), Self.asking(PacketMaker.numbered(otherReq, "svc", 7), 2)], [open]
            ),
            ("preauthentication demanded of who sent it", [Self.kdc(error, 0), Self.asking(withProof, 2)], [open]),
            (
                "a reply that was paired answers nothing more",
                [Self.asking(asReq, 0), Self.kdc(asRep, 1), Self.asking(again, 2)], [.granted, open]
            ),
        ]
        for (title, packets, expected) in cases {
            let found = Analysis.run(ListSource(packets)).ticketRequests.map { "\($0.outcome)" }.sorted()
            #expect(found == expected.map { "\($0)" }.sorted(), "\(title)")
        }
    }
}
