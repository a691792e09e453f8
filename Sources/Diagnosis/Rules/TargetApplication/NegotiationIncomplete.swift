import Dissectors
import Exchanges

/// The acceptor asked for another leg, and none followed.
final class NegotiationIncomplete: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "negotiation-incomplete",
        title: "{backend} wants another leg of the negotiation ({state}), and none followed",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            {backend} neither accepted nor rejected the token: it answered {state} and expects the client to go on. \
            The client had nothing more to send. The two do not agree on a mechanism, or on the framing of the token.
            """,
        evidence: """
            A 401 whose NegTokenResp has the state accept-incomplete or request-mic, and no further token on that \
            connection. A state of reject is backend-rejected-ticket.
            """,
        causes: [
            DocumentedCause(
                "mechanism-order",
                "The server prefers another mechanism ({mechanism}) than the one whose token the client sent first.",
                fixes: [
                    DocumentedFix(
                        "Put Negotiate first among the providers and leave it unrestricted.",
                        command: IISCommands.showWindowsAuthentication,
                        on: .backend)
                ]),
            DocumentedCause(
                "framing", "The client sent a raw Kerberos token and the server answers in SPNEGO, or the reverse.",
                fixes: [
                    DocumentedFix(
                        "Let every connector of the group send SPNEGO.",
                        command: Commands.wrapTokens,
                        on: .connector)
                ]),
            DocumentedCause(
                "connection",
                "The legs went over different connections, or a device in between changed the connection.",
                fixes: [
                    DocumentedFix("Keep the client on one server and one connection (session affinity).", on: .network)
                ]),
        ],
        cannotTell: ["What the client would have needed to go on."],
        eventIDs: [13022, 12008],
        references: ["RFC 4178 4.2.2, 5"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let all = signOn.transactions
        var open: [HTTPTransaction] = []
        for (index, transaction) in all.enumerated()
        where transaction.carriesTicket && transaction.answer == .incomplete {
            let continued = all[(index + 1)...].contains { later in
                later.flow == transaction.flow && later.credential != .none && later.credential != .spnegoInit
            }
            if !continued { open.append(transaction) }
        }
        guard let last = open.last, !signOn.wasLetIn(after: last) else { return }
        let isCertain = signOn.captureContinues || open.count > 1 || all.last?.id != last.id || last.isEnded
        var observation = Observation(
            .error, isCertain ? .high : .medium, signOn, open, evidence: Evidence.rounds(open))
        observation.detail("state", last.responseToken?.state?.name)
        observation.detail("mechanism", last.responseToken?.supportedMechanism.flatMap { context.names.string($0.oid) })
        if last.carriesRawToken { observation.causes = ["framing", "mechanism-order", "connection"] }
        context.report(observation)
    }
}
