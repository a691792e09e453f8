import PacketModel
import Dissectors
import Exchanges

/// The backend does not offer Negotiate, so Kerberos cannot be used there.
final class NegotiateNotOffered: FailedTransactionRule, TransactionRule {
    static let documentation = RuleDocumentation(
        slug: "negotiate-not-offered",
        title: "{backend} does not offer Negotiate: it asks for {schemes}",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The 401 of {backend} lists the ways in which it lets clients sign on, and neither Negotiate nor Kerberos \
            is among them. A Kerberos ticket is of no use at this address, however good it is.
            """,
        evidence: """
            A 401 whose WWW-Authenticate fields name other schemes only (NTLM, Basic, Digest, Bearer), or that has no \
            such field at all, in answer to a connector or to a request that carried a ticket. A 401 in the middle of \
            an NTLM handshake proves nothing, as it repeats only the scheme in use.
            """,
        causes: [
            DocumentedCause(
                "providers", "Windows authentication at this site lacks the provider Negotiate.",
                fixes: [
                    DocumentedFix(
                        "Show the providers.",
                        command: IISCommands.showWindowsAuthentication,
                        on: .backend),
                    DocumentedFix(
                        """
                        Add Negotiate as the first provider, with NTLM beneath it (not Negotiate:Kerberos, not \
                        Negotiate:PKU2U).
                        """,
                        command: IISCommands.offerNegotiate,
                        on: .backend),
                ]),
            DocumentedCause(
                "windows-authentication-off",
                "Windows authentication is off for this path, and another module answers.",
                fixes: [
                    DocumentedFix(
                        "Switch it on for the application.",
                        command: IISCommands.enableWindowsAuthentication,
                        on: .backend)
                ]),
            DocumentedCause(
                "not-kerberos-app", "The application signs users on in its own way (forms, Basic, tokens).",
                fixes: [
                    DocumentedFix(
                        """
                        Choose another single sign-on method than Integrated Windows Authentication for it, or \
                        configure Kerberos in the application.
                        """,
                        on: .portal)
                ]),
            DocumentedCause(
                "other-server", "Something in front of the application answers instead of it.",
                fixes: [
                    DocumentedFix(
                        """
                        Open the internal URL in a browser on the connector and look at the WWW-Authenticate \
                        fields of the response (F12).
                        """,
                        on: .connector)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "no-challenge", title: "{backend} answered 401 and offers no way to sign on",
                meaning:
                    """
                    The 401 has no WWW-Authenticate field at all: the application refuses by itself, or Windows \
                    authentication is off.
                    """
            )
        ],
        cannotTell: ["What other paths of the same site offer: authentication is set per path."],
        eventIDs: [13022, 12008],
        seedRows: [
            SeedRow(.kerberosConstrainedDelegation, "Target application: Negotiate among the offered providers"),
            SeedRow(
                .kerberosConstrainedDelegation,
                """
                Target application: Kerberos or NTLM in the token (YII, TlRMTVNTUAAB)
                """),
        ],
        references: ["RFC 9110 11.6.1", "RFC 4559 4"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        let lacking = signOn.transactions.filter { lacks($0, context) }
        guard let first = lacking.first else { return }
        let host = first.host(context)
        let isExpected =
            signOn.isKerberos
            || context.expectation.reason(client: signOn.connector, point: signOn.point, host: host, context) != nil
        guard isExpected else { return }
        let carriesTicket = lacking.contains(where: \.carriesTicket)
        let wasLetIn = lacking.last.map { signOn.wasLetIn(after: $0) } ?? false
        guard carriesTicket || signOn.kind == .ntlm || signOn.kind == .password || !signOn.wasDeniedATicket else {
            return
        }
        let severity: Severity =
            wasLetIn ? (signOn.ticketTransactions.contains(where: \.isLetIn) ? .info : .warning) : .error
        var observation = Observation(
            severity, .high, signOn, lacking, evidence: Evidence.rounds(SignOn.distinctRounds(lacking)))
        describe(first, &observation, context)
        context.report(observation)
    }

    func visit(transaction: HTTPTransaction, _ context: RuleContext) {
        // Without any sign-on a 401 is of interest only where a connector gets it.
        guard lacks(transaction, context), transaction.status == 401,
            context.expectation.reason(
                client: transaction.client.address, point: transaction.point, host: nil, context) == .connector
        else { return }
        var observation = Observation(.info, .medium, transaction, evidence: Evidence.round(transaction))
        describe(transaction, &observation, context)
        context.report(observation)
    }

    /// Whether the response is a whole 401 without Negotiate, outside an NTLM handshake.
    private func lacks(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        transaction.status == 401 && !transaction.isIncomplete && transaction.receivedNTLMType != 2
            && !transaction.offersKerberos(context) && !transaction.hasAcceptingToken
    }

    private func describe(_ transaction: HTTPTransaction, _ observation: inout Observation, _ context: RuleContext) {
        let schemes = transaction.response?.challenges.array.compactMap { context.names.string($0.scheme) } ?? []
        if schemes.isEmpty { observation.variant = "no-challenge" }
        observation.detail("schemes", schemes.isEmpty ? "nothing" : schemes.joined(separator: ", "))
    }
}

extension SignOn {
    /// Whether the KDC refused a ticket of this sign-on, so that requests go out without one.
    var wasDeniedATicket: Bool {
        steps.contains { step in
            guard let request = step.ticketRequest else { return false }
            return (step.role == .s4U2Self || step.role == .s4U2Proxy || step.role == .serviceTicket)
                && !request.outcome.isGranted
        }
    }
}
