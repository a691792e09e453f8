import Dissectors
import Exchanges

/// The KDC ignored that the ticket was to be in the user's name.
final class KDCWithoutS4U: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-without-s4u",
        title: "The domain controller {kdc} issued a ticket for {account} instead of {user}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            {account} asked for a ticket in the name of {user} and got one in its own name: the KDC does not know the \
            extension for delegation (S4U) and ignored that part of the request. The client must throw the ticket away.
            """,
        evidence: """
            A TGS-REP to S4U2Self or S4U2Proxy whose cname is the requester and whose ticket is for the service asked \
            for. A referral (a ticket for krbtgt of another realm) names the requester in a healthy case too.
            """,
        causes: [
            DocumentedCause(
                "old-kdc", "The KDC that was asked does not support S4U: another product, or a very old one.",
                fixes: [
                    DocumentedFix(
                        "Find which domain controller the connector uses.", command: "nltest /dsgetdc:{realm} /kdc",
                        on: .connector),
                    DocumentedFix(
                        """
                        Let the connector use domain controllers that support constrained delegation with \
                        protocol transition.
                        """,
                        on: .network),
                ])
        ],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.troubleshoot, "13019: general API error")],
        references: ["MS-SFU 3.1.5.1.2", "MS-SFU 3.1.5.2.4"])

    static let keyedBy: SubjectParts = [.account, .kdc]

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard request.isForUser, request.outcome.isGranted, request.attemptCount > 0,
            request.facts.attempts[request.attemptCount - 1].outline.replyClient != request.user.name,
            let last = request.last, last.outcome == .granted, last.reply.cname.isPresent, request.user.isPresent,
            !context.names.equals(last.reply.sname.first, "krbtgt"),
            !request.userIsRequester(context),
            context.bareName(last.reply.cname.name) == context.bareName(request.requester.name),
            context.bareName(request.requester.name) != context.bareName(request.user.name)
        else { return }
        var observation = Observation(.error, .high, of: request)
        observation.subjects.realm = request.serviceRealm
        context.report(observation)
    }
}
