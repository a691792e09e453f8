import Exchanges

/// The snaplen cut messages.
final class CaptureTruncated: Rule {
    static let documentation = RuleDocumentation(
        slug: "capture-truncated",
        title: "The capture cut {packets} short",
        stage: .capture,
        severity: .info,
        meaning: """
            The capture kept only the first octets of each packet, and {messages} that matter here were cut. Their \
            beginnings were read; tickets that were cut cannot be followed from step to step.{hidden_text}
            """,
        evidence: "Packets whose captured length is below their length on the wire.",
        causes: [
            DocumentedCause(
                "snaplen", "The capture was made with a limit on the octets of a packet (pktmon keeps 128 by default).",
                fixes: [
                    DocumentedFix(
                        "Capture whole packets.",
                        command: Commands.capturePackets, on: .connector),
                    DocumentedFix("With tcpdump use -s 0, with dumpcap no -s.", on: .capture),
                ])
        ])

    static let keyedBy: SubjectParts = []

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.cutMessages > 0 else { return }
        context.report(
            context.hiddenOutcomes.observation(
                of: .wholePackets, at: facts.cutMessageFrame, "message cut by the snaplen",
                [
                    Detail("packets", facts.cutPackets == 1 ? "one packet" : "\(facts.cutPackets) packets"),
                    Detail("messages", facts.cutMessages == 1 ? "one message" : "\(facts.cutMessages) messages"),
                ]))
    }
}
