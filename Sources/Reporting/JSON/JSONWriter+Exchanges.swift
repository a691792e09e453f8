import PacketModel
import Dissectors
import Exchanges

extension JSONWriter {
    /// A frame number as a member, or `null`.
    mutating func member(_ key: String, frame: FrameReference?) { member(key, number: frame?.frame) }

    /// One request to a KDC and its reply.
    mutating func exchange(_ exchange: KerberosExchange, of request: TicketRequest, captures: CaptureNames) {
        beginObject()
        member("id", number: exchange.id)
        member("ticket_request", number: request.id)
        member("sign_on", number: request.signOn)
        member("kind", exchange.kind.jsonName)
        member("capture", exchange.firstFrame.map { captures[$0.capture] })
        flow(exchange.transport, client: exchange.client, server: exchange.kdc, serverKey: "kdc")
        outcome(exchange.outcome)
        member("nt_status", number: exchange.reply.ntStatus)
        member("user", request.user.name)
        member("user_realm", request.userRealm)
        member("service", request.service.name)
        member("service_realm", request.serviceRealm)
        member("requester", request.requester.name)
        member("requester_realm", request.requesterRealm)
        member("request_copies", number: exchange.requestCopies)
        member("incomplete", exchange.isIncomplete)
        member("end_frame", frame: exchange.endFrame)
        member("end_time", exchange.endTime)
        side("request", exchange.request, exchange.requestFirstFrame, exchange.requestFrame, exchange.requestTime)
        side("reply", exchange.reply, nil, exchange.replyFrame, exchange.replyTime)
        endObject()
    }

    private mutating func side(
        _ key: String, _ message: borrowing KerberosMessage, _ first: FrameReference?,
        _ frame: FrameReference?, _ time: CaptureTime?
    ) {
        self.key(key)
        guard let frame else { return null() }
        beginObject()
        member("frame", frame: frame)
        member("first_frame", frame: first ?? frame)
        member("time", time)
        message.writeMembers(to: &self)
        endObject()
    }

    private mutating func flow(_ transport: Transport, client: Endpoint, server: Endpoint, serverKey: String) {
        member("transport", transport.name)
        member("client", client.address)
        member("client_port", number: client.port)
        member(serverKey, server.address)
        member(serverKey + "_port", number: server.port)
        member("community_id", CommunityID.text(transport, client, server))
    }

    private mutating func outcome(_ outcome: ExchangeOutcome) {
        var word = ""
        var code: Int32?
        var silence: SilenceReason?
        switch outcome {
        case .granted: word = "granted"
        case .referred: word = "referred"
        case .refused(let refused): (word, code) = ("refused", refused)
        case .unanswered(let reason): (word, silence) = ("unanswered", reason)
        case .replyOnly: word = "reply_only"
        }
        self.outcome(word, code, silence)
    }

    private mutating func outcome(_ word: String, _ code: Int32?, _ silence: SilenceReason?) {
        member("outcome", word)
        member("error_code", number: code)
        member("error_name", code.flatMap { KerberosErrorCode(rawValue: $0).name })
        member("silence", silence?.jsonName)
    }

    /// One HTTP request and its response.
    mutating func transaction(_ transaction: HTTPTransaction, captures: CaptureNames) {
        beginObject()
        member("id", number: transaction.id)
        member("capture", transaction.firstFrame.map { captures[$0.capture] })
        flow(.tcp, client: transaction.client, server: transaction.server, serverKey: "server")
        member("status", number: transaction.response?.status)
        member("accepting_token", transaction.hasAcceptingToken)
        member("silence", transaction.silence?.jsonName)
        member("ended_by_client", transaction.endedByClient)
        member("end_frame", frame: transaction.endFrame)
        member("end_time", transaction.endTime)
        member("request_acknowledged", transaction.isRequestAcknowledged)
        member("incomplete", transaction.isIncomplete)
        side(
            "request", transaction.request, transaction.requestFirstFrame, transaction.requestFrame,
            transaction.requestTime)
        side("response", transaction.response, nil, transaction.responseFrame, transaction.responseTime)
        endObject()
    }

