import Dissectors
import Exchanges

/// The KDC does not know the user.
final class UserUnknown: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "user-unknown",
        title: "The domain does not know the user {user}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_C_PRINCIPAL_UNKNOWN (6) to a request for {user}: no account has \
            this name. With Application Proxy the name is what the portal's delegated login identity makes of the \
            cloud user.
            """,
        evidence: """
            KRB-ERROR 6 to an AS-REQ for a user or to a request in the user's name. The name in the KRB-ERROR is often \
            the connector's; the user stands in the request. For a name that ends in $ this is \
            connector-account-unusable. A 6 to the look-up of the user's realm that is followed by a granted ticket is \
            normal.
            """,
        causes: [
            DocumentedCause(
                "login-identity",
                """
                The delegated login identity gives a name that this domain does not know: the cloud UPN has \
                another suffix, or the SAM account name differs.
                """,
                fixes: [
                    Remedies.showUser, Remedies.portalIdentity,
                    DocumentedFix(
                        "Show the UPN suffixes of the forest.",
                        command: "Get-ADForest | Select-Object -ExpandProperty UPNSuffixes", on: .anywhere),
                ]),
            DocumentedCause(
                "guest",
                """
                The user is a guest or uses a Microsoft account: these have no account on premises and cannot use \
                integrated Windows authentication.
                """,
                fixes: [
                    DocumentedFix("Let the user sign on with the work account that matches this domain.", on: .portal)
                ]),
            DocumentedCause(
                "deleted",
                """
                The account was deleted, renamed, or is not yet known to the domain controller that was asked \
                ({kdc}).
                """,
                fixes: [Remedies.replication]),
        ],
        cannotTell: ["Which identity the portal was told to use: that is decided in the cloud, inside TLS."],
        eventIDs: [13019, 13020, 12027],
        seedRows: [
            SeedRow(.troubleshoot, "The website cannot display the page: Microsoft account or guest user"),
            SeedRow(.troubleshoot, "This corporate app can't be accessed: Microsoft account or guest user"),
            SeedRow(
                .kerberosConstrainedDelegation,
                "Working with SSO when on-premises and cloud identities are not identical"),
        ],
        references: ["RFC 4120 7.5.9", "MS-SFU 3.1.5.1.1.2"])

    static let keyedBy: SubjectParts = [.user]
    static let codes: Set<KerberosErrorCode> = [.clientPrincipalUnknown]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        if request.isRealmDiscovery { return }
        switch request.kind {
        case .s4U2Self, .s4U2Proxy: break
        case .authenticationService where !context.isComputer(request.requester): break
        default: return
        }
        context.report(Observation(.error, .high, of: request))
    }
}
