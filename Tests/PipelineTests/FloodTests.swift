import TestSupport
import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Flows
import Pipeline
import Reporting
import Testing

/// Whoever can send packets past the capture can fill it with failures; the failure of somebody else is still found and
/// told first.
@Suite struct FloodTests {
    private static let crowds = [
        "unknown users", "unknown users from everywhere", "revoked users", "requests without reply",
        "requests without reply from one host", "refusals by everybody", "delegations without reply",
        "passwords over HTTP",
    ]

    @Test(arguments: crowds)
    func aCrowdDoesNotHideAFailure(_ name: String) throws {
        let sample = try Samples.named("event-13019-delegation-denied")
        let result = Analysis.run(FloodMaker.source(try FloodMaker.crowd(name), before: sample))
        #expect(result.findings.contains { $0.rule.slug.description == "delegation-denied" && $0.severity == .error })
        let head = TextReport.text(result).split(separator: "\n").prefix(4).joined(separator: " ")
        #expect(head.contains("refused to delegate"), "\(head)")
        let first = TextReport.text(result).split(separator: "\n").first { $0.hasPrefix("  error: ") }
        #expect(first?.contains("refused to delegate") == true)
        // Who is who, and what time it is there, is known of those who came last, too.
        let hosts = result.hosts.filter { $0.point == 0 }
        #expect(hosts.contains { $0.address == IPAddress("192.0.2.20") && $0.roles.contains(.connector) })
        #expect(result.clocks.contains { $0.host == IPAddress("192.0.2.10") })
    }

    /// More requests than wait for their answer at once, and nobody answers; the next one is followed all the same.
    @Test(arguments: ["backend-401-loop", "authorization-denied-403", "backend-timeout"])
    func aCrowdOfRequestsDoesNotHideABackend(_ name: String) throws {
        let sample = try Samples.named(name)
        let alone = Analysis.run(ListSource(sample.packets))
        let expected = try #require(alone.findings.first { $0.severity >= .warning })
        let result = Analysis.run(FloodMaker.source(try FloodMaker.crowd("passwords over HTTP"), before: sample))
        #expect(result.limits.contains { $0.name == "transactions" && $0.dropped > 1000 })
        #expect(
            result.findings.contains {
                $0.rule.slug.description == expected.rule.slug.description && $0.severity == expected.severity
            })
    }

    /// The same packets in other pieces are the same findings.
    @Test func theBordersOfBatchesDoNotMatter() throws {
        let sample = try Samples.named("event-13019-delegation-denied")
        let crowd = try FloodMaker.crowd("unknown users from everywhere")
        let texts = [7, 256, 5000].map { size in
            TextReport.text(Analysis.run(FloodMaker.source(crowd, before: sample, perBatch: size)), detail: .verbose)
        }
        #expect(texts[0] == texts[1] && texts[1] == texts[2])
    }

    /// Packets that begin a flow each, three times as many as flows fit, while a backend keeps a request waiting.
    @Test(arguments: ["SYN", "SYN twice", "request at once", "datagram", "Kerberos datagram", "answered and left"])
    func whatIsReadStaysWhereFlowsMustGo(_ kind: String) throws {
        let sample = try Samples.named("backend-timeout")
        let times = sample.packets.compactMap(\.time)
        let wait = try #require(zip(times, times.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 })
        let place = try #require(sample.packets.firstIndex { $0.time == wait.1 })
        var settings = AnalysisSettings()
        settings.flows.maximumFlows = 2048
        let count = 3 * 2048
        var random = SeededNumbers(5)
        let request = Array("GET / HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)
        var crowd: [TestPacket] = []
        for index in 0..<count {
            let time = wait.0 + (wait.1 - wait.0) / 2 + Int64(index) * 100_000
            let source = 0x0B00_0000 | UInt32(truncatingIfNeeded: random.next() & 0xFF_FFFF)
            let port = 1024 + random.below(60_000)
            func tcp(_ sequence: UInt32, _ flags: UInt8, _ payload: [UInt8] = []) -> TestPacket {
                PacketMaker.tcp(source, port, FloodMaker.kdc, 80, sequence: sequence, flags: flags, time: time, payload)
            }
            switch kind {
            case "SYN": crowd.append(tcp(1, TCP.syn))
            case "SYN twice": crowd += [tcp(1, TCP.syn), tcp(1, TCP.syn)]
            case "request at once": crowd += [tcp(1, TCP.syn), tcp(2, TCP.ack, request)]
            case "datagram": crowd.append(PacketMaker.udp(source, port, FloodMaker.kdc, 53, time: time, [1, 2, 3]))
            case "Kerberos datagram":
                crowd.append(
                    PacketMaker.udp(source, port, FloodMaker.kdc, 88, time: time, FloodMaker.request("a", nonce: index))
                )
            default:
                // Answered ones are as good as any: a few of them, among many that are not.
                crowd.append(tcp(1, TCP.syn))
                guard index % 8 == 0 else { continue }
                crowd.append(
                    PacketMaker.tcp(
                        FloodMaker.kdc, 80, source, port, sequence: 1, acknowledgment: 2,
                        flags: TCP.syn | TCP.ack, time: time))
            }
        }
        let packets = sample.packets[..<place] + crowd + sample.packets[place...]
        let result = Analysis.run(ListSource(Array(packets)), settings: settings)
        #expect(result.limits.contains { $0.name == "flows" && $0.dropped > 1000 })
        #expect(result.findings.contains { $0.rule.slug.description == "backend-timeout" && $0.severity == .error })
    }

    /// The same where not flows but those that are read must go.
    @Test func whatIsReadStaysWhereStreamsMustGo() throws {
        let sample = try Samples.named("backend-timeout")
        let times = sample.packets.compactMap(\.time)
        let wait = try #require(zip(times, times.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 })
        let place = try #require(sample.packets.firstIndex { $0.time == wait.1 })
        var settings = AnalysisSettings()
        settings.flows.maximumStreams = 256
        let request = Array("GET / HTTP/1.1\r\nHost: app.example\r\n\r\n".utf8)
        let crowd = (0..<1024).map { index in
            PacketMaker.tcp(
                0x0B00_0000 + UInt32(index), 2000, FloodMaker.kdc, 80, sequence: 1,
                time: wait.0 + (wait.1 - wait.0) / 1025 * Int64(index + 1), request)
        }
        let result = Analysis.run(
            ListSource(sample.packets[..<place] + crowd + sample.packets[place...]), settings: settings)
        #expect(result.limits.contains { $0.name == "streams" && $0.dropped > 256 })
        #expect(result.findings.contains { $0.rule.slug.description == "backend-timeout" && $0.severity == .error })
    }
}
