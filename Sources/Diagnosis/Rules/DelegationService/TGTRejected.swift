import Dissectors
import Exchanges

/// The KDC does not accept the ticket-granting ticket.
final class TGTRejected: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "tgt-rejected",
        title: "The domain controller {kdc} does not accept the ticket-granting ticket of {account}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered {error}: the ticket with which {account} asked was revoked, is for another \
            KDC, or is encrypted with a key that this domain controller no longer holds.
            """,
        evidence:
            """
            KRB-ERROR 20 (TGT revoked), 35 (ticket is not for us) or 44 (key version not available) from port 88, \
            and no later success.
            """,
        causes: [
            DocumentedCause(
                "stale",
                """
                The machine holds a ticket from before the account was changed, the krbtgt password was reset, or \
                the machine was joined anew.
                """,
                fixes: [Remedies.purgeMachine, Remedies.purgeNetworkService, Remedies.restartConnector]),
            DocumentedCause(
                "foreign-kdc", "The name of a domain controller leads to a host of another realm.",
                fixes: [
                    DocumentedFix(
                        "See which domain controllers DNS names.",
                        command: Commands.listControllers, on: .connector)
                ]),
            DocumentedCause(
                "read-only-dc", "A read-only domain controller issued the ticket, and another one was asked.",
                fixes: [Remedies.replication]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.troubleshoot, "13019: general API error")],
        references: ["RFC 4120 7.5.9", "MS-KILE 3.3.5.7"])

    static let keyedBy: SubjectParts = [.account, .kdc]
    static let codes: Set<KerberosErrorCode> = [.ticketGrantingTicketRevoked, .notUs, .badKeyVersion]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        if request.kind == .authenticationService { return }
        var observation = Observation(max(request.failureSeverity, .warning), .medium, of: request)
        observation.subjects.realm = request.serviceRealm
        observation.details = [Detail("error", code.label)]
        context.report(observation)
    }
}
