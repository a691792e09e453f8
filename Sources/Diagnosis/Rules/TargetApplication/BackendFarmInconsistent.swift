import Collections
import PacketModel
import ByteParsing
import Dissectors
import Exchanges

/// One server takes tickets for a service, another does not.
final class BackendFarmInconsistent: SignOnRule {
    static let documentation = RuleDocumentation(
        slug: "backend-farm-inconsistent",
        title: "{backend} rejects tickets for {spn} that {accepting_backend} accepts",
        stage: .targetApplication,
        severity: .error,
        meaning: """
            Two addresses answer for {spn}. {accepting_backend} decrypts the tickets, {backend} does not: they use \
            different keys. Users fail or succeed by the server that the load balancer gives them.
            """,
        evidence: """
            Tickets for the same service and key version, accepted at one backend address and rejected (by a rejecting \
            token, an error code about the key, or repeated 401) at another.
            """,
        causes: [
            DocumentedCause(
                "machine-accounts",
                "The servers decrypt with their machine accounts (kernel mode without useAppPoolCredentials).",
                fixes: [
                    DocumentedFix(
                        "Run the application pool on every server under one domain account that holds {spn}.",
                        command: Commands.findSPN, on: .anywhere),
                    DocumentedFix(
                        "Set useAppPoolCredentials on every server.",
                        command: IISCommands.useApplicationPoolKey,
                        on: .backend),
                    DocumentedFix(
                        "Purge the tickets of all sessions on each server.", command: Commands.purgeAllSessions,
                        on: .backend),
                ]),
            DocumentedCause(
                "old-keytab", "One server has an old keytab or an old password.",
                fixes: [
                    DocumentedFix(
                        "Compare the keytabs of the servers.", command: Commands.listKeytab, on: .backend)
                ]),
        ],
        cannotTell: ["Which server is behind an address, where a load balancer answers for several."],
        eventIDs: [13022, 12008],
        seedRows: [SeedRow(.kerberosConstrainedDelegation, "Target application: kernel mode and farms")],
        references: ["RFC 4120 3.2.3"])

    static let keyedBy: SubjectParts = [.service, .backend]

    private struct Key: QuicklyHashed {
        var point: UInt16
        var service: NameID
        var realm: NameID
        var kvno: UInt32

        var hashWord: UInt64 {
            QuickHash.combine(
                UInt64(service.rawValue) << 32 | UInt64(realm.rawValue), UInt64(kvno) << 16 | UInt64(point))
        }
    }
    /// What one address did with tickets of one key.
    private struct Verdict {
        var address: IPAddress
        var accepted: HTTPTransaction?
        var rejected: HTTPTransaction?
        var signOn: SignOn?
        var isReported = false
    }
    private static let maximumKeys = 256
    private static let maximumAddresses = 16
    private let verdicts = RefCell(BoundedTable<Key, [Verdict]>(maximumCount: maximumKeys))

    func visit(signOn: SignOn, _ context: RuleContext) {
        guard signOn.isKerberos else { return }
        let sent = signOn.ticketTransactions
        for transaction in sent {
            guard let ticket = transaction.ticket, ticket.sname.isPresent else { continue }
            let key = Key(
                point: transaction.point, service: ticket.sname.name, realm: ticket.realm, kvno: ticket.kvno ?? 0)
            switch transaction.answer {
            case .accepted, .served: note(key, transaction, isAccepted: true, signOn, context)
            case .rejected(let code):
                if let code, AcceptorError.isClock(code, transaction) || code == .replayed { continue }
                note(key, transaction, isAccepted: false, signOn, context)
            case .refused:
                let again = SignOn.distinctRounds(
                    sent.filter { $0.server.address == transaction.server.address && $0.answer == .refused })
                if again.count >= 2 { note(key, transaction, isAccepted: false, signOn, context) }
            case .incomplete, .failed, .silent: continue
            }
        }
    }

    private func note(
        _ key: Key, _ transaction: HTTPTransaction, isAccepted: Bool, _ signOn: SignOn, _ context: RuleContext
    ) {
        var isNews = false
        verdicts.value.update(key, initial: []) {
            isNews = Self.note(&$0, transaction, isAccepted: isAccepted, signOn)
        }
        if isNews { judge(key, context) }
    }

    /// Whether it was the first of its kind.
    private static func note(
        _ list: inout [Verdict], _ transaction: HTTPTransaction, isAccepted: Bool, _ signOn: SignOn
    ) -> Bool {
        let address = transaction.server.address
        let index: Int
        if let known = list.firstIndex(where: { $0.address == address }) {
            index = known
        } else {
            guard list.count < maximumAddresses else { return false }
            list.append(Verdict(address: address))
            index = list.count - 1
        }
        if isAccepted {
            if list[index].accepted != nil { return false }
            list[index].accepted = transaction
        } else {
            if list[index].rejected != nil { return false }
            list[index].rejected = transaction
            list[index].signOn = signOn.withoutSteps
        }
        return true
    }

    /// Reports every address that only rejects, once another one accepts.
    private func judge(_ key: Key, _ context: RuleContext) {
        guard let known = verdicts.value[key], let good = known.lazy.compactMap(\.accepted).first,
            known.contains(where: { !$0.isReported && $0.accepted == nil && $0.rejected != nil })
        else { return }
        var list = known
        for index in list.indices where !list[index].isReported && list[index].accepted == nil {
            guard let bad = list[index].rejected, let signOn = list[index].signOn else { continue }
            list[index].isReported = true
            var observation = Observation(
                .error, .high, signOn, [good, bad], evidence: Evidence.round(good) + Evidence.round(bad))
            observation.subjects.backend = bad.server
            observation.detail("accepting_backend", "\(good.server.address)")
            context.report(observation)
        }
        verdicts.value.set(key, list)
    }
}
