import Dissectors
import Exchanges

/// NTLM where Kerberos was meant.
final class NTLMFallback: SignOnRule, TickingRule {
    static let documentation = RuleDocumentation(
        slug: "ntlm-fallback",
        title: "{user} was signed on to {backend} with NTLM instead of Kerberos",
        stage: .targetApplication,
        severity: .warning,
        meaning: """
            The client sent NTLM messages (base64 TlRMTVNTUAAB) where Kerberos was meant. It found no ticket for the \
            host name that it used, or was told to use NTLM. NTLM cannot be delegated: a connector that signs on users \
            through Kerberos constrained delegation cannot work this way, and what works here for one client fails for \
            the published application.
            """,
        evidence: """
            NTLMSSP messages in Authorization, bare or inside SPNEGO, from a host that impersonates users or asked for \
            a ticket to the same host before; or NTLM with a domain account that was sent unasked, to a host by name, \
            and accepted. NTLM of a browser at a site for which nobody asked for Kerberos is no finding.
            """,
        causes: [
            DocumentedCause(
                "no-spn", "No SPN exists for the name in the URL, so no ticket could be had.",
                fixes: [
                    DocumentedFix(
                        "See whether HTTP/{http_host} is registered.", command: "setspn -Q HTTP/{http_host}",
                        on: .anywhere),
                    DocumentedFix(
                        "Register it on the account of the application pool.",
                        command: "setspn -S HTTP/{http_host} <POOL_ACCOUNT>", on: .anywhere, effect: .directory),
                ]),
            DocumentedCause(
                "not-fqdn",
                """
                The URL has an address, an alias or a name outside the client's intranet zone instead of the full \
                name of the SPN.
                """,
                fixes: [
                    DocumentedFix("Use the full host name of the SPN as internal URL and as DNS A record.", on: .portal)
                ]),
            DocumentedCause(
                "provider-order", "The site offers NTLM before Negotiate, or Negotiate is missing.",
                fixes: [
                    DocumentedFix(
                        "Put Negotiate first and NTLM beneath it.",
                        command: IISCommands.showWindowsAuthentication,
                        on: .backend)
                ]),
            DocumentedCause(
                "client-setting", "The client is configured for NTLM.",
                fixes: [DocumentedFix("Let the client use Negotiate.", on: .connector)]),
        ],
        variants: [
            DocumentedVariant(
                "failed", title: "{user} fell back to NTLM at {backend}, and that failed too",
                meaning: "Kerberos was not available, the client tried NTLM, and the backend refused that as well.")
        ],
        cannotTell: [
            """
            Why the client has no ticket, where it did not ask for one: unknown SPNs are remembered for 15 \
            minutes, and nothing is sent meanwhile.
            """
        ],
        eventIDs: [13022],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation,
                """
                Target application: Kerberos or NTLM in the token (YII, TlRMTVNTUAAB)
                """),
            SeedRow(.kerberosConstrainedDelegation, "Target application: remove NTLM from the providers for a test"),
        ],
        references: ["MS-NLMP 2.2.1", "RFC 4559 4"],
        consequenceOf: ["spn-unknown", "spn-duplicate", "negotiate-not-offered", "ntlm-offered-first"]
            + PriorFailures.withoutTicket)

    static let keyedBy: SubjectParts = [.connector, .service, .backend]

    /// A sign-on with NTLM that may turn out to have been meant for Kerberos.
    private struct Pending {
        var signOn: SignOn
        var messages: [HTTPTransaction]
    }
    private static let maximumPending = 256
    private var pending: [Pending] = []

    func visit(signOn: SignOn, _ context: RuleContext) {
        let messages = signOn.transactions.filter { $0.sentNTLMType == 1 || $0.sentNTLMType == 3 }
        guard !messages.isEmpty else { return }
        let sample = Pending(signOn: signOn, messages: messages)
        if judge(sample, context, atEnd: false) { return }
        // Of the one that has waited longest nothing more is awaited.
        if pending.count >= Self.maximumPending { _ = judge(pending.removeFirst(), context, atEnd: true) }
        pending.append(sample)
    }

    func tick(_ context: RuleContext) { pending.removeAll { judge($0, context, atEnd: false) } }

    func finish(_ context: RuleContext) {
        for sample in pending { _ = judge(sample, context, atEnd: true) }
        pending = []
    }

    /// Reports where Kerberos was expected; false where nothing says so yet.
    private func judge(_ sample: Pending, _ context: RuleContext, atEnd: Bool) -> Bool {
        let signOn = sample.signOn
        guard let first = sample.messages.first else { return true }
        let host = first.host(context)
        let reason = context.expectation.reason(client: signOn.connector, point: signOn.point, host: host, context)
        let final = sample.messages.last { $0.sentNTLMType == 3 }
        let worked = final?.isSuccess ?? false
        guard reason != nil || (atEnd && worked && isConfigured(signOn, first, final, host, context)) else {
            return false
        }
        // Kerberos was sent to this backend as well, and accepted: NTLM was another client's choice.
        if signOn.ticketTransactions.contains(where: \.isLetIn) { return true }
        let failed = final.map { $0.status == 401 && $0.receivedNTLMType != 2 } ?? false
        var observation = Observation(
            failed ? .error : .warning, reason == nil ? .medium : .high, signOn, sample.messages,
            evidence: sample.messages.flatMap { Evidence.request($0, $0.requestNote) }
                + (final.map { Evidence.response($0) } ?? []))
        observation.variant = failed ? "failed" : nil
        observation.detail("http_host", host?.host)
        if host?.isAddress == true { observation.causes = ["not-fqdn", "no-spn", "provider-order", "client-setting"] }
        context.report(observation)
        return true
    }

    /// Whether this is a single sign-on that somebody configured, not a browser that was asked: NTLM sent
    /// before any challenge, with an account of a domain, to a host by name.
    private func isConfigured(
        _ signOn: SignOn, _ first: HTTPTransaction, _ final: HTTPTransaction?, _ host: HostName?,
        _ context: RuleContext
    ) -> Bool {
        guard let host, !host.isAddress, let final, let message = final.requestToken?.ntlm, !message.isAnonymous,
            signOn.transactions.first?.id == first.id, first.sentNTLMType == 1,
            let domain = context.names.string(message.domain), !domain.isEmpty
        else { return false }
        let challenge = first.responseToken?.ntlm
        let own = [challenge?.computer, challenge?.dnsComputer, message.workstation].compactMap {
            $0.flatMap { context.names.string($0) }
        }
        let local = own + [host.host]
        return !local.contains {
            HostName($0).isSameHost(as: HostName(domain)) || HostName($0).host == HostName(domain).host
        }
    }
}
