import Exchanges

/// Only one direction of flows was captured.
final class CaptureOneSided: Rule {
    static let documentation = RuleDocumentation(
        slug: "capture-one-sided",
        title: "Only one direction of {flows} was captured",
        stage: .capture,
        severity: .info,
        meaning: """
            Of {flows} to a domain controller or backend the capture holds one direction only: questions without \
            answers, or the reverse. What seems unanswered there may have been answered.{hidden_text}
            """,
        evidence:
            """
            TCP or UDP flows with packets from one side only, although the other side's acknowledgements show \
            that it spoke.
            """,
        causes: [
            DocumentedCause(
                "mirror", "The mirror port copies one direction, or the two directions take different ways.",
                fixes: [
                    DocumentedFix(
                        "Capture on the connector itself.",
                        command: Commands.capturePackets, on: .connector)
                ]),
            DocumentedCause(
                "filter", "A capture filter names a source where it should name a host.",
                fixes: [DocumentedFix("Filter by host and port in both directions, or not at all.", on: .capture)]),
        ])

    static let keyedBy: SubjectParts = []

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.oneSidedFlows > 0 else { return }
        context.report(
            context.hiddenOutcomes.observation(
                of: .oneDirection, at: facts.oneSidedFrame, "one direction only",
                [
                    Detail("flows", facts.oneSidedFlows == 1 ? "one flow" : "\(facts.oneSidedFlows) flows")
                ]))
    }
}
