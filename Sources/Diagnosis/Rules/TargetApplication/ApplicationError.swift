import Dissectors
import Exchanges

/// The ticket was accepted, and the application failed.
final class ApplicationError: FailedTransactionRule {
    static let documentation = RuleDocumentation(
        slug: "application-error",
        title: "{user} was authenticated at {backend}, and the application failed with {status}",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            {backend} accepted the Kerberos ticket of {user} and then answered {status}. The sign-on is done; the \
            error is the application's own, or of something behind it.
            """,
        evidence: """
            A status of 500 to 599 with an accepting token, or after one on the same connection. Without such a token \
            it is open whether the ticket was looked at; then the finding is request-refused or raw-krb5-token-refused.
            """,
        causes: [
            DocumentedCause(
                "application", "The application fails for its own reasons.",
                fixes: [
                    DocumentedFix(
                        "Read the application's log and the Windows application log at the time of this frame.",
                        command:
                            """
                            Get-WinEvent -FilterHashtable @{LogName='Application'; Level=1,2; \
                            StartTime=(Get-Date).AddHours(-1)} | Format-List TimeCreated, ProviderName, Message
                            """,
                        on: .backend)
                ]),
            DocumentedCause(
                "double-hop",
                """
                The application signs on to a third server (a database, a report server) in the user's name and \
                may not.
                """,
                fixes: [
                    DocumentedFix(
                        """
                        Let the application pool's account delegate to the third service, and capture on the \
                        backend to see its own Kerberos requests.
                        """,
                        on: .domainController)
                ]),
            DocumentedCause(
                "upstream", "A gateway before the application has no healthy server (502, 503, 504).",
                fixes: [DocumentedFix("Ask the load balancer for the state of its pool.", on: .network)]),
        ],
        variants: [
            DocumentedVariant(
                "one-resource", title: "{backend} failed on one of several requests of {user} ({status})",
                meaning:
                    """
                    The sign-on succeeded and other requests of it were served; this one ended in an error of the \
                    application.
                    """
            )
        ],
        cannotTell: ["What failed inside the application."],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Other scenarios: double hop")],
        references: ["RFC 9110 15.6"],
        consequenceOf: ["double-hop-failure"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(failuresOf signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let failed = signOn.deniedAfterAcceptance { (500..<600).contains($0) }
        guard let last = failed.last else { return }
        let wasServed = signOn.transactions.contains { $0.isSuccess }
        var observation = Observation(
            wasServed ? .info : .error, .high, signOn, failed, evidence: Evidence.rounds(failed))
        observation.variant = wasServed ? "one-resource" : nil
        observation.detail("status", "HTTP \(last.status)")
        if (502...504).contains(last.status) { observation.causes = ["upstream", "application", "double-hop"] }
        context.report(observation)
    }
}
