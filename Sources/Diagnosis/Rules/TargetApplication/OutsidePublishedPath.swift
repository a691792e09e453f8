import Dissectors
import Exchanges

/// Parts of the page lie outside the path of the page.
final class OutsidePublishedPath: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "outside-published-path",
        title: "Parts of the page at {page_path} lie outside it and are not found: {missing_paths}",
        stage: .targetApplication,
        severity: .warning,
        meaning: """
            The page at {page_path} was served, and resources that it asks for lie outside that path and were answered \
            with 404. If the application is published with the path of the page, the user sees it without pictures, \
            styles or scripts.
            """,
        evidence: """
            A page served to a signed-on user, then 404 for addresses of the same host that begin with another \
            directory. A 404 inside the page's own directory is the application's affair. Icons that browsers ask for \
            by themselves do not count.
            """,
        causes: [
            DocumentedCause(
                "path", "The published path is narrower than the application.",
                fixes: [
                    DocumentedFix(
                        """
                        Publish the highest path that holds page and resources, usually the root of the host, and \
                        set the home page URL to {page_path}.
                        """,
                        on: .portal)
                ]),
            DocumentedCause(
                "missing", "The resources are missing on the server as well.",
                fixes: [
                    DocumentedFix(
                        """
                        Open the internal URL in a browser on the connector: what is missing there is missing for \
                        everybody.
                        """,
                        on: .connector)
                ]),
        ],
        cannotTell: ["Which path is published: requests outside it may never reach the connector."],
        seedRows: [SeedRow(.troubleshoot, "The page is not rendered correctly")],
        references: ["RFC 9110 15.5.5"])

    static let keyedBy: SubjectParts = [.service, .backend]

    /// What browsers ask for by themselves.
    private static let unasked = [
        "/favicon.ico", "/robots.txt", "/apple-touch-icon", "/.well-known/", "/browserconfig.xml",
    ]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let all = signOn.transactions
        guard all.contains(where: { $0.status == 404 }),
            let page = all.first(where: { $0.isLetIn && (200..<300).contains($0.status) }),
            let directory = topDirectory(page, context), let index = all.firstIndex(where: { $0.id == page.id })
        else { return }
        var paths: [String] = []
        var places: Set<Place> = []
        var missing: [HTTPTransaction] = []
        for transaction in all[(index + 1)...]
        where transaction.status == 404 && transaction.request?.host == page.request?.host {
            guard let path = path(transaction, context), !path.hasPrefix(directory),
                !Self.unasked.contains(where: { path.hasPrefix($0) })
            else { continue }
            missing.append(transaction)
            // Where a segment was left out, paths that are told alike may differ.
            places.insert(Place(path: path, target: path.contains("…(") ? transaction.outline.target : .none))
            if !paths.contains(path) { paths.append(path) }
        }
        guard !missing.isEmpty else { return }
        var observation = Observation(
            places.count > 1 ? .warning : .info, .medium, signOn, missing,
            evidence: Evidence.response(page, "the page, HTTP \(page.status)")
                + missing.flatMap { Evidence.response($0) })
        observation.detail("page_path", directory)
        observation.detail("missing_paths", paths.prefix(3).joined(separator: ", ") + (paths.count > 3 ? " …" : ""))
        context.report(observation)
    }

    private struct Place: Hashable {
        var path: String
        var target: NameID
    }

    /// The path of a request without its query, which may hold what nobody should read.
    private func path(_ transaction: HTTPTransaction, _ context: RuleContext) -> String? {
        guard let target = transaction.request.flatMap({ context.names.string($0.target) }) else { return nil }
        let path = LocationURL(target)?.path ?? target
        guard path.hasPrefix("/") else { return nil }
        return String(path.prefix { $0 != "?" && $0 != "#" })
    }

    /// `/app/` of `/app/page`; nil for a page at the root, outside of which nothing lies.
    private func topDirectory(_ transaction: HTTPTransaction, _ context: RuleContext) -> String? {
        guard let path = path(transaction, context) else { return nil }
        let rest = path.dropFirst()
        guard let slash = rest.firstIndex(of: "/"), slash != rest.startIndex else { return nil }
        return String(path[...slash])
    }
}
