import PacketModel
import Dissectors
import Exchanges

/// A read-only domain controller issued a ticket-granting ticket.
final class RODCInPath: TicketRequestRule {
    static let documentation = RuleDocumentation(
        slug: "rodc-in-path",
        title: "A read-only domain controller (number {rodc}) issued tickets of {account}",
        stage: .delegationService,
        severity: .info,
        meaning: """
            The key version of a ticket-granting ticket carries the number of a read-only domain controller. Such a \
            one holds the secrets of chosen accounts only and passes other requests on; it may answer 7 with \
            NO_SECRETS, or 12, where a writable one grants.
            """,
        evidence:
            "A ticket for krbtgt whose kvno is above 65535: the upper 16 bits number the read-only domain controller.",
        causes: [
            DocumentedCause(
                "site", "The connector stands in a site with a read-only domain controller.",
                fixes: [
                    DocumentedFix(
                        "Show the read-only domain controllers.",
                        command: Commands.listReadOnlyControllers,
                        on: .anywhere),
                    DocumentedFix(
                        """
                        Let the connector's and the service's accounts be cached there, or give the connector a \
                        writable domain controller.
                        """,
                        on: .domainController),
                ])
        ],
        references: ["MS-KILE 3.1.5.8", "RFC 4120 5.3"])

    static let keyedBy: SubjectParts = [.account]

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        guard (0..<request.attemptCount).contains(where: { Self.mayBeReadOnly(request.facts.attempts[$0].outline) })
        else {
            return
        }
        for attempt in request.attempts {
            guard
                let number = Self.number(attempt.reply.ticket, context)
                    ?? Self.number(attempt.request.headerTicket, context)
            else { continue }
            var observation = Observation(.info, .high, of: request)
            observation.subjects.user = .none
            observation.subjects.service = .none
            observation.evidence = Evidence.of(attempt)
            observation.connections = [ConnectionKey(of: attempt)]
            observation.details = [Detail("rodc", "\(number)")]
            context.report(observation)
            return
        }
    }

    /// Whether a key version is one that only a read-only domain controller has.
    private static func mayBeReadOnly(_ attempt: KerberosExchangeOutline) -> Bool {
        (attempt.ticketKvno ?? 0) > 65_535 || (attempt.headerTicketKvno ?? 0) > 65_535
    }

    /// The number of the read-only domain controller whose key a TGT is made with: the upper half of
    /// its key version.
    private static func number(_ ticket: TicketReference, _ context: RuleContext) -> UInt32? {
        guard let version = ticket.kvno, version > 65_535, version < 1 << 31,
            context.names.equals(ticket.sname.first, "krbtgt")
        else { return nil }
        return version >> 16
    }
}
