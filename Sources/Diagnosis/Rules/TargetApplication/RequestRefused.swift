import Dissectors
import Exchanges

/// The backend refused the request, and does not say whether it looked at the ticket.
final class RequestRefused: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "request-refused",
        title: "{backend} refused the request of {user} with {status}, without a word about the ticket",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The request carried a ticket for {spn} and {backend} answered {status}: no challenge, no accepting token. \
            Whether the ticket was looked at is open. Applications that do not expect an Authorization field in the \
            first request answer like this; so do filters and gateways in front of them.
            """,
        evidence: """
            A status of 400 to 499 other than 401, 404, 407, 413 and 431, or of 500 to 599, to a request with a \
            ticket, without a token in the response and without a challenge, the header being of ordinary length. With \
            an accepting token 403 is authorization-denied and 5xx is application-error.
            """,
        causes: [
            DocumentedCause(
                "anonymous-first", "The application does not expect an Authorization field unasked.",
                fixes: [
                    DocumentedFix(
                        "Send the same request without it, and compare.",
                        command: "curl.exe -i http://{http_host}/", on: .connector, effect: .connects),
                    DocumentedFix(
                        "Let the connectors send SPNEGO instead of raw Kerberos tokens.",
                        command: Commands.wrapTokens,
                        on: .connector),
                ]),
            DocumentedCause(
                "filter", "A filter, gateway or web application firewall refuses the request.",
                fixes: [
                    DocumentedFix(
                        """
                        Look into its log at the time of this frame, and into the web server's: which of the two \
                        answered?
                        """,
                        on: .backend)
                ]),
            DocumentedCause(
                "application", "The application refuses for a reason of its own (method, content type, host name).",
                fixes: [
                    DocumentedFix(
                        "Compare the Host field with the bindings of the site.",
                        command: IISCommands.listSites, on: .backend)
                ]),
            DocumentedCause(
                "permissions", "The user has no right to the page.",
                fixes: [
                    DocumentedFix("Open the internal URL in a browser on the connector, as this user.", on: .connector)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "forbidden",
                title: "{backend} answered {status} to {user} and did not say whether the ticket was accepted",
                meaning: """
                    The page is forbidden. With an accepting token this would be a matter of the user's rights; \
                    without one the server may not have looked at the ticket at all (an IP restriction, a missing \
                    default document, TLS required).
                    """),
            DocumentedVariant(
                "server-error", title: "{backend} failed with {status} before it said anything about the ticket",
                meaning: """
                    The server answered {status} to a request with a ticket. Whether authentication or the application \
                    failed is open: the response carries no token.
                    """),
        ],
        cannotTell: ["Whether the ticket was accepted: the response says nothing about it."],
        eventIDs: [],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation, "Other scenarios: applications that expect an anonymous request first"),
            SeedRow(.kerberosConstrainedDelegation, "Symptoms: authorization failed due to missing permissions"),
        ],
        references: ["RFC 9110 15.5"],
        consequenceOf: ["spn-host-mismatch"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let refused = signOn.ticketTransactions.filter { isRefusal($0, context) }
        guard let last = refused.last else { return }
        let wasServed = signOn.transactions.contains(where: \.isLetIn)
        var observation = Observation(
            wasServed ? .info : .error, .medium, signOn, refused, evidence: Evidence.rounds(refused))
        observation.detail("status", "HTTP \(last.status)")
        observation.detail("http_host", last.host(context)?.host)
        if last.status == 403 {
            observation.variant = "forbidden"
            observation.causes = ["permissions", "filter", "application"]
        } else if last.status >= 500 {
            observation.variant = "server-error"
            observation.causes = ["application", "filter", "anonymous-first"]
        }
        context.report(observation)
    }

    private func isRefusal(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard transaction.answer == .failed, !RequestHeaderTooLong.explains(transaction),
            !RawKrb5TokenRefused.explains(transaction, context),
            transaction.response?.challenges.isEmpty ?? false,
            !(transaction.response?.phrases.contains(.logInForm) ?? false)
        else { return false }
        switch transaction.status {
        case 401, 404, 407, 408, 413, 431: return false
        case 400...499, 500...599: return true
        default: return false
        }
    }
}
