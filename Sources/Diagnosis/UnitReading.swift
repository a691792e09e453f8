import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges
import Flows

/// Reads the marks of units, and remembers what was seen together: a healthy unit that shows only what
/// an earlier one has shown teaches no rule anything.
///
/// Direct-mapped and bounded: what falls on another's place is new again.
struct UnitReading {
    /// Who was granted what where.
    private struct Grant: Equatable {
        var client: IPAddress
        var kdc: Endpoint
        var account: NameID
        var service: NameID
        var user: NameID
        var point: UInt16
        var kind: ExchangeKind
        var transport: Transport
    }
    /// Who had which tickets taken where.
    private struct Acceptance: Equatable {
        var connector: IPAddress
        var client: IPAddress
        var server: Endpoint
        var service: NameID
        var ticketService: NameID
        var ticketRealm: NameID
        var kvno: UInt32?
        var point: UInt16
        var kind: SignOnKind
    }
    private static let places = 1024
    private static let hostPlaces = 256
    private var grants: [Grant?] = Array(repeating: nil, count: places)
    private var acceptances: [Acceptance?] = Array(repeating: nil, count: places)
    /// Whether a service and a Host field name the same host.
    private var hosts: [(service: NameID, host: NameID, isSame: Bool)?] = Array(repeating: nil, count: hostPlaces)
    /// Whether a request target is in the form that proxies get, and a method the one that they get.
    private var targets = NameFlags()
    private var methods = NameFlags()

    /// The marks of a unit.
    mutating func marks(of unit: Unit, _ context: RuleContext) -> UnitInterests {
        switch unit {
        case .ticketRequest(let request): marks(of: request)
        case .transaction(let transaction): marks(of: transaction, context)
        case .signOn(let signOn): marks(of: signOn, context)
        case .connection(var connection): Self.marks(of: &connection)
        case .clocks, .capture: .facts
        }
    }

    // MARK: Ticket requests

    /// The marks of a ticket request.
    mutating func marks(of request: TicketRequest) -> UnitInterests {
        var marks: UnitInterests = .request
        var isUsual = request.outcome.isGranted
        let count = request.attemptCount
        for place in 0..<count {
            switch request.attempt(place).outcome {
            case .granted, .replyOnly, .referred: break
            case .refused(let code):
                marks.formUnion(UnitInterests.mark(ofCode: code))
                if code != 25 { isUsual = false }
            case .unanswered:
                marks.insert(.unansweredRequest)
                isUsual = false
            }
            if Self.mayBeReadOnly(request.facts.attempts[place].outline.ticketKvno)
                || Self.mayBeReadOnly(request.facts.attempts[place].outline.headerTicketKvno)
            {
                marks.insert(.readOnlyController)
            }
        }
        if case .refused(let code) = request.outcome { marks.formUnion(UnitInterests.mark(ofCode: code)) }
        if case .unanswered = request.outcome { marks.insert(.unansweredRequest) }
        if request.outcome == .referralNotFollowed { marks.insert(.referral) }
        if request.facts.realms.count > 2 { marks.insert(.manyRealms) }
        if request.kind == .s4U2Proxy { marks.insert(.proxyRequest) }
        if request.outcome.isGranted {
            if request.kind == .s4U2Proxy || request.kind == .s4U2Self { marks.insert(.grantedForUser) }
            if count > 0, EncryptionType(rawValue: request.facts.attempts[count - 1].outline.ticketEtype).isWeak {
                marks.insert(.weakTicket)
            }
        }
        guard isUsual, count == 1 || count == 2 && Self.isOneWay(request) else {
            marks.insert(.troubledRequest)
            return marks
        }
        // On a user's behalf the user varies and the rules that mind see every grant.
        let isForUser = request.kind == .s4U2Proxy || request.kind == .s4U2Self
        let last = request.attempt(count - 1)
        if isNew(
            Grant(
                client: request.client, kdc: last.kdc, account: request.requester.name, service: request.service.name,
                user: isForUser ? .none : request.user.name, point: request.point, kind: request.kind,
                transport: last.transport))
        {
            marks.insert(.novelRequest)
        }
        return marks
    }

