import PacketModel
import Dissectors
import Exchanges

/// A server that knows only SPNEGO was sent the Kerberos mechanism's own token.
final class RawKrb5TokenRefused: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "raw-krb5-token-refused",
        title: "{backend} refused a raw Kerberos token: it wants SPNEGO",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            By default the connector sends the Kerberos token as it is, without SPNEGO around it, under the scheme \
            Negotiate. IIS takes both forms. The server at {backend} is not IIS, and it refused this one.
            """,
        evidence: """
            The token of the request begins with the mechanism OID 1.2.840.113554.1.2.2 (or Microsoft's \
            1.2.840.48018.1.2.2) instead of SPNEGO's 1.3.6.1.5.5.2, the Server field is not IIS's, and the answer is \
            400, 401 or 500 without a token that would show that it was understood. Both forms begin YII in base64; \
            only the OID tells them apart.
            """,
        causes: [
            DocumentedCause(
                "spnego-only", "The server's Negotiate module reads SPNEGO tokens only.",
                fixes: [
                    DocumentedFix(
                        "Let every connector of the group send SPNEGO, and restart its service.",
                        command: Commands.wrapTokens,
                        on: .connector),
                    DocumentedFix(
                        "On connectors of the newer name the key is another.",
                        command:
                            """
                            reg add "HKLM\\SOFTWARE\\Microsoft\\Microsoft Entra private network connector" /v \
                            UseSpnegoAuthentication /t REG_DWORD /d 1 /f; Restart-Service WAPCSvc
                            """,
                        on: .connector),
                ]),
            DocumentedCause(
                "key", "The server understands the token and cannot decrypt it, but says nothing.",
                fixes: [
                    DocumentedFix(
                        "Look into the server's log, and compare its keytab with the account of {spn}.",
                        command: Commands.findSPN, on: .backend)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "then-accepted", title: "{backend} refused a raw Kerberos token and accepted another one",
                meaning: "The raw token was refused and a later one accepted. Every first request costs an extra round."
            )
        ],
        cannotTell: ["Whether the server could not read the token or could not decrypt the ticket: it says neither."],
        eventIDs: [13022, 12008],
        seedRows: [
            SeedRow(
                .kerberosConstrainedDelegation, "Other scenarios: applications that expect an anonymous request first")
        ],
        references: ["RFC 4178 3.2", "RFC 4121 4.1", "MS-SPNG 1.3"])

    static let keyedBy: SubjectParts = [.service, .backend]

    /// Whether a raw token to a server that is not IIS may be what this refusal is about.
    static func explains(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard transaction.carriesRawToken, !transaction.isWindowsServer(context) else { return false }
        switch transaction.answer {
        case .refused: return transaction.offersKerberos(context)
        case .failed: return transaction.status == 400 || transaction.status == 500
        case .rejected(nil): return true
        case .accepted, .served, .rejected, .incomplete, .silent: return false
        }
    }

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let refused = signOn.transactions.filter { Self.explains($0, context) && !RequestHeaderTooLong.explains($0) }
        guard let last = refused.last else { return }
        // A raw token that this sign-on got accepted shows that the server reads them.
        if signOn.transactions.contains(where: { $0.carriesRawToken && $0.isLetIn }) { return }
        let wasLetIn = signOn.wasLetIn(after: last)
        let hasServer = last.response?.server.isPresent ?? false
        var observation = Observation(
            wasLetIn ? .warning : .error, hasServer ? .high : .medium, signOn, refused,
            evidence: Evidence.rounds(refused))
        observation.variant = wasLetIn ? "then-accepted" : nil
        context.report(observation)
    }
}
