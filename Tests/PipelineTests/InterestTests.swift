import TestSupport
import PacketModel
import CaptureFile
@testable import Diagnosis
import Dissectors
import Exchanges
import Flows
import Platform
import Testing

/// A rule is shown only the units whose marks it names: that must never make a difference.
@Suite struct InterestTests {
    /// Every unit of a capture, in order, with what was known of the hosts before it.
    private static func units(_ path: String, _ names: NameTable) -> [(unit: Unit, hosts: [HostFacts])] {
        var flows = FlowTracker(context: DissectionContext(names: names))
        var exchanges = ExchangeTracker(names: names)
        var out: [(unit: Unit, hosts: [HostFacts])] = []
        func drain(_ flows: inout FlowTracker, _ exchanges: inout ExchangeTracker) {
            for set in flows.clockSets { exchanges.receive(set) }
            exchanges.advance(to: flows.watermark)
            let messages = flows.context.messages
            for index in 0..<messages.count { exchanges.receive(messages, index) }
            flows.context.removeMessages()
            for index in 0..<flows.ended.count { exchanges.receive(&flows.ended[index], isUnit: true) }
            flows.removeEvents()
            if exchanges.units.isEmpty { return }
            let hosts = exchanges.hosts
            out += exchanges.units.map { ($0, hosts) }
            exchanges.units.removeAll()
        }
        let source = CaptureOpener.open(paths: [PathName(path)])
        var batch = PacketBatch()
        reading: while true {
            switch source.next(into: &batch) {
            case .packets:
                for index in batch.records.indices {
                    let record = batch.records[index]
                    if flows.process(batch.bytes(of: record), record) { drain(&flows, &exchanges) }
                }
            case .watermark(let time): flows.advance(to: time)
            case .finished: break reading
            case .captureEnded, .interface, .drops, .secrets, .names: break
            }
        }
        while flows.finishSome() { drain(&flows, &exchanges) }
        drain(&flows, &exchanges)
        exchanges.finish()
        drain(&flows, &exchanges)
        return out
    }

    private static func findings(_ units: [(unit: Unit, hosts: [HostFacts])], _ names: NameTable, asksEveryRule: Bool)
        -> [String]
    {
        var diagnostician = Diagnostician(names: names, asksEveryRule: asksEveryRule)
        for (unit, hosts) in units {
            diagnostician.note(hosts: hosts)
            if case .connection(var connection) = unit, !diagnostician.wants(&connection) { continue }
            diagnostician.see(unit)
        }
        return diagnostician.finish().map { finding in
            """
            \(finding.rule.slug) \(finding.severity) \(finding.confidence) \(finding.subjects) \
            \(finding.severalSubjects)
            """
                + """
                 \(finding.count) \(finding.evidence) \(finding.omittedEvidence) \(finding.details) \
                \(finding.causes)
                """
                    + """
                     \(finding.variant.map(\.description) ?? "-") \(finding.connections) \(finding.occasions) \
                    \(finding.users)
                    """
                + " \(finding.consequenceOf.map(\.description) ?? "-") \(finding.rule.eventIDs)"
        }
    }

    @Test func makeNoDifference() {
        var failures: [String] = []
        var count = 0
        for sample in Samples.all {
            let names = NameTable()
            let units = Self.units(sample.path, names)
            let usual = Self.findings(units, names, asksEveryRule: false)
            let all = Self.findings(units, names, asksEveryRule: true)
            count += usual.count
            if usual != all {
                let difference = all.difference(from: usual)
                failures.append("\(sample.name): \(difference.map { "\($0)" }.joined(separator: "\n"))")
            }
        }
        #expect(failures == [])
        #expect(count > 100)
    }

    /// Every rule says what concerns it, and no rule that judges healthy units asks for all of them.
    @Test func everyRuleNamesItsInterests() {
        for rule in RuleRegistry.all { #expect(rule.interests != .all, "\(rule.documentation.slug)") }
    }
}
