import PacketModel
import Dissectors
import Exchanges

/// The request header with its ticket is longer than the server takes.
final class RequestHeaderTooLong: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "request-header-too-long",
        title: "The request of {user} is too long for {backend}: {header_bytes} of header",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The ticket of {user} makes the request header {header_bytes} long, its longest line {field_bytes}, and \
            {backend} does not take that much. The ticket grows with the user's groups, so some users fail and others \
            do not.
            """,
        evidence: """
            413, 431 or 494, or 400 to a header beyond what servers take by default (HTTP.sys 16384 bytes for a line \
            and for all of them, Apache 8190 bytes a line, nginx and Tomcat 8 KiB), or an error text that says so; or \
            a connection reset by such a request. A 400 to a short header is request-refused.
            """,
        causes: [
            DocumentedCause(
                "many-groups", "{user} is in too many groups, or has a long SID history.",
                fixes: [
                    DocumentedFix(
                        "Count the groups of the user.",
                        command: Commands.countGroups,
                        on: .domainController),
                    DocumentedFix(
                        "Take the user out of groups that are not needed, and clean up SID history.",
                        on: .domainController),
                ]),
            DocumentedCause(
                "http-sys", "HTTP.sys (IIS) takes 16 KiB by default; larger limits must be set on the backend.",
                fixes: [
                    DocumentedFix(
                        "Raise both limits, then restart the backend.",
                        command:
                            """
                            reg add HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters /v MaxFieldLength \
                            /t REG_DWORD /d 65534 /f; reg add \
                            HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters /v MaxRequestBytes /t \
                            REG_DWORD /d 16777216 /f
                            """,
                        on: .backend)
                ]),
            DocumentedCause(
                "other-server", "Apache, nginx or Tomcat takes about 8 KiB by default.",
                fixes: [
                    DocumentedFix(
                        "Apache: raise the limit of a line in the server's configuration.",
                        command: "LimitRequestFieldSize 65536", on: .backend),
                    DocumentedFix(
                        "nginx: raise the buffers.", command: "large_client_header_buffers 4 64k;", on: .backend),
                    DocumentedFix(
                        "Tomcat: raise the limit of the connector element.", command: "maxHttpHeaderSize=\"65536\"",
                        on: .backend),
                ]),
            DocumentedCause(
                "cookies", "Large cookies fill the rest of the header.",
                fixes: [DocumentedFix("Clear the application's cookies for a test.", on: .anywhere)]),
        ],
        cannotTell: ["The server's present limits: only that this request exceeded them."],
        eventIDs: [13022],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Delegation service: maximum token size")],
        references: ["RFC 6585 5", "RFC 9110 15.5.14", "Microsoft KB 820129, KB 2020943"],
        consequenceOf: ["ticket-oversized"])

    static let keyedBy: SubjectParts = [.service, .backend]

    /// Header line and whole header, in octets, that the most frugal usual server still takes.
    static let smallestFieldLimit: Int32 = 8190
    static let smallestHeaderLimit: Int32 = 8192
    /// What HTTP.sys takes.
    static let windowsLimit: Int32 = 16384

    /// Whether the length of the header is what this failure is about.
    static func explains(_ transaction: HTTPTransaction) -> Bool { confidence(transaction) != nil }

    /// How sure it is; nil where the length has nothing to do with it.
    static func confidence(_ transaction: HTTPTransaction) -> Confidence? {
        guard let request = transaction.request else { return nil }
        let isLong = request.longestFieldBytes > smallestFieldLimit || request.headerBytes > smallestHeaderLimit
        guard let response = transaction.response else {
            let isCut = transaction.silence == .reset || (transaction.silence == .closed && !transaction.endedByClient)
            let isVeryLong = request.longestFieldBytes > windowsLimit || request.headerBytes > windowsLimit
            return isCut && isVeryLong ? .medium : nil
        }
        if response.phrases.contains(.headerTooLong), (400..<500).contains(response.status) { return .high }
        switch response.status {
        case 431, 494: return .high
        case 400, 413: return isLong ? .high : nil
        default: return nil
        }
    }

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        let refused = signOn.transactions.filter { $0.credential != .none && Self.explains($0) }
        guard let last = refused.last, let request = last.request, let sure = Self.confidence(last) else { return }
        let wasLetIn = signOn.wasLetIn(after: last)
        guard signOn.isKerberos || signOn.isFromConnector(context) else { return }
        var observation = Observation(
            wasLetIn ? .info : .error, sure, signOn, refused,
            evidence: refused.flatMap {
                Evidence.request($0, "HTTP request, \($0.request?.headerBytes ?? 0) bytes of header")
                    + Evidence.response($0)
            })
        observation.detail("header_bytes", "\(request.headerBytes) bytes")
        observation.detail("field_bytes", "\(request.longestFieldBytes) bytes")
        if last.isWindowsServer(context) {
            observation.causes = ["many-groups", "http-sys", "cookies"]
        } else if last.response?.server.isPresent == true {
            observation.causes = ["many-groups", "other-server", "cookies"]
        }
        context.report(observation)
    }
}
