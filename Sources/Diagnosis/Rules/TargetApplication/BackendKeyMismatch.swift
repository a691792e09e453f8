import Dissectors
import Exchanges

/// The acceptor says that it has no key that opens the ticket.
final class BackendKeyMismatch: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "backend-key-mismatch",
        title: "{backend} has no key that opens the ticket for {spn} ({token_error})",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            The domain controller encrypted the ticket with the present key of the account that holds {spn}. The web \
            server at {backend} answered with {token_error}: its keytab, or the password that it knows, does not fit. \
            Users, groups and delegation have nothing to do with it.
            """,
        evidence: """
            A KRB-ERROR inside the token of the 401, with one of the codes 31 KRB_AP_ERR_BAD_INTEGRITY (the key opens \
            to nonsense), 35 KRB_AP_ERR_NOT_US (the principal is not in the keytab), 44 KRB_AP_ERR_BADKEYVER (another \
            key version), 45 KRB_AP_ERR_NOKEY (no key at all) or 14 KDC_ERR_ETYPE_NOSUPP (no key of this encryption \
            type). Windows says 41 instead, which is backend-rejected-ticket.
            """,
        causes: [
            DocumentedCause(
                "old-keytab",
                "The account's password was changed after the keytab was made; the ticket is for key version {kvno}.",
                fixes: [
                    DocumentedFix(
                        "Show principals, key versions and encryption types of the keytab.",
                        command: Commands.listKeytab, on: .backend),
                    DocumentedFix(
                        "Show the account's present key version.",
                        command:
                            """
                            Get-ADObject -Filter 'servicePrincipalName -eq "{spn}"' -Properties \
                            msDS-KeyVersionNumber, msDS-SupportedEncryptionTypes
                            """,
                        on: .anywhere),
                    DocumentedFix(
                        """
                        Make a new keytab with AES keys (this sets the account's password again), install it, \
                        restart the web server, purge the connector's tickets.
                        """,
                        command:
                            """
                            ktpass -princ {spn}@{spn_realm} -mapuser <SERVICE_ACCOUNT> -crypto AES256-SHA1 -ptype \
                            KRB5_NT_PRINCIPAL -pass * -out web.keytab
                            """,
                        on: .domainController, effect: .directory),
                ]),
            DocumentedCause(
                "other-account", "{spn} is registered on another account than the one whose key the web server has.",
                fixes: [DocumentedFix("Show which account holds the SPN.", command: Commands.findSPN, on: .anywhere)]),
            DocumentedCause(
                "missing-principal",
                "The keytab holds other names: short name instead of full name, HTTP/ for another host, another realm.",
                fixes: [
                    DocumentedFix(
                        """
                        Add {spn} to the keytab, or let the server accept any principal of its keytab \
                        (GssapiAcceptorName, spnego acceptor name).
                        """,
                        on: .backend)
                ]),
            DocumentedCause(
                "etype", "The keytab lacks a key of the ticket's encryption type ({ticket_etype}).",
                fixes: [
                    DocumentedFix(
                        "Allow AES on the account, reset its password, make the keytab again.",
                        command:
                            """
                            Get-ADObject -Filter 'servicePrincipalName -eq "{spn}"' | Set-ADObject -Replace \
                            @{'msDS-SupportedEncryptionTypes'=24}
                            """,
                        on: .domainController, effect: .directory)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "then-accepted", title: "{backend} could not open one ticket for {spn} ({token_error}), then accepted",
                meaning:
                    """
                    A ticket that was made for an old key was refused, and a later one accepted: nothing failed \
                    in the end.
                    """
            )
        ],
        cannotTell: ["What the keytab holds: only that no key of it opens this ticket."],
        eventIDs: [13022, 12008],
        seedRows: [
            SeedRow(.troubleshoot, "13022: backend responds to Kerberos with 401"),
            SeedRow(.kerberosConstrainedDelegation, "Target application: application pool account and SPN"),
        ],
        references: ["RFC 4120 3.2.3, 7.5.9", "RFC 4121 4.1", "MIT krb5 keytab"],
        consequenceOf: ["backend-farm-inconsistent", "spn-duplicate"])

    static let keyedBy: SubjectParts = [.service, .backend]

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let refused = signOn.ticketTransactions.filter { $0.tokenErrorCode.map(AcceptorError.isKey) ?? false }
        guard let last = refused.last, let code = last.tokenErrorCode else { return }
        let wasLetIn = signOn.wasLetIn(after: last)
        var observation = Observation(
            wasLetIn ? .info : .error, .high, signOn, refused, evidence: Evidence.rounds(refused))
        observation.variant = wasLetIn ? "then-accepted" : nil
        switch code {
        case .notUs: observation.causes = ["missing-principal", "other-account"]
        case .badKeyVersion: observation.causes = ["old-keytab", "other-account"]
        case .encryptionTypeNotSupported: observation.causes = ["etype", "old-keytab"]
        default: observation.causes = ["old-keytab", "other-account", "missing-principal", "etype"]
        }
        observation.detail("token_error", code.label)
        if let ticket = last.ticket {
            observation.detail("kvno", ticket.kvno.map { String($0) })
            observation.detail("ticket_etype", String(ticket.etype))
        }
        context.report(observation)
    }
}
