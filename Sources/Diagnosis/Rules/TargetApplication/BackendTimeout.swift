import PacketModel
import Dissectors
import Exchanges

/// The backend did not answer for as long as the client waited.
final class BackendTimeout: FailedTransactionRule, TransactionRule, TickingRule {
    static let documentation = RuleDocumentation(
        slug: "backend-timeout",
        title: "{backend} did not answer within {waited}, and the connector gave up",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The request reached {backend} and no answer came for {waited}; then the client closed the connection. The \
            connector waits 85 seconds for the backend, or 180 if the application's time-out is set to Long. Users see \
            that the connector timed out.
            """,
        evidence: """
            A complete request without response, ended by the client. From 85 seconds on it is the connector's own \
            limit; before that somebody else lost patience. A connection that the backend ends is \
            backend-connection-reset; SYNs without answer are backend-unreachable.
            """,
        causes: [
            DocumentedCause(
                "slow", "The application needs longer than the time-out.",
                fixes: [
                    DocumentedFix(
                        "Set Backend Application Timeout to Long in the application's additional settings.", on: .portal
                    ),
                    DocumentedFix(
                        """
                        Measure on the connector how long an answer without a sign-on takes; if that is quick, \
                        open the internal URL in a browser and take the time.
                        """,
                        command: "Measure-Command { curl.exe -s -o NUL http://{http_host}/ }", on: .connector,
                        effect: .connects),
                ]),
            DocumentedCause(
                "hangs", "The application hangs: a database, a lock, a third server that it waits for.",
                fixes: [
                    DocumentedFix(
                        "Show the requests that IIS is working on.",
                        command: IISCommands.listSlowRequests,
                        on: .backend)
                ]),
            DocumentedCause(
                "permissions", "The application hangs for users whom it does not know.",
                fixes: [
                    DocumentedFix(
                        "Try the internal URL with an account that is set up in the application.", on: .connector)
                ]),
            DocumentedCause(
                "lost", "The answer is lost on the way (a firewall that drops long-lived connections, a path MTU).",
                fixes: [DocumentedFix("Capture on the backend at the same time, and compare.", on: .capture)]),
        ],
        variants: [
            DocumentedVariant(
                "long", title: "{backend} did not answer within {waited}, although the time-out is set to Long",
                meaning:
                    """
                    The connector waited the 180 seconds of the setting Long. The application must become faster; \
                    there is no longer setting.
                    """
            ),
            DocumentedVariant(
                "early", title: "{backend} had not answered after {waited} when the client gave up",
                meaning:
                    """
                    The client closed the connection before the connector's own limit of 85 seconds. A slow \
                    application, and a user or a client that lost patience.
                    """
            ),
        ],
        cannotTell: ["What the backend was doing meanwhile."],
        eventIDs: [],
        seedRows: [
            SeedRow(.debugConnectors, "9: Lengthen the time-out value on the back end"),
            SeedRow(
                .troubleshoot, "This corporate app can't be accessed right now: the connector timed out (permissions)"),
        ],
        references: ["RFC 9110 15.6.5"])

    static let keyedBy: SubjectParts = [.service, .backend]

    /// How long the connector waits: by default, and with the setting Long; less a second for the wire.
    static let defaultLimit: Int64 = 84_000_000_000
    static let longLimit: Int64 = 179_000_000_000
    /// Below this nobody waited: a page was left, a connection changed.
    static let shortest: Int64 = 1_000_000_000

    private static let maximumUnjoined = 256
    private var unjoined: [HTTPTransaction] = []

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos || signOn.isFromConnector(context) else { return }
        let slow = signOn.transactions.filter { Self.waited($0) != nil }
        guard let last = slow.last, let waited = Self.waited(last) else { return }
        var observation = Observation(
            waited >= Self.defaultLimit ? .error : signOn.wasLetIn(after: last) ? .info : .warning, .high, signOn,
            slow,
            evidence: slow.flatMap { Self.evidence($0) })
        Self.describe(last, waited, &observation, context)
        context.report(observation)
    }

    func visit(transaction: HTTPTransaction, _ context: RuleContext) {
        guard let waited = Self.waited(transaction), waited >= Self.defaultLimit else { return }
        if unjoined.count >= Self.maximumUnjoined { unjoined.removeFirst() }
        unjoined.append(transaction)
    }

    /// Requests that belong to no sign-on are a connector's if their host is one, which may become known later.
    func tick(_ context: RuleContext) {
        unjoined.removeAll { transaction in
            guard context.has(.connector, transaction.client.address, point: transaction.point),
                let waited = Self.waited(transaction)
            else { return false }
            var observation = Observation(.error, .medium, transaction, evidence: Self.evidence(transaction))
            Self.describe(transaction, waited, &observation, context)
            context.report(observation)
            return true
        }
    }

    /// How long the client waited in vain, where it was the client that ended the wait.
    private static func waited(_ transaction: HTTPTransaction) -> Int64? {
        guard !transaction.hasResponse, transaction.hasRequest, transaction.endedByClient,
            transaction.silence == .silence || transaction.silence == .closed || transaction.silence == .reset,
            let waited = transaction.waitedNanoseconds, waited >= shortest
        else { return nil }
        return waited
    }

    private static func evidence(_ transaction: HTTPTransaction) -> [Evidence] {
        var out = Evidence.request(transaction, transaction.requestNote)
        if let frame = transaction.endFrame {
            out.append(Evidence(frame, transaction.endTime, "the client ends the connection, no response"))
        }
        return out
    }

    private static func describe(
        _ transaction: HTTPTransaction, _ waited: Int64, _ observation: inout Observation, _ context: RuleContext
    ) {
        observation.detail("waited", DurationText.text(nanoseconds: waited))
        observation.detail("http_host", transaction.host(context)?.host)
        if waited >= longLimit { observation.variant = "long" }
        if waited < defaultLimit { observation.variant = "early" }
    }
}
