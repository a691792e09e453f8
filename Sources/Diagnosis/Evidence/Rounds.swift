import Dissectors
import Exchanges

extension SignOn {
    /// Whether a later transaction of the sign-on was let in by the backend.
    func wasLetIn(after transaction: HTTPTransaction) -> Bool {
        guard let index = transactions.lastIndex(where: { $0.id == transaction.id }) else { return false }
        return transactions[(index + 1)...].contains(where: \.isLetIn)
    }

    /// Of transactions with a ticket or an NTLM answer those that are attempts of their own: one whose
    /// authenticator was already sent is a repetition of the same attempt.
    static func distinctRounds(_ transactions: [HTTPTransaction]) -> [HTTPTransaction] {
        var out: [HTTPTransaction] = []
        for transaction in transactions {
            let digest = transaction.authenticator
            if let digest, out.contains(where: { $0.authenticator == digest && $0.point == transaction.point }) {
                continue
            }
            out.append(transaction)
        }
        return out
    }

    /// The rounds of a 401 loop: three or more attempts for one address, each with credentials, each
    /// answered by 401 without an accepting token, none of them served.
    var loop: [HTTPTransaction]? {
        let failing = failingRounds
        if failing.count < 3 { return nil }
        var best: [HTTPTransaction] = []
        for target in Set(failing.map(\.target)) {
            let group = Self.distinctRounds(failing.filter { $0.target == target })
            if group.count > best.count || (group.count == best.count && (group.first?.id ?? 0) < (best.first?.id ?? 0))
            {
                best = group
            }
        }
        guard best.count >= 3, let first = best.first,
            !transactions.contains(where: { $0.target == first.target && $0.id > first.id && $0.isLetIn })
        else { return nil }
        return best
    }

    /// Its transactions whose credentials were answered by 401 and not by acceptance.
    var failingRounds: [HTTPTransaction] {
        transactions.filter { transaction in
            guard transaction.status == 401, transaction.carriesTicket || transaction.sentNTLMType == 3 else {
                return false
            }
            switch transaction.answer {
            case .refused, .rejected: return transaction.receivedNTLMType != 2
            case .accepted, .served, .incomplete, .failed, .silent: return false
            }
        }
    }
}

extension HTTPTransaction {
    /// The digest of the AP-REQ's authenticator; nil where none was seen whole.
    var authenticator: AuthenticatorKey? {
        guard let digest = requestToken?.kerberos.authenticatorDigest, digest.high != 0 || digest.low != 0 else {
            return nil
        }
        return AuthenticatorKey(high: digest.high, low: digest.low)
    }
    /// The address asked for: host and target.
    var target: HTTPTarget { HTTPTarget(host: request?.host ?? .none, target: request?.target ?? .none) }
    /// Whether the connection is known to have ended after this transaction.
    var isEnded: Bool { endFrame != nil || response?.closesConnection == true }
}

/// The digest of an authenticator: equal ones are the same attempt.
struct AuthenticatorKey: Hashable {
    var high: UInt64
    var low: UInt64
}

/// What a request asks for.
struct HTTPTarget: Hashable {
    var host: NameID
    var target: NameID
}
