import Dissectors
import Exchanges

/// The KDC's policy refuses the ticket.
final class KDCPolicyRejected: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-policy-rejected",
        title: "A policy of the domain refuses the ticket for {user}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_POLICY (12) to a request for {user}{status_text}: the names are \
            known, but a rule of the domain forbids this ticket. Samba answers so for a disabled user too.
            """,
        evidence: """
            KRB-ERROR 12 to a request in the user's name, for a service, or for a user's log-on. A status in the \
            e-data tells which rule; where it names the user's account this is user-account-unusable. For a computer \
            account's own log-on it is connector-account-unusable.
            """,
        causes: [
            DocumentedCause(
                "user-disabled", "{user} is disabled or otherwise restricted (Samba gives this code for it).",
                fixes: [Remedies.showUser]),
            DocumentedCause(
                "silo", "An authentication policy or silo does not let {user} or {account} be used here.",
                fixes: [
                    DocumentedFix(
                        "Show the policies assigned to the user.",
                        command:
                            """
                            Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" \
                            -Properties msDS-AssignedAuthNPolicy, msDS-AssignedAuthNPolicySilo
                            """,
                        on: .anywhere),
                    DocumentedFix(
                        "Show those of the connector's account.",
                        command: Commands.showAuthenticationPolicy,
                        on: .anywhere),
                ]),
            DocumentedCause(
                "selective-authentication",
                """
                The trust has selective authentication, and the right "Allowed to authenticate" is missing on the \
                target computer.
                """,
                fixes: [
                    DocumentedFix(
                        "Grant \"Allowed to authenticate\" on the computer that runs the service.",
                        on: .domainController)
                ]),
            DocumentedCause(
                "workstation", "The user may log on only to certain computers.",
                fixes: [Remedies.showUser]),
            DocumentedCause(
                "read-only-dc", "A read-only domain controller was asked that may not serve these accounts.",
                fixes: [
                    DocumentedFix(
                        "Show which domain controllers are read-only.",
                        command: Commands.listReadOnlyControllers,
                        on: .anywhere)
                ]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Client preauthentication: the account exists and is not disabled or blocked"),
            SeedRow(.troubleshoot, "13019: general API error"),
        ],
        references: ["RFC 4120 7.5.9", "MS-KILE 3.3.5.7", "MS-KILE 2.2.1"])

    static let keyedBy: SubjectParts = [.user, .service]
    static let codes: Set<KerberosErrorCode> = [.policy]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard !request.isRealmDiscovery,
            request.kind != .authenticationService || !context.isComputer(request.requester),
            UserAccountUnusable.cause(.policy, request.refusalStatus) == nil
                || !request.isForUser && request.kind != .authenticationService
        else { return }
        var observation = Observation(request.failureSeverity, .medium, of: request)
        let status = request.refusalStatus
        observation.details = [
            Detail("status_text", status.map { " (status \(Evidence.statusLabel($0)))" } ?? " without a reason")
        ]
        switch status {
        case KDCStatus.authenticationFirewall: observation.causes = ["selective-authentication"]
        case KDCStatus.invalidWorkstation: observation.causes = ["workstation"]
        case KDCStatus.noSecrets: observation.causes = ["read-only-dc"]
        default: break
        }
        context.report(observation)
    }
}
