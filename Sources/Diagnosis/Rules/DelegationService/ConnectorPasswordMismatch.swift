import Dissectors
import Exchanges

/// A computer account's preauthentication failed: the machine and the domain hold different passwords.
final class ConnectorPasswordMismatch: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "connector-password-mismatch",
        title: "{account} cannot log on: its password is not the one that the domain holds",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector's own computer account failed preauthentication (KDC_ERR_PREAUTH_FAILED, 24). The machine \
            and the domain disagree about the machine's password, so the connector gets no ticket for anybody.
            """,
        evidence: """
            An AS-REQ with an encrypted timestamp for a name that ends in $, answered by KRB-ERROR 24 (by old KDCs \
            31), and no later success. For other names this is account-password-wrong; a clock that is off is answered \
            37 (clock-skew).
            """,
        causes: [
            DocumentedCause(
                "restored", "The machine was restored from an image or snapshot, or its account was reset.",
                fixes: [Remedies.testChannel, Remedies.repairChannel, Remedies.verifyChannel]),
            DocumentedCause(
                "same-name", "Another machine was joined under the same name and changed the password.",
                fixes: [
                    DocumentedFix(
                        "Compare when the password was last set with when this machine last changed it.",
                        command:
                            "Get-ADComputer {account_host} -Properties PasswordLastSet, OperatingSystem, IPv4Address",
                        on: .anywhere),
                    DocumentedFix(
                        "If the account is another machine's, join the connector under a name of its own.",
                        on: .connector),
                ]),
            DocumentedCause(
                "not-replicated", "The domain controller that was asked ({kdc}) does not hold the latest password.",
                fixes: [Remedies.replication]),
        ],
        eventIDs: [13019, 13020, 12027],
        seedRows: [
            SeedRow(.troubleshoot, "13019, 13020: the connector must be joined to the domain of the domain controller")
        ],
        references: ["RFC 4120 7.5.9", "MS-KILE 3.3.5.6"])

    static let keyedBy: SubjectParts = [.account]
    static let codes: Set<KerberosErrorCode> = [.preauthenticationFailed, .badIntegrity]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard request.isWrongPassword, context.isComputer(request.requester) else { return }
        context.report(Observation(.error, .high, of: request))
    }
}
