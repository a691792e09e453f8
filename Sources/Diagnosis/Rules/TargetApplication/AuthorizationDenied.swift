import PacketModel
import Dissectors
import Exchanges

/// The ticket was accepted, and the user may not have the page.
final class AuthorizationDenied: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "authorization-denied",
        title: "{user} was authenticated at {backend}, and the application denied access ({status})",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            Kerberos worked from end to end: {backend} accepted the ticket of {user} and said so in its answer. Then \
            the application refused the page. Nothing is wrong with delegation, SPNs or keys; the user lacks a right.
            """,
        evidence: """
            403, or 401, together with an accepting token (a NegTokenResp with accept-completed, or an AP-REP), or \
            after one on the same connection. 403 without such a token leaves open whether the ticket was accepted, \
            and is request-refused. Many 401 with accepting tokens are not a loop of failed authentication.
            """,
        causes: [
            DocumentedCause(
                "permissions", "{user} has no right to the page in the application or in the file system beneath it.",
                fixes: [
                    DocumentedFix(
                        "Give {user}, or a group of this user, access in the application itself.", on: .backend),
                    DocumentedFix(
                        "Compare with a user for whom it works: open the internal URL as both on the connector.",
                        on: .connector),
                ]),
            DocumentedCause(
                "authorization-rule",
                """
                An authorization rule of the web server (URL authorization, Require, IP restriction) excludes the \
                user or the connector.
                """,
                fixes: [
                    DocumentedFix(
                        "Show the rules of the site.",
                        command: IISCommands.showAuthorization,
                        on: .backend)
                ]),
            DocumentedCause(
                "groups", "The ticket was issued before the user became member of the group.",
                fixes: [
                    DocumentedFix(
                        "Purge the connector's tickets and try again.", command: Commands.purgeConnector, on: .connector
                    )
                ]),
            DocumentedCause(
                "wrong-identity",
                """
                The user signs in with another account than the application knows (a guest, a Microsoft account, \
                an alternate login).
                """,
                fixes: [DocumentedFix("Check the delegated login identity of the application.", on: .portal)]),
        ],
        variants: [
            DocumentedVariant(
                "one-resource", title: "{backend} denied {user} one of several pages ({status})",
                meaning:
                    "The sign-on succeeded and other requests of it were served; this resource is closed to the user.")
        ],
        cannotTell: ["Which permission is missing: the application decides, and says so at most in its own log."],
        eventIDs: [],
        seedRows: [
            SeedRow(.troubleshoot, "The website cannot display the page (OWA): user not defined on premises"),
            SeedRow(
                .troubleshoot, "This corporate app can't be accessed right now: the connector timed out (permissions)"),
            SeedRow(.kerberosConstrainedDelegation, "Symptoms: authorization failed due to missing permissions"),
        ],
        references: ["RFC 9110 15.5.4", "RFC 4178 4.2.2"])

    static let keyedBy: SubjectParts = [.user, .service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let denied = signOn.deniedAfterAcceptance { $0 == 401 || $0 == 403 }
        guard let last = denied.last else { return }
        let wasServed = signOn.transactions.contains { $0.isSuccess }
        var observation = Observation(
            wasServed ? .info : .error, .high, signOn, denied, evidence: Evidence.rounds(denied))
        observation.variant = wasServed ? "one-resource" : nil
        observation.detail("status", "HTTP \(last.status)")
        observation.detail("http_host", last.host(context)?.host)
        context.report(observation)
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        guard finding.severity == .error else { return }
        // Others get in: it is this user. Nobody does: it is a rule for all.
        finding.causes =
            context.served.hasOthers(than: finding, context)
            ? ["permissions", "groups", "wrong-identity", "authorization-rule"]
            : ["permissions", "authorization-rule", "groups", "wrong-identity"]
    }
}

extension SignOn {
    /// Transactions with such a status whose own response carries an accepting token, or whose
    /// connection had been authenticated by one before.
    func deniedAfterAcceptance(_ isDenial: (UInt16) -> Bool) -> [HTTPTransaction] {
        guard transactions.contains(where: { isDenial($0.status) }) else { return [] }
        var authenticated: Set<FlowID> = []
        var out: [HTTPTransaction] = []
        for transaction in transactions {
            if transaction.hasAcceptingToken { authenticated.insert(transaction.flow) }
            guard transaction.hasResponse, isDenial(transaction.status) else { continue }
            // A 401 to a request without credentials on such a connection is a new challenge, no denial.
            let byConnection =
                authenticated.contains(transaction.flow) && transaction.status != 401
                && transaction.credential == .none
            if transaction.hasAcceptingToken || byConnection { out.append(transaction) }
        }
        return out
    }
}
