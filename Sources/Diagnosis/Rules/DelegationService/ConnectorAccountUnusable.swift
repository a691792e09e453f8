import Dissectors
import Exchanges

/// The domain does not let the asking computer account log on.
final class ConnectorAccountUnusable: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "connector-account-unusable",
        title: "The domain does not accept the computer account {account}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector could not log on with its own computer account: the domain controller answered {error}. \
            Without a ticket of its own it cannot ask for one in anybody's name, so every sign-on through it fails.
            """,
        evidence: """
            An AS-REQ for a name that ends in $, finally answered by KRB-ERROR 6 (unknown), 18 (disabled, expired or \
            locked), 1 (expired), 21 (not yet valid), 12 (policy) or 23 (password expired). 24 is \
            connector-password-mismatch.
            """,
        causes: [
            DocumentedCause(
                "unknown",
                """
                The account does not exist in this domain: deleted, renamed, or the machine belongs to another \
                domain.
                """,
                fixes: [
                    DocumentedFix(
                        "Look for the account.", command: "Get-ADComputer -Filter \"Name -eq '{account_host}'\"",
                        on: .anywhere),
                    Remedies.testChannel,
                    DocumentedFix(
                        "Join the connector's machine to the domain of the application's users and services again.",
                        on: .connector),
                ]),
            DocumentedCause(
                "disabled", "The account is disabled, expired or locked.",
                fixes: [
                    DocumentedFix(
                        "Show its state.",
                        command: "Get-ADComputer {account_host} -Properties Enabled, LockedOut, AccountExpirationDate",
                        on: .anywhere),
                    DocumentedFix(
                        "Enable it.", command: "Enable-ADAccount -Identity (Get-ADComputer {account_host})",
                        on: .domainController, effect: .directory),
                    Remedies.restartConnector,
                ]),
            DocumentedCause(
                "policy", "An authentication policy or silo keeps the account from logging on here.",
                fixes: [
                    DocumentedFix(
                        "Show what is assigned to it.",
                        command: Commands.showAuthenticationPolicy,
                        on: .anywhere)
                ]),
        ],
        eventIDs: [13019, 13020, 12027],
        seedRows: [
            SeedRow(.troubleshoot, "13019, 13020: the connector must be joined to the domain of the domain controller")
        ],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.account]
    static let codes: Set<KerberosErrorCode> = [
        .clientExpired, .clientPrincipalUnknown, .policy, .clientRevoked, .clientNotYetValid, .keyExpired,
    ]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard request.kind == .authenticationService, context.isComputer(request.requester) else { return }
        var observation = Observation(.error, .high, of: request)
        observation.details = [Detail("error", code.label)]
        observation.causes =
            switch code {
            case .clientPrincipalUnknown: ["unknown"]
            case .policy: ["policy", "disabled"]
            default: ["disabled"]
            }
        context.report(observation)
    }
}
