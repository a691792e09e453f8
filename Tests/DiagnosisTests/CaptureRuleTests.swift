import Diagnosis
import Dissectors
import Exchanges
import Testing

/// The rules about the capture itself: each where it speaks, beside a neighbour where it must not.
@Suite struct CaptureRuleTests {
    /// What a capture holds and lacks, with units before it, and the findings about the capture.
    struct Case: Sendable, CustomTestStringConvertible {
        var title: String
        var facts: @Sendable (inout CaptureFacts) -> Void
        /// How a delegated ticket request came out, where there was one.
        var outcome: ExchangeOutcome?
        var isIncomplete = false
        var expected: [String]
        var testDescription: String { title }
    }

    static let cases = [
        Case(title: "whole", facts: { _ in }, expected: []),
        Case(
            title: "the clock went back",
            facts: {
                $0.clockSteps = 1; $0.clockStepBack = 2_000_000_000
            }, expected: ["capture-clock-steps info"]),
        Case(title: "packets a little out of order", facts: { $0.clockStepBack = 3_000_000 }, expected: []),
        Case(title: "a packet twice", facts: { $0.duplicatePackets = 1 }, expected: ["capture-duplicates info"]),
        Case(
            title: "octets missing",
            facts: {
                $0.missingBytes = 1448; $0.gapCount = 1
            }, expected: ["capture-gaps info"]),
        Case(title: "packets lost by the system", facts: { $0.dropped = 3 }, expected: ["capture-gaps info"]),
        Case(
            title: "octets missing where the answer was",
            facts: {
                $0.missingBytes = 1448; $0.gapCount = 1
            },
            outcome: .unanswered(.gap), expected: ["capture-gaps warning"]),
        Case(
            title: "octets missing where nothing was open",
            facts: {
                $0.missingBytes = 1448; $0.gapCount = 1
            },
            outcome: .granted, expected: ["capture-gaps info"]),
        Case(title: "one direction only", facts: { $0.oneSidedFlows = 1 }, expected: ["capture-one-sided info"]),
        Case(
            title: "one direction only where the answer was", facts: { $0.oneSidedFlows = 1 },
            outcome: .unanswered(.oneSided), expected: ["capture-one-sided warning"]),
        Case(
            title: "messages cut",
            facts: {
                $0.cutPackets = 5; $0.cutMessages = 2
            }, expected: ["capture-truncated info"]),
        Case(title: "packets cut behind the messages", facts: { $0.cutPackets = 5 }, expected: []),
        Case(
            title: "the answer cut",
            facts: {
                $0.cutPackets = 1; $0.cutMessages = 1
            }, outcome: .unanswered(.captureEnded),
            isIncomplete: true, expected: ["capture-truncated warning"]),
        Case(
            title: "no HTTP after a granted ticket", facts: { $0.messages[.http] = 0 }, outcome: .granted,
            expected: ["capture-without-backend info"]),
        Case(
            title: "no HTTP, and no ticket either", facts: { $0.messages[.http] = 0 }, outcome: .refused(13),
            expected: []),
        Case(title: "no Kerberos", facts: { $0.messages[.kerberos] = 0 }, expected: ["capture-without-kerberos info"]),
        Case(title: "nothing at all", facts: { $0 = CaptureFacts(point: 0) }, expected: []),
    ]

    @Test(arguments: cases)
    func findings(_ test: Case) {
        let build = UnitBuilder()
        var units: [Unit] = []
        if let outcome = test.outcome {
            let exchange = build.exchange(.s4U2Proxy, outcome, evidenceFor: "conn$") {
                $0.isIncomplete = test.isIncomplete
            }
            units.append(.ticketRequest(build.request(.s4U2Proxy, user: "alice", [exchange])))
        }
        var facts = CaptureFacts(point: 0)
        facts.packets = 100
        facts.messages[.kerberos] = 6
        facts.messages[.http] = 4
        test.facts(&facts)
        units.append(.capture(facts))
        let found = build.findings(units).filter { $0.rule.stage == .capture }
        #expect(found.map { "\($0.rule.slug) \($0.severity.name)" } == test.expected)
    }

    /// Every rule about the capture has a case in which it speaks.
    @Test func everyRuleSpeaks() {
        let spoken = Set(Self.cases.flatMap(\.expected).map { String($0.prefix { $0 != " " }) })
        #expect(
            Set(RuleRegistry.all.map { $0.documentation }.filter { $0.stage == .capture }.map(\.slug.description))
                == spoken)
    }
}
