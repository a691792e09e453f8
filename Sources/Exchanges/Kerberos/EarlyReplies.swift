import Collections
import PacketModel
import Dissectors
import Flows

/// Replies in datagrams that no request had come for yet. A capture may show a reply before its
/// request: two directions come by way of two ports or two queues.
///
/// Over TCP sequence numbers tell what came first. A datagram has none, and the nonce of a reply is
/// encrypted (RFC 4120, 5.4.2): there the endpoints, the kind, the names and the time must agree.
struct EarlyReplies {
    struct Reply {
        var message: KerberosMessage
        var envelope: MessageEnvelope
        var heard: CaptureTime
    }

    /// How far before its request a reply may be captured, in nanoseconds.
    static let window: Int64 = 50_000_000
    private static let maximumCount = 256

    private var replies: [FlowID: Reply] = [:]
    private var order = RingBuffer<Waiting<FlowID>>()

    var isEmpty: Bool { replies.isEmpty }

    /// Keeps a reply; returns the one for which there is no room any more.
    mutating func keep(_ message: KerberosMessage, _ envelope: MessageEnvelope, now: CaptureTime) -> Reply? {
        let replaced = replies.updateValue(
            Reply(message: message, envelope: envelope, heard: now), forKey: envelope.flow)
        if order.isMostlyStale(liveCount: replies.count) { order.removeAll { replies[$0.id]?.heard != $0.since } }
        order.append(Waiting(id: envelope.flow, since: now))
        if let replaced { return replaced }
        while replies.count > Self.maximumCount, !order.isEmpty {
            if let oldest = popFirst() { return oldest }
        }
        return nil
    }

    /// The reply that this request was given, taken out.
    mutating func take(
        for request: inout KerberosMessage, _ envelope: MessageEnvelope, _ krbtgt: NameID, now: CaptureTime
    ) -> Reply? {
        guard let reply = replies[envelope.flow], reply.envelope.destination == envelope.source,
            now.nanoseconds(since: reply.heard).magnitude <= UInt64(Self.window),
            Self.fits(reply.message, request, krbtgt)
        else { return nil }
        return replies.removeValue(forKey: envelope.flow)
    }

    /// The oldest reply from before an instant, taken out.
    mutating func expire(before limit: CaptureTime) -> Reply? {
        while let first = order.first, first.since < limit {
            if let reply = popFirst() { return reply }
        }
        return nil
    }

    /// Takes the reply of a flow that has ended.
    mutating func remove(_ flow: FlowID) -> Reply? { replies.removeValue(forKey: flow) }

    /// The oldest reply, taken out; nil where what was the oldest has been taken before.
    private mutating func popFirst() -> Reply? {
        guard let first = order.popFirst(), let reply = replies[first.id], reply.heard == first.since else {
            return nil
        }
        return replies.removeValue(forKey: first.id)
    }

    /// Whether a reply can be the answer to a request (RFC 4120, 3.1.5 and 3.3.4; 5.9.1).
    private static func fits(_ reply: KerberosMessage, _ request: KerberosMessage, _ krbtgt: NameID) -> Bool {
        func agrees(_ one: Principal, _ other: Principal) -> Bool {
            !one.isPresent || !other.isPresent || one.name == other.name
        }
        // The KDC may name whom an alias or an enterprise name stands for (RFC 6806, 6).
        let isCanonicalised =
            KDCOptions(rawValue: request.kdcOptions).contains(.canonicalize)
            || PrincipalNameType(rawValue: request.cname.nameType) == .enterprise
        switch (reply.type, request.type) {
        case (.asRep, .asReq):
            return (isCanonicalised || agrees(reply.cname, request.cname))
                && (agrees(reply.sname, request.sname) || reply.sname.first == krbtgt && request.sname.first == krbtgt)
        case (.tgsRep, .tgsReq):
            return isCanonicalised || agrees(reply.sname, request.sname) || reply.sname.first == krbtgt
        case (.krbError, .asReq), (.krbError, .tgsReq):
            // "Preauthentication required" answers who sent none, "failed" who sent some.
            let error = KerberosErrorCode(rawValue: reply.errorCode)
            if error == .preauthenticationRequired, request.parts.contains(.preauthentication) { return false }
            if error == .preauthenticationFailed, !request.parts.contains(.preauthentication) { return false }
            return agrees(reply.sname, request.sname) && agrees(reply.cname, request.cname)
        default: return false
        }
    }
}
