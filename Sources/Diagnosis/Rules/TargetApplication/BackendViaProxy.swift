import PacketModel
import Dissectors
import Exchanges

/// Requests for the backend go to a proxy.
final class BackendViaProxy: SignOnRule, TransactionRule {
    static let documentation = RuleDocumentation(
        slug: "backend-via-proxy",
        title: "The connector's requests for {http_host} go to a proxy at {backend}",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The connector does not speak to the application but to a proxy at {backend}. A proxy may want credentials \
            of its own, may drop the Authorization field, and moves requests of one user between connections, which \
            breaks Negotiate.
            """,
        evidence: """
            Requests with a whole URL as target, or CONNECT to the application's host, from a connector; above all if \
            they are answered by 407. What a proxy between connector and cloud does is another matter.
            """,
        causes: [
            DocumentedCause(
                "backend-requests", "Requests to the backend are told to use the default proxy.",
                fixes: [
                    DocumentedFix(
                        "See whether the value is 1, delete it, and restart the service.",
                        command:
                            """
                            reg delete "HKLM\\SOFTWARE\\Microsoft\\Microsoft AAD App Proxy Connector" /v \
                            UseDefaultProxyForBackendRequests /f; Restart-Service WAPCSvc
                            """,
                        on: .connector)
                ]),
            DocumentedCause(
                "system-proxy", "The system's proxy has no exception for internal hosts.",
                fixes: [
                    DocumentedFix("Show it.", command: Commands.showProxy, on: .connector),
                    DocumentedFix(
                        "Let internal names bypass it.",
                        command:
                            """
                            netsh winhttp set proxy proxy-server="<PROXY>" \
                            bypass-list="<local>;*.<INTERNAL_DOMAIN>"
                            """,
                        on: .connector),
                ]),
            DocumentedCause(
                "credentials", "The proxy wants credentials that the connector's accounts do not have.",
                fixes: [
                    DocumentedFix(
                        """
                        Let Network Service and Local System of the connector pass, or take internal hosts out of \
                        the proxy's rules.
                        """,
                        on: .network)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "works", title: "The connector reaches {http_host} through a proxy at {backend}",
                meaning:
                    """
                    Requests for the application pass a proxy and are answered. It works now; a proxy that \
                    balances or closes connections will break Negotiate.
                    """
            )
        ],
        cannotTell: ["Whether the proxy is configured on the connector or inserted by the network."],
        eventIDs: [],
        seedRows: [
            SeedRow(.debugConnectors, "5: Check if a back-end proxy is in use"),
            SeedRow(.debugConnectors, "6: Update the connector and updater to use the back-end proxy"),
        ],
        references: ["RFC 9112 3.2.2", "RFC 9110 15.5.8"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos || signOn.isFromConnector(context) else { return }
        let proxied = signOn.transactions.filter { goesToProxy($0, context) }
        guard let last = proxied.last else { return }
        var observation = Observation(severity(proxied), .high, signOn, proxied, evidence: Evidence.rounds(proxied))
        describe(last, &observation, context)
        context.report(observation)
    }

    func visit(transaction: HTTPTransaction, _ context: RuleContext) {
        guard goesToProxy(transaction, context), let host = targetHost(transaction, context),
            context.expectation.hasAttempted(
                client: transaction.client.address, point: transaction.point, host: host)
        else { return }
        var observation = Observation(
            severity([transaction]), .high, transaction, evidence: Evidence.round(transaction))
        describe(transaction, &observation, context)
        context.report(observation)
    }

    private func severity(_ proxied: [HTTPTransaction]) -> Severity {
        if proxied.contains(where: \.isSuccess) { return .info }
        return proxied.contains { $0.status == 407 || (502...504).contains($0.status) } ? .error : .info
    }

    private func describe(_ transaction: HTTPTransaction, _ observation: inout Observation, _ context: RuleContext) {
        observation.detail("http_host", targetHost(transaction, context)?.host)
        if observation.severity == .info { observation.variant = "works" }
        if transaction.status == 407 { observation.causes = ["backend-requests", "system-proxy", "credentials"] }
    }

    /// Whether the request is in the form that only proxies get (RFC 9112, 3.2.2 and 3.2.3), or the
    /// answer one that only proxies give.
    private func goesToProxy(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard transaction.hasRequest else { return false }
        return transaction.status == 407 || context.isAbsolute(target: transaction.outline.target)
            || context.names.equals(transaction.outline.method, "CONNECT")
    }

    /// The host that the proxy is to reach.
    private func targetHost(_ transaction: HTTPTransaction, _ context: RuleContext) -> HostName? {
        guard let target = transaction.request.flatMap({ context.names.string($0.target) }) else { return nil }
        if let url = LocationURL(target) { return url.authority }
        if context.names.equals(transaction.request?.method ?? .none, "CONNECT") { return HostName(target) }
        return transaction.host(context)
    }
}
