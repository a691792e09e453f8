import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// The backend itself was refused a ticket for a third service.
final class DoubleHopFailure: RefusalRule, SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "double-hop-failure",
        title: "The backend {connector} was refused a ticket for {spn}: the second hop fails",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            A host that accepts tickets as a backend asked the domain controller for a ticket to {spn} and was refused \
            ({kdc_error}). The application needs the user's identity at a third server, and its own account may not \
            hand it on. The sign-on of the user at the application itself works.
            """,
        evidence: """
            A request for a service ticket, refused with 13 KDC_ERR_BADOPTION or 7 KDC_ERR_S_PRINCIPAL_UNKNOWN, from \
            an address that took tickets for another service. It is seen only where the capture includes the \
            backend's own traffic to the domain controller.
            """,
        causes: [
            DocumentedCause(
                "no-delegation", "{account}, under which the application runs, may not delegate to {spn}.",
                fixes: [
                    DocumentedFix(
                        "Show what it may delegate to.",
                        command:
                            """
                            Get-ADObject -LDAPFilter "(sAMAccountName={account})" -Properties \
                            msDS-AllowedToDelegateTo, userAccountControl
                            """,
                        on: .anywhere),
                    DocumentedFix(
                        "Add {spn} to that list.",
                        command:
                            """
                            Set-ADObject (Get-ADObject -LDAPFilter "(sAMAccountName={account})") -Add \
                            @{'msDS-AllowedToDelegateTo'=@('{spn}')}
                            """,
                        on: .domainController, effect: .directory),
                ]),
            DocumentedCause(
                "no-spn", "The third service has no SPN of this name.",
                fixes: [DocumentedFix("Find it.", command: Commands.findSPN, on: .anywhere)]),
            DocumentedCause(
                "protocol-transition", "The ticket that the backend holds of the user is not forwardable.",
                fixes: [
                    DocumentedFix(
                        "Choose \"Use any authentication protocol\" for the connector and for the pool's account.",
                        on: .domainController)
                ]),
        ],
        cannotTell: ["Whether the page needs the third server at all, or goes on without it."],
        eventIDs: [],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Other scenarios: double hop")],
        references: ["MS-SFU 3.2.5.2", "RFC 4120 7.5.9"],
        consequenceOf: [
            "delegation-denied", "delegation-not-configured", "delegation-target-not-listed",
            "user-ticket-not-forwardable", "spn-unknown",
        ])

    static let keyedBy: SubjectParts = [.account, .service, .connector]
    static let codes: Set<KerberosErrorCode> = [.serverPrincipalUnknown, .badOption]

    private struct Place: QuicklyHashed {
        var point: UInt16
        var address: IPAddress

        var hashWord: UInt64 { address.hashWord ^ UInt64(point) << 40 }
    }
    private static let maximumPending = 256
    private static let maximumBackends = 4096
    /// Addresses that took tickets, and for which service.
    private let backends = RefCell(BoundedTable<Place, NameID>(maximumCount: maximumBackends))
    private var pending: [TicketRequest] = []

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        var new: [Place] = []
        for transaction in signOn.ticketTransactions where transaction.isLetIn || transaction.answer == .failed {
            let place = Place(point: transaction.point, address: transaction.server.address)
            if backends.value.addOnce(place, transaction.ticket?.sname.name ?? signOn.service.name) {
                new.append(place)
            }
        }
        if new.isEmpty { return }
        pending.removeAll { request in
            new.contains(Place(point: request.point, address: request.client)) && judge(request, context)
        }
    }

    func visit(refusal code: KerberosErrorCode, of request: TicketRequest, _ context: RuleContext) {
        // In the user's name, or with the user's own forwarded TGT; what a server asks for itself is no hop.
        guard request.kind == .s4U2Proxy || (request.kind == .ticketGranting && !context.isComputer(request.requester)),
            !request.isSelfProbe(context)
        else { return }
        if !judge(request, context) {
            if pending.count >= Self.maximumPending { pending.removeFirst() }
            pending.append(request)
        }
    }

    /// Reports a refusal that a backend met; false where its host is not known as one.
    private func judge(_ request: TicketRequest, _ context: RuleContext) -> Bool {
        guard let own = backends.value[Place(point: request.point, address: request.client)],
            own != request.service.name
        else { return false }
        var observation = Observation(.error, .medium, subjects: Subjects(of: request), evidence: Evidence.of(request))
        observation.occasion = request.signOn ?? Observation.occasion(ofRequest: request.id)
        observation.connections = request.facts.attempts.map { ConnectionKey(of: $0) }
        if let code = request.refusal {
            observation.detail("kdc_error", code.label)
            observation.causes =
                code == .serverPrincipalUnknown ? ["no-spn"] : ["no-delegation", "protocol-transition"]
        }
        context.report(observation)
        return true
    }
}
