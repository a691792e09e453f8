import Dissectors
import Exchanges

/// Preauthentication failed for a name that is no computer account.
final class AccountPasswordWrong: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "account-password-wrong",
        title: "{account} was refused for a wrong password",
        stage: .delegationService,
        severity: .error,
        meaning: """
            {account} tried to log on and failed preauthentication (KDC_ERR_PREAUTH_FAILED, 24). A connector logs on \
            as its computer account, whose name ends in $, so this is another client on the same host or wire: a \
            service account, a scheduled task, or a person.
            """,
        evidence:
            """
            An AS-REQ with an encrypted timestamp for a name without $, answered by KRB-ERROR 24 (by old KDCs \
            31), and no later success.
            """,
        causes: [
            DocumentedCause(
                "typed",
                "The password was mistyped, or has been changed while a service or task still uses the old one.",
                fixes: [
                    DocumentedFix(
                        "Find what runs as this account on {connector}.",
                        command:
                            """
                            Get-CimInstance Win32_Service | Where-Object StartName -like '*{account}*' | \
                            Select-Object Name, StartName
                            """,
                        on: .connector),
                    DocumentedFix(
                        "See whether the account is being locked out.",
                        command:
                            """
                            Get-ADUser -Filter "UserPrincipalName -eq '{account}' -or SamAccountName -eq \
                            '{account}'" -Properties LockedOut, BadLogonCount, LastBadPasswordAttempt, \
                            PasswordLastSet
                            """,
                        on: .anywhere),
                ]),
            DocumentedCause(
                "managed-account", "A managed service account is used by a host that may not read its password.",
                fixes: [
                    DocumentedFix(
                        "Test it on the host.", command: "Test-ADServiceAccount {account_host}", on: .connector)
                ]),
        ],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.account]
    static let codes: Set<KerberosErrorCode> = [.preauthenticationFailed, .badIntegrity]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard request.isWrongPassword, !context.isComputer(request.requester) else { return }
        context.report(Observation(.error, .high, of: request))
    }
}
