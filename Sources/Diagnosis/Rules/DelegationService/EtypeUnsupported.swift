import Dissectors
import Exchanges

/// No encryption type suits the client, the KDC and the account.
final class EtypeUnsupported: RefusalRule {
    static let documentation = RuleDocumentation(
        slug: "etype-unsupported",
        title: "No common encryption type for {subject}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            The domain controller answered KDC_ERR_ETYPE_NOSUPP (14): of the encryption types that were offered \
            ({offered}) none is allowed for, or has a key of, {subject}.
            """,
        evidence: """
            KRB-ERROR 14. The types that the request offers stand in it; which ones the account has keys for is seen \
            only where tickets to it are issued elsewhere in the capture.
            """,
        causes: [
            DocumentedCause(
                "account-types", "The account is limited to types that the client does not offer, often RC4 only.",
                fixes: [
                    DocumentedFix(
                        "Show the account's encryption types and the age of its password.",
                        command: Commands.showServiceKeys,
                        on: .anywhere),
                    DocumentedFix(
                        "Allow AES on it.",
                        command: Commands.allowAES,
                        on: .domainController, effect: .directory),
                ]),
            DocumentedCause(
                "no-aes-key",
                "The account's password is older than AES in this domain: it has no AES key until it is set anew.",
                fixes: [
                    DocumentedFix(
                        "Reset the password of the service account, and update the service that uses it.",
                        on: .domainController)
                ]),
            DocumentedCause(
                "trust", "The trust between the realms does not offer AES.",
                fixes: [
                    DocumentedFix(
                        "Tick \"The other domain supports Kerberos AES Encryption\" on the trust.",
                        on: .domainController)
                ]),
            DocumentedCause(
                "client-policy", "A policy on {connector} leaves out the types that the domain needs.",
                fixes: [
                    DocumentedFix(
                        """
                        Show the machine's policy "Network security: Configure encryption types allowed for \
                        Kerberos".
                        """,
                        command:
                            """
                            Get-\
                            ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System\\K\
                            erberos\\Parameters' -Name SupportedEncryptionTypes
                            """,
                        on: .connector)
                ]),
        ],
        eventIDs: [13019, 12027],
        seedRows: [SeedRow(.troubleshoot, "13019: general API error")],
        references: ["RFC 4120 7.5.9", "MS-KILE 2.2.7", "RFC 3961 8"])

    static let keyedBy: SubjectParts = [.account, .service]
    static let codes: Set<KerberosErrorCode> = [.encryptionTypeNotSupported]

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        guard let last = request.last else { return }
        var observation = Observation(request.failureSeverity, .high, of: request)
        let offered = last.request.etypes.array.map { Self.label($0) }
        let subject = request.kind == .authenticationService ? request.requester : request.service
        observation.details = [
            Detail("offered", offered.isEmpty ? "not seen" : offered.joined(separator: ", ")),
            Detail("subject", context.names.string(subject.name) ?? "the account"),
        ]
        context.report(observation)
    }

    /// The name of an encryption type where it has one.
    static func label(_ etype: Int32) -> String { EncryptionType(rawValue: etype).name ?? "etype \(etype)" }
}
