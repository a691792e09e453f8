import ByteParsing
import Collections
import Dissectors
import PacketModel

/// Memory of what hosts and backends say to each other, for joining HTTP transactions that carry no
/// ticket of their own to a sign-on: anonymous requests before a challenge, NTLM legs, requests on
/// an authenticated connection.
struct BackendConversations: ~Copyable {
    /// Which sign-on a connection's transactions belong to.
    private var byFlow = IDTable<UInt64>(vacant: 0)
    /// The newest anonymous transaction answered by 401, by client and server.
    private var anonymous: [Pair: HTTPTransaction] = [:]
    private var anonymousOrder = RingBuffer<Anonymous>()
    /// Open NTLM and password sign-ons, by client and server.
    private var signOns = BoundedTable<Pair, UInt64>(maximumCount: 16_384)
    /// Open sign-ons whose ticket was refused, by client: a request without credentials may follow.
    private var refused = BoundedTable<IPAddress, UInt64>(maximumCount: 4096)

    // Not private: other modules name it where they let go of a table, and then the compiler must find it.
    struct Anonymous: BitwiseCopyable {
        var pair: Pair
        var id: UInt64
        var time: CaptureTime
    }

    struct Pair: QuicklyHashed, BitwiseCopyable {
        var client: IPAddress
        var server: Endpoint
        var point: UInt16

        var hashWord: UInt64 {
            QuickHash.combine(client.hashWord, server.address.hashWord ^ UInt64(server.port) << 48)
        }
    }

    subscript(flow flow: FlowID) -> UInt64? {
        get { byFlow[flow.rawValue] }
        set {
            // Ended flows are taken out: only what ends a flow unseen could let it grow beyond the flow table.
            if byFlow.count > 2 * 65_536 { byFlow = IDTable(vacant: 0) }
            if let newValue {
                byFlow.set(flow.rawValue, newValue)
            } else {
                byFlow.removeValue(for: flow.rawValue)
            }
        }
    }

    subscript(pair pair: Pair) -> UInt64? {
        get { signOns[pair] }
        set {
            if let newValue { signOns.set(pair, newValue) } else { signOns.removeValue(for: pair) }
        }
    }

    /// The newest sign-on of a host whose ticket was refused.
    subscript(refusedFor client: IPAddress) -> UInt64? {
        get { refused[client] }
        set {
            if let newValue { refused.set(client, newValue) } else { refused.removeValue(for: client) }
        }
    }

    /// Pairs and hosts that have made room for others.
    var forgottenCount: UInt64 { signOns.forgottenCount &+ refused.forgottenCount }

    /// How many anonymous transactions are kept.
    var anonymousCount: Int { anonymous.count }

    mutating func flowEnded(_ flow: FlowID) { byFlow.removeValue(for: flow.rawValue) }

    /// Keeps an anonymous transaction that was answered by a challenge; returns the one it replaces,
    /// or the oldest where there are too many.
    mutating func keepAnonymous(_ transaction: HTTPTransaction, now: CaptureTime, maximumCount: Int) -> HTTPTransaction?
    {
        let pair = Pair(client: transaction.client.address, server: transaction.server, point: transaction.point)
        let old = anonymous.updateValue(transaction, forKey: pair)
        if anonymousOrder.isMostlyStale(liveCount: anonymous.count) {
            anonymousOrder.removeAll { anonymous[$0.pair]?.id != $0.id }
        }
        anonymousOrder.append(Anonymous(pair: pair, id: transaction.id, time: now))
        if let old { return old }
        while anonymous.count > maximumCount, let entry = anonymousOrder.popFirst() {
            if anonymous[entry.pair]?.id == entry.id { return anonymous.removeValue(forKey: entry.pair) }
        }
        return nil
    }

    /// Takes the anonymous transaction that a credential now answers.
    mutating func takeAnonymous(_ pair: Pair) -> HTTPTransaction? { anonymous.removeValue(forKey: pair) }

    /// Takes the anonymous transactions that no credential followed.
    mutating func expire(before limit: CaptureTime) -> [HTTPTransaction] {
        var out: [HTTPTransaction] = []
        while let entry = anonymousOrder.first, entry.time < limit {
            _ = anonymousOrder.popFirst()
            if let known = anonymous[entry.pair], known.id == entry.id,
                let gone = anonymous.removeValue(forKey: entry.pair)
            {
                out.append(gone)
            }
        }
        return out
    }

    /// Takes everything, in order.
    mutating func drain() -> [HTTPTransaction] {
        let all = anonymous.values.sorted { $0.id < $1.id }
        anonymous = [:]
        return all
    }
}
