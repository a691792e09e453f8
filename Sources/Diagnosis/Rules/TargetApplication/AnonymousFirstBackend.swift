import Dissectors
import Exchanges

/// The application does not look at a token that it did not ask for.
final class AnonymousFirstBackend: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "anonymous-first-backend",
        title: "{backend} ignores the token of {user} and shows its own log-in",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The connector sends the ticket with the very first request. The application at {backend} did not take it: \
            it sent the user to its own log-in, as it does with everybody who is not signed on. Some applications want \
            an anonymous request first, answer it with their challenges, and only then look at a token; Tableau Server \
            is one of them.
            """,
        evidence: """
            A request with a ticket, answered without an accepting token by a redirect to a log-in address, or by a \
            log-in form in an error page; or a token refused with 400 or 401, and the same user served after an \
            anonymous request and its challenge.
            """,
        causes: [
            DocumentedCause(
                "own-login",
                """
                The application has its own authentication, and Windows or Kerberos authentication is not \
                switched on in it.
                """,
                fixes: [
                    DocumentedFix(
                        "Switch on Kerberos or Windows authentication in the application, for this address.",
                        on: .backend),
                    DocumentedFix(
                        "Or choose another single sign-on method for it (SAML, headers, linked).", on: .portal),
                ]),
            DocumentedCause(
                "raw-token", "The application reads SPNEGO only, and the connector sends raw Kerberos tokens.",
                fixes: [
                    DocumentedFix(
                        "Let every connector of the group send SPNEGO.",
                        command: Commands.wrapTokens,
                        on: .connector)
                ]),
            DocumentedCause(
                "challenge-first", "The application must challenge before it reads a token.",
                fixes: [DocumentedFix("Ask its vendor for a setting that accepts pre-emptive Negotiate.", on: .backend)]
            ),
        ],
        variants: [
            DocumentedVariant(
                "after-challenge", title: "{backend} took the ticket of {user} only after an anonymous request",
                meaning:
                    """
                    A ticket sent unasked was refused; after an anonymous request and its challenge one was \
                    accepted. A connector does not send anonymous requests.
                    """
            )
        ],
        cannotTell: ["Whether the application would accept the ticket if it looked at it."],
        eventIDs: [],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation, "Other scenarios: applications that expect an anonymous request first")
        ],
        references: ["RFC 4559 4, 5"])

    static let keyedBy: SubjectParts = [.service, .backend]

    /// Marks of a log-in address in lower case.
    private static let loginMarks = [
        "login", "logon", "log-in", "log_in", "signin", "sign-in", "sign_in", "/adfs/ls", "oauth2/authorize", "/saml",
    ]

    /// Whether a redirect leads to a log-in.
    static func leadsToLogin(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard let response = transaction.response, (300..<400).contains(response.status),
            let location = context.names.string(response.location)?.lowercased()
        else { return false }
        let path = location.prefix { $0 != "?" && $0 != "#" }
        return loginMarks.contains { path.contains($0) }
    }

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let sent = signOn.ticketTransactions
        let ignored = sent.filter { transaction in
            guard !transaction.hasAcceptingToken, let response = transaction.response else { return false }
            return Self.leadsToLogin(transaction, context) || response.phrases.contains(.logInForm)
        }
        if let last = ignored.last {
            let all = signOn.transactions
            let after = all.lastIndex { $0.id == last.id }.map { all[($0 + 1)...] } ?? []
            let worked = after.contains { $0.hasAcceptingToken }
            var observation = Observation(
                worked ? .info : .error, .medium, signOn, ignored, evidence: Evidence.rounds(ignored))
            if last.carriesRawToken { observation.causes = ["raw-token", "own-login", "challenge-first"] }
            context.report(observation)
            return
        }
        visitLateAcceptance(signOn, sent, context)
    }

    /// A token refused unasked, then an anonymous request, its challenge, and a token that was taken.
    private func visitLateAcceptance(_ signOn: SignOn, _ sent: [HTTPTransaction], _ context: RuleContext) {
        let all = signOn.transactions
        guard
            let refused = all.firstIndex(where: {
                $0.carriesTicket && ($0.answer == .refused || ($0.answer == .failed && $0.status == 400))
            }),
            let anonymous = all[(refused + 1)...].firstIndex(where: {
                $0.credential == .none && $0.status == 401 && $0.offersKerberos(context)
            }),
            let accepted = all[(anonymous + 1)...].firstIndex(where: { $0.carriesTicket && $0.isLetIn })
        else { return }
        let shown = [all[refused], all[anonymous], all[accepted]]
        var observation = Observation(.warning, .medium, signOn, shown, evidence: Evidence.rounds(shown))
        observation.variant = "after-challenge"
        observation.causes = ["challenge-first", "raw-token"]
        context.report(observation)
    }
}
