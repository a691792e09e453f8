import Diagnosis
import Dissectors
import Exchanges
import PacketModel
import Testing

/// Findings as a sink is told of them while a capture goes on.
@Suite struct LiveFindingsTests {
    /// One line for each call.
    private struct Recorder: FindingSink {
        var lines: [String] = []
        var ids: [FindingID] = []
        var closed: [Finding] = []

        private mutating func note(_ what: String, _ finding: Finding) {
            lines.append("\(what) \(finding.rule.slug) \(finding.count)")
            ids.append(finding.id)
        }

        mutating func opened(_ finding: Finding) { note("opened", finding) }
        mutating func changed(_ finding: Finding) { note("changed", finding) }
        mutating func closed(_ finding: Finding, _ reason: FindingClosure) {
            note("\(reason)", finding)
            if reason != .folded { closed.append(finding) }
        }
    }

    private static func time(_ seconds: Int64) -> CaptureTime {
        CaptureTime(nanoseconds: UnitBuilder.start + seconds * 1_000_000_000)
    }

    private static func denied(_ build: UnitBuilder, _ user: String) -> Unit {
        .ticketRequest(build.request(.s4U2Proxy, user: user, [build.exchange(.s4U2Proxy, .refused(13))]))
    }

    @Test func openChangeAndCloseUnderOneID() throws {
        let build = UnitBuilder()
        var sink = Recorder()
        var diagnostician = Diagnostician(names: build.names, patience: 60_000_000_000)
        diagnostician.visit(Self.denied(build, "alice"))
        #expect(sink.lines == [])
        diagnostician.advance(to: Self.time(1), &sink)
        #expect(sink.lines == ["opened delegation-denied 1"])
        // Within a second nothing is passed on, and however much is added in a second is one change.
        diagnostician.visit(Self.denied(build, "bob"))
        diagnostician.visit(Self.denied(build, "carol"))
        diagnostician.advance(to: CaptureTime(nanoseconds: Self.time(1).nanoseconds + 1000), &sink)
        #expect(sink.lines.count == 1)
        for second in 2...61 { diagnostician.advance(to: Self.time(Int64(second)), &sink) }
        #expect(sink.lines == ["opened delegation-denied 1", "changed delegation-denied 3"])
        diagnostician.advance(to: Self.time(62), &sink)
        #expect(sink.lines.last == "quiet delegation-denied 3" && diagnostician.table.count == 0)
        // The same failure again is a new finding under the same id.
        diagnostician.visit(Self.denied(build, "dave"))
        diagnostician.finish(&sink)
        #expect(sink.lines.suffix(2) == ["opened delegation-denied 1", "ended delegation-denied 1"])
        #expect(Set(sink.ids).count == 1)
        #expect(sink.closed.map(\.count) == [3, 1])
    }

    /// A story of many kinds of failure.
    private static func story(_ build: UnitBuilder) -> [Unit] {
        var units: [Unit] = []
        for round in 0..<6 {
            let other = round % 2 == 0 ? UnitBuilder.kdc : UnitBuilder.otherKDC
            units += [
                denied(build, "user\(round)"),
                .ticketRequest(
                    build.request(
                        .s4U2Self, user: "nobody\(round % 2)",
                        [build.exchange(.s4U2Self, .refused(6), kdc: other)])),
                .ticketRequest(
                    build.request(
                        .s4U2Proxy, user: "alice", service: "http/farm.corp.example",
                        [build.exchange(.s4U2Proxy, round % 2 == 0 ? .granted : .refused(7), kdc: other)])),
                .ticketRequest(
                    build.request(
                        .authenticationService,
                        [build.exchange(.authenticationService, .unanswered(.reset), kdc: other)])),
            ]
        }
        return units
    }

    private static func words(_ findings: [Finding]) -> [String] {
        findings.map {
            "\($0.id) \($0.rule.slug) \($0.severity) \($0.count) \($0.evidence) \($0.causes) \($0.users.count)"
                + " \($0.details) \($0.consequenceOf.map(\.description) ?? "-")"
        }
    }

