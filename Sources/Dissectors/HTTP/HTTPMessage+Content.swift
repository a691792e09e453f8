import PacketModel

extension HTTPMessage: MessageContent {
    public static var protocolID: ProtocolID { .http }

    public func forEachName(_ body: (NameID) -> Void) {
        for name in [method, target, host, server, location, via] { body(name) }
        for place in 0..<Int(cookieNames.count) { body(cookieNames[place]) }
        for credential in [authorization, proxyAuthorization] {
            if let credential {
                body(credential.scheme)
                body(credential.realm)
            }
        }
        for challenge in challenges.array + proxyChallenges.array {
            body(challenge.scheme)
            body(challenge.realm)
        }
        let ntlm = token.ntlm
        for name in [ntlm.domain, ntlm.user, ntlm.workstation, ntlm.computer, ntlm.dnsComputer, ntlm.dnsDomain] {
            body(name)
        }
        for place in 0..<Int(token.mechanisms.count) { body(token.mechanisms[place].oid) }
        token.kerberos.forEachName(body)
    }

    /// The members of an HTTP message: the same in a message record and in a transaction.
    public func writeMembers(to json: inout JSONWriter) { json.httpMembers(self) }
}

extension JSONWriter {
    fileprivate mutating func httpMembers(_ message: borrowing HTTPMessage) {
        let isRequest = message.kind == .request
        member("kind", isRequest ? "request" : "response")
        member("method", message.method)
        member("target", message.target)
        member("host", message.host)
        member("status", number: isRequest ? nil : message.status)
        member("version", "\(message.versionMajor).\(message.versionMinor)")
        member("server", message.server)
        member("date", message.date)
        member("location", message.location)
        member("via", message.via)
        member("header_bytes", number: message.headerBytes)
        member("longest_field_bytes", number: message.longestFieldBytes)
        member("content_length", number: message.contentLength)
        member("chunked", message.isChunked)
        member("closes_connection", message.closesConnection)
        key("cookie_names")
        beginArray()
        for index in 0..<Int(message.cookieNames.count) { name(message.cookieNames[index]) }
        endArray()
        credential("authorization", message.authorization, at: .authorization, message)
        credential("proxy_authorization", message.proxyAuthorization, at: .proxyAuthorization, message)
        challenges("challenges", message.challenges, at: .challenge, message)
        challenges("proxy_challenges", message.proxyChallenges, at: .proxyChallenge, message)
    }

    private mutating func credential(
        _ key: String, _ credential: HTTPAuthentication?, at place: HTTPTokenPlace,
        _ message: borrowing HTTPMessage
    ) {
        self.key(key)
        guard let credential else { return null() }
        authentication(credential, isDecoded: message.tokenPlace == place, message)
    }

    private mutating func challenges(
        _ key: String, _ list: borrowing InlineList<6, HTTPAuthentication>,
        at place: HTTPTokenPlace, _ message: borrowing HTTPMessage
    ) {
        self.key(key)
        beginArray()
        let decodedIndex = message.tokenPlace == place ? Int(message.tokenIndex) : -1
        for index in 0..<Int(list.count) {
            authentication(list[index], isDecoded: index == decodedIndex, message)
        }
        endArray()
    }

    private mutating func authentication(_ value: HTTPAuthentication, isDecoded: Bool, _ message: borrowing HTTPMessage)
    {
        beginObject()
        member("scheme", value.scheme)
        member("token_kind", value.tokenKind == .none ? nil : value.tokenKind.name)
        member("token_bytes", number: value.tokenLength)
        member("realm", value.realm)
        key("negotiation")
        if isDecoded { negotiation(message.token) } else { null() }
        key("token")
        if isDecoded { token(message.token) } else { null() }
        endObject()
    }

    /// What surrounds the inner token: SPNEGO's lists and states, and where decoding stopped.
    private mutating func negotiation(_ token: borrowing AuthenticationToken) {
        beginObject()
        key("mechanisms")
        beginArray()
        for index in 0..<Int(token.mechanisms.count) { name(token.mechanisms[index].oid) }
        endArray()
        member("supported_mechanism", token.supportedMechanism?.oid ?? .none)
        member("inner_mechanism", token.innerMechanism?.oid ?? .none)
        member("state", token.state.map { $0.name ?? "\($0.rawValue)" })
        member("mech_list_mic", token.hasMechListMIC)
        member("oddly_wrapped", token.isOddlyWrapped)
        key("fault")
        fault(token.fault)
        endObject()
    }

    /// The inner message: Kerberos with the members of a Kerberos message, or NTLMSSP, or `null`.
    private mutating func token(_ token: borrowing AuthenticationToken) {
        if token.kerberos.type.rawValue != 0 {
            beginObject()
            member("protocol", "kerberos")
            token.kerberos.writeMembers(to: &self)
            endObject()
        } else if token.ntlm.type != 0 {
            beginObject()
            member("protocol", "ntlmssp")
            ntlmMembers(token.ntlm)
            endObject()
        } else {
            null()
        }
    }

    private mutating func ntlmMembers(_ message: borrowing NTLMMessage) {
        member("msg_type", number: message.type)
        let name: String? =
            switch message.type {
            case 1: "NEGOTIATE"
            case 2: "CHALLENGE"
            case 3: "AUTHENTICATE"
            default: nil
            }
        member("name", name)
        member("flags", number: message.flags)
        member("domain", message.domain)
        member("user", message.user)
        member("workstation", message.workstation)
        member("computer", message.computer)
        member("dns_computer", message.dnsComputer)
        member("dns_domain", message.dnsDomain)
        member("timestamp", message.timestamp)
        member("anonymous", message.isAnonymous)
    }

    /// Where and why decoding stopped, or `null`.
    public mutating func fault(_ fault: LayerFault?) {
        guard let fault else { return null() }
        beginObject()
        member("kind", fault.kind.name)
        member("layer", layerName(fault.layer))
        member("offset", number: fault.offset)
        endObject()
    }
}
