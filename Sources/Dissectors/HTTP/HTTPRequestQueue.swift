/// What a response's reader must know of the request that it answers.
struct HTTPOutstandingRequest: OptionSet, BitwiseCopyable {
    var rawValue: UInt8
    /// HEAD: the response has no body, whatever its fields say.
    static let head = HTTPOutstandingRequest(rawValue: 1)
    /// CONNECT: a 2xx turns the connection into a tunnel.
    static let connect = HTTPOutstandingRequest(rawValue: 2)
    /// An Authorization field was sent.
    static let authorized = HTTPOutstandingRequest(rawValue: 4)
}

/// Requests of one connection that are not answered yet, oldest first: responses come in the order
/// of their requests (RFC 9112, 9.3.2). Past the bound only their number is kept.
struct HTTPRequestQueue {
    /// Requests whose kind is kept.
    static let capacity = 64

    /// The parts of each request's kind, a bit for each of its places.
    private var heads: UInt64 = 0
    private var connects: UInt64 = 0
    private var authorizeds: UInt64 = 0
    private var head = 0
    private var count = 0
    private var uncharted = 0

    /// Whether no request is waiting.
    var isEmpty: Bool { count == 0 && uncharted == 0 }

    /// Adds a request.
    mutating func push(_ request: HTTPOutstandingRequest) {
        guard count < Self.capacity, uncharted == 0 else {
            uncharted += 1
            return
        }
        let place = UInt64(1) << UInt64((head + count) % Self.capacity)
        heads = request.contains(.head) ? heads | place : heads & ~place
        connects = request.contains(.connect) ? connects | place : connects & ~place
        authorizeds = request.contains(.authorized) ? authorizeds | place : authorizeds & ~place
        count += 1
    }

    /// The oldest request; nil where there is none or nothing is known of it.
    func first() -> HTTPOutstandingRequest? {
        if count == 0 { return nil }
        var request: HTTPOutstandingRequest = []
        let place = UInt64(1) << UInt64(head)
        if heads & place != 0 { request.insert(.head) }
        if connects & place != 0 { request.insert(.connect) }
        if authorizeds & place != 0 { request.insert(.authorized) }
        return request
    }

    /// Takes the oldest request away: it has been answered.
    mutating func pop() {
        if count > 0 {
            head = (head + 1) % Self.capacity
            count -= 1
        } else if uncharted > 0 {
            uncharted -= 1
        }
    }

    /// Forgets everything: octets were lost, so the order is no longer known.
    mutating func removeAll() {
        head = 0
        count = 0
        uncharted = 0
    }
}
