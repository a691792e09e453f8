import Dissectors
import Exchanges

/// The backend answered a Kerberos ticket with a rejecting token, or with 401 again and again.
final class BackendRejectedTicket: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "backend-rejected-ticket",
        title: "{backend} rejected the Kerberos ticket of {user} for {spn}",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The domain controller issued a ticket for {spn} and the connector sent it with the request, so delegation \
            works. The web server at {backend} did not accept the ticket and answered 401. In nearly all cases it \
            cannot decrypt the ticket: the account that {spn} is registered on is not the account under which the web \
            server decrypts.
            """,
        evidence: """
            A request with an AP-REQ, answered by 401 with a NegTokenResp in the state reject or a KRB-ERROR in its \
            token (41 KRB_AP_ERR_MODIFIED above all); or several requests, each with a new authenticator, answered by \
            401 that only repeats the challenge. An accepting token would mean authorization-denied; the codes of \
            clocks, keys and replays in the token are clock-skew, backend-key-mismatch and ticket-replayed; a \
            challenge without Negotiate is negotiate-not-offered; three bare rounds and more for one address are \
            backend-401-loop.
            """,
        causes: [
            DocumentedCause(
                "wrong-account",
                "{spn} is registered on another account than the one that runs the application pool.",
                fixes: [
                    DocumentedFix("Show which account holds the SPN.", command: Commands.findSPN, on: .anywhere),
                    DocumentedFix(
                        """
                        Show the identity of each application pool; the one of this application must be the \
                        account that holds the SPN.
                        """,
                        command: IISCommands.showApplicationPools,
                        on: .backend),
                    DocumentedFix(
                        """
                        If they differ, run the pool under the SPN's account, or move the SPN to the pool's \
                        account (delete it on the old account first).
                        """,
                        command: "setspn -D {spn} <OLD_ACCOUNT>; setspn -S {spn} <POOL_ACCOUNT>", on: .anywhere,
                        effect: .directory),
                    DocumentedFix(
                        """
                        Compare with the Internal Application SPN of the application's single sign-on page: it \
                        must be exactly this name.
                        """,
                        on: .portal),
                ]),
            DocumentedCause(
                "kernel-mode",
                "IIS decrypts in kernel mode with the machine account although the SPN belongs to a service account.",
                fixes: [
                    DocumentedFix(
                        """
                        Let kernel-mode authentication use the application pool's account \
                        (system.webServer/security/authentication/windowsAuthentication, useAppPoolCredentials).
                        """,
                        command: IISCommands.useApplicationPoolKey,
                        on: .backend),
                    DocumentedFix(
                        "Purge the Kerberos tickets of all sessions on the backend after the change.",
                        command: Commands.purgeAllSessions, on: .backend),
                    DocumentedFix(
                        "Purge the tickets that the connector has cached, and restart its service.",
                        command: Commands.purgeConnector, on: .connector),
                ]),
            DocumentedCause(
                "farm", "The servers of a farm decrypt with their own machine accounts, each with another key.",
                fixes: [
                    DocumentedFix(
                        """
                        Run the application pool on every server under one domain account, register {spn} on that \
                        account alone, and set useAppPoolCredentials on each.
                        """,
                        on: .backend)
                ]),
            DocumentedCause(
                "duplicate", "{spn} is registered twice, and the KDC encrypted for the other account.",
                fixes: [
                    DocumentedFix(
                        "List duplicate SPNs; only one account may hold {spn}.", command: Commands.listDuplicateSPNs,
                        on: .anywhere)
                ]),
            DocumentedCause(
                "stale-key",
                """
                The password of the account changed and the web server, or the connector's cached ticket, still \
                has the old key.
                """,
                fixes: [
                    DocumentedFix(
                        "Restart the application pool after a password change, and purge the connector's tickets.",
                        command: Commands.purgeConnector, on: .connector)
                ]),
            DocumentedCause(
                "expired",
                "The ticket has run out (32 KRB_AP_ERR_TKT_EXPIRED), and the clocks agree: the client sent an old one.",
                fixes: [
                    DocumentedFix("Purge the connector's tickets.", command: Commands.purgeConnector, on: .connector)
                ]),
            DocumentedCause(
                "extended-protection",
                "Extended Protection demands a channel binding that a request through the connector does not have.",
                fixes: [
                    DocumentedFix(
                        """
                        For a test, switch Extended Protection off for this application; switch it on again \
                        afterwards.
                        """,
                        command: IISCommands.ignoreChannelBinding,
                        on: .backend)
                ]),
            DocumentedCause(
                "not-kerberos", "Kerberos does not work at this site for anybody.",
                fixes: [
                    DocumentedFix(
                        """
                        On the connector, open the application's internal URL in a browser and see whether the \
                        request carries Negotiate YI… (Kerberos) or TlRMTVNTUAAB (NTLM).
                        """,
                        on: .connector),
                    DocumentedFix(
                        """
                        Take NTLM out of the site's providers for a test and open the page again: what works then \
                        is Kerberos.
                        """,
                        on: .backend),
                ]),
        ],
        variants: [
            DocumentedVariant(
                "no-ticket", title: "{backend} answered 401 to a request without a ticket",
                meaning: """
                    No ticket for {spn} was issued, so the request went out without Authorization and the backend \
                    asked for credentials. The 401 is only the echo of the failure at the domain controller.
                    """),
            DocumentedVariant(
                "one-refusal", title: "{backend} answered 401 to the ticket of {user}",
                meaning: """
                    One request with a ticket for {spn} was answered by a plain 401, and no further attempt is in the \
                    capture. A first 401 can be by design; here no success followed it.
                    """),
            DocumentedVariant(
                "then-accepted", title: "{backend} rejected a ticket of {user} once, then accepted",
                meaning: """
                    A rejecting token was followed by success in the same sign-on. Nothing failed in the end; a ticket \
                    that was made for an old key is the usual reason.
                    """),
        ],
        cannotTell: [
            """
            Under which account the application pool runs and whether kernel mode decrypts: both are settings of \
            the backend.
            """,
            """
            The sub-status of the 401 (401.1, 401.2): it stands in the backend's own log \
            (C:\\inetpub\\logs\\LogFiles).
            """,
        ],
        eventIDs: [13022, 12008],
        seedRows: [
            SeedRow(.troubleshoot, "13022: backend responds to Kerberos with 401"),
            SeedRow(.troubleshoot, "The website cannot display the page (IWA): SPN incorrect"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: application pool account and SPN"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: portal SPN equals the account's SPN"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: UseAppPoolCredentials"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: purge tickets after the change"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: kernel mode and farms"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: Extended Protection"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: event 13022"),
        ],
        references: ["RFC 4178 4.2.2", "RFC 4559 5", "RFC 4120 3.2.3"],
        consequenceOf: PriorFailures.explainedRefusal + PriorFailures.withoutTicket)

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let all = signOn.transactions
        let sent = signOn.ticketTransactions
        if sent.isEmpty {
            visitRequestWithoutTicket(signOn, all, context)
            return
        }
        let rejected = sent.filter { transaction in
            guard case .rejected(let code) = transaction.answer else { return false }
            guard let code else { return true }
            return !AcceptorError.isClock(code, transaction) && !AcceptorError.isKey(code)
                && code != .replayed
        }
        if let last = rejected.last {
            let wasLetIn = signOn.wasLetIn(after: last)
            var observation = Observation(
                wasLetIn ? .info : .error, .high, signOn, rejected, evidence: Evidence.rounds(rejected))
            observation.variant = wasLetIn ? "then-accepted" : nil
            if last.tokenErrorCode == .modified {
                observation.causes = ["wrong-account", "kernel-mode", "farm", "duplicate", "stale-key"]
            }
            if last.tokenErrorCode == .ticketExpired { observation.causes = ["expired"] }
            observation.detail("token_error", last.tokenErrorCode?.label)
            context.report(observation)
            return
        }
        let refused = sent.filter { $0.answer == .refused && $0.offersKerberos(context) && $0.receivedNTLMType == 0 }
        guard let last = refused.last, !signOn.wasLetIn(after: last), !RawKrb5TokenRefused.explains(last, context),
            signOn.loop == nil
        else { return }
        let rounds = SignOn.distinctRounds(refused)
        let isOpen = rounds.count < 2 && !signOn.captureContinues && !last.isEnded
        var observation = Observation(
            isOpen ? .info : .error, rounds.count < 2 ? .low : .medium, signOn, rounds,
            evidence: Evidence.rounds(rounds))
        observation.variant = rounds.count < 2 ? "one-refusal" : nil
        context.report(observation)
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        guard finding.severity == .error, context.served.hasOthers(than: finding, context) else { return }
        // The key fits for others, so the account of the SPN is right: an old ticket, or one server of several.
        finding.causes = ["stale-key", "farm", "extended-protection"]
    }

    /// The KDC gave no ticket, and the request that went out nevertheless was answered by 401.
    private func visitRequestWithoutTicket(_ signOn: SignOn, _ all: [HTTPTransaction], _ context: RuleContext) {
        guard signOn.kind == .delegated,
            signOn.steps.contains(where: { $0.ticketRequest.map { !$0.outcome.isGranted } ?? false }),
            let transaction = all.first(where: { $0.status == 401 && $0.credential == .none })
        else { return }
        var observation = Observation(.info, .high, signOn, [transaction], evidence: Evidence.round(transaction))
        observation.variant = "no-ticket"
        context.report(observation)
    }
}
