/// Every name that a message holds. A layer that keeps the message must keep these names, too.
extension KerberosMessage {
    /// Calls `body` with each.
    public func forEachName(_ body: (NameID) -> Void) {
        for principal in [cname, sname, forUser] { body(principal.name) }
        for name in [crealm, realm, forUserRealm, forUserPackage] { body(name) }
        if parts.contains(.errorCode) { body(errorText) }
        for ticket in [ticket, headerTicket] {
            body(ticket.sname.name)
            body(ticket.realm)
        }
        for place in 0..<Int(additionalTickets.count) {
            body(additionalTickets[place].sname.name)
            body(additionalTickets[place].realm)
        }
    }
}

extension HTTPMessage {
    /// Calls `body` with each.
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
}
