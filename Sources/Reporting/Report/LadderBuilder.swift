import PacketModel
import Dissectors
import Exchanges

/// Makes ladders of sign-ons and ticket requests.
struct LadderBuilder {
    private struct HostKey: Hashable {
        var point: UInt16
        var address: IPAddress
    }

    private let words: Wording
    private let captures: CaptureNames
    private var hosts: [HostKey: HostFacts] = [:]

    init(_ hosts: [HostFacts], _ words: Wording, _ captures: CaptureNames) {
        self.words = words
        self.captures = captures
        for host in hosts { self.hosts[HostKey(point: host.point, address: host.address)] = host }
    }

    /// The ladder of a sign-on.
    func ladder(of signOn: SignOn) -> Ladder {
        var draft = Draft(captures: captures)
        draft.participants.append(participant(.user, "user", name: words.user(signOn)))
        let isDelegated = signOn.kind == .delegated
        let asker = draft.index(
            of: participant(
                isDelegated ? .connector : .client, isDelegated ? "connector" : "client",
                address: "\(signOn.connector)",
                name: words.principal(signOn.connectorAccount.name, signOn.connectorRealm)))
        let kdcs = kdcs(of: signOn).map { draft.index(of: $0.participant, by: $0.address) }
        let backend = signOn.backend.map {
            participant(
                .backend, "backend", address: Wording.unbracketed($0), name: words.names.string(signOn.service.name))
        }
        if let backend { draft.participants.append(backend) }
        for (index, step) in signOn.steps.enumerated() {
            let isFailure = signOn.outcome == .failed && index == signOn.failedStep
            switch step.body {
            case .kerberos(let request):
                let kdc = request.last.flatMap { draft.kdcs[$0.kdc.address] } ?? kdcs.first
                var row = RowDraft(request, role: step.role, words)
                if step.proof == .inferred, step.role != .connectorLogon, step.role != .realmDiscovery {
                    row.outcome += ", join inferred"
                }
                draft.append(row, from: asker, to: kdc ?? draft.index(of: participant(.kdc, "KDC")), isFailure)
            case .http(let transaction):
                let backend = draft.index(of: backend ?? participant(.backend, "backend"))
                draft.append(RowDraft(transaction, words), from: asker, to: backend, isFailure)
            case nil: break
            }
            if signOn.omittedSteps > 0, index == signOn.steps.count / 2 - 1 {
                draft.append(omitted: Wording.count(UInt64(signOn.omittedSteps), "further step"))
            }
        }
        return draft.ladder(more: nil)
    }

    /// The ladder of ticket requests that belong to no sign-on; `more` of them are left out.
    func ladder(of requests: [TicketRequest], more: String?) -> Ladder {
        var draft = Draft(captures: captures)
        for request in requests {
            let name = words.principal(request.requester.name, request.requesterRealm)
            let address = "\(request.client)"
            let client = draft.index(of: participant(.client, address, address: address, name: name))
            let kdc = request.last.map { self.kdc($0.kdc.address, request, label: "KDC") } ?? participant(.kdc, "KDC")
            draft.append(
                RowDraft(request, role: nil, words), from: client, to: draft.index(of: kdc),
                !request.outcome.isGranted)
        }
        return draft.ladder(more: more)
    }

    /// The domain controllers of a sign-on in order of appearance.
    private func kdcs(of signOn: SignOn) -> [(address: IPAddress, participant: Ladder.Participant)] {
        var found: [(address: IPAddress, participant: Ladder.Participant)] = []
        for step in signOn.steps {
            guard let request = step.ticketRequest, let address = request.last?.kdc.address,
                !found.contains(where: { $0.address == address })
            else { continue }
            let label = found.isEmpty ? "KDC" : "KDC \(found.count + 1)"
            found.append((address, kdc(address, request, label: label)))
        }
        return found
    }

    private func kdc(_ address: IPAddress, _ request: TicketRequest, label: String) -> Ladder.Participant {
        let host = hosts[HostKey(point: request.point, address: address)]
        let realm = host.flatMap { words.names.string($0.realm) } ?? words.names.string(request.serviceRealm)
        return participant(
            .kdc, label, address: "\(address)", name: host.flatMap { words.names.string($0.name) }, realm: realm)
    }

    private func participant(
        _ role: Ladder.Participant.Role, _ label: String, address: String? = nil, name: String? = nil,
        realm: String? = nil
    ) -> Ladder.Participant {
        Ladder.Participant(role: role, label: label, address: address, name: name, realm: realm)
    }
}

/// A ladder in the making.
private struct Draft {
    let captures: CaptureNames
    var participants: [Ladder.Participant] = []
    /// The participants that are domain controllers, by address.
    private(set) var kdcs: [IPAddress: Int] = [:]
    private var rows: [Ladder.Row] = []

    init(captures: CaptureNames) { self.captures = captures }

    /// The index of a participant, who is added where there is no such one yet.
    mutating func index(of participant: Ladder.Participant, by kdc: IPAddress? = nil) -> Int {
        let known = participants.firstIndex(of: participant)
        if known == nil { participants.append(participant) }
        let index = known ?? participants.count - 1
        if let kdc { kdcs[kdc] = index }
        return index
    }

    mutating func append(_ row: RowDraft, from: Int, to: Int, _ isFailure: Bool) {
        let before = rows.last { $0.instant != nil }?.instant
        let gap = before.flatMap { before in row.time.map { $0.nanoseconds(since: before) } }
        rows.append(
            Ladder.Row(
                from: from, to: to, arrow: row.arrow, time: row.time.map { CivilTime($0).clockText } ?? "",
                instant: row.time, answerInstant: row.answerTime, gap: gap.map { DurationText.text(nanoseconds: $0) },
                gapNanoseconds: gap,
                capture: captures.isOne ? nil : row.frames.first.map { captures[$0.capture] },
                frameNumbers: row.frames.map(\.frame),
                frames: row.frames.map { "\($0.frame)" }.joined(separator: "-"),
                parties: "\(participants[from].label) -> \(participants[to].label)", what: row.what,
                outcome: row.outcome, isFailure: isFailure, attempts: row.attempts,
                retransmissions: row.retransmissions))
    }

    /// Adds a row that stands for steps left out.
    mutating func append(omitted words: String) {
        rows.append(
            Ladder.Row(
                from: nil, to: nil, arrow: .omission, time: "", instant: nil, answerInstant: nil, gap: nil,
                gapNanoseconds: nil,
                capture: nil, frameNumbers: [], frames: "", parties: "", what: "...", outcome: words, isFailure: false,
                attempts: 0,
                retransmissions: 0))
    }

    func ladder(more: String?) -> Ladder { Ladder(participants: participants, rows: rows, more: more) }
}
