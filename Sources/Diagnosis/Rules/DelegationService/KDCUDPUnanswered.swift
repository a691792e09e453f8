import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// UDP to a domain controller is silent while TCP to it works.
final class KDCUDPUnanswered: NoReplyRule {
    static let documentation = RuleDocumentation(
        slug: "kdc-udp-unanswered",
        title: "{kdc} answers Kerberos over TCP but not over UDP",
        stage: .delegationService,
        severity: .info,
        meaning: """
            A request of {connector} to {kdc} over UDP had no answer; over TCP the same domain controller answered. \
            Nothing failed, but each sign-on that begins with UDP waits for a time-out first.
            """,
        evidence:
            "A datagram to port 88 without a reply, and a reply over TCP from the same address to the same client.",
        causes: [
            DocumentedCause(
                "firewall", "A firewall lets only TCP 88 through, or drops fragments of large datagrams.",
                fixes: [
                    Remedies.openPorts,
                    DocumentedFix(
                        "Or let the client begin with TCP, as Windows does by default.",
                        command:
                            """
                            Set-\
                            ItemProperty 'HKLM:\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos\\Parameters' \
                            -Name MaxPacketSize -Value 1 -Type DWord
                            """,
                        on: .connector),
                ])
        ],
        references: ["RFC 4120 7.2.1"])

    static let keyedBy: SubjectParts = [.connector, .kdc]

    private struct Pair: QuicklyHashed {
        var client: IPAddress
        var kdc: IPAddress

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, kdc.hashWord) }
    }
    /// Silent requests remembered for each pair.
    private static let maximumSilent = 8
    private var silent = BoundedTable<Pair, [TicketRequest]>(maximumCount: 1024)

    func visit(noReplyTo request: TicketRequest, _ context: RuleContext) {
        for index in 0..<request.attemptCount {
            let attempt = request.attempt(index)
            guard attempt.transport == .udp,
                attempt.outcome == .unanswered(.silence) || attempt.outcome == .unanswered(.icmp)
            else { continue }
            silent.update(Pair(client: request.client, kdc: attempt.kdc.address), initial: []) {
                if $0.count < Self.maximumSilent { $0.append(request) }
            }
        }
    }

    // An answer over UDP may still come.
    func finish(_ context: RuleContext) {
        for (pair, requests) in silent.entries
        where context.controllerAnswers.transports(from: pair.kdc, to: pair.client) == .tcp {
            for request in requests {
                var observation = Observation(.info, .high, of: request)
                observation.subjects = Subjects()
                observation.subjects.connector = pair.client
                observation.subjects.kdc = pair.kdc
                context.report(observation)
            }
        }
    }
}
