import PacketModel
import Dissectors
import Exchanges

/// The KDC says that it cannot work now.
final class KDCUnavailable: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-unavailable",
        title: "The domain controller {kdc} says that its service is not available",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_SVC_UNAVAILABLE (29): it runs, but cannot serve requests, as while \
            it starts, has no connection to its directory, or cannot reach a domain controller that it needs.
            """,
        evidence:
            "KRB-ERROR 29. If the client moved on to another domain controller and succeeded there this is a warning.",
        causes: [
            DocumentedCause(
                "dc-health", "The domain controller is starting or unwell, or a read-only one has lost its partner.",
                fixes: [
                    DocumentedFix("Test its health.", command: "dcdiag /q", on: .domainController),
                    Remedies.replication,
                ])
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation, "Prerequisites: a member may move from one DC to another at any time")
        ],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.kdc]

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard request.wasRefused(with: .serviceUnavailable),
            let attempt = request.attempt(refusedWith: .serviceUnavailable)
        else { return }
        var observation = Observation(
            request.refusal == .serviceUnavailable ? max(request.failureSeverity, .warning) : .warning, .medium,
            of: request)
        observation.subjects.kdc = attempt.kdc.address
        context.report(observation)
    }
}
