import Dissectors
import Exchanges

/// The backend ended the connection instead of answering.
final class BackendConnectionReset: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "backend-connection-reset",
        title: "{backend} ended the connection instead of answering the request",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The connection to {backend} was established and the request sent. Instead of a response a {ending} came \
            back. Something on the backend, or between it and the connector, does not want this request or failed \
            over it.
            """,
        evidence: """
            A request, then RST or FIN from the side of the backend, and no response. A refused SYN is \
            backend-unreachable; a client that gives up is backend-timeout; a reset by a very long header is \
            request-header-too-long. A request that is repeated on a new connection and answered there met an idle \
            connection that was just being closed, and is no failure.
            """,
        causes: [
            DocumentedCause(
                "crash", "The application, or its worker process, crashed over the request.",
                fixes: [
                    DocumentedFix(
                        "Look for crashes at this time.",
                        command:
                            """
                            Get-WinEvent -FilterHashtable @{LogName='System'; \
                            ProviderName='Microsoft-Windows-WAS'; StartTime=(Get-Date).AddHours(-1)} | \
                            Format-List TimeCreated, Id, Message
                            """,
                        on: .backend),
                    DocumentedFix(
                        "Read what HTTP.sys refused on its own.",
                        command: "Get-Content $env:windir\\System32\\LogFiles\\HTTPERR\\httperr*.log -Tail 100",
                        on: .backend),
                ]),
            DocumentedCause(
                "firewall", "A firewall or intrusion prevention resets connections that carry such a request.",
                fixes: [
                    DocumentedFix(
                        """
                        Take it out of the path for a test, and compare the TTL of the reset with that of the \
                        backend's other packets.
                        """,
                        on: .network)
                ]),
            DocumentedCause(
                "balancer", "A load balancer has no healthy server, or speaks another protocol on this port (TLS).",
                fixes: [
                    DocumentedFix(
                        "Check the pool's health, and whether the internal URL should begin with https.", on: .network)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "retried", title: "{backend} closed an idle connection while a request was on its way",
                meaning:
                    """
                    The request was answered on another connection afterwards: an idle connection was closed in \
                    the same moment. Nothing failed.
                    """
            )
        ],
        cannotTell: ["Who sent the reset: a device in between uses the backend's address."],
        eventIDs: [],
        seedRows: [
            SeedRow(.debugConnectors, "8: Check internal network connectivity"),
            SeedRow(.kerberosConstrainedDelegation, "Considerations: firewalls, place the connector near its target"),
        ],
        references: ["RFC 9293 3.5.2"],
        consequenceOf: ["request-header-too-long"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos || signOn.isFromConnector(context) else { return }
        let cut = signOn.transactions.filter { transaction in
            transaction.hasRequest && !transaction.hasResponse && !transaction.endedByClient
                && (transaction.silence == .reset || transaction.silence == .closed)
                && !RequestHeaderTooLong.explains(transaction)
        }
        guard let last = cut.last else { return }
        let all = signOn.transactions
        let after = all.lastIndex { $0.id == last.id }.map { all[($0 + 1)...] } ?? []
        let wasAnswered = after.contains { $0.target == last.target && $0.hasResponse }
        var observation = Observation(
            wasAnswered ? .info : .error, last.isRequestAcknowledged ? .high : .medium, signOn, cut,
            evidence: cut.flatMap { transaction in
                Evidence.request(transaction, transaction.requestNote)
                    + (transaction.endFrame.map {
                        [
                            Evidence(
                                $0, transaction.endTime,
                                transaction.silence == .reset
                                    ? "RST instead of a response" : "FIN instead of a response")
                        ]
                    } ?? [])
            })
        observation.detail("ending", last.silence == .reset ? "reset (RST)" : "close (FIN)")
        observation.variant = wasAnswered ? "retried" : nil
        context.report(observation)
    }
}
