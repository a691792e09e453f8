import PacketModel
import Dissectors
import Exchanges

/// Referrals lead in a circle, or further than any sane forest.
final class ReferralLoop: FailedRequestRule {
    static let documentation = RuleDocumentation(
        slug: "referral-loop",
        title: "Referrals for {spn} lead in a circle",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The request of {account} was passed from realm to realm ({path}) without end: each domain controller \
            believes that another realm holds the name.
            """,
        evidence: """
            One request that was referred more than six times or came to the same realm again. A ticket in a user's \
            name comes back to the requester's own realm once: that is normal.
            """,
        causes: [
            DocumentedCause(
                "suffix-routing", "Name suffix routing or host-to-realm rules of two forests point at each other.",
                fixes: [
                    DocumentedFix(
                        "Compare the trusts and their routed suffixes on both sides.",
                        command: "Get-ADTrust -Filter * | Format-Table Name, Direction, ForestTransitive", on: .anywhere
                    ),
                    DocumentedFix("Let only one of the forests route the suffix of {spn_host}.", on: .domainController),
                ]),
            DocumentedCause(
                "search-order", "The forest search order (KFSO) sends the name to a forest that sends it back.",
                fixes: [DocumentedFix("Review the policy \"Use forest search order\".", on: .domainController)]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Prerequisites: cross-domain scenarios rely on referrals")],
        references: ["RFC 6806 8"])

    static let keyedBy: SubjectParts = [.account, .service]

    func visit(failed request: TicketRequest, _ context: RuleContext) {
        guard request.realms.count > 2, request.outcome != .superseded else { return }
        let realms = request.realms.map { context.fold($0) }
        var visits: [NameID: Int] = [:]
        var previous = NameID.none
        for realm in realms where realm.isPresent && realm != previous {
            visits[realm, default: 0] += 1
            previous = realm
        }
        // A ticket in the user's name travels there and back.
        let allowed = request.kind == .s4U2Self ? 2 : 1
        guard realms.count > 7 || visits.values.contains(where: { $0 > allowed }) else { return }
        // A computer account follows referrals for a user's sake.
        let severity = context.isComputer(request.requester) ? .error : request.failureSeverity
        var observation = Observation(severity, .high, of: request)
        let path = request.realms.prefix(8).compactMap { context.names.string($0) }.joined(separator: ", ")
        observation.details = [Detail("path", path)]
        context.report(observation)
    }
}
