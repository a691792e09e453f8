import Dissectors
import Exchanges

/// The KDC refused the ticket on the user's behalf with KDC_ERR_BADOPTION and did not say, or said
/// only that neither the delegation list nor the target's own permission allows it.
final class DelegationDenied: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "delegation-denied",
        title: "The KDC refused to delegate {user} to {spn}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector holds a ticket of the user to itself and asked the domain controller to turn it into a \
            ticket for {spn}. The domain controller answered KDC_ERR_BADOPTION (13): {account} is not allowed to \
            delegate this user to this service. It did not say whether the permission or the user's ticket is at fault.
            """,
        evidence: """
            A TGS-REQ with cname-in-addl-tkt and the user's ticket as additional ticket, answered by KRB-ERROR 13: \
            with status NOT_FOUND although resource-based delegation was offered (neither list nor target allows it), \
            or with no status at all (Samba and other KDCs). NOT_SUPPORTED is delegation-not-configured, NO_MATCH is \
            delegation-target-not-listed, ACCOUNT_RESTRICTION is user-ticket-not-forwardable. A 13 that a later \
            attempt overcomes, and a host that asks to delegate to itself, are normal.
            """,
        causes: [
            DocumentedCause(
                "not-listed",
                "The delegation list of {account} lacks exactly {spn}: service class, host and port all count.",
                fixes: [
                    Remedies.showDelegation, Remedies.querySPN, Remedies.portalSPN, Remedies.listSPN,
                    Remedies.purgeNetworkService, Remedies.purgeMachine, Remedies.restartConnector,
                ]),
            DocumentedCause(
                "kerberos-only", "{account} is set to \"Use Kerberos only\": the user's ticket cannot be forwarded.",
                fixes: [
                    Remedies.showDelegation, Remedies.anyProtocol, Remedies.purgeNetworkService,
                    Remedies.restartConnector,
                ]),
            DocumentedCause(
                "user-protected",
                "{user} is marked \"sensitive and cannot be delegated\" or is a member of Protected Users.",
                fixes: [
                    Remedies.showUser, UserTicketNotForwardable.clearSensitive, UserTicketNotForwardable.leaveProtected,
                ]),
            DocumentedCause(
                "not-admitted", "The account that owns {spn} does not admit {account} (resource-based delegation).",
                fixes: [
                    DocumentedFix(
                        "Show whom the SPN's owner admits.",
                        command:
                            """
                            Get-ADObject -LDAPFilter '(servicePrincipalName={spn})' | Get-ADObject -Properties \
                            msDS-AllowedToActOnBehalfOfOtherIdentity
                            """,
                        on: .anywhere),
                    Remedies.resourceBased, Remedies.purgeNetworkService,
                ]),
        ],
        variants: [
            DocumentedVariant(
                "other-realm", title: "The KDC refused to delegate {user} to {spn}, which is of another realm",
                meaning: """
                    The connector asked for a ticket to {spn} in the user's name. The service lives in another domain \
                    or realm, and the domain controller answered KDC_ERR_BADOPTION (13). A delegation list does not \
                    reach across domains: there the account that owns the SPN must itself admit {account} \
                    (PrincipalsAllowedToDelegateToAccount).
                    """),
            DocumentedVariant(
                "s4u2self", title: "The KDC refused {account} a ticket in the name of {user}",
                meaning: """
                    Already the first step failed: {account} asked for a ticket of {user} to itself (S4U2Self) and the \
                    domain controller answered KDC_ERR_BADOPTION (13). The account may not act for users, or this KDC \
                    does not offer it.
                    """),
        ],
        cannotTell: [
            """
            Which entry is missing: the list, the protocol setting and the user's flags are not on the wire, only \
            the KDC's verdict.
            """
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Delegation service: rights to delegate to the target SPN, Use any authentication protocol"),
            SeedRow(.kerberosConstrainedDelegation, "Events 13019 and 12027"),
            SeedRow(.troubleshoot, "13019: general API error"),
        ],
        references: ["MS-SFU 3.2.5.2", "RFC 4120 7.5.9", "MS-KILE 2.2.10"])

    static let keyedBy: SubjectParts = [.account, .service]
    static let codes: Set<KerberosErrorCode> = [.badOption]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        if request.kind == .s4U2Self, !request.userIsRequester(context) {
            var observation = Observation(.error, .medium, of: request)
            observation.variant = "s4u2self"
            observation.causes = ["kerberos-only", "user-protected"]
            context.report(observation)
            return
        }
        let refusal = context.delegationRefusals.meaning(of: request)
        guard refusal == .bare || refusal == .neitherListNorTarget else { return }
        var observation = Observation(.error, refusal == .bare ? .medium : .high, of: request)
        if DelegationRefusal.crossesRealms(request, context) {
            observation.variant = "other-realm"
            observation.causes = ["not-admitted", "not-listed", "user-protected"]
        } else if refusal == .neitherListNorTarget {
            observation.causes = ["not-listed", "not-admitted", "kerberos-only"]
        }
        context.report(observation)
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        guard finding.variant == nil, finding.severalSubjects.isDisjoint(with: [.account, .service]) else { return }
        if context.granted.hasOtherUser(than: finding, context) {
            // The permission is there: it is the user.
            finding.causes = ["user-protected", "not-listed", "not-admitted"]
        } else if context.granted.hasOtherService(than: finding, context) {
            finding.causes = ["not-listed", "not-admitted", "user-protected"]
        }
    }
}
