import Dissectors
import Exchanges

/// The KDC finds more than one account for a service's name.
final class SPNDuplicate: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "spn-duplicate",
        title: "The SPN {spn} stands on more than one account",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_PRINCIPAL_NOT_UNIQUE (8): several accounts hold {spn}, so it cannot \
            tell with whose key the ticket must be encrypted, and issues none.
            """,
        evidence: """
            KRB-ERROR 8 to a request for a ticket to a service. Some domain controllers answer 7 (spn-unknown) for the \
            same fault, others issue a ticket for one of the accounts, which the backend then rejects with 41.
            """,
        causes: [
            DocumentedCause(
                "two-accounts",
                "The SPN was set on the application's account and still stands on an old account or on the server.",
                fixes: [
                    Remedies.duplicateSPNs, Remedies.querySPN,
                    DocumentedFix(
                        "Remove it from every account but the one under which the application runs.",
                        command: "setspn -D {spn} {wrong_account}", on: .domainController, effect: .directory),
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector,
                ])
        ],
        cannotTell: ["Which accounts hold it: the KDC does not say."],
        eventIDs: [13019, 13020, 12027],
        seedRows: [
            SeedRow(.kerberosConstrainedDelegation, "Delegation service: a single instance of the SPN, setspn -x")
        ],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.service]
    static let codes: Set<KerberosErrorCode> = [.principalNotUnique]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard request.isForService else { return }
        context.report(Observation(request.failureSeverity, .medium, of: request))
    }
}
