import PacketModel
import Diagnosis
import Dissectors
import Exchanges
import Flows

/// Builds units by hand: a capture's story in a few lines.
final class UnitBuilder {
    let names = NameTable()
    private var frame: UInt64 = 0
    private var request: UInt64 = 0

    static let connector = IPAddress("192.0.2.20")!
    static let kdc = IPAddress("192.0.2.10")!
    static let otherKDC = IPAddress("192.0.2.11")!
    static let backend = Endpoint(address: IPAddress("192.0.2.30")!, port: 80)
    static let start: Int64 = 1_700_000_000_000_000_000

    func principal(_ text: String) -> Principal {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return Principal(
            nameType: parts.count > 1 ? 2 : 1, name: names.intern(text), first: names.intern(String(parts[0])),
            componentCount: Int32(parts.count))
    }

    func nextFrame() -> (FrameReference, CaptureTime) {
        frame += 1
        return (
            FrameReference(capture: 0, frame: frame), CaptureTime(nanoseconds: Self.start + Int64(frame) * 1_000_000)
        )
    }

    /// One exchange. `status` is the NTSTATUS beside the error, `clockOffset` the KDC's clock against the capture's.
    func exchange(
        _ kind: ExchangeKind, _ outcome: ExchangeOutcome, kdc: IPAddress = kdc, transport: Transport = .tcp,
        port: UInt16 = 50000, status: UInt32? = nil, text: String? = nil, resourceBased: Bool = false,
        clockOffset: Int64 = 0, evidenceFor: String? = nil, copies: UInt32 = 0,
        change: (inout KerberosExchangeFacts) -> Void = { _ in }
    ) -> KerberosExchange {
        var out = KerberosExchangeFacts(
            id: frame + 1, kind: kind, client: Endpoint(address: Self.connector, port: port),
            kdc: Endpoint(address: kdc, port: 88), transport: transport, flow: FlowID(rawValue: UInt64(port)), point: 0)
        (out.requestFrame, out.requestTime) = { ($0.0, $0.1) }(nextFrame())
        (out.lastRequestFrame, out.lastRequestTime) = (out.requestFrame, out.requestTime)
        out.request.type = kind == .authenticationService ? .asReq : .tgsReq
        out.request.pacOptions = resourceBased ? 0x1000_0000 : 0
        if let evidenceFor {
            var ticket = TicketReference.unknown
            ticket.sname = principal(evidenceFor)
            out.request.additionalTickets.append(ticket)
        }
        if copies > 0 {
            out.requestCopies = copies
            (out.lastRequestFrame, out.lastRequestTime) = { ($0.0, $0.1.advanced(byNanoseconds: 2_000_000_000)) }(
                nextFrame())
        }
        out.outcome = outcome
        if case .unanswered = outcome {
        } else {
            (out.replyFrame, out.replyTime) = { ($0.0, $0.1) }(nextFrame())
        }
        if case .refused(let code) = outcome {
            out.reply.type = .krbError
            out.reply.errorCode = code
            out.reply.ntStatus = status
            out.reply.serverTime = out.replyTime?.advanced(byNanoseconds: clockOffset)
            if let text { out.reply.errorText = names.intern(text) }
        } else if case .granted = outcome {
            out.reply.type = kind == .authenticationService ? .asRep : .tgsRep
        }
        change(&out)
        return KerberosExchange(out)
    }

    /// A ticket request that ended as its last attempt did.
    func request(
        _ kind: ExchangeKind, user: String? = nil, service: String = "http/web.corp.example",
        account: String = "conn$", _ attempts: [KerberosExchange], continues: Bool = true,
        change: (inout TicketRequestFacts) -> Void = { _ in }
    ) -> TicketRequest {
        request += 1
        var out = TicketRequestFacts(id: request, kind: kind, point: 0, client: Self.connector)
        out.requester = principal(account)
        out.requesterRealm = names.intern("CORP.EXAMPLE")
        out.user = user.map(principal) ?? out.requester
        out.userRealm = out.requesterRealm
        out.service = principal(service)
        out.serviceRealm = out.requesterRealm
        out.realms = [out.requesterRealm]
        out.attempts = ShortList(attempts)
        out.captureContinues = continues
        switch attempts.last?.outcome {
        case .granted: out.outcome = .granted
        case .referred: out.outcome = .referralNotFollowed
        case .refused(let code): out.outcome = .refused(code)
        case .unanswered(let reason): out.outcome = .unanswered(reason)
        case .replyOnly, nil: out.outcome = .unanswered(.captureEnded)
        }
        change(&out)
        return TicketRequest(out)
    }

    /// What the rules find in these units.
    func findings(_ units: [Unit]) -> [Finding] {
        var diagnostician = Diagnostician(names: names)
        for unit in units { diagnostician.visit(unit) }
        return diagnostician.finish()
    }

    /// The slugs at warning or error, in order.
    func alarms(_ units: [Unit]) -> [String] {
        findings(units).filter { $0.severity != .info }.map { $0.rule.slug.description }
    }
}
