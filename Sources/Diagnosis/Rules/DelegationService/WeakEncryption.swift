import PacketModel
import Dissectors
import Exchanges

/// Tickets are encrypted with RC4 or DES.
final class WeakEncryption: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "weak-encryption",
        title: "Tickets to {spn} are encrypted with {etype}",
        stage: .delegationService,
        severity: .info,
        meaning: """
            The domain controller issued a ticket to {spn} with {etype}. It works, but the type is weak, and updates \
            of the domain controllers switch it off step by step: then this ends as etype-unsupported.
            """,
        evidence: "The etype of the encrypted part of an issued ticket: rc4-hmac or a DES type.",
        causes: [
            DocumentedCause(
                "account-types",
                "The account behind {spn} is limited to RC4, or its password is older than AES in this domain.",
                fixes: [
                    DocumentedFix(
                        "Show its encryption types and the age of its password.",
                        command: Commands.showServiceKeys,
                        on: .anywhere),
                    DocumentedFix(
                        "Allow AES on it, and set its password anew.",
                        command: Commands.allowAES,
                        on: .domainController, effect: .directory),
                ])
        ],
        references: ["RFC 8429", "RFC 6649"])

    static let keyedBy: SubjectParts = [.service]

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        let count = request.attemptCount
        guard request.outcome.isGranted, count > 0,
            EncryptionType(rawValue: request.facts.attempts[count - 1].outline.ticketEtype).isWeak,
            let last = request.last, last.reply.parts.contains(.ticket)
        else { return }
        var observation = Observation(.info, .high, of: request)
        observation.evidence = Evidence.of(last)
        observation.connections = [ConnectionKey(of: last)]
        observation.details = [Detail("etype", EtypeUnsupported.label(last.reply.ticket.etype))]
        context.report(observation)
    }
}
