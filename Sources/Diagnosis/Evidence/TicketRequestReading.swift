import PacketModel
import Dissectors
import Exchanges

/// What several rules ask of a ticket request in the same way.
extension TicketRequest {
    /// The code with which it was finally refused.
    public var refusal: KerberosErrorCode? {
        if case .refused(let code) = outcome { return KerberosErrorCode(rawValue: code) }
        return nil
    }

    /// The status beside that code.
    public var refusalStatus: UInt32? { refusal == nil ? nil : last?.ntStatus }

    /// Whether it is made in another's name.
    public var isForUser: Bool { kind == .s4U2Self || kind == .s4U2Proxy }

    /// How bad its failure is: a ticket for a user, a log-on, or a step of a sign-on is why that
    /// failed; a host that asks a ticket for itself and does without is no failure.
    public var failureSeverity: Severity {
        isForUser || kind == .authenticationService || signOn != nil ? .error : .info
    }

    /// Whether a log-on failed for the password: KDC_ERR_PREAUTH_FAILED, or KRB_AP_ERR_BAD_INTEGRITY where old KDCs
    /// found the encrypted timestamp undecipherable.
    var isWrongPassword: Bool {
        guard kind == .authenticationService else { return false }
        return refusal == .preauthenticationFailed
            || refusal == .badIntegrity && last?.request.parts.contains(.preauthentication) == true
    }

    /// Whether it asks for a service ticket, in whoever's name.
    var isForService: Bool { kind == .s4U2Proxy || kind == .ticketGranting || kind == .userToUser }

    /// Whether a krbtgt is asked for.
    func isForTicketGrantingService(_ names: NameTable) -> Bool {
        names.equals(service.first, "krbtgt")
    }

    /// Whether a host asks to delegate to itself or to the very account that it is, or asks for a
    /// ticket to itself. Windows does so to learn what it is allowed; a refusal is an answer.
    func isSelfProbe(_ context: RuleContext) -> Bool {
        let target = context.bareName(service.name)
        if !target.isPresent || target == .empty || target == .overflow { return false }
        if kind == .s4U2Proxy {
            for place in 0..<attemptCount
            where context.bareName(facts.attempts[place].outline.evidenceService) == target { return true }
        }
        if context.bareName(requester.name) == target { return true }
        // `host/conn.corp.example` for `conn$`.
        let names = context.names
        guard kind != .s4U2Proxy || names.begins(service.name, "host/"), requester.name.isPresent,
            names.hasSuffix(requester.name, UInt8(ascii: "$")) || names.begins(requester.name, "host/"),
            let host = context.host(ofService: target), let name = names.string(requester.name)?.lowercased(),
            let own = TextValues.host(ofAccount: name)
        else { return false }
        return host.host.prefix { $0 != "." } == own[...]
    }

    /// Whether the user is a computer account or none: then it is the asking host itself.
    func userIsRequester(_ context: RuleContext) -> Bool {
        user.isPresent && context.fold(user.name) == context.fold(requester.name)
    }

    /// The error text of the last reply, in upper case.
    func errorText(_ names: NameTable) -> String {
        last.flatMap { names.string($0.reply.errorText) }?.uppercased() ?? ""
    }

    /// The first attempt that was refused with one of these codes.
    func attempt(refusedWith codes: KerberosErrorCode...) -> KerberosExchange? {
        facts.attempts.place { attempt in
            attempt.errorCode.map { codes.contains(KerberosErrorCode(rawValue: $0)) } ?? false
        }.map { attempts[$0] }
    }

    /// Whether an attempt was refused with this code.
    func wasRefused(with code: KerberosErrorCode) -> Bool {
        for index in 0..<attemptCount where attempt(index).outcome == .refused(code.rawValue) { return true }
        return false
    }

    /// Whether an attempt had no reply.
    public var hasAttemptWithoutReply: Bool {
        for index in 0..<attemptCount {
            if case .unanswered = attempt(index).outcome { return true }
        }
        return false
    }

    /// How many attempts are kept.
    var attemptCount: Int { facts.attempts.count }

    /// What most rules ask of an attempt: plain values, while an attempt taken out of its list would be shared and let
    /// go again.
    @inline(__always)
    func attempt(_ place: Int) -> (outcome: ExchangeOutcome, transport: Transport, kdc: Endpoint) {
        let attempt = facts.attempts[place]
        return (attempt.outcome, attempt.transport, attempt.kdc)
    }
}

extension String {
    /// Whether the text holds another.
    func holds(_ part: String) -> Bool {
        let wanted = part.utf8
        guard let first = wanted.first else { return true }
        var rest = utf8[...]
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: wanted) { return true }
            rest.removeFirst()
        }
        return false
    }
}