    @Test func addUpToWhatAReportHas() {
        let batch = UnitBuilder()
        let expected = batch.findings(Self.story(batch))
        #expect(expected.count > 4)

        let build = UnitBuilder()
        var sink = Recorder()
        var diagnostician = Diagnostician(names: build.names)
        for (index, unit) in Self.story(build).enumerated() {
            diagnostician.visit(unit)
            diagnostician.advance(to: Self.time(Int64(index)), &sink)
        }
        let openedEarly = sink.lines.filter { $0.hasPrefix("opened") }.count
        diagnostician.finish(&sink)
        #expect(Self.words(sink.closed) == Self.words(expected))
        // All but the connections of which it never came to be known how they ended.
        #expect(openedEarly >= expected.count - 2)
        #expect(sink.lines.contains("opened kdc-answers-differ 1"))
        for finding in expected {
            let calls = zip(sink.ids, sink.lines).filter { $0.0 == finding.id }.map(\.1)
            #expect(calls.first?.hasPrefix("opened") ?? false)
            #expect(calls.last?.hasPrefix("ended") ?? false)
            #expect(calls.dropFirst().dropLast().allSatisfy { $0.hasPrefix("changed") })
        }

        // With little patience there are more findings, of the same ids and no more occasions.
        let again = UnitBuilder()
        var hasty = Recorder()
        var other = Diagnostician(names: again.names, patience: 2_000_000_000)
        for (index, unit) in Self.story(again).enumerated() {
            other.visit(unit)
            other.advance(to: Self.time(Int64(3 * index)), &hasty)
        }
        other.finish(&hasty)
        #expect(hasty.closed.count > expected.count)
        func counts(_ findings: [Finding]) -> [FindingID: UInt64] {
            Dictionary(findings.map { ($0.id, $0.count) }, uniquingKeysWith: +)
        }
        #expect(counts(hasty.closed) == counts(expected))
    }

    /// What had to make room is closed, and goes on in the finding that stands for all such.
    @Test func whatMakesRoomIsClosed() {
        let build = UnitBuilder()
        var sink = Recorder()
        var diagnostician = Diagnostician(
            names: build.names, bounds: FindingBounds(total: 100, perRule: 2, perSource: 2))
        for index in 0..<5 {
            diagnostician.visit(
                .ticketRequest(
                    build.request(
                        .s4U2Self, user: "nobody\(index)", [build.exchange(.s4U2Self, .refused(6))])))
            // The later ones are more telling: they are met again.
            diagnostician.visit(
                .ticketRequest(
                    build.request(
                        .s4U2Self, user: "nobody\(index)", [build.exchange(.s4U2Self, .refused(6))])))
            diagnostician.advance(to: Self.time(Int64(index)), &sink)
        }
        diagnostician.finish(&sink)
        let opened = sink.lines.filter { $0.hasPrefix("opened") }.count
        let closed = sink.lines.filter { $0.hasPrefix("folded") || $0.hasPrefix("ended") }.count
        #expect(opened == closed && opened >= 3)
        #expect(sink.closed.reduce(0) { $0 + $1.count } == 10)
        #expect(sink.closed.filter { $0.folded != nil }.count == 1)
    }

    /// The id depends on what a finding is about, and on nothing that differs between runs.
    @Test func theIDIsThatOfTheSubjects() {
        func id(_ service: String, after others: [String] = []) -> FindingID? {
            let build = UnitBuilder()
            for name in others { _ = build.names.intern(name) }
            return build.findings([
                .ticketRequest(
                    build.request(
                        .s4U2Proxy, user: "alice", service: service, [build.exchange(.s4U2Proxy, .refused(13))]))
            ]).first { $0.rule.slug.description == "delegation-denied" }?.id
        }
        let known = id("http/web.corp.example")
        #expect(known?.description.count == 32)
        #expect(id("HTTP/Web.corp.example", after: ["one", "two"]) == known)
        #expect(id("http/other.corp.example") != known)
    }
}
