import ByteParsing
import Collections
import Dissectors
import Exchanges

/// The KDC says that the ticket-granting ticket has expired.
final class TGTExpired: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "tgt-expired",
        title: "A ticket of {account} had expired when it was used",
        stage: .delegationService,
        severity: .info,
        meaning: """
            The domain controller answered KRB_AP_ERR_TKT_EXPIRED (32): the ticket with which {account} asked was past \
            its end. Clients then log on again and go on; only where nothing follows is something wrong.
            """,
        evidence: """
            KRB-ERROR 32 from port 88. With a new log-on or ticket of the same account after it this is normal. Where \
            the two clocks were measured to differ it is clock-skew.
            """,
        causes: [
            DocumentedCause(
                "stale", "The client keeps an expired ticket.",
                fixes: [Remedies.purgeMachine, Remedies.purgeNetworkService, Remedies.restartConnector])
        ],
        variants: [
            DocumentedVariant(
                "stuck", title: "{account} was refused for an expired ticket and did not log on again",
                meaning: """
                    The domain controller answered KRB_AP_ERR_TKT_EXPIRED (32) and no new log-on of {account} \
                    followed: the client goes on with a ticket that no longer counts.
                    """)
        ],
        eventIDs: [13019],
        references: ["RFC 4120 7.5.9"],
        consequenceOf: ["clock-skew"])

    static let keyedBy: SubjectParts = [.account]

    /// Expired requests by account, the latest, until the account is granted something.
    private let expired = RefCell(BoundedTable<NameID, TicketRequest?>(maximumCount: 256))

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        if request.refusal == .ticketExpired {
            context.report(Observation(.info, .high, of: request))
            if request.captureContinues, request.failureSeverity != .info {
                expired.value.set(context.fold(request.requester.name), request)
            }
            return
        }
        guard request.outcome.isGranted else { return }
        if !expired.value.isEmpty {
            let account = context.fold(request.requester.name)
            if expired.value[account] != nil { expired.value.update(account, initial: nil) { $0 = nil } }
        }
        // The usual course: refused once for its age, renewed, granted.
        if request.attemptCount > 1, request.wasRefused(with: .ticketExpired) {
            context.report(Observation(.info, .high, of: request))
        }
    }

    // The account may still be granted something.
    func finish(_ context: RuleContext) {
        for (_, request) in expired.value.entries {
            guard let request else { continue }
            var observation = Observation(.warning, .medium, of: request)
            observation.variant = "stuck"
            context.report(observation)
        }
    }
}
