import Dissectors
import Exchanges

/// One 401 and then success: nothing is wrong.
final class ByDesign401: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "by-design-401",
        title: "{backend} answered 401 first and served {user} then: by design",
        stage: .targetApplication,
        severity: .info,
        meaning: """
            The first request of a connection was answered by 401 although it carried a token, and the next one was \
            served. IIS with kernel-mode authentication does this; so does any server for which the first request \
            only opens the negotiation. Nothing needs to be done.
            """,
        evidence: """
            A request with a token, answered by 401 without a rejecting token, and followed by success for the same \
            user. Three and more rounds without success are backend-401-loop; a 401 to a request without a token is \
            only the challenge with which every negotiation begins.
            """,
        causes: [
            DocumentedCause(
                "first-request",
                "Windows authentication answers the first request of each connection with a challenge.",
                fixes: [
                    DocumentedFix(
                        """
                        Only if the extra round trip costs too much: let authentication persist on the connection \
                        (authPersistNonNTLM).
                        """,
                        command: IISCommands.persistAuthentication,
                        on: .backend)
                ])
        ],
        references: ["Microsoft KB 2749007", "RFC 9110 11.6.1"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos, signOn.loop == nil else { return }
        let all = signOn.transactions
        guard let letIn = all.lastIndex(where: \.isLetIn) else { return }
        let withToken = all[..<letIn].filter { $0.carriesTicket && $0.answer == .refused && $0.offersKerberos(context) }
        guard !withToken.isEmpty else { return }
        context.report(Observation(.info, .high, signOn, withToken, evidence: Evidence.rounds(withToken)))
    }
}
