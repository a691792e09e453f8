import ByteParsing

/// Granted ticket requests kept for a while: a connector's TGT is the parent of many sign-ons, for hours after its own
/// exchange has been handed out. Bounded; one that nobody has asked for since it last could have gone makes room.
struct RetainedRequests: ~Copyable {
    struct Kept {
        var request: TicketRequest
        var wasAskedFor = false
    }
    /// A ring, and who goes next.
    private var ring = Arena<Kept>()
    private var hand = 0
    /// Where in the ring a request is, by its id.
    private var places = IDTable(vacant: 0)
    private let maximumCount: Int

    init(maximumCount: Int = 512) { self.maximumCount = maximumCount }

    /// The request of this id, if it is still here.
    mutating func ask(_ id: UInt64) -> TicketRequest? {
        guard let place = places[id] else { return nil }
        ring[place].wasAskedFor = true
        return ring[place].request
    }

    /// Keeps a request; returns the one that it takes the place of.
    @discardableResult
    mutating func keep(_ request: consuming TicketRequest) -> TicketRequest? {
        var request = request
        if let place = places[request.id] {
            swap(&request, &ring[place].request)
            return request
        }
        if ring.count < maximumCount {
            _ = places.add(ring.count, for: request.id)
            _ = ring.append(Kept(request: request))
            return nil
        }
        // Whoever was asked for is passed by once; after one round somebody has not been.
        while ring[hand].wasAskedFor {
            ring[hand].wasAskedFor = false
            hand = (hand + 1) % maximumCount
        }
        _ = places.add(hand, for: request.id)
        swap(&request, &ring[hand].request)
        places.unlink(request.id)
        hand += 1
        if hand == maximumCount { hand = 0 }
        return request
    }
}
