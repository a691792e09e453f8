import Dissectors
import Exchanges

/// The KDC says that the asking account's delegation list lacks the service.
final class DelegationTargetNotListed: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "delegation-target-not-listed",
        title: "{account} may delegate, but not to {spn}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector asked for a ticket to {spn} in the user's name, and the domain controller answered that the \
            delegation list of {account} does not hold this name. The list must hold exactly the SPN that is set in \
            the portal: another service class, the short host name or a port make it another name.
            """,
        evidence: """
            A TGS-REQ with cname-in-addl-tkt and an additional ticket, answered by KRB-ERROR 13 with \
            STATUS_NO_MATCH, or by an MIT KDC with the text UNSUPPORTED_S4U2PROXY_REQUEST or NOT_ALLOWED_TO_DELEGATE. \
            NOT_SUPPORTED says that the list is empty (delegation-not-configured).
            """,
        causes: [
            DocumentedCause(
                "not-listed", "The list of {account} lacks {spn}.",
                fixes: [
                    Remedies.showDelegation, Remedies.listSPN, Remedies.purgeNetworkService,
                    Remedies.purgeMachine, Remedies.restartConnector,
                ]),
            DocumentedCause(
                "portal-spn", "The portal names another SPN than the one to which delegation was granted.",
                fixes: [Remedies.portalSPN, Remedies.querySPN]),
            DocumentedCause(
                "not-forwardable", "The user's ticket is not forwardable: some KDCs give the same answer for it.",
                fixes: [Remedies.anyProtocol]),
        ],
        cannotTell: ["Which names the list holds: only the KDC's verdict on it is on the wire."],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Delegation service: rights to delegate to the target SPN, Use any authentication protocol"),
            SeedRow(
                .kerberosConstrainedDelegation,
                "Target application: the SPN in the portal is the SPN of the application's account"),
            SeedRow(.troubleshoot, "13019: general API error"),
        ],
        references: ["MS-SFU 3.2.5.2", "MS-KILE 2.2.1"])

    static let keyedBy: SubjectParts = [.account, .service]
    static let codes: Set<KerberosErrorCode> = [.badOption]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard context.delegationRefusals.meaning(of: request) == .targetNotListed, let last = request.last else {
            return
        }
        let isSure = last.reply.ntStatus == nil || !last.asksForResourceBasedDelegation
        context.report(Observation(.error, isSure ? .high : .medium, of: request))
    }
}