    /// Whether the second attempt went where the first one did.
    private static func isOneWay(_ request: TicketRequest) -> Bool {
        let first = request.attempt(0), second = request.attempt(1)
        return first.transport == second.transport && first.kdc == second.kdc
    }

    private static func mayBeReadOnly(_ version: UInt32?) -> Bool { (version ?? 0) > 65_535 }

    private mutating func isNew(_ grant: Grant) -> Bool {
        let names = UInt64(grant.account.rawValue) << 32 | UInt64(grant.service.rawValue)
        let place = Self.place(
            names ^ UInt64(grant.kind.rawValue) << 60, grant.client.hashWord ^ grant.kdc.address.hashWord << 1)
        if grants[place] == grant { return false }
        grants[place] = grant
        return true
    }

    private static func place(_ first: UInt64, _ second: UInt64) -> Int {
        Int(truncatingIfNeeded: QuickHash.combine(first, second) % UInt64(places))
    }

    // MARK: Sign-ons

    private mutating func marks(of signOn: SignOn, _ context: RuleContext) -> UnitInterests {
        var marks: UnitInterests = .signOn
        let transactions = signOn.transactions
        if transactions.isEmpty { marks.insert(.withoutRequest) }
        for transaction in transactions { mark(transaction, &marks, context) }
        if signOn.outcome == .unknown { marks.insert(.openOutcome) }
        switch signOn.kind {
        case .cached: marks.insert(.cached)
        case .delegated, .direct, .ntlm, .password: break
        }
        var proxy = signOn.facts.steps.count - 1
        while proxy >= 0, signOn.facts.steps[proxy].role != .s4U2Proxy { proxy -= 1 }
        if proxy >= 0 {
            let size = signOn.facts.steps[proxy].ticketRequest?.facts.attempts.askLast { $0.ticketBytes }
            if let size, size > TicketOversized.threshold { marks.insert(.largeTicket) }
        } else if signOn.kind == .delegated {
            marks.insert(.withoutProxy)
        }
        let sent = signOn.ticketTransactions
        if sent.count > 1 { marks.insert(.severalTickets) }
        for transaction in sent where !isForItsHost(transaction, context) { marks.insert(.otherHost) }
        if isNovel(signOn, transactions, sent) { marks.insert(.novelSignOn) }
        return marks
    }

    private mutating func mark(_ transaction: HTTPTransaction, _ marks: inout UnitInterests, _ context: RuleContext) {
        let status = transaction.status
        switch status {
        case 401: marks.insert(.denied)
        case 400...: marks.insert(.failedStatus)
        case 300..<400: marks.insert(.redirect)
        default: break
        }
        if !transaction.hasResponse { marks.insert(.unanswered) }
        if transaction.isLetIn { marks.insert(.letIn) }
        if transaction.outline.hasLogInForm { marks.insert(.logInForm) }
        if hasTroubledToken(transaction) { marks.insert(.tokenTrouble) }
        if transaction.sentNTLMType != 0 || transaction.receivedNTLMType != 0 { marks.insert(.ntlm) }
        if status == 407 || goesToProxy(transaction, context) { marks.insert(.proxied) }
    }

    private func hasTroubledToken(_ transaction: HTTPTransaction) -> Bool {
        guard transaction.receivesToken else { return false }
        if transaction.tokenErrorCode != nil { return true }
        guard let state = transaction.outline.responseState else { return false }
        return state == .reject || state == .acceptIncomplete || state == .requestMIC
    }

