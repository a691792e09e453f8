import TestSupport
import CaptureFile
import Diagnosis
import Dissectors
import Exchanges
import Pipeline
import Platform
import Reporting
import Testing

/// A rule of one's own, from a capture to a report.
@Suite struct CustomRuleTests {
    final class PageServed: SignOnRule {
        static let documentation = RuleDocumentation(
            slug: "page-served", title: "{user} got a page of {spn}", stage: .targetApplication, severity: .warning,
            meaning: "A page was served.", evidence: "A response with status 200.", causes: [])

        func visit(signOn: SignOn, _ context: RuleContext) {
            guard let served = signOn.transactions.first(where: { $0.status == 200 }) else { return }
            context.report(Observation(.warning, .high, of: signOn, at: served))
        }
    }

    @Test func reachesTheReport() throws {
        let sample = try Samples.named("healthy-tcp")
        var settings = AnalysisSettings()
        settings.rules.append(PageServed.self)
        let result = Analysis.run(CaptureOpener.open(paths: [PathName(sample.path)]), settings: settings)
        let report = String(TextReport.text(result))
        #expect(report.contains("page-served"))
        #expect(report.contains("got a page of"))
        #expect(result.findings.contains { $0.rule.slug.description == "page-served" && $0.count > 0 })
    }

    @Test func onlyTheGivenRulesJudge() throws {
        let sample = try Samples.named("healthy-tcp")
        var settings = AnalysisSettings()
        settings.rules = []
        let result = Analysis.run(CaptureOpener.open(paths: [PathName(sample.path)]), settings: settings)
        #expect(result.findings.isEmpty && result.ticketsIssued > 0)
    }
}
