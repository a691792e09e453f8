import PacketModel
import Digests
import Dissectors

/// Sign-ons that begin at the KDC: S4U2Self, S4U2Proxy, and what they build on.
extension ExchangeTracker {
    /// An S4U2Self went out: a sign-on begins.
    mutating func beginDelegation(_ ticketRequest: UInt64, now: CaptureTime) {
        guard let request = requests.ask(ticketRequest, { DelegationRequest(&$0) }) else { return }
        let id = signOns.begin(.delegated, point: request.point, connector: request.client, now: now)
        requests.update(ticketRequest) { $0.signOn = id }
        roles.note(request.client, point: request.point, .connector, name: request.requester.name)
        let discovery = takeDiscovery(of: request, signOn: id)
        let logon = request.parent.flatMap { retained.use($0) }
        signOns.update(id, now: now) { entry in
            entry.facts.user = request.user
            entry.facts.userRealm = request.userRealm
            entry.facts.connectorAccount = request.requester
            entry.facts.connectorRealm = request.requesterRealm
            entry.pendingSteps += 1
            if let logon {
                entry.append(
                    SignOnStep(
                        role: .connectorLogon, body: .kerberos(logon), isShared: true,
                        proof: request.parentProof))
            }
            if let discovery {
                entry.append(SignOnStep(role: .realmDiscovery, awaiting: discovery, proof: .inferred))
            }
            entry.append(SignOnStep(role: .s4U2Self, awaiting: ticketRequest, proof: .digest))
        }
        // It has found what it was for: the same question asked again belongs to another sign-on.
        if let discovery, requests.isAnswered(discovery), let done = requests.close(discovery) { ended(done) }
    }

    /// What a sign-on takes from a ticket request that goes out.
    private struct DelegationRequest {
        let point: UInt16
        let client: IPAddress
        let requester, user, service: Principal
        let requesterRealm, userRealm, serviceRealm: NameID
        let parent, evidence: UInt64?
        let parentProof: JoinProof

        init(_ request: inout TicketRequestFacts) {
            point = request.point
            client = request.client
            requester = request.requester
            requesterRealm = request.requesterRealm
            user = request.user
            userRealm = request.userRealm
            service = request.service
            serviceRealm = request.serviceRealm
            parent = request.parent
            parentProof = request.parentProof
            evidence = request.evidence
        }
    }

    /// The AS exchange by which the connector found the realm of the user whom it now impersonates
    /// (MS-SFU 3.1.5.1.1.2): same host, same name, no preauthentication.
    private mutating func takeDiscovery(of request: DelegationRequest, signOn: UInt64) -> UInt64? {
        let account = accounts.number(of: request.user.name, names)
        let found = discoveries.take(of: request.client, account: account) { candidate in
            requests.isUnauthenticated(candidate.request)
                && (candidate.user == request.user.name
                    || accounts.text(of: candidate.user, names) == accounts.text(of: request.user.name, names))
        }
        guard let id = found?.request else { return nil }
        requests.update(id) {
            $0.isRealmDiscovery = true
            $0.signOn = signOn
        }
        return id
    }

