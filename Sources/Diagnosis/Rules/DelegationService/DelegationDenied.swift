import Dissectors
import Exchanges

/// The KDC refused the ticket on the user's behalf with KDC_ERR_BADOPTION and did not say, or said
/// only that neither the delegation list nor the target's own permission allows it.
struct DelegationDenied: Rule {
    static let documentation = RuleDocumentation(
        slug: "delegation-denied",
        title: "The KDC refused to delegate {user} to {spn}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The connector holds a ticket of the user to itself and asked the domain controller to turn it into a \
            ticket for {spn}. The domain controller answered KDC_ERR_BADOPTION (13): the account {account} is not \
            allowed to delegate this user to this service.
            """,
        evidence: """
            TGS-REQ with cname-in-addl-tkt and the user's ticket as additional ticket, answered by KRB-ERROR 13 \
            with status NOT_FOUND although resource-based delegation was offered, or with no status at all.
            """,
        causes: [
            DocumentedCause(
                "not-listed", "{account} may not delegate to {spn}: its delegation list lacks exactly this name.",
                fixes: [
                    DocumentedFix("Show the connector account's delegation list.",
                        command: "Get-ADComputer {account_host} -Properties msDS-AllowedToDelegateTo, TrustedToAuthForDelegation",
                        on: .anywhere),
                ]),
        ],
        cannotTell: ["Whether the list, the protocol transition or a flag of the user is at fault."],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Delegation service: rights to delegate to the target SPN")],
        references: ["MS-SFU 3.2.5.2", "RFC 4120 7.5.9"])

    mutating func see(_ unit: Unit, _ context: RuleContext) {
        guard case .ticketRequest(let request) = unit, request.kind == .s4U2Proxy,
            case .refused(13) = request.outcome, let last = request.last
        else { return }
        var observation = Observation(.error, .medium, subjects: Subjects(of: request), evidence: Evidence.of(request))
        observation.occasion = request.signOn ?? request.id
        observation.connections = [ConnectionKey(of: last)]
        context.report(observation)
    }
}
