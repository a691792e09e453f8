import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Flows
import Testing

/// The rules about reaching domain controllers: each where it speaks, beside a neighbour where it
/// must not.
@Suite struct KDCPathTests {
    typealias Case = (title: String, units: (UnitBuilder) -> [Unit], severity: Severity?)

    /// Compares what the rule of this slug says of each case; nil: it is silent.
    private static func check(_ slug: String, _ cases: [Case]) {
        #expect(cases.contains { $0.severity != nil } && cases.contains { $0.severity == nil })
        for (title, units, severity) in cases {
            let build = UnitBuilder()
            let found = build.findings(units(build)).filter { $0.rule.slug.description == slug }
            #expect(found.map(\.severity) == (severity.map { [$0] } ?? []), "\(slug): \(title)")
        }
    }

    private static func asked(_ build: UnitBuilder, _ outcomes: [(ExchangeOutcome, IPAddress, Transport)])
        -> TicketRequest
    {
        build.request(
            .s4U2Proxy, user: "alice",
            outcomes.enumerated().map { place, attempt in
                build.exchange(
                    .s4U2Proxy, attempt.0, kdc: attempt.1, transport: attempt.2, port: UInt16(50_000 + place),
                    evidenceFor: "conn$")
            })
    }

    @Test func kdcUnreachable() {
        let kdc = UnitBuilder.kdc
        let other = UnitBuilder.otherKDC
        func connection(_ build: UnitBuilder, port: UInt16 = 88, _ change: (inout ConnectionSummary) -> Void) -> Unit {
            .connection(build.connection(to: "192.0.2.10", port: port, change: change))
        }
        Self.check(
            "kdc-unreachable",
            [
                ("no answer", { [.ticketRequest(Self.asked($0, [(.unanswered(.silence), kdc, .udp)]))] }, .error),
                ("ICMP", { [.ticketRequest(Self.asked($0, [(.unanswered(.icmp), kdc, .udp)]))] }, .error),
                (
                    "another answered in its place",
                    {
                        [.ticketRequest(Self.asked($0, [(.unanswered(.silence), kdc, .udp), (.granted, other, .udp)]))]
                    }, .warning
                ),
                (
                    "refused by RST",
                    {
                        [
                            connection($0) {
                                $0.server.resetFrame = $0.lastFrame; $0.server.packets = 1
                            }
                        ]
                    }, .error
                ),
                ("SYN again and again", { [connection($0) { $0.client.synCount = 3 }] }, .error),
                (
                    "the capture ended first",
                    { [.ticketRequest(Self.asked($0, [(.unanswered(.captureEnded), kdc, .udp)]))] }, nil
                ),
                (
                    "the same one answered the second time",
                    { [.ticketRequest(Self.asked($0, [(.unanswered(.silence), kdc, .udp), (.granted, kdc, .udp)]))] },
                    nil
                ),
                ("one SYN alone", { [connection($0) { $0.client.synCount = 1 }] }, nil),
                ("another port", { [connection($0, port: 389) { $0.client.synCount = 3 }] }, nil),
                (
                    "it answers over TCP at other times",
                    {
                        [
                            .ticketRequest(Self.asked($0, [(.granted, kdc, .tcp)])),
                            connection($0) { $0.client.synCount = 3 },
                        ]
                    }, nil
                ),
            ])
    }

    @Test func kdcAnswersDiffer() {
        func both(_ build: UnitBuilder, refused: Int32, by kdc: IPAddress, service: String = "http/web.corp.example")
            -> [Unit]
        {
            let refusal = build.exchange(.s4U2Proxy, .refused(refused), kdc: kdc, evidenceFor: "conn$")
            let grant = build.exchange(.s4U2Proxy, .granted, kdc: UnitBuilder.otherKDC, evidenceFor: "conn$")
            return [
                .ticketRequest(build.request(.s4U2Proxy, user: "alice", service: service, [refusal])),
                .ticketRequest(build.request(.s4U2Proxy, user: "alice", [grant])),
            ]
        }
        Self.check(
            "kdc-answers-differ",
            [
                ("refused here, granted there", { both($0, refused: 13, by: UnitBuilder.kdc) }, .warning),
                (
                    "the SPN in other letters",
                    { both($0, refused: 7, by: UnitBuilder.kdc, service: "HTTP/WEB.corp.example") }, .warning
                ),
                ("the same one, later", { both($0, refused: 13, by: UnitBuilder.otherKDC) }, nil),
                (
                    "another service",
                    { both($0, refused: 13, by: UnitBuilder.kdc, service: "http/other.corp.example") }, nil
                ),
                ("a code that is no verdict", { both($0, refused: 52, by: UnitBuilder.kdc) }, nil),
            ])
    }

    @Test func referralLoop() {
        func through(
            _ build: UnitBuilder, _ realms: [String], _ kind: ExchangeKind = .s4U2Proxy,
            _ outcome: ExchangeOutcome = .refused(7)
        ) -> [Unit] {
            let exchange = build.exchange(kind, outcome, evidenceFor: "conn$")
            return [
                .ticketRequest(
                    build.request(kind, user: "alice", [exchange]) {
                        $0.realms = ShortList(realms.map { build.names.intern($0) })
                    })
            ]
        }
        Self.check(
            "referral-loop",
            [
                ("back to where it began", { through($0, ["A", "B", "A"]) }, .error),
                ("in other letters", { through($0, ["a.example", "B", "A.EXAMPLE"]) }, .error),
                ("through eight realms", { through($0, ["A", "B", "C", "D", "E", "F", "G", "H"]) }, .error),
                (
                    "for the user there, back and there again", { through($0, ["A", "B", "A", "B", "A"], .s4U2Self) },
                    .error
                ),
                ("for the user there and back", { through($0, ["A", "B", "A"], .s4U2Self) }, nil),
                ("asked twice in one realm", { through($0, ["A", "A", "B"]) }, nil),
                ("through three realms", { through($0, ["A", "B", "C"]) }, nil),
                ("granted in the end", { through($0, ["A", "B", "A"], .s4U2Proxy, .granted) }, nil),
            ])
    }

    @Test func kdcConnectionReset() {
        let kdc = UnitBuilder.kdc
        Self.check(
            "kdc-connection-reset",
            [
                ("reset", { [.ticketRequest(Self.asked($0, [(.unanswered(.reset), kdc, .tcp)]))] }, .error),
                ("closed", { [.ticketRequest(Self.asked($0, [(.unanswered(.closed), kdc, .tcp)]))] }, .error),
                (
                    "reset, then granted",
                    { [.ticketRequest(Self.asked($0, [(.unanswered(.reset), kdc, .tcp), (.granted, kdc, .tcp)]))] },
                    .info
                ),
                ("no answer", { [.ticketRequest(Self.asked($0, [(.unanswered(.silence), kdc, .tcp)]))] }, nil),
                (
                    "the capture ended",
                    { [.ticketRequest(Self.asked($0, [(.unanswered(.captureEnded), kdc, .tcp)]))] }, nil
                ),
                ("a datagram", { [.ticketRequest(Self.asked($0, [(.unanswered(.reset), kdc, .udp)]))] }, nil),
                ("granted", { [.ticketRequest(Self.asked($0, [(.granted, kdc, .tcp)]))] }, nil),
            ])
    }
}
