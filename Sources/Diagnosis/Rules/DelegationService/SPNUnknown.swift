import Collections
import ByteParsing
import Dissectors
import Exchanges

/// The KDC knows no account with the service principal name that was asked for.
final class SPNUnknown: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "spn-unknown",
        title: "No account in the domain holds the SPN {spn}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_S_PRINCIPAL_UNKNOWN (7): no account in {spn_realm} has the service \
            principal name {spn}, so no ticket for it can be issued.
            """,
        evidence: """
            KRB-ERROR 7 to a request for a ticket to a service, with no later success for the same host. For krbtgt of \
            another realm this is trust-path-missing. A host that asks in its own name for what it happens to connect \
            to, and does without, is normal.
            """,
        causes: [
            DocumentedCause(
                "not-registered", "{spn} is not registered on the account under which the application runs.",
                fixes: [
                    Remedies.querySPN, Remedies.setSPN, Remedies.purgeNetworkService, Remedies.purgeMachine,
                    Remedies.restartConnector,
                ]),
            DocumentedCause(
                "portal-spn", "The SPN in the portal is misspelled, or names a host alias that has no SPN.",
                fixes: [
                    Remedies.portalSPN,
                    DocumentedFix(
                        "See whether the host name is an alias: publish the application under an A record.",
                        command: Commands.resolveServiceHost, on: .connector),
                ]),
            DocumentedCause(
                "duplicate",
                "The SPN stands on more than one account: some domain controllers then answer as if it stood on none.",
                fixes: [Remedies.duplicateSPNs]),
        ],
        variants: [
            DocumentedVariant(
                "own-account", title: "{account} has no SPN, so it cannot get tickets in the name of users",
                meaning: """
                    The first step of the delegation failed: {account} asked for a ticket of {user} to itself \
                    (S4U2Self), and the domain controller answered that it knows no such service (7). An account needs \
                    at least one service principal name before it can act for users.
                    """),
            DocumentedVariant(
                "read-only-dc", title: "The domain controller {kdc} holds no secrets for {spn}",
                meaning: """
                    The domain controller answered 7 with status NO_SECRETS: it is read-only and may not hold the \
                    password of the account behind {spn}.
                    """),
            DocumentedVariant(
                "account-name", title: "{account} asked for a ticket to the bare account name {spn}",
                meaning: """
                    {account} asked for a service ticket to {spn}, a name without a service class and host. The domain \
                    controller answered that it knows no such service (7): an account without an SPN is no service.
                    """),
        ],
        eventIDs: [13020, 13019, 12027],
        seedRows: [
            SeedRow(.troubleshoot, "13019, 13020: the SPN configuration"),
            SeedRow(.troubleshoot, "The website cannot display the page: the SPN of the application is incorrect"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: setspn -q"),
            SeedRow(
                .kerberosConstrainedDelegation,
                "Target application: the SPN in the portal is the SPN of the application's account"),
        ],
        references: ["RFC 4120 7.5.9", "MS-SFU 3.1.5.1.1.1"],
        consequenceOf: ["spn-duplicate"])

    static let keyedBy: SubjectParts = [.service, .account]

    /// An account and the first label of a host.
    private struct Target: QuicklyHashed {
        var account: NameID
        var host: NameID

        var hashWord: UInt64 { UInt64(account.rawValue) << 32 | UInt64(host.rawValue) }
    }
    private let granted = RefCell(BoundedTable<Target, Bool>(maximumCount: 4096))

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        if request.outcome.isGranted, request.isForUser,
            let target = target(request.requester.name, request.service.name, context)
        {
            granted.value.addOnce(target, true)
        }
        guard request.refusal == .serverPrincipalUnknown, !request.isForTicketGrantingService(context.names),
            request.kind != .authenticationService
        else { return }
        var observation = Observation(request.failureSeverity, .high, of: request)
        if request.refusalStatus == KDCStatus.noSecrets {
            observation.variant = "read-only-dc"
        } else if request.kind == .s4U2Self {
            observation.variant = "own-account"
            observation.causes = ["not-registered"]
        } else if request.service.componentCount == 1, !context.isComputer(request.service),
            !request.isSelfProbe(context)
        {
            observation.variant = "account-name"
            observation.severity = max(observation.severity, .warning)
        }
        context.report(observation)
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        // Another spelling of the same host was granted: the client found its way.
        guard let target = target(finding.subjects.account, finding.subjects.service, context),
            granted.value[target] != nil
        else { return }
        finding.severity = .info
    }

    private func target(_ account: NameID, _ service: NameID, _ context: RuleContext) -> Target? {
        let host = context.hostLabel(ofService: service)
        guard account.isPresent, host.isPresent else { return nil }
        return Target(account: context.fold(account), host: host)
    }
}
