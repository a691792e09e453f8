import Exchanges

/// Packets were captured more than once.
final class CaptureDuplicates: Rule {
    static let documentation = RuleDocumentation(
        slug: "capture-duplicates",
        title: "{packets} were captured more than once",
        stage: .capture,
        severity: .info,
        meaning: """
            {packets} are copies of packets seen just before: the capture records each at several places of its way. \
            They were recognised and count once; no retransmission or repeated attempt was made of them.
            """,
        evidence:
            "Packets with the same addresses, ports, sequence number or IP identification, and content within moments.",
        causes: [
            DocumentedCause(
                "several-places",
                """
                pktmon records a packet once for each component of the network stack; mirror ports copy both \
                sides of a switch.
                """,
                fixes: [
                    DocumentedFix(
                        "Capture at the network adapters only.",
                        command: "pktmon start --capture --comp nics --pkt-size 0", on: .connector)
                ])
        ])

    static let keyedBy: SubjectParts = []

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.duplicatePackets > 0 else { return }
        context.report(
            Observation(
                ofCapture: .info, at: facts.duplicateFrame, "first copy",
                [
                    Detail("packets", facts.duplicatePackets == 1 ? "One packet" : "\(facts.duplicatePackets) packets")
                ]))
    }
}
