import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// Two clocks of the sign-on differ by more than Kerberos tolerates.
final class ClockSkew: TicketRequestRule, SignOnRule, ClockRule {
    static let documentation = RuleDocumentation(
        slug: "clock-skew",
        title: "The clocks of {first_host} and {second_host} differ by {skew}",
        stage: .delegationService,
        severity: .error,
        meaning: """
            Kerberos tolerates five minutes between the clocks of two hosts. {first_host} and {second_host} are \
            {skew} apart ({direction}), so {refused_by} refuses what the other sends.
            """,
        evidence: """
            KRB-ERROR 37 (clock skew too great) or 33 (ticket not yet valid) from a domain controller, or inside a \
            backend's WWW-Authenticate token; 32 (expired) and 11 (never valid) only where the clocks were measured to \
            differ. Every KRB-ERROR carries its sender's clock, every HTTP response a Date: offsets are measured from \
            them against the capture's clock, with or without an error. A 37 whose own clock agrees with the capture's \
            is real as well: the wrong clock is then the requester's, and stands in the encrypted part of its request. \
            A 37 followed by success was corrected by the client.
            """,
        causes: [
            DocumentedCause(
                "time-source",
                "One of the two hosts does not follow the domain's time: it has another time source, or none.",
                fixes: [
                    DocumentedFix(
                        "Show where the connector takes its time from, and how far off it is.",
                        command: "w32tm /query /status", on: .connector),
                    DocumentedFix(
                        "Measure it against the other host.",
                        command: "w32tm /stripchart /computer:{peer_address} /samples:3 /dataonly", on: .connector),
                    DocumentedFix(
                        "Let it follow the domain hierarchy again.",
                        command: "w32tm /config /syncfromflags:domhier /update", on: .connector),
                    DocumentedFix(
                        "Synchronise now; do the same on the other host.", command: Commands.synchroniseClock,
                        on: .connector),
                ]),
            DocumentedCause(
                "virtual-machine",
                "A virtual machine takes its time from its host, or was resumed or restored from a snapshot.",
                fixes: [
                    DocumentedFix(
                        "Switch off the hypervisor's time synchronisation for domain members, then synchronise.",
                        command: Commands.synchroniseClock, on: .connector)
                ]),
            DocumentedCause(
                "domain-time", "The domain's own time is wrong: the PDC emulator has no reliable source.",
                fixes: [
                    DocumentedFix("Compare all domain controllers.", command: "w32tm /monitor", on: .domainController)
                ]),
        ],
        variants: [
            DocumentedVariant(
                "client-clock",
                title: "The clock of {connector} is off: {refused_by} answered \"clock skew too great\"",
                meaning: """
                    {refused_by} refused the request of {connector} because its time is more than five minutes off. \
                    The refusing clock agrees with the capture's, so the wrong clock is that of {connector}; by how \
                    much cannot be read, as that time stands in the encrypted part of the request.
                    """),
            DocumentedVariant(
                "measured", title: "The clocks of {first_host} and {second_host} differ by {skew}",
                meaning: """
                    The clocks that the two hosts wrote into their messages are {skew} apart ({direction}). Kerberos \
                    tolerates five minutes: tickets between them will be refused as soon as one of them checks the time.
                    """),
            DocumentedVariant(
                "capture-clock", title: "The clock of {first_host} and the capture's clock differ by {skew}",
                meaning: """
                    The clock that {first_host} wrote into its messages is {skew} off the clock of the machine that \
                    captured ({direction}). If the capture was made on the connector this is a fault of the sign-on, \
                    else perhaps only of the capturing machine.
                    """),
            DocumentedVariant(
                "recovered", title: "The clocks of {connector} and {refused_by} differ; the client corrected it",
                meaning: """
                    {refused_by} first refused the time of {connector} as more than five minutes off. The client took \
                    over the refusing host's clock from the error message and succeeded. Not every client and every \
                    service can do that: set the clock right.
                    """),
        ],
        cannotTell: ["Which of two clocks is right: only their difference is on the wire."],
        eventIDs: [13019, 13020, 13022, 12008],
        seedRows: [
            SeedRow(.troubleshoot, "12008: time and date configuration of the connector and the backend"),
            SeedRow(
                .troubleshoot, "13019, 13020: time and date configuration of the connector and the domain controller"),
            SeedRow(.troubleshoot, "13022: time and date configuration of the connector and the backend"),
        ],
        references: ["RFC 4120 1.6", "RFC 4120 7.5.9", "MS-KILE 2.2.2"])

