import Dissectors
import Exchanges

/// The user's account exists but may not log on now.
final class UserAccountUnusable: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "user-account-unusable",
        title: "The account of {user} may not log on: {why}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller refused a ticket in the name of {user} with {error}: {why}. Delegation makes the \
            same checks as if the user logged on.
            """,
        evidence: """
            KRB-ERROR 18, 23, 1 or 21 to a request for the user or in the user's name; or 12 with a status that names \
            the user's account. The status in the e-data says which restriction it is; without one the code only says \
            so in general. For a computer account's own log-on this is connector-account-unusable.
            """,
        causes: [
            DocumentedCause(
                "disabled", "The account is disabled.",
                fixes: [
                    Remedies.showUser,
                    DocumentedFix(
                        "Enable it.",
                        command:
                            """
                            Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" | \
                            Enable-ADAccount
                            """,
                        on: .domainController, effect: .directory),
                ]),
            DocumentedCause(
                "locked", "The account is locked out.",
                fixes: [
                    Remedies.showUser,
                    DocumentedFix(
                        "Unlock it.",
                        command:
                            """
                            Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" | \
                            Unlock-ADAccount
                            """,
                        on: .domainController, effect: .directory),
                ]),
            DocumentedCause(
                "expired", "The account has expired, or is not valid yet.",
                fixes: [
                    Remedies.showUser,
                    DocumentedFix(
                        "Clear its end date.",
                        command:
                            """
                            Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" | \
                            Clear-ADAccountExpiration
                            """,
                        on: .domainController, effect: .directory),
                ]),
            DocumentedCause(
                "password", "The password has expired or must be changed at the next log-on.",
                fixes: [
                    Remedies.showUser,
                    DocumentedFix(
                        "Let the user change the password, or reset it without the flag that demands a change.",
                        on: .domainController),
                ]),
            DocumentedCause(
                "hours", "The account's log-on hours do not allow the present time.",
                fixes: [DocumentedFix("Open Log-on Hours on the Account tab of the user.", on: .domainController)]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Client preauthentication: the account exists and is not disabled or blocked"),
            SeedRow(.troubleshoot, "13019: general API error"),
        ],
        references: ["RFC 4120 7.5.9", "MS-KILE 2.2.1", "MS-KILE 3.3.5.7"])

    static let keyedBy: SubjectParts = [.user]
    static let codes: Set<KerberosErrorCode> = [
        .clientExpired, .policy, .clientRevoked, .clientNotYetValid, .keyExpired,
    ]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard !request.isRealmDiscovery, let cause = Self.cause(code, request.refusalStatus) else { return }
        switch request.kind {
        case .s4U2Self, .s4U2Proxy: break
        case .authenticationService where !context.isComputer(request.requester): break
        default: return
        }
        var observation = Observation(.error, .high, of: request)
        observation.causes = cause.ids
        observation.details = [
            Detail("why", cause.why), Detail("error", code.label),
        ]
        context.report(observation)
    }

    /// What code and status say of the user's account; nil where they say nothing of it.
    static func cause(_ code: KerberosErrorCode, _ status: UInt32?) -> (ids: [StaticString], why: String)? {
        guard codes.contains(code) else { return nil }
        switch status {
        case KDCStatus.accountDisabled: return (["disabled"], "it is disabled")
        case KDCStatus.accountLockedOut: return (["locked"], "it is locked out")
        case KDCStatus.accountExpired: return (["expired"], "it has expired")
        case KDCStatus.passwordExpired: return (["password"], "its password has expired")
        case KDCStatus.passwordMustChange: return (["password"], "its password must be changed")
        case KDCStatus.invalidLogonHours: return (["hours"], "its log-on hours do not allow it now")
        default: break
        }
        switch code {
        case .clientExpired: return (["expired"], "it has expired")
        case .clientRevoked:
            return (["disabled", "locked", "expired", "hours"], "it is disabled, locked out or expired")
        case .clientNotYetValid: return (["expired"], "it is not valid yet")
        case .keyExpired: return (["password"], "its password has expired or must be changed")
        default: return nil
        }
    }
}
