import PacketModel
import Dissectors
import Exchanges

/// The same authenticator reached a backend twice.
final class TicketReplayed: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "ticket-replayed",
        title: "{backend} received the same token of {user} twice",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            Every Kerberos token is good for one request. The backend remembers the ones it has seen and refuses a \
            second copy (KRB_AP_ERR_REPEAT). Something sent a request again, token included, or several servers share \
            one memory of tokens.
            """,
        evidence: """
            KRB-ERROR 34 in the token of the response, or two requests with the same authenticator octets of which the \
            first was accepted. Packets that the capture holds twice do not count.
            """,
        causes: [
            DocumentedCause(
                "retry", "A proxy or load balancer repeats requests that it thinks are lost.",
                fixes: [DocumentedFix("Switch off its retries for this application.", on: .network)]),
            DocumentedCause(
                "shared-cache", "Several servers, or several workers with clocks apart, share a replay cache.",
                fixes: [
                    DocumentedFix(
                        "MIT Kerberos: give each server a replay cache of its own, or none for this service.",
                        command: "KRB5RCACHENAME=none:", on: .backend)
                ]),
            DocumentedCause(
                "client", "The client reuses a token instead of making a new one.",
                fixes: [DocumentedFix("Let the client make a new token for each request.", on: .connector)]),
        ],
        variants: [
            DocumentedVariant(
                "tolerated", title: "The same token of {user} was sent twice, and {backend} took both",
                meaning:
                    """
                    A token was used for two requests, and both were served: this backend keeps no memory of \
                    tokens. Another one would refuse the second.
                    """
            )
        ],
        cannotTell: ["Who repeated the request, if it passed a device that is not in the capture."],
        eventIDs: [13022],
        references: ["RFC 4120 3.2.3", "RFC 4120 10"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let sent = signOn.ticketTransactions
        let replayed = sent.filter { $0.tokenErrorCode == KerberosErrorCode.replayed }
        if let last = replayed.last {
            let originals = sent.filter { original in
                original.authenticator != nil && original.id < last.id
                    && replayed.contains { $0.authenticator == original.authenticator }
            }
            report(
                signOn, Self.merged(originals, replayed), signOn.wasLetIn(after: last) ? .warning : .error, nil, context
            )
            return
        }
        for index in sent.indices {
            guard let digest = sent[index].authenticator, sent[index].hasResponse,
                let original = sent.indices.first(where: {
                    $0 < index && sent[$0].authenticator == digest && sent[$0].point == sent[index].point
                        && sent[$0].isLetIn
                })
            else { continue }
            let first = sent[original], second = sent[index]
            let tolerated = second.isLetIn
            // Another failure than a refusal is not about the copy.
            if !tolerated, second.status != 401 { continue }
            report(
                signOn, [first, second], tolerated ? .info : signOn.wasLetIn(after: second) ? .warning : .error,
                tolerated ? "tolerated" : nil, context)
            return
        }
    }

    private static func merged(_ originals: [HTTPTransaction], _ replayed: [HTTPTransaction]) -> [HTTPTransaction] {
        originals.filter { original in !replayed.contains { $0.id == original.id } } + replayed
    }

    private func report(
        _ signOn: SignOn, _ shown: [HTTPTransaction], _ severity: Severity, _ variant: StaticString?,
        _ context: RuleContext
    ) {
        var observation = Observation(severity, .high, signOn, shown, evidence: Evidence.rounds(shown))
        observation.variant = variant
        if let last = shown.last { observation.subjects.backend = last.server }
        context.report(observation)
    }
}
