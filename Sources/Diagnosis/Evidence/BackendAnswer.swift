import PacketModel
import Dissectors
import Exchanges

/// How a backend took the credentials of one request: the reading on which all rules of this stage agree.
public enum BackendAnswer: Sendable, Equatable {
    /// The response says that the client has been authenticated.
    case accepted
    /// A status that only an authenticated client gets, without a token that says so.
    case served
    /// A negotiation state of reject, or a KRB-ERROR with this code, in the token of the response.
    case rejected(KerberosErrorCode?)
    /// The acceptor wants another leg (accept-incomplete, request-mic).
    case incomplete
    /// 401 and nothing about the token.
    case refused
    /// Another failing status, nothing about the token.
    case failed
    /// No response.
    case silent
}

/// The codes of an acceptor's KRB-ERROR, by what they are about.
enum AcceptorError {
    /// Clocks: KRB_AP_ERR_SKEW and KRB_AP_ERR_TKT_NYV; KRB_AP_ERR_TKT_EXPIRED only where the acceptor's
    /// clock, which stands beside the code, was seen to be off.
    static func isClock(_ code: KerberosErrorCode, _ transaction: HTTPTransaction) -> Bool {
        if code == .skew || code == .ticketNotYetValid { return true }
        guard code == .ticketExpired, let seen = transaction.responseTime,
            let stated = transaction.responseToken?.kerberos.serverTime ?? transaction.response?.date
        else { return false }
        return stated.nanoseconds(since: seen).magnitude > UInt64(ClockSkew.tolerance)
    }
    /// Keys: KRB_AP_ERR_BAD_INTEGRITY, KRB_AP_ERR_NOT_US, KRB_AP_ERR_BADKEYVER, KRB_AP_ERR_NOKEY,
    /// KDC_ERR_ETYPE_NOSUPP.
    static func isKey(_ code: KerberosErrorCode) -> Bool {
        switch code {
        case .badIntegrity, .notUs, .badKeyVersion, .noKey, .encryptionTypeNotSupported: true
        default: false
        }
    }
}

extension HTTPTransaction {
    /// Whether a token was decoded from the request's Authorization field.
    var carriesToken: Bool { outline.requestTokenPlace == .authorization }
    /// Whether a token was decoded from the response's challenge.
    var receivesToken: Bool {
        outline.responseTokenPlace == .challenge || outline.responseTokenPlace == .authorization
    }
    /// The token that was decoded from the request's Authorization field.
    var requestToken: AuthenticationToken? {
        guard let request, request.tokenPlace == .authorization else { return nil }
        return request.token
    }
    /// The token that was decoded from the response's challenge.
    var responseToken: AuthenticationToken? {
        guard let response, response.tokenPlace == .challenge || response.tokenPlace == .authorization else {
            return nil
        }
        return response.token
    }
    /// The AP-REQ's ticket, where it was seen.
    var ticket: TicketReference? {
        carriesToken ? outline.ticket : nil
    }
    /// Whether the request carried the Kerberos mechanism's own token instead of SPNEGO.
    var carriesRawToken: Bool { carriesTicket && credential == .rawKerberos }
    /// The type of the NTLMSSP message in the request; 0 where there is none.
    var sentNTLMType: UInt32 { carriesToken ? outline.requestNTLMType : 0 }
    /// The type of the NTLMSSP message in the response; 0 where there is none.
    var receivedNTLMType: UInt32 { receivesToken ? outline.responseNTLMType : 0 }
    /// The code of a KRB-ERROR in the response's token.
    public var tokenErrorCode: KerberosErrorCode? {
        receivesToken ? outline.responseErrorCode.map { KerberosErrorCode(rawValue: $0) } : nil
    }
    /// Whether the status is one that a page or a redirect has.
    var isSuccess: Bool { (200..<400).contains(status) }

    /// How the backend took the request's credentials.
    public var answer: BackendAnswer {
        if !hasResponse { return .silent }
        if let code = tokenErrorCode { return .rejected(code) }
        if hasAcceptingToken { return .accepted }
        if receivesToken, let state = outline.responseState {
            if state == .reject { return .rejected(nil) }
            if state == .acceptIncomplete || state == .requestMIC {
                return isSuccess ? .served : .incomplete
            }
        }
        if isSuccess { return .served }
        return status == 401 ? .refused : .failed
    }

    /// Whether the backend let the client in: it said so, or it served the request.
    public var isLetIn: Bool { answer == .accepted || answer == .served }

    /// Whether a challenge of this scheme was offered (RFC 9110, 11.6.1; names have no case).
    func offers(_ scheme: StaticString, _ context: RuleContext) -> Bool { offer(of: scheme, context) != nil }

    /// The place of the first challenge of this scheme.
    func offer(of scheme: StaticString, _ context: RuleContext) -> Int? {
        guard let response else { return nil }
        for index in 0..<Int(response.challenges.count)
        where context.names.equals(response.challenges[index].scheme, scheme) { return index }
        return nil
    }

    /// Whether Kerberos could follow this response: Negotiate or Kerberos was offered, or challenges
    /// were left out of the list.
    func offersKerberos(_ context: RuleContext) -> Bool {
        guard let response else { return false }
        if response.challenges.omitted > 0 { return true }
        for index in 0..<Int(response.challenges.count) {
            let scheme = response.challenges[index].scheme
            if context.names.equals(scheme, "Negotiate") || context.names.equals(scheme, "Kerberos")
                || context.names.begins(scheme, "Negotiate:")
            {
                return true
            }
        }
        return false
    }
    /// Whether the server says that it is Internet Information Services or the Windows HTTP server
    /// beneath it.
    func isWindowsServer(_ context: RuleContext) -> Bool {
        guard let server = response?.server else { return false }
        return context.names.begins(server, "Microsoft-IIS") || context.names.begins(server, "Microsoft-HTTPAPI")
    }
    /// The seconds from the complete request to the end of the wait.
    var waitedNanoseconds: Int64? {
        guard let start = requestTime, let end = endTime else { return nil }
        return end.nanoseconds(since: start)
    }
}

extension SignOn {
    /// Whether Kerberos is what this sign-on is made of.
    public var isKerberos: Bool { kind == .delegated || kind == .direct || kind == .cached }
    /// Whether a request was not answered by a page or a redirect.
    public var hasFailedTransaction: Bool { transactions.contains { !$0.isSuccess } }
    /// Whether a connector or another service, not the user's own host, speaks to the backend.
    public func isFromConnector(_ context: RuleContext) -> Bool {
        kind == .delegated || context.has(.connector, connector, point: point)
    }
}
