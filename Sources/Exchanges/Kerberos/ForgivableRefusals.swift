import Collections
import PacketModel
import ByteParsing
import Dissectors

/// Open ticket requests that were refused, by who asked for whom: what is granted soon after shows that such a refusal
/// did no
/// harm. Bounded: where very many wait, all are forgotten.
struct ForgivableRefusals {
    /// Who asked for whom, and how.
    struct Asker: QuicklyHashed {
        var client: IPAddress
        var point: UInt16
        var kind: ExchangeKind
        var user: NameID

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, UInt64(user.rawValue)) }
    }

    private var requests: [Asker: ShortList<UInt64>] = [:]
    private static let maximumAskers = 8192
    private static let maximumRequests = 8

    /// Whether nothing was refused.
    var isEmpty: Bool { requests.isEmpty }

    /// Remembers a refused request, the newest ones of each asker.
    mutating func note(_ id: UInt64, of asker: Asker) {
        let known = requests.removeValue(forKey: asker)
        var ids = known ?? []
        if ids.last != id { ids.append(id) }
        if ids.count > Self.maximumRequests { ids.remove(at: 0) }
        if requests.count + (known == nil ? 0 : 1) >= Self.maximumAskers { requests = [:] }
        requests[asker] = ids
    }

    /// Takes out the refused requests of an asker, oldest first.
    mutating func take(of asker: Asker) -> ShortList<UInt64> { requests.removeValue(forKey: asker) ?? [] }
}
