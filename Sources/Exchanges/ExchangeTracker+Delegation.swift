import CaptureFile
import Dissectors

/// Sign-ons that begin at the KDC: S4U2Self, S4U2Proxy, and what they build on.
extension ExchangeTracker {
    /// An S4U2Self went out: a sign-on begins.
    func beginDelegation(_ request: TicketRequest, now: CaptureTime) {
        roles.note(request.client, point: request.point, .connector, name: request.requester.name)
        let id = signOns.begin(.delegated, point: request.point, connector: request.client, now: now)
        requests.update(request.id) { $0.signOn = id }
        let discovery = takeDiscovery(of: request, signOn: id)
        signOns.update(id, now: now) { entry in
            entry.signOn.user = request.user
            entry.signOn.userRealm = request.userRealm
            entry.signOn.connectorAccount = request.requester
            entry.signOn.connectorRealm = request.requesterRealm
            entry.pendingSteps += 1
            if let logon = request.parent.flatMap({ self.retained[$0] }) {
                SignOns.append(SignOnStep(role: .connectorLogon, body: .kerberos(logon), isShared: true,
                                          proof: request.parentProof), to: entry)
            }
            if let discovery {
                SignOns.append(SignOnStep(role: .realmDiscovery, body: .kerberos(discovery), isShared: false,
                                          proof: .inferred), to: entry)
            }
            SignOns.append(SignOnStep(role: .s4U2Self, body: .kerberos(request), isShared: false, proof: .digest), to: entry)
        }
    }

    /// The AS exchange by which the connector found the realm of the user whom it now impersonates
    /// (MS-SFU 3.1.5.1.1.2): same host, same name, no preauthentication.
    private func takeDiscovery(of request: TicketRequest, signOn: UInt64) -> TicketRequest? {
        guard let candidates = discoveries[request.client] else { return nil }
        let wanted = account(request.user.name)
        for id in candidates.reversed() {
            guard let discovery = requests[id], account(discovery.user.name) == wanted,
                discovery.attempts.allSatisfy({ !$0.request.parts.contains(.preauthentication) })
            else { continue }
            requests.update(id) {
                $0.isRealmDiscovery = true
                $0.signOn = signOn
            }
            discoveries[request.client] = candidates.filter { $0 != id }
            return requests[id]
        }
        return nil
    }

    /// The account part of a name in lower case: `alice` of `Alice@corp.example`.
    private func account(_ name: NameID) -> String {
        let text = names.string(name) ?? ""
        return String(text.prefix { $0 != "@" && $0 != "\\" }).lowercased()
    }

    /// An S4U2Proxy went out: it continues the sign-on of its evidence ticket, or begins one.
    func continueDelegation(_ request: TicketRequest, now: CaptureTime) {
        roles.note(request.client, point: request.point, .connector, name: request.requester.name)
        let evidenceSignOn = request.attempts.last.flatMap { attempt in
            attempt.request.additionalTickets.count > 0 ? lineage[attempt.request.additionalTickets[0].digest]?.signOn : nil
        }
        let id: UInt64
        if let known = evidenceSignOn, known != 0, let signOn = signOns[known], signOn.last(.s4U2Proxy) == nil {
            id = known
        } else {
            id = signOns.begin(.delegated, point: request.point, connector: request.client, now: now)
            signOns.update(id, now: now) { entry in
                if let logon = request.parent.flatMap({ self.retained[$0] }) {
                    SignOns.append(SignOnStep(role: .connectorLogon, body: .kerberos(logon), isShared: true,
                                              proof: request.parentProof), to: entry)
                }
                if let evidence = request.evidence.flatMap({ self.retained[$0] }) {
                    SignOns.append(SignOnStep(role: .s4U2Self, body: .kerberos(evidence), isShared: true,
                                              proof: .digest), to: entry)
                }
            }
        }
        requests.update(request.id) { $0.signOn = id }
        signOns.update(id, now: now) { entry in
            if request.user.isPresent {
                entry.signOn.user = request.user
                if request.userRealm.isPresent { entry.signOn.userRealm = request.userRealm }
            }
            entry.signOn.service = request.service
            entry.signOn.serviceRealm = request.serviceRealm
            entry.signOn.connectorAccount = request.requester
            entry.signOn.connectorRealm = request.requesterRealm
            entry.pendingSteps += 1
            entry.isComplete = false
            let isProven = request.evidence != nil
            SignOns.append(SignOnStep(role: .s4U2Proxy, body: .kerberos(request), isShared: false,
                                      proof: isProven ? .digest : .inferred), to: entry)
        }
    }

    /// Puts the present state of a ticket request into its sign-on.
    func refresh(_ request: TicketRequest, in id: UInt64, now: CaptureTime, isEnded: Bool = false) {
        signOns.update(id, now: now) { entry in
            if entry.signOn.update(request), isEnded, !request.isRealmDiscovery {
                entry.pendingSteps = max(0, entry.pendingSteps - 1)
            }
            if request.user.isPresent, !entry.signOn.user.isPresent {
                entry.signOn.user = request.user
                entry.signOn.userRealm = request.userRealm
            }
        }
    }

    /// Says how a sign-on ended and where it failed.
    static func judge(_ signOn: inout SignOn) {
        var lastKerberos: (index: Int, outcome: RequestOutcome)?
        var lastHTTP: (index: Int, transaction: HTTPTransaction)?
        for (index, step) in signOn.steps.enumerated() {
            switch step.body {
            case .kerberos(let request) where step.role != .connectorLogon && step.role != .realmDiscovery:
                lastKerberos = (index, request.outcome)
            case .kerberos: break
            case .http(let transaction): lastHTTP = (index, transaction)
            }
        }
        if let (index, transaction) = lastHTTP, transaction.silence != nil || transaction.response != nil {
            switch transaction.status {
            case 0:
                let isOpen = transaction.silence == .captureEnded || transaction.silence == .oneSided
                    || transaction.silence == .gap
                signOn.outcome = isOpen ? .unknown : .failed
            case 200..<400: signOn.outcome = .succeeded
            case 404 where transaction.hasAcceptingToken: signOn.outcome = .succeeded
            default: signOn.outcome = .failed
            }
            if signOn.outcome == .failed {
                signOn.failedStep = index
                // Where the ticket was refused, the backend's answer only follows from that.
                if let (place, outcome) = lastKerberos, Self.isFailure(outcome) { signOn.failedStep = place }
            }
            return
        }
        guard let (index, outcome) = lastKerberos else { return }
        if Self.isFailure(outcome) {
            signOn.outcome = .failed
            signOn.failedStep = index
        }
    }

    private static func isFailure(_ outcome: RequestOutcome) -> Bool {
        switch outcome {
        case .granted, .superseded: false
        case .refused, .referralNotFollowed: true
        case .unanswered(let reason): reason != .captureEnded && reason != .gap && reason != .oneSided
        }
    }
}
