import PacketModel
import Dissectors
import Exchanges

/// The application sends the user's browser to an address that may not be published.
final class RedirectToUnpublishedHost: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "redirect-to-unpublished-host",
        title: "After the sign-on {backend} redirects {user} to {location}",
        stage: .targetApplication,
        severity: .warning,
        meaning: """
            {backend} served the signed-on user a redirect to {location}, which is another host, port or scheme than \
            the {http_host} that was asked. The user's browser follows it from outside: if that address is not \
            published, or its name is internal, the browser finds nothing.
            """,
        evidence: """
            A 301, 302, 303, 307 or 308 to a request with an accepted ticket whose Location names another host, port \
            or scheme than the Host field. A relative redirect, and one within the host, are no finding; one to a \
            log-in page without acceptance is anonymous-first-backend.
            """,
        causes: [
            DocumentedCause(
                "not-published", "The address is a part of the application that is not published.",
                fixes: [
                    DocumentedFix(
                        "Publish {location} as well, or publish the application under that address.", on: .portal)
                ]),
            DocumentedCause(
                "not-translated",
                "The address is the application's own internal one, and Application Proxy does not translate it.",
                fixes: [
                    DocumentedFix(
                        """
                        Keep Translate URLs in Headers switched on for the application, and make internal URL, \
                        scheme and port those that the application uses itself.
                        """,
                        on: .portal),
                    DocumentedFix("Or give the application the external address as its own base URL.", on: .backend),
                ]),
            DocumentedCause(
                "intended", "The application sends its users there on purpose, and they can reach it.",
                fixes: [DocumentedFix("Nothing to do.", on: .anywhere)]),
        ],
        cannotTell: ["Whether the address is published: that is a setting of the cloud."],
        seedRows: [SeedRow(.troubleshoot, "The page is not rendered correctly")],
        references: ["RFC 9110 10.2.2, 15.4"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.kind == .delegated || signOn.kind == .cached,
            signOn.transactions.contains(where: { (300..<400).contains($0.status) })
        else { return }
        var authenticated: Set<FlowID> = []
        for transaction in signOn.transactions {
            if transaction.hasAcceptingToken { authenticated.insert(transaction.flow) }
            guard transaction.carriesTicket || authenticated.contains(transaction.flow),
                let place = foreignPlace(transaction, context),
                transaction.hasAcceptingToken || !AnonymousFirstBackend.leadsToLogin(transaction, context)
            else { continue }
            var observation = Observation(
                .warning, transaction.hasAcceptingToken ? .medium : .low, signOn, [transaction],
                evidence: Evidence.response(transaction, "HTTP \(transaction.status), Location \(place)"))
            // Without a sign that the ticket was taken it is no more than worth knowing.
            if !transaction.hasAcceptingToken, !authenticated.contains(transaction.flow) {
                observation.severity = .info
            }
            observation.detail("location", place)
            observation.detail("http_host", transaction.host(context)?.host)
            context.report(observation)
            return
        }
    }

    /// Scheme, host and port of a redirect that leaves the place that was asked; never its path or query,
    /// which may hold what nobody should read.
    private func foreignPlace(_ transaction: HTTPTransaction, _ context: RuleContext) -> String? {
        guard let response = transaction.response, [301, 302, 303, 307, 308].contains(response.status),
            let text = context.names.string(response.location), let location = LocationURL(text),
            let host = transaction.host(context)
        else { return nil }
        let sameHost = location.authority.isSameHost(as: host)
        let samePort = location.port == host.port ?? 80
        if sameHost, samePort, location.scheme == "http" { return nil }
        let name = location.authority.host.contains(":") ? "[\(location.authority.host)]" : location.authority.host
        return "\(location.scheme)://\(name)" + (location.authority.port.map { ":\($0)" } ?? "")
    }
}
