import Exchanges

/// There is no Kerberos in the capture.
final class CaptureWithoutKerberos: Rule {
    static let documentation = RuleDocumentation(
        slug: "capture-without-kerberos",
        title: "The capture holds no Kerberos",
        stage: .capture,
        severity: .info,
        meaning: """
            Not one Kerberos message is in the capture. Either nobody asked for a ticket while it ran (tickets and \
            refusals are remembered), or it was made at a place that the traffic between connector and domain \
            controllers does not pass.
            """,
        evidence: "Packets, but no message on port 88 and no Kerberos token in HTTP.",
        causes: [
            DocumentedCause(
                "cached", "The connector used cached tickets, or repeated a refusal from its cache.",
                fixes: [
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector, Remedies.capture,
                ]),
            DocumentedCause(
                "place", "The capture was made elsewhere, or a filter left port 88 out.",
                fixes: [
                    DocumentedFix(
                        "Capture on the connector, without a filter or with ports 53, 88, 389 and the backend's.",
                        on: .capture)
                ]),
            DocumentedCause(
                "nobody", "Nobody signed on while the capture ran.",
                fixes: [DocumentedFix("Capture while a user opens the application's external URL.", on: .capture)]),
        ])

    static let keyedBy: SubjectParts = []

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.packets > 0, facts.messages[.kerberos] == 0 else { return }
        context.report(Observation(ofCapture: .info, at: nil, "", []))
    }
}
