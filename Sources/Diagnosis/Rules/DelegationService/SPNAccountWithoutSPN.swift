import Dissectors
import Exchanges

/// The KDC would issue only a user-to-user ticket: the account behind the name is no service.
final class SPNAccountWithoutSPN: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "spn-account-without-spn",
        title: "The account behind {spn} is no service: the KDC demands user-to-user",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_MUST_USE_USER2USER (27): {spn} leads to an account without a \
            service principal name of its own. Delegation needs a service account.
            """,
        evidence: "KRB-ERROR 27 to a request for a ticket to a service.",
        causes: [
            DocumentedCause(
                "no-spn", "The account under which the application runs has no SPN, and was asked for by its own name.",
                fixes: [
                    Remedies.setSPN, Remedies.querySPN, Remedies.portalSPN, Remedies.purgeNetworkService,
                    Remedies.restartConnector,
                ])
        ],
        eventIDs: [13019, 13020, 12027],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Target application: setspn -q")],
        references: ["RFC 4120 3.7", "RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.service]
    static let codes: Set<KerberosErrorCode> = [.mustUseUserToUser]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        context.report(Observation(request.failureSeverity, .high, of: request))
    }
}
