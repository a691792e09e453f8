import Dissectors
import Exchanges

/// The KDC says that the user's own ticket cannot be delegated.
final class UserTicketNotForwardable: RefusalRule {
    static let clearSensitive = DocumentedFix(
        "Clear \"Account is sensitive and cannot be delegated\" if policy allows.",
        command:
            """
            Get-ADUser -Filter "UserPrincipalName -eq '{user}' -or SamAccountName -eq '{user}'" | \
            Set-ADAccountControl -AccountNotDelegated $false
            """,
        on: .domainController, effect: .directory)
    static let leaveProtected = DocumentedFix(
        """
        Show whether the user is a member of Protected Users, directly or through a group; members can never be \
        delegated.
        """,
        command: "Get-ADGroupMember 'Protected Users' -Recursive | Select-Object SamAccountName", on: .anywhere)

    static let documentation = RuleDocumentation(
        slug: "user-ticket-not-forwardable",
        title: "The ticket of {user} cannot be delegated to {spn}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector got a ticket in the name of {user}, but the domain controller refused to turn it into one \
            for {spn} because it is not forwardable. If this meets every user, {account} was set to "Use Kerberos \
            only" where it needs "Use any authentication protocol"; if it meets one user, that user is protected \
            against delegation.
            """,
        evidence: """
            A TGS-REQ with cname-in-addl-tkt answered by KRB-ERROR 13 with STATUS_ACCOUNT_RESTRICTION, or by an MIT \
            KDC with the text EVIDENCE_TKT_NOT_FORWARDABLE. A client that sees the missing flag itself asks nothing at \
            all: then this is proxy-request-never-sent.
            """,
        causes: [
            DocumentedCause(
                "kerberos-only",
                "{account} may delegate with \"Use Kerberos only\", which gives tickets that cannot be forwarded.",
                fixes: [
                    Remedies.showDelegation, Remedies.anyProtocol, Remedies.purgeNetworkService,
                    Remedies.purgeMachine, Remedies.restartConnector,
                ]),
            DocumentedCause(
                "sensitive", "{user} is marked \"Account is sensitive and cannot be delegated\".",
                fixes: [Remedies.showUser, clearSensitive, Remedies.purgeNetworkService]),
            DocumentedCause(
                "protected", "{user} is a member of Protected Users.",
                fixes: [leaveProtected, Remedies.purgeNetworkService]),
            DocumentedCause(
                "krbtgt-sensitive", "The krbtgt account itself is marked sensitive: then no ticket is forwardable.",
                fixes: [
                    DocumentedFix(
                        "Show the flag of krbtgt.",
                        command: "Get-ADUser krbtgt -Properties AccountNotDelegated", on: .anywhere)
                ]),
        ],
        cannotTell: [
            """
            Ticket flags are encrypted: whether the account's setting or the user's flag took the forwardable \
            flag away.
            """
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Delegation service: rights to delegate to the target SPN, Use any authentication protocol")
        ],
        references: ["MS-SFU 3.2.5.2", "MS-SFU 3.2.5.1.2", "RFC 4120 2.6"])

    static let keyedBy: SubjectParts = [.account, .service]
    static let codes: Set<KerberosErrorCode> = [.badOption]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        if context.delegationRefusals.meaning(of: request) == .notForwardable {
            context.report(Observation(.error, .high, of: request))
        }
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        if context.granted.hasOtherUser(than: finding, context) {
            finding.causes = ["sensitive", "protected"]
        } else if finding.users.count > 1 {
            finding.causes = ["kerberos-only", "krbtgt-sensitive", "sensitive", "protected"]
        }
    }
}
