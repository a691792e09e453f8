import Dissectors
import Exchanges

/// The backend is shown a ticket whose issue is not in the capture.
final class TicketFromCache: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "ticket-from-cache",
        title: "{connector} used a ticket to {spn} that it already had",
        stage: .delegationService,
        severity: .info,
        meaning: """
            A request to the backend carries a Kerberos ticket, and nothing on port 88 shows how {connector} got it: \
            it lay in its cache. The first half of the sign-on therefore cannot be judged here.
            """,
        evidence:
            "An HTTP request with an AP-REQ whose ticket appears in no reply of a domain controller in the capture.",
        causes: [
            DocumentedCause(
                "cache", "The ticket was issued before the capture began.",
                fixes: [
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector, Remedies.capture,
                ])
        ],
        references: ["RFC 4120 3.2"])

    static let keyedBy: SubjectParts = [.connector, .service]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.kind == .cached, let transaction = signOn.transactions.first
        else { return }
        context.report(Observation(.info, .high, of: signOn, at: transaction))
    }
}
