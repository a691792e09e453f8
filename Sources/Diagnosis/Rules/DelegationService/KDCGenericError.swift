import Dissectors
import Exchanges

/// The KDC refused with a code that says nothing more precise.
final class KDCGenericError: FailedRequestRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-generic-error",
        title: "The domain controller {kdc} answered {error}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller refused the request of {account} with {error}{status_text}. The code names no cause \
            that could be judged from the wire; the domain controller's own log says more.
            """,
        evidence:
            """
            KRB-ERROR 60 (generic) from port 88, or any code that no other finding explains, as the last word on \
            a request.
            """,
        causes: [
            DocumentedCause(
                "kdc-log", "The domain controller met an error of its own.",
                fixes: [
                    DocumentedFix(
                        "Read its Kerberos events at the time of the frames named above.",
                        command:
                            """
                            Get-WinEvent -FilterHashtable @{LogName='System'; \
                            ProviderName='Microsoft-Windows-Kerberos-Key-Distribution-Center'} -MaxEvents 20
                            """,
                        on: .domainController),
                    Remedies.replication,
                ])
        ],
        cannotTell: ["The cause: a generic error is what a KDC says when it has no other code."],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.troubleshoot, "13019: general API error")],
        references: ["RFC 4120 7.5.9", "MS-KILE 2.2.1"])

    static let keyedBy: SubjectParts = [.account, .service, .kdc]

    /// Codes that other rules judge, in a log-on and in a request for a ticket.
    private static let judgedAtLogOn: Set<KerberosErrorCode> = judgedAlways.union([.preauthenticationFailed])
    private static let judgedForTickets: Set<KerberosErrorCode> = judgedAlways.union([
        .serviceExpired, .serverPrincipalUnknown, .serviceRevoked, .ticketGrantingTicketRevoked, .serviceNotYetValid,
        .mustUseUserToUser, .notUs, .badKeyVersion,
    ])
    private static let judgedAlways: Set<KerberosErrorCode> = [
        .clientExpired, .clientPrincipalUnknown, .principalNotUnique, .neverValid, .policy,
        .encryptionTypeNotSupported, .clientRevoked, .clientNotYetValid, .keyExpired, .preauthenticationRequired,
        .serviceUnavailable, .badIntegrity, .ticketExpired, .ticketNotYetValid, .skew, .modified, .responseTooBig,
        .wrongRealm,
    ]

    func visit(failed request: TicketRequest, _ context: RuleContext) {
        guard let code = request.refusal, !request.isRealmDiscovery else {
            return
        }
        let judged = request.kind == .authenticationService ? Self.judgedAtLogOn : Self.judgedForTickets
        if judged.contains(code) { return }
        // KDC_ERR_BADOPTION is judged by the delegation rules; a host that asks for itself was only told "no".
        if code == .badOption, request.isForUser || request.isSelfProbe(context) { return }
        var observation = Observation(request.failureSeverity, .low, of: request)
        observation.details = [
            Detail("error", code.label),
            Detail(
                "status_text",
                request.refusalStatus.map { " (status \(Evidence.statusLabel($0)))" } ?? " without a status"),
        ]
        context.report(observation)
    }
}