    /// Five minutes, in nanoseconds.
    static let tolerance: Int64 = 300_000_000_000

    static let keyedBy: SubjectParts = [.connector, .kdc, .backend]

    /// Two hosts that exchanged messages.
    private struct Pair: QuicklyHashed {
        var point: UInt16
        var client: IPAddress
        var server: Endpoint
        var isBackend: Bool

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, server.address.hashWord ^ UInt64(server.port) << 48) }
    }
    private let pairs = RefCell(BoundedTable<Pair, Bool>(maximumCount: 1024))

    func visit(signOn: SignOn, _ context: RuleContext) {
        for transaction in signOn.transactions { visit(transaction, of: signOn, context) }
    }

    func visit(ticketRequest request: TicketRequest, _ context: RuleContext) {
        let count = request.attemptCount
        if count == 0 { return }
        let pair = Pair(
            point: request.point, client: request.client, server: request.attempt(count - 1).kdc, isBackend: false)
        pairs.value.addOnce(pair, false)
        var isAboutTime = false
        for place in 0..<count {
            if case .refused(let code) = request.attempt(place).outcome,
                Self.isAboutTime(KerberosErrorCode(rawValue: code))
            {
                isAboutTime = true
            }
        }
        if !isAboutTime { return }
        var found = request.attempt(refusedWith: .skew, .ticketNotYetValid)
        if found == nil, let late = request.attempt(refusedWith: .ticketExpired, .neverValid),
            let offset = Self.serverOffset(late),
            offset.magnitude > UInt64(Self.tolerance)
        {
            found = late
        }
        guard let attempt = found else { return }
        let isFinal = request.refusal.map(Self.isAboutTime) ?? false
        var observation = Observation(isFinal ? max(request.failureSeverity, .warning) : .warning, .high, of: request)
        observation.subjects = Self.hosts(observation.subjects)
        observation.subjects.kdc = attempt.kdc.address
        let server = "domain controller \(attempt.kdc.address)"
        describe(
            &observation, client: "\(request.client)", server: server,
            offset: Self.clientOffset(attempt).map { 0 &- $0 } ?? Self.serverOffset(attempt), isFinal: isFinal,
            againstCapture: Self.clientOffset(attempt) == nil)
        observation.details.append(Detail("peer_address", "\(attempt.kdc.address)"))
        pairs.value.set(pair, true)
        context.report(observation)
    }

    private static func isAboutTime(_ code: KerberosErrorCode) -> Bool {
        switch code {
        case .skew, .ticketNotYetValid, .ticketExpired, .neverValid: true
        default: false
        }
    }

    private func visit(_ transaction: HTTPTransaction, of signOn: SignOn, _ context: RuleContext) {
        let pair = Pair(
            point: signOn.point, client: transaction.client.address, server: transaction.server, isBackend: true)
        pairs.value.addOnce(pair, false)
        guard transaction.outline.responseErrorCode != nil, let response = transaction.response else { return }
        let error = response.token.kerberos
        let clock = Self.time(error.serverTime, error.serverMicroseconds) ?? response.date
        let offset = clock.flatMap { clock in transaction.responseTime.map { clock.nanoseconds(since: $0) } }
        switch KerberosErrorCode(rawValue: error.errorCode) {
        case .skew, .ticketNotYetValid: break
        case .ticketExpired, .neverValid:
            guard let offset, offset.magnitude > UInt64(Self.tolerance) else { return }
        default: return
        }
        let isFinal = signOn.outcome != .succeeded
        var observation = Observation(isFinal ? .error : .warning, .high, of: signOn, at: transaction)
        observation.subjects = Self.hosts(observation.subjects)
        observation.subjects.backend = transaction.server
        observation.details.append(Detail("peer_address", "\(transaction.server.address)"))
        if let frame = transaction.responseFrame {
            observation.evidence.append(
                Evidence(
                    frame, transaction.responseTime,
                    "KRB-ERROR \(KerberosErrorCode(rawValue: error.errorCode).label) in the backend's token"))
        }
        describe(
            &observation, client: "\(transaction.client.address)", server: "backend \(transaction.server.address)",
            offset: offset, isFinal: isFinal, againstCapture: true)
        pairs.value.set(pair, true)
        context.report(observation)
    }

    /// The two hosts alone: no user and no service is at fault.
    private static func hosts(_ subjects: Subjects) -> Subjects {
        var out = Subjects()
        out.connector = subjects.connector
        out.account = subjects.account
        out.accountRealm = subjects.accountRealm
        return out
    }

    /// Chooses the words: `offset` is the server's clock minus the client's or the capture's.
    private func describe(
        _ observation: inout Observation, client: String, server: String, offset: Int64?, isFinal: Bool,
        againstCapture: Bool
    ) {
        observation.details.append(Detail("refused_by", server))
        if !isFinal {
            observation.variant = "recovered"
        } else if let offset, offset.magnitude > UInt64(Self.tolerance) {
            observation.details += Self.difference(
                client, server, offset, againstCapture ? " by the capture's clock" : "")
        } else {
            observation.variant = "client-clock"
        }
    }

    private static func difference(_ first: String, _ second: String, _ offset: Int64, _ basis: String = "") -> [Detail]
    {
        [
            Detail("first_host", first), Detail("second_host", second),
            Detail("skew", DurationText.text(nanoseconds: offset)),
            Detail("direction", "\(second) is \(offset > 0 ? "ahead" : "behind")\(basis)"),
        ]
    }

    private static func time(_ seconds: CaptureTime?, _ microseconds: Int32?) -> CaptureTime? {
        seconds?.advanced(byNanoseconds: Int64(microseconds ?? 0) * 1000)
    }

    /// The KDC's clock against the capture's, by its own KRB-ERROR.
    private static func serverOffset(_ exchange: KerberosExchange) -> Int64? {
        guard let stated = time(exchange.reply.serverTime, exchange.reply.serverMicroseconds),
            let seen = exchange.replyTime
        else { return nil }
        return stated.nanoseconds(since: seen)
    }

    /// The client's clock against the KDC's, where the KRB-ERROR tells both. Some KDCs put the
    /// request's nonce into ctime; what is years away is no clock.
    private static func clientOffset(_ exchange: KerberosExchange) -> Int64? {
        guard let client = time(exchange.reply.clientTime, exchange.reply.clientMicroseconds),
            let server = time(exchange.reply.serverTime, exchange.reply.serverMicroseconds),
            exchange.reply.clientTime != CaptureTime(nanoseconds: Int64(exchange.request.nonce) * 1_000_000_000)
        else { return nil }
        let offset = client.nanoseconds(since: server)
        return offset.magnitude < 366 * 86_400 * 1_000_000_000 ? offset : nil
    }

    func visit(clocks: [HostClock], _ context: RuleContext) {
        for (pair, isReported) in pairs.value.entries where !isReported {
            guard let server = context.clocks.clock(of: pair.server.address, point: pair.point) else { continue }
            var subjects = Subjects()
            subjects.connector = pair.client
            if pair.isBackend { subjects.backend = pair.server } else { subjects.kdc = pair.server.address }
            var name: String { "\(pair.isBackend ? "backend" : "domain controller") \(pair.server.address)" }
            var observation: Observation
            if let client = context.clocks.clock(of: pair.client, point: pair.point) {
                let skew = server.skew(against: client)
                let limit = UInt64(Self.tolerance) &+ UInt64(max(0, skew.uncertainty))
                guard skew.offset.magnitude > limit else { continue }
                observation = Observation(
                    .warning, .medium, subjects: subjects,
                    evidence: [Self.reading(server), Self.reading(client)])
                observation.variant = "measured"
                observation.details = Self.difference("\(pair.client)", name, skew.offset)
            } else {
                // Where another host has the same time it is the capturing machine's clock that is off.
                guard server.lowestOffset > Self.tolerance || server.highestOffset < -Self.tolerance,
                    !context.clocks.holdsAnother(within: Self.tolerance, of: server)
                else { continue }
                observation = Observation(.info, .low, subjects: subjects, evidence: [Self.reading(server)])
                observation.variant = "capture-clock"
                observation.details = Self.difference(name, "the capture", 0 &- server.offset)
            }
            observation.details.append(Detail("peer_address", "\(pair.server.address)"))
            pairs.value.set(pair, true)
            context.report(observation)
        }
    }

    func conclude(_ finding: inout Finding, _ context: RuleContext) {
        // The backend's refusal is logged under other numbers than the domain controller's.
        finding.rule.eventIDs = finding.subjects.backend == nil ? [13019, 13020, 12027] : [13022, 12008]
    }

    private static func reading(_ clock: HostClock) -> Evidence {
        let sign = clock.offset < 0 ? "behind" : "ahead of"
        return Evidence(
            clock.frame, clock.time,
            "\(clock.source.name) of \(clock.host): \(DurationText.text(nanoseconds: clock.offset)) \(sign) the capture"
        )
    }
}