    private mutating func side(
        _ key: String, _ message: HTTPMessage?, _ first: FrameReference?, _ frame: FrameReference?,
        _ time: CaptureTime?
    ) {
        self.key(key)
        guard let message, let frame else { return null() }
        beginObject()
        member("frame", frame: frame)
        member("first_frame", frame: first ?? frame)
        member("time", time)
        message.writeMembers(to: &self)
        endObject()
    }

    /// One user's way to one service.
    mutating func signOn(_ signOn: SignOn, findings: [String], captures: CaptureNames) {
        beginObject()
        member("id", number: signOn.id)
        member("kind", signOn.kind.name)
        member("outcome", signOn.outcome.name)
        member("user", signOn.user.name)
        member("user_realm", signOn.userRealm)
        member("service", signOn.service.name)
        member("service_realm", signOn.serviceRealm)
        member("connector", signOn.connector)
        member("connector_account", signOn.connectorAccount.name)
        member("connector_realm", signOn.connectorRealm)
        member("backend", signOn.backend?.address)
        member("backend_port", number: signOn.backend?.port)
        member("first_time", signOn.firstTime)
        member("last_time", signOn.lastTime)
        member("failed_step", number: signOn.failedStep)
        key("findings")
        beginArray()
        for finding in findings { string(finding) }
        endArray()
        key("steps")
        beginArray()
        for step in signOn.steps { self.step(step, captures: captures) }
        endArray()
        member("omitted_steps", number: signOn.omittedSteps)
        endObject()
    }

    private mutating func step(_ step: SignOnStep, captures: CaptureNames) {
        beginObject()
        member("role", step.role.jsonName)
        member("proof", step.proof.name)
        member("shared", step.isShared)
        member("capture", step.firstFrame.map { captures[$0.capture] })
        member("first_frame", frame: step.firstFrame)
        member("last_frame", frame: step.lastFrame)
        member("time", step.time)
        member("client", step.ticketRequest?.client ?? step.transaction?.client.address)
        member("server", step.ticketRequest?.last?.kdc.address ?? step.transaction?.server.address)
        switch step.body {
        case .kerberos(let request): outcome(request.outcome)
        case .http(let transaction):
            outcome(transaction.hasResponse ? "answered" : "unanswered", nil, transaction.silence)
        case nil: outcome("unanswered", nil, nil)
        }
        member("status", number: step.transaction?.response?.status)
        member("ticket_request", number: step.ticketRequest?.id)
        member("http_transaction", number: step.transaction?.id)
        endObject()
    }

    private mutating func outcome(_ outcome: RequestOutcome) {
        switch outcome {
        case .granted: self.outcome("granted", nil, nil)
        case .referralNotFollowed: self.outcome("referral_not_followed", nil, nil)
        case .refused(let code): self.outcome("refused", code, nil)
        case .unanswered(let reason): self.outcome("unanswered", nil, reason)
        case .superseded: self.outcome("superseded", nil, nil)
        }
    }
}

extension SignOnStep {
    /// The last frame of the step.
    var lastFrame: FrameReference? {
        switch body {
        case .kerberos(let request): request.last?.lastFrame
        case .http(let transaction): transaction.responseFrame ?? transaction.endFrame ?? transaction.requestFrame
        case nil: nil
        }
    }
}

extension ExchangeKind {
    /// The word used in machine output.
    var jsonName: String {
        switch self {
        case .authenticationService: "as"
        case .ticketGrantingTicket: "tgs_krbtgt"
        case .ticketGranting: "tgs"
        case .s4U2Self: "s4u2self"
        case .s4U2Proxy: "s4u2proxy"
        case .userToUser: "tgs_user_to_user"
        }
    }
}

extension SilenceReason {
    /// The word used in machine output.
    var jsonName: String {
        switch self {
        case .silence: "no_answer"
        case .reset: "reset"
        case .closed: "closed"
        case .icmp: "icmp"
        case .captureEnded: "capture_ended"
        case .gap: "gap"
        case .oneSided: "one_sided"
        }
    }
}

extension StepRole {
    /// The word used in machine output.
    var jsonName: String {
        switch self {
        case .connectorLogon: "connector_logon"
        case .realmDiscovery: "realm_discovery"
        case .referral: "referral"
        case .s4U2Self: "s4u2self"
        case .s4U2Proxy: "s4u2proxy"
        case .serviceTicket: "service_ticket"
        case .http: "http"
        }
    }
}