    /// An S4U2Proxy went out: it continues the sign-on of its evidence ticket, or begins one.
    mutating func continueDelegation(_ ticketRequest: UInt64, evidence digest: Digest128?, now: CaptureTime) {
        guard let request = requests.ask(ticketRequest, { DelegationRequest(&$0) }) else { return }
        let id: UInt64
        var isNew = false
        if let known = digest.flatMap({ lineage[$0]?.signOn }), known != 0,
            signOns.ask(known, { $0.last(.s4U2Proxy) == nil }) ?? false
        {
            id = known
        } else {
            id = signOns.begin(.delegated, point: request.point, connector: request.client, now: now)
            isNew = true
        }
        requests.update(ticketRequest) { $0.signOn = id }
        roles.note(request.client, point: request.point, .connector, name: request.requester.name)
        let logon = isNew ? request.parent.flatMap { retained.use($0) } : nil
        let evidence = isNew ? request.evidence.flatMap { retained.use($0) } : nil
        signOns.update(id, now: now) { entry in
            if let logon {
                entry.append(
                    SignOnStep(
                        role: .connectorLogon, body: .kerberos(logon), isShared: true,
                        proof: request.parentProof))
            }
            if let evidence {
                entry.append(SignOnStep(role: .s4U2Self, body: .kerberos(evidence), isShared: true, proof: .digest))
            }
            if request.user.isPresent {
                entry.facts.user = request.user
                if request.userRealm.isPresent { entry.facts.userRealm = request.userRealm }
            }
            entry.facts.service = request.service
            entry.facts.serviceRealm = request.serviceRealm
            entry.facts.connectorAccount = request.requester
            entry.facts.connectorRealm = request.requesterRealm
            entry.pendingSteps += 1
            entry.isComplete = false
            entry.append(
                SignOnStep(
                    role: .s4U2Proxy, awaiting: ticketRequest,
                    proof: request.evidence == nil ? .inferred : .digest))
        }
    }

    /// Puts the present state of what is under way into a sign-on that is told or read before its answers.
    mutating func settle(_ facts: inout SignOnFacts) {
        for step in facts.awaited {
            if step.isTransaction {
                if let transaction = http.waiting(step.id, at: step.handle) { facts.update(transaction) }
            } else if let request = requests.outline(step.id) {
                _ = facts.update(request)
            }
        }
    }

    /// The same in an open sign-on; whether it is open.
    mutating func settle(_ id: UInt64) -> Bool {
        guard let awaited = signOns.ask(id, { $0.awaited }) else { return false }
        for step in awaited {
            if step.isTransaction {
                if let transaction = http.waiting(step.id, at: step.handle) {
                    signOns.change(id) { $0.update(transaction) }
                }
            } else if let request = requests.outline(step.id) {
                signOns.change(id) { _ = $0.update(request) }
            }
        }
        return true
    }

    /// An attempt at an open ticket request has ended: its sign-on goes on, and looks it up when that is told or read.
    mutating func refresh(_ request: UInt64, in id: UInt64, now: CaptureTime) {
        let (user, realm) = requests.ask(request) { ($0.user, $0.userRealm) } ?? (.none, .none)
        signOns.update(id, now: now) { entry in
            if user.isPresent, !entry.facts.user.isPresent {
                entry.facts.user = user
                entry.facts.userRealm = realm
            }
        }
    }

    /// Puts the last state of a ticket request into its sign-on.
    mutating func refresh(_ request: borrowing TicketRequest, in id: UInt64, now: CaptureTime) {
        let request = copy request
        signOns.update(id, now: now) { entry in
            if entry.facts.update(request), !request.isRealmDiscovery {
                entry.pendingSteps = max(0, entry.pendingSteps - 1)
            }
            if request.user.isPresent, !entry.facts.user.isPresent {
                entry.facts.user = request.user
                entry.facts.userRealm = request.userRealm
            }
        }
    }

    /// Says how a sign-on ended and where it failed.
    static func judge(_ signOn: inout SignOnFacts) {
        var lastKerberos: (index: Int, outcome: RequestOutcome)?
        var lastHTTP: (index: Int, transaction: HTTPTransaction)?
        for index in signOn.steps.indices {
            let role = signOn.steps[index].role
            if let transaction = signOn.steps[index].transaction {
                lastHTTP = (index, transaction)
            } else if role != .connectorLogon, role != .realmDiscovery,
                let outcome = signOn.steps[index].ticketRequest?.outcome
            {
                lastKerberos = (index, outcome)
            }
        }
        if let (index, transaction) = lastHTTP, transaction.silence != nil || transaction.hasResponse {
            switch transaction.status {
            case 0:
                let isOpen =
                    transaction.silence == .captureEnded || transaction.silence == .oneSided
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