    /// Whether the request is in the form that only proxies get (RFC 9112, 3.2.2 and 3.2.3).
    private mutating func goesToProxy(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        if !transaction.hasRequest { return false }
        let (target, method) = (transaction.outline.target, transaction.outline.method)
        let names = context.names
        return targets.flag(of: target) { names.begins($0, "http://") || names.begins($0, "https://") }
            || methods.flag(of: method) { names.equals($0, "CONNECT") }
    }

    /// Whether the ticket of a request is for the host that the request names, as far as both name one.
    private mutating func isForItsHost(_ transaction: HTTPTransaction, _ context: RuleContext) -> Bool {
        guard let ticket = transaction.ticket, transaction.hasRequest else { return true }
        let host = transaction.outline.host
        let service = ticket.sname.name
        let place = Int((service.rawValue &* 31 &+ host.rawValue) % UInt32(Self.hostPlaces))
        if let known = hosts[place], known.service == service, known.host == host { return known.isSame }
        let isSame =
            context.host(ofService: service).flatMap { spn in context.host(host).map { spn.isSameHost(as: $0) } }
            ?? true
        hosts[place] = (service, host, isSame)
        return isSame
    }

    /// Whether rules may learn from this sign-on whom they have not seen together, or what was not taken.
    private mutating func isNovel(_ signOn: SignOn, _ transactions: [HTTPTransaction], _ sent: [HTTPTransaction])
        -> Bool
    {
        guard signOn.isKerberos, let first = sent.first, let ticket = first.ticket else { return true }
        for transaction in transactions
        where transaction.server != first.server || transaction.client.address != first.client.address
            || transaction.point != first.point
        {
            return true
        }
        for transaction in sent {
            guard transaction.isLetIn, let other = transaction.ticket, other.sname.name == ticket.sname.name,
                other.realm == ticket.realm, other.kvno == ticket.kvno
            else { return true }
        }
        let acceptance = Acceptance(
            connector: signOn.connector, client: first.client.address, server: first.server,
            service: signOn.service.name,
            ticketService: ticket.sname.name, ticketRealm: ticket.realm, kvno: ticket.kvno, point: first.point,
            kind: signOn.kind)
        let names = UInt64(acceptance.service.rawValue) << 32 | UInt64(acceptance.ticketService.rawValue)
        let place = Self.place(names, acceptance.client.hashWord ^ acceptance.server.address.hashWord << 1)
        if acceptances[place] == acceptance, signOn.point == first.point { return false }
        acceptances[place] = acceptance
        return true
    }

    // MARK: Others

    private mutating func marks(of transaction: HTTPTransaction, _ context: RuleContext) -> UnitInterests {
        var marks: UnitInterests = .transaction
        let status = transaction.status
        if status == 401 { marks.insert(.transactionDenied) }
        if !transaction.hasResponse { marks.insert(.transactionUnanswered) }
        if transaction.credential != .none { marks.insert(.transactionCredentials) }
        if status == 407 || goesToProxy(transaction, context) { marks.insert(.transactionProxied) }
        return marks
    }

    /// The marks of a flow.
    static func marks(of connection: inout ConnectionSummary) -> UnitInterests {
        var marks: UnitInterests = .connection
        if connection.isTLS { marks.insert(.tlsConnection) }
        if connection.transport == .tcp, connection.client.synCount > 0, connection.client.payloadBytes == 0,
            connection.server.payloadBytes == 0
        {
            marks.insert(.failedConnection)
        }
        if connection.server.resetFrame != nil, connection.server.endpoint.port == 88 {
            marks.insert(.resetByController)
        }
        return marks
    }
}

/// Something that is so or not of a name, read once for the latest names.
private struct NameFlags {
    private var entries: [(name: NameID, flag: Bool)] = Array(repeating: (.none, false), count: 256)

    mutating func flag(of name: NameID, _ read: (NameID) -> Bool) -> Bool {
        if !name.isPresent { return false }
        let place = Int(name.rawValue) % entries.count
        if entries[place].name == name { return entries[place].flag }
        let flag = read(name)
        entries[place] = (name, flag)
        return flag
    }
}
