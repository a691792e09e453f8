import Dissectors
import Exchanges

/// The client was sent to another realm and did not get there.
final class RealmReferralDeadEnd: FailedRequestRule {
    static let documentation = RuleDocumentation(
        slug: "realm-referral-dead-end",
        title: "{account} was referred to the realm {realm} and never asked there",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller {kdc} does not hold the name itself and sent {account} to the realm {realm}. No \
            request to a domain controller of that realm followed: it could not be found or reached.
            """,
        evidence: """
            KRB-ERROR 68 (wrong realm), or a ticket for krbtgt of another realm, as the last word on a request, while \
            the capture goes on. A 68 or a referral that is followed up is normal.
            """,
        causes: [
            DocumentedCause(
                "not-found",
                "{connector} cannot find a domain controller of {realm}: DNS has no answer or no forwarder for it.",
                fixes: [
                    DocumentedFix(
                        "Ask for its domain controllers.", command: Commands.locateController,
                        on: .connector),
                    DocumentedFix(
                        "Ask DNS.", command: Commands.listControllers, on: .connector),
                ]),
            DocumentedCause(
                "not-reached", "A firewall keeps {connector} from the domain controllers of {realm}.",
                fixes: [Remedies.openPorts]),
            DocumentedCause(
                "wrong-suffix", "The user's UPN suffix belongs to another realm than the user's account.",
                fixes: [Remedies.portalIdentity]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                "Prerequisites: referrals lead to DCs of other domains, allow that traffic too")
        ],
        references: ["RFC 6806 7", "RFC 6806 8", "MS-SFU 3.1.5.1.1.2"],
        consequenceOf: ["kdc-unreachable", "dns-failure"])

    static let keyedBy: SubjectParts = [.account, .realm]

    func visit(failed request: TicketRequest, _ context: RuleContext) {
        guard request.outcome == .referralNotFollowed || request.refusal == .wrongRealm, request.captureContinues,
            let last = request.last
        else { return }
        var realm = NameID.none
        if request.outcome == .referralNotFollowed {
            let name = context.names.string(last.reply.ticket.sname.name) ?? context.names.string(last.reply.sname.name)
            realm = name.flatMap(TextValues.host(ofSPN:)).map { context.names.intern($0) } ?? .none
        } else if !request.isRealmDiscovery {
            realm = last.reply.crealm
        } else {
            return
        }
        var observation = Observation(request.failureSeverity, .high, of: request)
        observation.subjects.realm = realm
        context.report(observation)
    }
}
