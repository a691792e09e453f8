import Dissectors
import Exchanges

/// The ticket is for another host than the request.
final class SPNHostMismatch: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "spn-host-mismatch",
        title: "The ticket is for {spn}, the request for {http_host}",
        stage: .targetApplication,
        severity: .info,
        meaning: """
            The connector asked for a ticket to {spn} and sent it to the host {http_host}. That is allowed, and often \
            meant: a farm or an alias may use one account. It works only if the web server at {http_host} decrypts \
            with the account that holds {spn}.
            """,
        evidence: """
            The host part of the service name of the ticket in the AP-REQ differs from the Host field of the request. \
            A short name and the full name that begins with it count as one.
            """,
        causes: [
            DocumentedCause(
                "portal", "The Internal Application SPN in the portal is not that of the internal URL's host.",
                fixes: [
                    DocumentedFix(
                        "Show who holds both names.", command: "setspn -Q {spn}; setspn -Q http/{http_host}",
                        on: .anywhere),
                    DocumentedFix(
                        """
                        Set Internal Application SPN to http/{http_host}, if that name belongs to the \
                        application's account, and add it to the connector's delegation list.
                        """,
                        on: .portal),
                ]),
            DocumentedCause(
                "intended", "Both names belong to the account of the application pool, as on a farm.",
                fixes: [DocumentedFix("Nothing to do while the backend accepts.", on: .anywhere)]),
        ],
        cannotTell: ["Whether both names belong to one account: the directory knows (setspn -Q)."],
        eventIDs: [13022],
        seedRows: [
            SeedRow(.kerberosConstrainedDelegation, "Target application: portal SPN equals the account's SPN"),
            SeedRow(.troubleshoot, "The website cannot display the page (IWA): SPN incorrect"),
        ],
        references: ["RFC 4559 4", "RFC 9110 7.2"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        for transaction in signOn.ticketTransactions {
            guard let ticket = transaction.ticket, ticket.sname.componentCount >= 2,
                let spn = context.host(ofService: ticket.sname.name),
                let host = transaction.host(context), !host.host.isEmpty, !spn.isSameHost(as: host)
            else { continue }
            let isRefused: Bool
            switch transaction.answer {
            case .refused, .rejected: isRefused = !signOn.wasLetIn(after: transaction)
            case .accepted, .served, .incomplete, .failed, .silent: isRefused = false
            }
            var observation = Observation(
                isRefused ? .warning : .info, .medium, signOn, [transaction],
                evidence: Evidence.request(transaction, "ticket for \(spn.host), Host \(host.host)"))
            observation.subjects.service = ticket.sname.name
            observation.subjects.serviceRealm = ticket.realm
            observation.detail("http_host", host.host)
            if !isRefused { observation.causes = ["intended", "portal"] }
            context.report(observation)
            return
        }
    }
}
