import Exchanges

/// Tickets to a backend were issued, and no request to a backend is in the capture.
final class CaptureWithoutBackend: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "capture-without-backend",
        title: "The capture shows no request to a backend",
        stage: .capture,
        severity: .info,
        meaning: """
            Delegated tickets were issued, but the capture holds no HTTP request that could be read: the second half \
            of the sign-on, from connector to backend, cannot be judged. It may lie outside the capture, or inside TLS.
            """,
        evidence: "S4U2Proxy granted; no HTTP message in any flow.",
        causes: [
            DocumentedCause(
                "filter", "The capture was limited to port 88, or made where the backend's traffic does not pass.",
                fixes: [DocumentedFix("Capture on the connector, with the backend's port.", on: .capture)]),
            DocumentedCause(
                "tls", "The backend is reached over HTTPS.",
                fixes: [DocumentedFix("For the test use http in the internal URL, or supply a key log.", on: .portal)]),
            DocumentedCause(
                "not-sent", "The connector did not send a request: it could not find or reach the backend.",
                fixes: [DocumentedFix("Load the internal URL on the connector.", on: .connector)]),
        ],
        seedRows: [SeedRow(.debugConnectors, "7: load the app's internal URL on the connector server")])

    static let keyedBy: SubjectParts = []

    private var granted: TicketRequest?

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        if granted == nil, request.kind == .s4U2Proxy, request.outcome.isGranted { granted = request }
    }

    // What a capture holds is known at its end.
    func finish(_ context: RuleContext) {
        let facts = context.captureTotals
        guard facts.packets > 0, facts.messages[.http] == 0, let granted else { return }
        var observation = Observation(.info, .high, of: granted)
        observation.subjects = Subjects()
        context.report(observation)
    }
}
