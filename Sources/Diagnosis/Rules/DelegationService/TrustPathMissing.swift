import PacketModel
import Dissectors
import Exchanges

/// The KDC knows no way to another realm.
final class TrustPathMissing: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "trust-path-missing",
        title: "The domain controller {kdc} knows no trust path to {realm}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            {account} asked for a way to the realm {realm} and the domain controller answered that it knows none \
            (KDC_ERR_S_PRINCIPAL_UNKNOWN, 7, for krbtgt). There is no trust, or it goes the other way only. Delegation \
            for a user of another realm needs a two-way trust: the ticket must come back.
            """,
        evidence:
            "KRB-ERROR 7 to a TGS-REQ for krbtgt of another realm. For the name of a service this is spn-unknown.",
        causes: [
            DocumentedCause(
                "no-trust", "There is no trust to {realm}, or it is one-way.",
                fixes: [
                    DocumentedFix(
                        "List the trusts with their direction.",
                        command:
                            """
                            Get-ADTrust -Filter * | Format-Table Name, Direction, ForestTransitive, \
                            SelectiveAuthentication
                            """,
                        on: .anywhere),
                    DocumentedFix("Test the trust.", command: "nltest /sc_verify:{realm}", on: .domainController),
                ]),
            DocumentedCause(
                "suffix-routing", "The suffix of {realm} is not routed over the forest trust.",
                fixes: [DocumentedFix("Enable it under Name Suffix Routing of the trust.", on: .domainController)]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Prerequisites: cross-domain scenarios rely on referrals")],
        references: ["RFC 4120 3.3.3.2", "RFC 6806 8", "MS-SFU 3.1.5.1.1.2"])

    static let keyedBy: SubjectParts = [.account, .realm]
    static let codes: Set<KerberosErrorCode> = [.serverPrincipalUnknown]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard request.kind != .authenticationService, request.isForTicketGrantingService(context.names)
        else { return }
        // A computer account asks the way to another realm for a user's sake: without it the sign-on
        // never comes to S4U2Self.
        let severity = context.isComputer(request.requester) ? .error : request.failureSeverity
        var observation = Observation(severity, .high, of: request)
        if let name = context.names.string(request.service.name), let realm = TextValues.host(ofSPN: name) {
            observation.subjects.realm = context.names.intern(realm)
        }
        context.report(observation)
    }
}
