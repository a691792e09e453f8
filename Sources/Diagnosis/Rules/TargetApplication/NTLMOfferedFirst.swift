import Dissectors
import Exchanges

/// The order of the challenges leads clients to NTLM.
final class NTLMOfferedFirst: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "ntlm-offered-first",
        title: "{backend} offers NTLM before Negotiate",
        stage: .targetApplication,
        severity: .warning,
        meaning: """
            The 401 of {backend} lists {schemes}. A client that takes the first scheme it knows uses NTLM, which \
            cannot be delegated. The connector insists on Kerberos; browsers and other clients may not.
            """,
        evidence: """
            A 401 with several challenges in which NTLM stands before Negotiate, or in which Negotiate is restricted \
            to one mechanism (Negotiate:Kerberos, Negotiate:PKU2U). Without any Negotiate it is negotiate-not-offered.
            """,
        causes: [
            DocumentedCause(
                "order", "The providers of Windows authentication stand in the wrong order.",
                fixes: [
                    DocumentedFix(
                        "Show the order.",
                        command: IISCommands.showWindowsAuthentication,
                        on: .backend),
                    DocumentedFix(
                        "Move Negotiate to the top: take it out and put it back at the start.",
                        command: IISCommands.offerNegotiateFirst,
                        on: .backend),
                ])
        ],
        variants: [
            DocumentedVariant(
                "restricted", title: "{backend} offers Negotiate for one mechanism only: {schemes}",
                meaning:
                    """
                    The provider Negotiate is restricted (Negotiate:Kerberos, Negotiate:PKU2U). Use plain \
                    Negotiate, with NTLM beneath it.
                    """
            )
        ],
        cannotTell: ["Which scheme another client would choose."],
        eventIDs: [13022],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Target application: Negotiate topmost, NTLM beneath")],
        references: ["RFC 9110 11.6.1", "RFC 4559 4"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        let ordered = signOn.transactions.filter { Self.isMisordered($0, context) || Self.isRestricted($0, context) }
        guard let first = ordered.first else { return }
        let isExpected =
            signOn.isKerberos
            || context.expectation.reason(
                client: signOn.connector, point: signOn.point, host: first.host(context), context) != nil
        guard isExpected else { return }
        let worked = signOn.ticketTransactions.contains(where: \.isLetIn)
        var observation = Observation(
            worked ? .info : .warning, .high, signOn, [first], evidence: Evidence.round(first))
        let schemes = first.response?.challenges.array.compactMap { context.names.string($0.scheme) } ?? []
        observation.detail("schemes", schemes.joined(separator: ", "))
        observation.variant = Self.isMisordered(first, context) ? nil : "restricted"
        context.report(observation)
    }

    private static func isMisordered(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard transaction.status == 401, let ntlm = transaction.offer(of: "NTLM", context),
            let negotiate = transaction.offer(of: "Negotiate", context)
        else { return false }
        return ntlm < negotiate
    }

    private static func isRestricted(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard transaction.status == 401, let response = transaction.response else { return false }
        return response.challenges.contains { context.names.begins($0.scheme, "Negotiate:") }
    }
}
