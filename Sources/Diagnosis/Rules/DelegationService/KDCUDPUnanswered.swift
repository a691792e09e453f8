import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// UDP to a domain controller is silent while TCP to it works.
struct KDCUDPUnanswered: Rule {
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
    static let interests: UnitInterests = [.novelRequest, .troubledRequest]

    private struct Pair: QuicklyHashed {
        var client: IPAddress
        var kdc: IPAddress

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, kdc.hashWord) }
    }
    private struct Seen {
        var overTCP = false
        var overUDP = false
        var silent: [TicketRequest] = []
    }
    /// Silent requests remembered for each pair.
    private static let maximumSilent = 8
    private var seen = BoundedTable<Pair, Seen>(maximumCount: 1024)

    mutating func see(_ unit: Unit, _ context: RuleContext) {
        if case .ticketRequest(let request) = unit { see(request: request, context) }
    }

    mutating func see(request: TicketRequest, _ context: RuleContext) {
        for place in 0..<request.attemptCount {
            let attempt = request.attempt(place)
            seen.update(Pair(client: request.client, kdc: attempt.kdc.address), initial: Seen()) { seen in
                switch (attempt.transport, attempt.outcome) {
                case (.udp, .unanswered(.silence)), (.udp, .unanswered(.icmp)):
                    if seen.silent.count < Self.maximumSilent { seen.silent.append(request) }
                case (_, .unanswered): break
                case (.udp, _): seen.overUDP = true
                case (.tcp, _): seen.overTCP = true
                }
            }
        }
    }

    mutating func finish(_ context: RuleContext) {
        for (pair, seen) in seen.entries where seen.overTCP && !seen.overUDP {
            for request in seen.silent {
                var observation = Observation(.info, .high, of: request)
                observation.subjects = Subjects()
                observation.subjects.connector = pair.client
                observation.subjects.kdc = pair.kdc
                context.report(observation)
            }
        }
    }
}
