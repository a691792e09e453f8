import Exchanges

/// Octets of flows that matter were never seen.
final class CaptureGaps: Rule {
    static let documentation = RuleDocumentation(
        slug: "capture-gaps",
        title: "The capture lacks packets: {missing}",
        stage: .capture,
        severity: .info,
        meaning: """
            Later packets show that earlier ones are not in the capture: {missing}. A message in such a hole is \
            neither seen nor counted as missing on the wire.{hidden_text}
            """,
        evidence:
            """
            TCP sequence numbers that were acknowledged or passed but never captured; losses that the capturing \
            system reports itself.
            """,
        causes: [
            DocumentedCause(
                "overload", "The capturing machine or mirror port could not keep up.",
                fixes: [
                    DocumentedFix(
                        "Capture only what is needed: ports 53, 88, 123, 389 and the backend's.", on: .capture),
                    DocumentedFix("Capture on the connector itself instead of a mirror port.", on: .capture),
                ])
        ])

    static let keyedBy: SubjectParts = []

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.missingBytes > 0 || facts.gapCount > 0 || facts.dropped > 0 else { return }
        var parts: [String] = []
        if facts.gapCount > 0 || facts.missingBytes > 0 {
            parts.append(
                "\(facts.missingBytes) octets in \(max(1, facts.gapCount)) \(facts.gapCount > 1 ? "places" : "place")")
        }
        if facts.dropped > 0 { parts.append("\(facts.dropped) packets lost by the capturing system") }
        context.report(
            context.hiddenOutcomes.observation(
                of: .octets, at: facts.gapFrame, "first packet after a hole",
                [
                    Detail("missing", parts.joined(separator: ", "))
                ]))
    }
}
