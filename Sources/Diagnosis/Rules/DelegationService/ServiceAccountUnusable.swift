import Dissectors
import Exchanges

/// The account behind the service's name is disabled, expired or not yet valid.
final class ServiceAccountUnusable: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "service-account-unusable",
        title: "The account behind {spn} is disabled or expired",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered {error}: the account that holds {spn} may not be used, so no ticket to the \
            service is issued for anybody. The user is not at fault.
            """,
        evidence:
            """
            KRB-ERROR 2 (service expired), 19 (service revoked) or 22 (service not yet valid) to a request for a \
            ticket to a service.
            """,
        causes: [
            DocumentedCause(
                "disabled", "The service account was disabled or has expired.",
                fixes: [
                    Remedies.querySPN,
                    DocumentedFix(
                        "Show the state of the account that holds the SPN.",
                        command:
                            """
                            Get-ADObject -LDAPFilter '(servicePrincipalName={spn})' -Properties \
                            userAccountControl, accountExpires, sAMAccountName
                            """,
                        on: .anywhere),
                    DocumentedFix(
                        "Enable it.", command: "Enable-ADAccount {spn_account}", on: .domainController,
                        effect: .directory),
                    DocumentedFix(
                        "Clear its end date.", command: "Clear-ADAccountExpiration {spn_account}",
                        on: .domainController, effect: .directory),
                    Remedies.purgeNetworkService,
                ])
        ],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.troubleshoot, "13019: general API error")],
        references: ["RFC 4120 7.5.9"])

    static let keyedBy: SubjectParts = [.service]
    static let codes: Set<KerberosErrorCode> = [.serviceExpired, .serviceRevoked, .serviceNotYetValid]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        if request.kind == .authenticationService { return }
        var observation = Observation(request.failureSeverity, .high, of: request)
        observation.details = [Detail("error", code.label)]
        context.report(observation)
    }
}
