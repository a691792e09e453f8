import Collections
import PacketModel
import ByteParsing
import Dissectors

/// Open ticket requests that were refused, by who asked for whom: what is granted soon after shows that such a refusal
/// did no harm. Bounded: an asker not heard of for long makes room.
struct ForgivableRefusals {
    /// Who asked for whom, and how.
    struct Asker: QuicklyHashed {
        var client: IPAddress
        var point: UInt16
        var kind: ExchangeKind
        var user: NameID

        var hashWord: UInt64 { QuickHash.combine(client.hashWord, UInt64(user.rawValue)) }
    }

    private var requests = BoundedTable<Asker, ShortList<UInt64>>(maximumCount: maximumAskers)
    private static let maximumAskers = 8192
    private static let maximumRequests = 8

    /// Whether nothing was refused.
    var isEmpty: Bool { requests.isEmpty }

    /// Askers that have made room for others.
    var forgottenCount: UInt64 { requests.forgottenCount }

    /// Remembers a refused request, the newest ones of each asker.
    mutating func note(_ id: UInt64, of asker: Asker) {
        requests.update(asker, initial: []) { ids in
            if ids.last != id { ids.append(id) }
            if ids.count > Self.maximumRequests { ids.remove(at: 0) }
        }
    }

    /// Takes out the refused requests of an asker, oldest first.
    mutating func take(of asker: Asker) -> ShortList<UInt64> { requests.removeValue(for: asker) ?? [] }
}
