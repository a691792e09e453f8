import Dissectors
import Exchanges

/// The KDC says that the asking account may delegate to nothing at all.
final class DelegationNotConfigured: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "delegation-not-configured",
        title: "{account} has no delegation configured, so {user} cannot be signed on to {spn}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector asked for a ticket to {spn} in the user's name, and the domain controller answered \
            KDC_ERR_BADOPTION (13) with status NOT_SUPPORTED: the delegation list of {account} is empty.
            """,
        evidence: """
            A TGS-REQ with cname-in-addl-tkt and an additional ticket, answered by KRB-ERROR 13 whose e-data holds \
            STATUS_NOT_SUPPORTED. Clients since Windows 2012 offer resource-based delegation as well and are told \
            NOT_FOUND instead (delegation-denied); NO_MATCH says that the list holds other names \
            (delegation-target-not-listed).
            """,
        causes: [
            DocumentedCause(
                "list-empty",
                """
                Delegation was never granted to {account}, or was granted to another computer account of the \
                connector group.
                """,
                fixes: [
                    Remedies.showDelegation, Remedies.querySPN, Remedies.listSPN, Remedies.anyProtocol,
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector,
                ]),
            DocumentedCause(
                "not-replicated",
                "It was granted, but the domain controller that was asked ({kdc}) does not know it yet.",
                fixes: [Remedies.replication]),
        ],
        cannotTell: ["What the list holds: only the KDC's verdict on it is on the wire."],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Delegation service: rights to delegate to the target SPN, Use any authentication protocol"),
            SeedRow(.troubleshoot, "13019: general API error"),
        ],
        references: ["MS-SFU 3.2.5.2", "MS-KILE 2.2.1"])

    static let keyedBy: SubjectParts = [.account, .service]
    static let codes: Set<KerberosErrorCode> = [.badOption]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard context.delegationRefusals.meaning(of: request) == .notConfigured, let last = request.last else { return }
        // With the bit for resource-based delegation set the status is no longer that precise.
        context.report(Observation(.error, last.asksForResourceBasedDelegation ? .medium : .high, of: request))
    }
}
