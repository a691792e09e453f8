import Dissectors
import Exchanges

/// The KDC finds more than one account for the user's name.
final class UserAmbiguous: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "user-ambiguous",
        title: "More than one account answers to the user name {user}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_PRINCIPAL_NOT_UNIQUE (8) to a request for {user}: the name stands \
            on several accounts, so it cannot say which one is meant.
            """,
        evidence:
            """
            KRB-ERROR 8 to an AS-REQ for the name or to a request in the user's name. On a service's name this is \
            spn-duplicate.
            """,
        causes: [
            DocumentedCause(
                "duplicate-upn",
                "Two accounts have the same user principal name, or one's UPN is built like another's account name.",
                fixes: [
                    DocumentedFix(
                        "List every account with the name, in the whole forest.",
                        command:
                            """
                            Get-ADObject -LDAPFilter '(|(userPrincipalName={user})(sAMAccountName=\
                            {user})(altSecurityIdentities=*{user}*))' -SearchBase '' -Server :3268
                            """,
                        on: .anywhere),
                    DocumentedFix("Give one of them another user principal name.", on: .domainController),
                ]),
            DocumentedCause(
                "alternate-identity", "An alternate identity is mapped to more than one account.",
                fixes: [Remedies.portalIdentity]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Working with SSO when on-premises and cloud identities are not identical")
        ],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.user]
    static let codes: Set<KerberosErrorCode> = [.principalNotUnique]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard !request.isRealmDiscovery,
            request.kind == .s4U2Self || request.kind == .authenticationService
        else { return }
        context.report(Observation(.error, .high, of: request))
    }
}
