import TestSupport
import PacketModel
import CaptureFile
import Diagnosis
import Pipeline
import Platform
import Reporting
import Testing

/// In which order captures are named changes nothing of what is said.
@Suite struct CaptureOrderTests {
    private static func summary(_ samples: [Sample]) -> [String] {
        let result = Analysis.run(CaptureOpener.open(paths: samples.map { PathName($0.path) }))
        let verdict = String(TextReport.text(result, style: TextStyle(width: 10_000), detail: .quiet))
        return [verdict]
            + result.findings.map { finding in
                let text = FindingText(finding, names: result.names)
                let evidence = finding.evidence.map {
                    "\(result.captures[Int($0.frame.capture)].name):\($0.frame.frame) \($0.note)"
                }
                return
                    """
                    \(finding.rule.slug) \(finding.count) \(text.title) \(text.explanation) \
                    \(text.causes.map(\.id)) \(evidence) \(text.displayFilter)
                    """
            }
    }

    @Test func twoCapturesInEitherOrder() {
        for distance in [1, 7] {
            for place in stride(from: 0, to: Samples.own.count - distance, by: 5) {
                let pair = [Samples.own[place], Samples.own[place + distance]]
                let said = Self.summary(pair)
                #expect(said.first?.isEmpty == false)
                #expect(Self.summary(pair.reversed()) == said, "\(pair.map(\.name))")
            }
        }
    }
}
